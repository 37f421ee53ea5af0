"""When somebody is there: opening hours, public holidays, and how both are told."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

from assistant.errors import ConfigError
from assistant.model import Language, OpeningHours, Weekday
from assistant.ports import Messages

_WEEK = tuple(Weekday)
_LOOK_AHEAD_DAYS = 30
_USUAL_DAYS = frozenset(_WEEK[:5])
_USUAL_CLOSING = time(18)


class CityCalendar:
    """Weekly opening hours without the public holidays of a German Land and other closed days."""

    def __init__(
        self, hours: Sequence[OpeningHours], zone: ZoneInfo, land: str, closed_on: Sequence[date] = ()
    ) -> None:
        """Raises ConfigError for an unknown ``land`` (ISO 3166-2 without ``DE-``, e.g. ``HB``; empty: no holidays)."""
        if land and land not in holidays.list_supported_countries()["DE"]:
            raise ConfigError(f"contact.holidays: there is no German Land {land!r}")
        self.hours = tuple(hours)
        self._zone = zone
        self._land = land
        self._closed_on = frozenset(closed_on)

    def is_holiday(self, day: date) -> bool:
        """Whether nobody works on that day, be it a public holiday or a day closed by the city."""
        return day in self._closed_on or day in _public_holidays(self._land, day.year)

    def is_open(self, at: datetime) -> bool:
        """Whether somebody is there at that moment."""
        local = at.astimezone(self._zone)
        return any(opens <= local < closes for opens, closes in self._spans(local.date()))

    def next_opening(self, after: datetime) -> datetime | None:
        """The next beginning of opening hours after that moment, in local time; None where there is none in 30 days."""
        local = after.astimezone(self._zone)
        for ahead in range(_LOOK_AHEAD_DAYS + 1):
            openings = [opens for opens, _ in self._spans(local.date() + timedelta(ahead)) if opens > local]
            if openings:
                return min(openings)
        return None

    def is_working_day(self, day: date) -> bool:
        """Whether anybody works on that day; where no hours are configured, Monday to Friday without holidays."""
        days = {named for span in self.hours for named in span.days} or _USUAL_DAYS
        return _WEEK[day.weekday()] in days and not self.is_holiday(day)

    def after_working_days(self, day: date, count: int) -> date:
        """The working day that is the ``count``-th after ``day``; 0 is the day itself, or the next working day."""
        if count == 0 and not self.is_working_day(day):
            count = 1
        while count > 0:
            day += timedelta(1)
            count -= self.is_working_day(day)
        return day

    def day_of(self, at: datetime) -> date:
        """The day that it is in the city at that moment."""
        return at.astimezone(self._zone).date()

    def start_of(self, day: date) -> datetime:
        """The first moment of a day in the city."""
        return datetime.combine(day, time(), self._zone)

    def closing(self, day: date) -> datetime:
        """When the last hours of a working day end; where no hours are configured, in the early evening."""
        usual = datetime.combine(day, _USUAL_CLOSING, self._zone)
        return max((closes for _, closes in self._spans(day)), default=usual)

    def _spans(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        if self.is_holiday(day):
            return
        for span in self.hours:
            if _WEEK[day.weekday()] in span.days:
                yield (
                    datetime.combine(day, span.opens, self._zone),
                    datetime.combine(day, span.closes, self._zone),
                )


@cache
def _public_holidays(land: str, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("DE", subdiv=land, years=year)) if land else frozenset()


def describe_hours(hours: Sequence[OpeningHours], messages: Messages, language: Language) -> str:
    """Opening hours in words, e.g. "Montag bis Freitag von 7:00 bis 18:00 Uhr"."""
    return ", ".join(_describe_run(run, span, messages, language) for span in hours for run in _runs(span.days))


def describe_days(days: Sequence[Weekday], messages: Messages, language: Language) -> str:
    """Days of the week in words, in their order, three and more in a row as a span."""
    told = []
    for run in _runs(days):
        names = [messages.text(f"day.{day}", language) for day in run]
        told += [f"{names[0]} – {names[-1]}"] if len(run) > 2 else names
    return ", ".join(told)


def describe_opening(opening: datetime, now: datetime, messages: Messages, language: Language) -> str:
    """A coming opening in words seen from ``now`` (same time zone), e.g. "morgen ab 7:00 Uhr"."""
    ahead = (opening.date() - now.date()).days
    key = {0: "time.next_today", 1: "time.next_tomorrow"}.get(ahead, "time.next_day")
    day = messages.text(f"day.{_WEEK[opening.weekday()]}", language)
    return messages.text(key, language, day=day, opens=f"{opening:%-H:%M}")


def describe_moment(moment: datetime, messages: Messages, language: Language) -> str:
    """A local time in words with its day and date, e.g. "Dienstag, 24.11.2026, 18:00 Uhr"."""
    day = messages.text(f"day.{_WEEK[moment.weekday()]}", language)
    told = describe_date(moment, messages, language)
    return messages.text("ticket.moment", language, day=day, date=told, time=f"{moment:%-H:%M}")


def describe_date(day: date, messages: Messages, language: Language) -> str:
    """A date as people write it, e.g. "24.11.2026"."""
    return messages.text("page.date", language, day=day.day, month=day.month, year=day.year)


def _runs(days: Sequence[Weekday]) -> Iterator[tuple[Weekday, ...]]:
    run: tuple[Weekday, ...] = ()
    for day in _WEEK:
        if day in days:
            run = (*run, day)
        elif run:
            yield run
            run = ()
    if run:
        yield run


def _describe_run(run: Sequence[Weekday], span: OpeningHours, messages: Messages, language: Language) -> str:
    return messages.text(
        "time.span" if len(run) > 1 else "time.single",
        language,
        first=messages.text(f"day.{run[0]}", language),
        last=messages.text(f"day.{run[-1]}", language),
        opens=f"{span.opens:%-H:%M}",
        closes=f"{span.closes:%-H:%M}",
    )
