"""What Roland says while explaining a form. Every text is quoted from the form, which is the block's origin."""

from dataclasses import dataclass

from assistant.model.form import FieldKind
from assistant.model.language import Language
from assistant.model.source import Source
from assistant.model.walk import WalkMode


@dataclass(frozen=True, slots=True)
class FormPart:
    """A part of a form in its outline; ``key`` is the first step in it, empty where it is left out."""

    label: str
    key: str = ""
    number: str | None = None
    is_here: bool = False
    is_done: bool = False


@dataclass(frozen=True, slots=True)
class FormOverview:
    """A form before one begins: what it is for, its parts, how many minutes it takes, what to have ready."""

    title: str
    summary: str
    parts: tuple[FormPart, ...]
    origin: Source
    step_count: int = 0
    minutes: int | None = None
    enclosed: tuple[str, ...] = ()
    mode: WalkMode = WalkMode.EXPLAIN
    language: Language | None = None


@dataclass(frozen=True, slots=True)
class LeftOutPart:
    """A part or field passed over, the field that decided it, and what was answered there."""

    label: str
    because: str
    answered: str


@dataclass(frozen=True, slots=True)
class FormStep:
    """A field, or the question whether a part is wanted or there is another (``asks`` ``wanted``, ``another``).

    ``position`` of ``total`` steps; ``round`` counts the second child, the third, …; ``depends_on`` is the label of the
    field that decides whether this one is needed, where nobody knows yet. ``kind`` is that of the field, None where a
    group is asked about. ``value`` is what was entered. ``language`` is set where the texts are in another than the
    answer's.
    """

    title: str
    label: str
    origin: Source
    position: int
    total: int
    key: str
    outline: tuple[FormPart, ...] = ()
    part: str = ""
    number: str | None = None
    round: int | None = None
    about: str = ""
    why: str = ""
    example: str = ""
    mistake: str = ""
    where: str = ""
    legal_basis: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    enclosed: tuple[str, ...] = ()
    left_out: tuple[LeftOutPart, ...] = ()
    asks: str = "field"
    kind: FieldKind | None = None
    is_required: bool = True
    depends_on: str = ""
    value: str = ""
    mode: WalkMode = WalkMode.EXPLAIN
    language: Language | None = None


@dataclass(frozen=True, slots=True)
class FormTerm:
    """What a word in a form means."""

    word: str
    text: str
    origin: Source
    language: Language | None = None


@dataclass(frozen=True, slots=True)
class FormValue:
    """What was entered at a step; empty where it is still missing."""

    key: str
    label: str
    value: str = ""
    part: str = ""


@dataclass(frozen=True, slots=True)
class FormReview:
    """Everything entered, before it is put into the form; ``missing`` is required and still open."""

    title: str
    values: tuple[FormValue, ...]
    missing: tuple[FormValue, ...]
    origin: Source
    outline: tuple[FormPart, ...] = ()
    language: Language | None = None


@dataclass(frozen=True, slots=True)
class FormChecklist:
    """The end of a walk: what to enclose, what perhaps (with the field that decides it), how to hand it in."""

    title: str
    enclosed: tuple[str, ...]
    perhaps: tuple[str, ...]
    hand_in: str
    origin: Source
    outline: tuple[FormPart, ...] = ()
    mode: WalkMode = WalkMode.EXPLAIN
    language: Language | None = None


FormBlock = FormOverview | FormStep | FormTerm | FormReview | FormChecklist
