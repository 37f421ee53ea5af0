"""The service catalogue: what the administration does for people, and what it says about it."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from assistant.model.language import Language, Register, best_version


class SectionKind(StrEnum):
    """What a section of a service tells (Textmodul of XZuFi and FIM)."""

    OVERVIEW = "overview"
    DOCUMENTS = "documents"
    REQUIREMENTS = "requirements"
    PROCEDURE = "procedure"
    FEE = "fee"
    DURATION = "duration"
    DEADLINE = "deadline"
    VALIDITY = "validity"
    REPRESENTATION = "representation"
    ONLINE = "online"
    FORMS = "forms"
    APPOINTMENT = "appointment"
    RESPONSIBILITY = "responsibility"
    HINTS = "hints"
    LEGAL_BASIS = "legal_basis"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a service's text; the unit that is retrieved and quoted.

    ``text`` is a Markdown subset: paragraphs, lists, tables, links, bold; no headings, no HTML.
    ``url`` and ``updated_on`` override those of the service.
    """

    kind: SectionKind
    text: str
    title: str | None = None
    url: str | None = None
    updated_on: date | None = None


@dataclass(frozen=True, slots=True)
class ServiceText:
    """A service in one language and register."""

    language: Language
    title: str
    summary: str = ""
    synonyms: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    register: Register = Register.STANDARD

    def section(self, kind: SectionKind) -> Section | None:
        """The first section of that kind, or None."""
        return next((section for section in self.sections if section.kind is kind), None)


@dataclass(frozen=True, slots=True)
class OnlineService:
    """A digital way to get the service (Onlinedienst); ``requires`` names what it asks for, e.g. ``eid``."""

    title: str
    url: str
    requires: tuple[str, ...] = ()
    description: str | None = None


@dataclass(frozen=True, slots=True)
class FormLink:
    """A form to download or fill in; ``form_id`` points to a form Roland can explain, where there is one."""

    title: str
    url: str
    description: str | None = None
    form_id: str | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """A public service (Leistung) with its texts, offices and ways to get it.

    ``areas`` are 12-digit regional keys (ARS); empty means the whole catalogue's area.
    ``valid_from`` and ``valid_until`` bound the days on which the entry may be told, both inclusive.
    """

    id: str
    texts: tuple[ServiceText, ...]
    updated_on: date | None = None
    url: str | None = None
    leika_key: str | None = None
    areas: tuple[str, ...] = ()
    life_situations: tuple[str, ...] = ()
    office_ids: tuple[str, ...] = ()
    online_services: tuple[OnlineService, ...] = ()
    forms: tuple[FormLink, ...] = ()
    appointment_url: str | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    public: bool = True

    def __post_init__(self) -> None:
        if not self.texts:
            raise ValueError(f"service {self.id!r} has no text in any language")

    def text(self, language: Language, register: Register = Register.STANDARD) -> ServiceText:
        """The best version for a reader: language and register, else that language, else German, else the first."""
        return best_version(self.texts, language, register)

    def is_valid_on(self, day: date) -> bool:
        """Whether the entry may be told on that day."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day <= self.valid_until
        )


@dataclass(frozen=True, slots=True)
class LifeSituation:
    """A situation in life that leads to services (Lebenslage), e.g. moving house.

    ``usual`` are the ids of the services most people come for, in their order.
    """

    id: str
    titles: dict[Language, str] = field(hash=False)
    descriptions: dict[Language, str] = field(default_factory=dict, hash=False)
    order: int = 0
    usual: tuple[str, ...] = ()

    def title(self, language: Language) -> str:
        """Its name in that language, else in German, else in any."""
        return self.titles.get(language) or self.titles.get(Language.DE) or next(iter(self.titles.values()))


@dataclass(frozen=True, slots=True)
class Area:
    """A territory by its 12-digit regional key (Amtlicher Regionalschlüssel)."""

    ars: str
    name: str
