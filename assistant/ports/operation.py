"""Running and looking after an installation: health, time, opening hours."""

from datetime import date, datetime
from typing import Protocol

from assistant.model import OpeningHours


class Pingable(Protocol):
    """Something whose health ``roland doctor`` and ``/health`` show."""

    @property
    def name(self) -> str:
        """A short name for the health page."""
        ...

    async def ping(self) -> None:
        """Return when it is usable within a second or so; raise RolandError with the reason otherwise."""
        ...


class Expiring(Protocol):
    """Keeps things until their retention date."""

    async def delete_expired(self, now: datetime) -> int:
        """Remove what is past its date; how many."""
        ...


class Clock(Protocol):
    """The time; replaced in tests."""

    def now(self) -> datetime:
        """The current time, with time zone."""
        ...


class OpeningCalendar(Protocol):
    """When people can be reached, holidays of the city included. All times carry a time zone."""

    @property
    def hours(self) -> tuple[OpeningHours, ...]:
        """The regular opening hours."""
        ...

    def is_open(self, at: datetime) -> bool:
        """Whether somebody is there at that time."""
        ...

    def next_opening(self, after: datetime) -> datetime | None:
        """The next time somebody will be there, later than ``after``; None where hours are not configured."""
        ...

    def is_working_day(self, day: date) -> bool:
        """Whether anybody works on that day; where no hours are configured, Monday to Friday without holidays."""
        ...

    def after_working_days(self, day: date, count: int) -> date:
        """The working day that is the ``count``-th after ``day``; 0 is the day itself, or the next working day."""
        ...

    def day_of(self, at: datetime) -> date:
        """The day that it is in the city at that moment."""
        ...

    def start_of(self, day: date) -> datetime:
        """The first moment of a day in the city."""
        ...

    def closing(self, day: date) -> datetime:
        """When the last hours of a working day end; where no hours are configured, in the early evening."""
        ...
