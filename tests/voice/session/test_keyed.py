"""What is entered by keys is what the form then reads: no figure is lost between telephone and form."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from assistant.forms.values import Words, read_value
from assistant.model import Field, FieldKind
from voice.session.keyed import KEYED_VALUES
from voice.session.keypad import keys_of

TODAY = date(2026, 11, 20)
_SIGNS = {" ": "11", ".": "12", "-": "13", "@": "14", "_": "15"}


def read(kind: FieldKind, keys: str) -> object:
    """What a field of that kind keeps of those keys."""
    entered = KEYED_VALUES[kind].read(keys)
    assert entered is not None
    return read_value(Field("f", kind), entered, Words(), TODAY)


def typed(text: str) -> str:
    """The keys of a text."""
    return "".join(_SIGNS.get(symbol) or keys_of(symbol) for symbol in text)


@given(st.dates(date(1920, 1, 1), date(2035, 12, 31)))
def test_any_day(day: date) -> None:
    """By eight digits."""
    assert read(FieldKind.DATE, f"{day:%d%m%Y}") == day.isoformat()


@given(st.integers(100, 99_999_999))
def test_any_sum(cents: int) -> None:
    """To the cent, never taken for a thousand."""
    assert read(FieldKind.AMOUNT, str(cents)) == f"{Decimal(cents) / 100:.2f}"


@given(st.integers(0, 999_999))
def test_any_number(number: int) -> None:
    """With or without a nought before it."""
    assert read(FieldKind.NUMBER, str(number)) == read(FieldKind.NUMBER, f"0{number}") == str(number)


@given(st.from_regex(r"[A-Z][a-z]{1,12}( [A-Z][a-z]{1,8})?( [1-9][0-9]?)?", fullmatch=True))
def test_any_name_or_street(text: str) -> None:
    """By two keys a letter; capitals come of themselves."""
    assert read(FieldKind.TEXT, typed(text.lower())) == text


def test_an_address_to_write_to() -> None:
    """With every sign that one has."""
    assert read(FieldKind.EMAIL, typed("anna-lena.meyer_2@posteo.de")) == "anna-lena.meyer_2@posteo.de"
