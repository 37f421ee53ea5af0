"""Where what Roland says comes from."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from assistant.model.service import SectionKind


class SourceKind(StrEnum):
    """Which kind of catalogue entry a fact stands in."""

    SERVICE = "service"
    OFFICE = "office"
    FORM = "form"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact stands: a catalogue entry, its section, its official page and the date of that text.

    ``entry_id`` is the id of a service, an office or a form by ``kind``; ``section`` is None for a service's frame
    (title, summary, links), for an office and for a form.
    """

    kind: SourceKind
    entry_id: str
    title: str
    section: SectionKind | None = None
    url: str | None = None
    updated_on: date | None = None


@dataclass(frozen=True, slots=True)
class Canned:
    """The origin of a text that states no catalogue fact: a message of the message catalogue, by key.

    ``reckoned`` are values filled in that Roland has made or counted itself just now, such as a code.
    """

    key: str
    reckoned: tuple[str, ...] = ()


Origin = Source | Canned
