"""Offices: where people go, call or write to."""

from dataclasses import dataclass, replace
from datetime import date, time
from enum import StrEnum

from assistant.model.language import Language, Register


class Weekday(StrEnum):
    """A day of the week, as the two-letter code of iCalendar in lower case."""

    MO = "mo"
    TU = "tu"
    WE = "we"
    TH = "th"
    FR = "fr"
    SA = "sa"
    SU = "su"


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address; ``addition`` names entrance, floor or building."""

    street: str
    house_number: str
    postal_code: str
    city: str
    district: str | None = None
    addition: str | None = None

    @property
    def line(self) -> str:
        """The address on one line, as written on an envelope."""
        street = f"{self.street} {self.house_number}".strip()
        return ", ".join(part for part in (street, f"{self.postal_code} {self.city}".strip()) if part)


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """One span of local time on some days of the week; ``note`` limits it ("nur mit Termin")."""

    days: tuple[Weekday, ...]
    opens: time
    closes: time
    note: str | None = None


@dataclass(frozen=True, slots=True)
class OfficeNote:
    """What a note of an office says in another language, or in plain German; ``original`` is the German note."""

    original: str
    text: str
    language: Language
    register: Register = Register.STANDARD


@dataclass(frozen=True, slots=True)
class Office:
    """An organisational unit people deal with (Organisationseinheit, Dienststelle).

    ``aliases`` are other names people know it by, with and without its district ("Bürgeramt", "Bürgeramt Vegesack").
    All texts are German; ``translations`` are those of its notes.
    """

    id: str
    name: str
    areas: tuple[str, ...] = ()
    short_name: str | None = None
    aliases: tuple[str, ...] = ()
    address: Address | None = None
    phone: str | None = None
    email: str | None = None
    url: str | None = None
    appointment_url: str | None = None
    opening_hours: tuple[OpeningHours, ...] = ()
    hours_note: str | None = None
    transport: str | None = None
    accessibility: str | None = None
    source_url: str | None = None
    updated_on: date | None = None
    public: bool = True
    translations: tuple[OfficeNote, ...] = ()

    @property
    def notes(self) -> tuple[str, ...]:
        """Its sentences and remarks, in German, each once: what is translated. Names and addresses are not."""
        addition = self.address.addition if self.address else None
        spans = (span.note for span in self.opening_hours)
        stated = (addition, *spans, self.hours_note, self.transport, self.accessibility)
        return tuple(dict.fromkeys(note for note in stated if note))

    def told_in(self, language: Language, register: Register = Register.STANDARD) -> "Office":
        """The office for one reader: of its translations only those that ``told`` shall find.

        Of each note that in language and register, else in that language, else in German of that register; none
        where the note stays as it is.
        """
        versions = ((language, register), (language, Register.STANDARD), (Language.DE, register))
        best: dict[str, OfficeNote] = {}
        for version in versions:
            for note in self.translations:
                if (note.language, note.register) == version:
                    best.setdefault(note.original, note)
        return replace(self, translations=tuple(best[note] for note in self.notes if note in best))

    def told(self, note: str) -> OfficeNote:
        """What a reader of this office is told for one of its notes: the first translation of it, else the German."""
        return next((told for told in self.translations if told.original == note), OfficeNote(note, note, Language.DE))
