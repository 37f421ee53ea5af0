"""Until when an answer is promised."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from assistant.model import Channel
from assistant.ports import OpeningCalendar


@dataclass(frozen=True, slots=True)
class PromiseRules:
    """What a city promises: ``working_days`` after the day of receipt; on the telephone ``phone_hours``."""

    working_days: int = 2
    phone_hours: int = 24


class CityPromise:
    """A city's promise. Implements ``assistant.ports.ReplyPromise``."""

    def __init__(self, calendar: OpeningCalendar, rules: PromiseRules) -> None:
        self._calendar = calendar
        self._rules = rules

    def due(self, at: datetime, channel: Channel) -> datetime:
        """The promised moment for what comes in at that one."""
        return due_at(at, channel, self._calendar, self._rules)


def due_at(received: datetime, channel: Channel, calendar: OpeningCalendar, rules: PromiseRules) -> datetime:
    """The promised moment, in the city's time; always a working day, and later than ``received``.

    It is the end of service hours so many working days after the day of receipt. By telephone only hours of working
    days count; where they end outside of service hours, the promise ends with the hours before.
    """
    if channel is Channel.PHONE:
        return _within_hours(received, timedelta(hours=rules.phone_hours), calendar)
    return calendar.closing(calendar.after_working_days(calendar.day_of(received), rules.working_days))


def _within_hours(received: datetime, span: timedelta, calendar: OpeningCalendar) -> datetime:
    latest = _after_hours_of_working_days(received, span, calendar)
    if calendar.is_open(latest):
        return latest
    day = calendar.day_of(latest)
    for closing in (calendar.closing(day), calendar.closing(_working_day_before(day, calendar))):
        if received < closing <= latest:
            return closing
    return latest


def _after_hours_of_working_days(received: datetime, span: timedelta, calendar: OpeningCalendar) -> datetime:
    """When so much time of working days has passed; they count from midnight to midnight."""
    day = calendar.day_of(received)
    begin = received.astimezone(UTC)
    while True:
        midnight = calendar.start_of(day + timedelta(1)).astimezone(UTC)
        if calendar.is_working_day(day):
            if begin + span <= midnight:
                return (begin + span).astimezone(calendar.start_of(day).tzinfo)
            span -= midnight - begin
        day, begin = day + timedelta(1), midnight


def _working_day_before(day: date, calendar: OpeningCalendar) -> date:
    day -= timedelta(1)
    while not calendar.is_working_day(day):
        day -= timedelta(1)
    return day
