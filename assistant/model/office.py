"""Offices: where people go, call or write to."""

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum


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
class Office:
    """An organisational unit people deal with (Organisationseinheit, Dienststelle).

    ``aliases`` are other names people know it by, with and without its district ("Bürgeramt", "Bürgeramt Vegesack").
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
