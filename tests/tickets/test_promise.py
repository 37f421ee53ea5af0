"""Until when an answer is promised, by Bremen's calendar."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.calendar import CityCalendar, describe_moment
from assistant.messages import TomlMessages
from assistant.model import Channel, Language, OpeningHours, Weekday
from assistant.tickets.promise import PromiseRules, due_at

BERLIN = ZoneInfo("Europe/Berlin")
HOURS = (OpeningHours(tuple(Weekday)[:5], time(7), time(18)),)
BREMEN = CityCalendar(HOURS, BERLIN, "HB", [date(2026, 12, 24), date(2026, 12, 31)])
USUAL = PromiseRules()
MOMENTS = st.integers(0, 7 * 365 * 24 * 3600).map(
    lambda seconds: (datetime(2025, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)).astimezone(BERLIN)
)


def local(text: str) -> datetime:
    """A moment in Bremen."""
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        pytest.param("2026-11-20T12:00", "2026-11-24T18:00", id="over a weekend"),
        pytest.param("2026-11-21T03:00", "2026-11-24T18:00", id="on a Saturday"),
        pytest.param("2026-11-23T00:00", "2026-11-25T18:00", id="first moment of a day"),
        pytest.param("2026-11-23T23:59", "2026-11-25T18:00", id="last moment of a day"),
        pytest.param("2025-10-30T09:00", "2025-11-04T18:00", id="over Reformationstag"),
        pytest.param("2026-12-22T09:00", "2026-12-28T18:00", id="over Christmas, Christmas Eve closed"),
        pytest.param("2026-04-02T19:00", "2026-04-08T18:00", id="over Easter"),
        pytest.param("2026-05-13T12:00", "2026-05-18T18:00", id="over Ascension Day"),
        pytest.param("2026-03-27T12:00", "2026-03-31T18:00", id="into summer time"),
        pytest.param("2026-10-23T12:00", "2026-10-27T18:00", id="out of summer time"),
        pytest.param("2026-12-30T20:00", "2027-01-05T18:00", id="over New Year"),
    ],
)
def test_two_working_days_after_the_day_of_receipt(received: str, due: str) -> None:
    """The promise ends with the service hours of the second working day after the day of receipt."""
    assert due_at(local(received), Channel.WEB, BREMEN, USUAL) == local(due)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        pytest.param("2026-11-19T15:00", "2026-11-20T15:00", id="the same time on the next day"),
        pytest.param("2026-11-20T15:00", "2026-11-23T15:00", id="over a weekend"),
        pytest.param("2026-11-19T05:00", "2026-11-19T18:00", id="not in the night: the hours before"),
        pytest.param("2026-11-20T18:30", "2026-11-23T18:00", id="Friday evening"),
        pytest.param("2026-11-21T10:00", "2026-11-23T18:00", id="a Saturday does not count"),
        pytest.param("2025-10-30T19:00", "2025-11-03T18:00", id="neither does Reformationstag"),
        pytest.param("2026-03-27T19:00", "2026-03-30T18:00", id="into summer time"),
    ],
)
def test_by_telephone_within_a_day_of_working_time(received: str, due: str) -> None:
    """Who called 115 is answered within 24 hours of working days, and within service hours."""
    assert due_at(local(received), Channel.PHONE, BREMEN, USUAL) == local(due)


@given(MOMENTS, st.integers(0, 15))
def test_a_promise_lies_on_a_working_day_in_service_hours(received: datetime, days: int) -> None:
    """Whenever somebody writes: the promised moment ends the hours of a working day, so many working days later."""
    due = due_at(received, Channel.WEB, BREMEN, PromiseRules(working_days=days))
    assert BREMEN.is_working_day(due.date())
    assert BREMEN.is_open(due - timedelta(minutes=1))
    assert not BREMEN.is_open(due)
    between = [received.date() + timedelta(step) for step in range(1, (due.date() - received.date()).days + 1)]
    counted = sum(BREMEN.is_working_day(day) for day in between)
    assert counted == (days or int(not BREMEN.is_working_day(received.date())))


@given(MOMENTS, MOMENTS)
def test_who_comes_later_is_promised_no_earlier(one: datetime, other: datetime) -> None:
    """Promises keep the order of receipt, on every channel."""
    first, second = sorted((one, other))
    for channel in (Channel.WEB, Channel.PHONE):
        assert due_at(first, channel, BREMEN, USUAL) <= due_at(second, channel, BREMEN, USUAL)


@given(MOMENTS, st.integers(1, 100))
def test_a_promise_by_telephone_is_never_longer_than_said(received: datetime, hours: int) -> None:
    """The promise lies ahead, on a working day, and no more hours of working days pass than were said."""
    due = due_at(received, Channel.PHONE, BREMEN, PromiseRules(phone_hours=hours))
    assert received < due
    assert BREMEN.is_working_day((due - timedelta(microseconds=1)).date())
    passed = timedelta()
    day = received.date()
    while day <= due.date():
        if BREMEN.is_working_day(day):
            begin = max(received, BREMEN.start_of(day))
            end = min(due, BREMEN.start_of(day + timedelta(1)))
            passed += max(timedelta(), end - begin)
        day += timedelta(1)
    assert passed <= timedelta(hours=hours)


@given(MOMENTS)
def test_a_city_without_hours_promises_too(received: datetime) -> None:
    """Where no opening hours are configured, Monday to Friday count, until the early evening."""
    calendar = CityCalendar((), BERLIN, "HB")
    due = due_at(received, Channel.WEB, calendar, USUAL)
    assert (due.time(), due.weekday() < 5, calendar.is_holiday(due.date())) == (time(18), True, False)


def test_a_city_with_other_days() -> None:
    """Working days are those on which the city's hours say so."""
    calendar = CityCalendar((OpeningHours((Weekday.SA,), time(9), time(12)),), BERLIN, "HB")
    assert due_at(local("2026-11-20T12:00"), Channel.WEB, calendar, USUAL) == local("2026-11-28T12:00")


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (Language.DE, "Dienstag, 24.11.2026, 18:00 Uhr"),
        (Language.EN, "Tuesday, 2026-11-24, 18:00"),
        (Language.TR, "Salı, 24.11.2026, saat 18:00"),
        (Language.AR, "الثلاثاء، 24/11/2026، الساعة 18:00"),
        (Language.RU, "вторник, 24.11.2026, 18:00"),
        (Language.UK, "вівторок, 24.11.2026, 18:00"),
        (Language.FR, "mardi 24/11/2026 à 18:00"),
        (Language.PL, "wtorek, 24.11.2026, godz. 18:00"),
        (Language.FA, "سه‌شنبه، 2026/11/24، ساعت 18:00"),
    ],
)
def test_the_promise_in_words(language: Language, told: str) -> None:
    """Every language tells the promised moment in its own way."""
    assert describe_moment(local("2026-11-24T18:00"), TomlMessages(), language).casefold() == told.casefold()
