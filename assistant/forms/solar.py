"""The solar calendar of Iran and Afghanistan (Hijri shamsi)."""

from datetime import date

# In these years a leap year is every fourth, and once in 33 years the fifth, which agrees with the observed equinox.
YEARS = range(1229, 1500)
_FIRST_DAY = date(622, 3, 22).toordinal() - 1  # proleptic, of the arithmetic below
_LONG_MONTHS, _LONG, _SHORT = 6, 31, 30


def to_date(year: int, month: int, day: int) -> date:
    """The same day of the western calendar; raises ValueError where there is no such day."""
    if year not in YEARS or not 1 <= month <= 12 or not 1 <= day <= _length(year, month):
        raise ValueError(f"no such day: {year}-{month}-{day}")
    before = min(month - 1, _LONG_MONTHS) * _LONG + max(month - 1 - _LONG_MONTHS, 0) * _SHORT
    return date.fromordinal(_new_year(year) + before + day - 1)


def year_of(day: date) -> int:
    """The solar year of a day."""
    year = day.year - 621
    return year if day.toordinal() >= _new_year(year) else year - 1


def _new_year(year: int) -> int:
    return _FIRST_DAY + 365 * (year - 1) + (8 * year + 21) // 33


def _length(year: int, month: int) -> int:
    if month <= _LONG_MONTHS:
        return _LONG
    return _SHORT if month < 12 else _new_year(year + 1) - _new_year(year) - 365 + 29
