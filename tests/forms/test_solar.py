"""Dates of the solar calendar are turned into the same days of the western one."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.forms import solar


@pytest.mark.parametrize(
    ("year", "new_year"),
    [(1300, "1921-03-21"), (1350, "1971-03-21"), (1358, "1979-03-21"), (1370, "1991-03-21"), (1375, "1996-03-20"),
     (1376, "1997-03-21"), (1391, "2012-03-20"), (1399, "2020-03-20"), (1400, "2021-03-21"), (1403, "2024-03-20"),
     (1404, "2025-03-21"), (1405, "2026-03-21"), (1408, "2029-03-20")],
)  # fmt: skip
def test_new_year_is_the_day_on_which_it_was_kept(year: int, new_year: str) -> None:
    """The first day of a year is the one of the printed calendars."""
    assert solar.to_date(year, 1, 1).isoformat() == new_year


@given(st.integers(min_value=1250, max_value=1498), st.integers(1, 12), st.integers(1, 29))
def test_days_follow_one_another(year: int, month: int, day: int) -> None:
    """The next day of a month is the next day, and each day lies in its year."""
    found = solar.to_date(year, month, day)
    assert solar.year_of(found) == year
    if day < 29:
        assert solar.to_date(year, month, day + 1) == found + timedelta(1)


@pytest.mark.parametrize("year", [1403, 1404, 1408])
def test_a_year_ends_where_the_next_begins(year: int) -> None:
    """Only leap years have a thirtieth day in the last month."""
    is_leap = year in {1403, 1408}
    last = solar.to_date(year, 12, 30 if is_leap else 29)
    assert solar.to_date(year + 1, 1, 1) == last + timedelta(1)
    if not is_leap:
        with pytest.raises(ValueError, match="no such day"):
            solar.to_date(year, 12, 30)


def test_the_year_of_a_day_changes_in_march() -> None:
    """The day before new year belongs to the old year."""
    assert [solar.year_of(date(2026, 3, day)) for day in (20, 21)] == [1404, 1405]
