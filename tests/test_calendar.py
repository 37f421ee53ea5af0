"""The city's calendar: when somebody is there, and how that is told."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.calendar import CityCalendar, describe_hours, describe_opening
from assistant.errors import ConfigError
from assistant.messages import TomlMessages
from assistant.model import Language, OpeningHours, Weekday
from assistant.ports import OpeningCalendar

BERLIN = ZoneInfo("Europe/Berlin")
WORKDAYS = tuple(Weekday)[:5]
HOURS = (OpeningHours(WORKDAYS, time(7), time(18)),)


def bremen(*closed_on: date) -> OpeningCalendar:
    """The calendar of Bremen's telephone service."""
    return CityCalendar(HOURS, BERLIN, "HB", closed_on)


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        ("2026-11-20T06:59:59", False),
        ("2026-11-20T07:00:00", True),
        ("2026-11-20T17:59:59", True),
        ("2026-11-20T18:00:00", False),
        ("2026-11-21T12:00:00", False),
        ("2026-12-25T12:00:00", False),
        ("2025-10-31T12:00:00", False),
    ],
)
def test_open_within_hours_on_workdays_only(at: str, is_open: bool) -> None:
    """Somebody is there from the first to the last minute of a workday, not at weekends and on Bremen's holidays."""
    assert bremen().is_open(datetime.fromisoformat(at).replace(tzinfo=BERLIN)) is is_open


def test_hours_are_local_time_all_year() -> None:
    """Opening hours follow the clock on the wall in summer and in winter."""
    calendar = bremen()
    assert calendar.is_open(datetime.fromisoformat("2026-07-01T05:30:00+00:00"))
    assert not calendar.is_open(datetime.fromisoformat("2026-12-01T05:30:00+00:00"))


def test_a_service_may_work_on_public_holidays() -> None:
    """Without a Land only the days that the city closes itself are closed."""
    calendar = CityCalendar(HOURS, BERLIN, "", (date(2026, 12, 24),))
    assert calendar.is_open(datetime(2026, 12, 25, 12, tzinfo=BERLIN))
    assert not calendar.is_open(datetime(2026, 12, 24, 12, tzinfo=BERLIN))


@pytest.mark.parametrize(
    ("after", "opening"),
    [
        ("2026-11-20T06:00:00", "2026-11-20T07:00:00+01:00"),
        ("2026-11-20T12:00:00", "2026-11-23T07:00:00+01:00"),
        ("2026-12-24T19:00:00", "2026-12-28T07:00:00+01:00"),
        ("2026-04-02T19:00:00", "2026-04-07T07:00:00+02:00"),
    ],
)
def test_next_opening_skips_weekends_and_holidays(after: str, opening: str) -> None:
    """The next opening comes after weekends and Bremen's public holidays."""
    found = bremen().next_opening(datetime.fromisoformat(after).replace(tzinfo=BERLIN))
    assert found is not None
    assert found.isoformat() == opening


def test_days_closed_by_the_city() -> None:
    """A day the city names is closed like a holiday."""
    calendar = bremen(date(2026, 11, 23))
    friday_evening = datetime(2026, 11, 20, 19, tzinfo=BERLIN)
    assert calendar.next_opening(friday_evening) == datetime(2026, 11, 24, 7, tzinfo=BERLIN)


def test_without_hours_nobody_comes() -> None:
    """Where no hours are configured, nobody is there and there is no next opening."""
    calendar = CityCalendar((), BERLIN, "HB")
    now = datetime(2026, 11, 20, 12, tzinfo=BERLIN)
    assert not calendar.is_open(now)
    assert calendar.next_opening(now) is None


def test_unknown_land_is_refused() -> None:
    """A Land that does not exist is an error of the configuration."""
    with pytest.raises(ConfigError, match="XX"):
        CityCalendar(HOURS, BERLIN, "XX")


@given(st.integers(0, 5 * 365 * 24 * 60))
def test_next_opening_is_open(minutes: int) -> None:
    """Whenever it is asked for, the next opening lies ahead and somebody is there then."""
    moment = datetime(2025, 1, 1, tzinfo=BERLIN) + timedelta(minutes=minutes)
    opening = bremen().next_opening(moment)
    assert opening is not None
    assert opening > moment
    assert bremen().is_open(opening)


def test_hours_in_words() -> None:
    """Days in a row are told as a span, others one by one."""
    hours = (*HOURS, OpeningHours((Weekday.SA,), time(9), time(12, 30)))
    told = describe_hours(hours, TomlMessages(), Language.DE)
    assert told == "Montag bis Freitag von 7:00 bis 18:00 Uhr, Samstag von 9:00 bis 12:30 Uhr"


def test_opening_in_words() -> None:
    """The next opening is told as people say it: today, tomorrow, or by the day of the week."""
    now = datetime(2026, 11, 20, 12, tzinfo=BERLIN)
    told = [
        describe_opening(datetime(2026, 11, day, 7, tzinfo=BERLIN), now, TomlMessages(), Language.DE)
        for day in (20, 21, 23)
    ]
    assert told == ["heute ab 7:00 Uhr", "morgen ab 7:00 Uhr", "Montag ab 7:00 Uhr"]
