"""A form as data: its groups and fields, what each means, and on what they depend.

Elements are keyed by path, the ids from the root down: ``person/name``. One id may occur under several parents.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from assistant.model.language import Language, Register, best_version

YES, NO = "yes", "no"
"""The values of a yes/no field."""


class FieldKind(StrEnum):
    """What is entered."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    AMOUNT = "amount"
    DATE = "date"
    YES_NO = "yes_no"
    CHOICE = "choice"
    POSTCODE = "postcode"
    PHONE = "phone"
    EMAIL = "email"
    IBAN = "iban"
    FILE = "file"
    SIGNATURE = "signature"
    NOTE = "note"
    """Nothing: a text to be read, or what the office fills in."""

    @property
    def is_entered(self) -> bool:
        """Whether a value can be said or typed."""
        return self not in {FieldKind.FILE, FieldKind.SIGNATURE, FieldKind.NOTE}


@dataclass(frozen=True, slots=True)
class Cardinality:
    """How often an element occurs; ``at_most`` None: as often as wanted."""

    at_least: int = 1
    at_most: int | None = 1

    @property
    def repeats(self) -> bool:
        """Whether it may occur more than once."""
        return self.at_most is None or self.at_most > 1

    @property
    def is_required(self) -> bool:
        """Whether it must occur."""
        return self.at_least > 0


@dataclass(frozen=True, slots=True)
class Limits:
    """What a value must keep to. ``earliest`` and ``latest``: an ISO date, or ``today``."""

    min_length: int | None = None
    max_length: int | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    pattern: str | None = None
    earliest: str | None = None
    latest: str | None = None


@dataclass(frozen=True, slots=True)
class Equals:
    """The field at ``path`` has one of these values (codes of a choice, ``yes``, ``no``)."""

    path: str
    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class Filled:
    """The field at ``path``, or any field of the group there, has a value."""

    path: str


class Relation(StrEnum):
    """How two numbers compare."""

    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="


@dataclass(frozen=True, slots=True)
class Compares:
    """The number at ``path`` stands in that relation to ``value``."""

    path: str
    relation: Relation
    value: Decimal


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite."""

    condition: "Condition"


@dataclass(frozen=True, slots=True)
class All:
    """Every one of them."""

    conditions: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Either:
    """At least one of them."""

    conditions: tuple["Condition", ...]


Condition = Equals | Filled | Compares | Not | All | Either


def paths_of(condition: Condition) -> Iterator[str]:
    """The paths a condition looks at."""
    match condition:
        case Equals(path) | Filled(path) | Compares(path):
            yield path
        case Not(inner):
            yield from paths_of(inner)
        case All(conditions) | Either(conditions):
            for one in conditions:
                yield from paths_of(one)


@dataclass(frozen=True, slots=True)
class Field:
    """A field (Datenfeld). ``number`` is the one printed on the official form, where it has one.

    ``options`` are the codes of a choice; ``condition``: it is asked only where that holds; ``attachments`` are the ids
    of what must be enclosed because of it. ``said`` is what people call an option, or say for yes and no, besides its
    name, in any language and by code.
    """

    path: str
    kind: FieldKind
    cardinality: Cardinality = Cardinality()
    condition: Condition | None = None
    number: str | None = None
    limits: Limits = Limits()
    options: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    legal_basis: tuple[str, ...] = ()
    said: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """A group of fields (Datenfeldgruppe), in the form's order."""

    path: str
    children: tuple["Field | FieldGroup", ...]
    cardinality: Cardinality = Cardinality()
    condition: Condition | None = None
    number: str | None = None
    legal_basis: tuple[str, ...] = ()


FormElement = Field | FieldGroup


@dataclass(frozen=True, slots=True)
class ElementText:
    """What is said about an element: its name on the form, and what is meant.

    ``about`` explains in one to three sentences; ``why`` says what it is needed for; ``example`` is one value as it
    would be written; ``mistake`` is what goes wrong often; ``where`` is where to find the value.
    """

    label: str
    about: str = ""
    why: str = ""
    example: str = ""
    mistake: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    """A word of officialdom in the form; ``words`` are how people write it, the first as it is shown."""

    words: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class FormText:
    """A form in one language and register.

    ``elements`` by path, ``options`` by path and code, ``attachments`` by id; ``said`` is what else people call the
    options, or say for yes and no, by path and code; ``hand_in`` says where and how it is handed in. ``german`` names
    what is told in standard German for want of a version of its own: the paths of elements, ``path=code`` of options,
    and ``attachment:id``, ``term:word`` (its first), ``:title``, ``:summary``, ``:hand_in``.
    """

    language: Language
    title: str
    summary: str = ""
    names: tuple[str, ...] = ()
    hand_in: str = ""
    elements: Mapping[str, ElementText] = field(default_factory=dict, hash=False)
    options: Mapping[str, Mapping[str, str]] = field(default_factory=dict, hash=False)
    said: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict, hash=False)
    attachments: Mapping[str, str] = field(default_factory=dict, hash=False)
    terms: tuple[Term, ...] = ()
    register: Register = Register.STANDARD
    german: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Attachment:
    """Something to enclose or bring along; ``condition``: only where that holds."""

    id: str
    condition: Condition | None = None


@dataclass(frozen=True, slots=True)
class AcroForm:
    """The official PDF with fields of its own: its address, and by path the name of its field.

    Boxes of a choice, or of yes and no, have a name each, under ``path=code``; of what repeats, the second occurrence
    stands under ``path#2``.
    """

    url: str
    fields: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Form:
    """A form that Roland can explain.

    ``edition`` names its version; ``updated_on`` is the day its texts were last checked, ``url`` its official page;
    ``minutes`` how long it takes. ``unread_rules`` are rules written in words that could not be read; they are shown,
    and nothing is left out because of them.
    """

    id: str
    texts: tuple[FormText, ...]
    elements: tuple[FormElement, ...]
    edition: str = ""
    updated_on: date | None = None
    url: str | None = None
    service_ids: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    minutes: int | None = None
    schema_id: str | None = None
    legal_basis: tuple[str, ...] = ()
    acro_form: AcroForm | None = None
    unread_rules: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.texts:
            raise ValueError(f"form {self.id!r} has no text in any language")

    def text(self, language: Language, register: Register = Register.STANDARD) -> FormText:
        """The best version for a reader: language and register, else that language, else German, else the first."""
        return best_version(self.texts, language, register)

    def walk(self) -> Iterator[FormElement]:
        """Every element, each group before what is in it."""
        return _walk(self.elements)


def _walk(elements: tuple[FormElement, ...]) -> Iterator[FormElement]:
    for element in elements:
        yield element
        if isinstance(element, FieldGroup):
            yield from _walk(element.children)
