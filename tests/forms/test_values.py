"""What people enter is read as they write it, and what cannot be right is told so that it can be put right."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.forms.values import Fault, Words, read_value, show_value
from assistant.model import NO, YES, Field, FieldKind, Limits

TODAY = date(2026, 3, 10)
WORDS = Words(("ja", "jawohl"), ("nein", "nö"), {"haupt": "Hauptwohnung", "neben": "Nebenwohnung"})
KINDS = {kind: Field("f", kind) for kind in FieldKind} | {
    FieldKind.CHOICE: Field("f", FieldKind.CHOICE, options=("haupt", "neben"))
}


def read(kind: FieldKind, text: str, limits: Limits | None = None) -> str | Fault:
    """What is read."""
    return read_value(replace(KINDS[kind], limits=limits or Limits()), text, WORDS, TODAY)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (FieldKind.TEXT, "  Müller-\nLüdenscheidt ", "Müller- Lüdenscheidt"),
        (FieldKind.TEXT, "محمد", "محمد"),
        (FieldKind.DATE, "1.3.2026", "2026-03-01"),
        (FieldKind.DATE, "am 01.03.26", "2026-03-01"),
        (FieldKind.DATE, "3.7.58", "1958-07-03"),
        (FieldKind.DATE, "2026-03-01", "2026-03-01"),
        (FieldKind.DATE, "1. März 2026", "2026-03-01"),
        (FieldKind.DATE, "1 Mart 2026", "2026-03-01"),
        (FieldKind.DATE, "1 марта 2026", "2026-03-01"),
        (FieldKind.DATE, "1 березня 2026", "2026-03-01"),
        (FieldKind.DATE, "1 marca 2026", "2026-03-01"),
        (FieldKind.DATE, "1 mars 2026", "2026-03-01"),
        (FieldKind.DATE, "١/٣/٢٠٢٦", "2026-03-01"),
        (FieldKind.DATE, "۱ مارس ۲۰۲۶", "2026-03-01"),
        (FieldKind.AMOUNT, "650", "650.00"),
        (FieldKind.AMOUNT, "1.250,50 €", "1250.50"),
        (FieldKind.AMOUNT, "650 Euro", "650.00"),
        (FieldKind.AMOUNT, "650.5", "650.50"),
        (FieldKind.NUMBER, "72,5", "72.5"),
        (FieldKind.INTEGER, "٣", "3"),
        (FieldKind.YES_NO, "Ja!", YES),
        (FieldKind.YES_NO, "nö", NO),
        (FieldKind.CHOICE, "die Nebenwohnung", "neben"),
        (FieldKind.CHOICE, "hauptwonung", "haupt"),
        (FieldKind.CHOICE, "2", "neben"),
        (FieldKind.POSTCODE, "28 195", "28195"),
        (FieldKind.POSTCODE, "D-28195", "28195"),
        (FieldKind.PHONE, "0421 361-0", "+49 421 3610"),
        (FieldKind.EMAIL, "muster @example.org", "muster@example.org"),
        (FieldKind.IBAN, "de89 3704 0044 0532 0130 00", "DE89370400440532013000"),
    ],
)
def test_read_as_it_is_written(kind: FieldKind, text: str, value: str) -> None:
    """Values are understood in the ways in which people write them."""
    assert read(kind, text) == value


@pytest.mark.parametrize(
    ("kind", "text", "limits", "key"),
    [
        (FieldKind.DATE, "11.03.2026", Limits(latest="today"), "in_the_future"),
        (FieldKind.DATE, "09.03.2026", Limits(earliest="today"), "in_the_past"),
        (FieldKind.DATE, "01.01.2020", Limits(earliest="2021-01-01"), "too_early"),
        (FieldKind.DATE, "30.02.2026", Limits(), "no_such_day"),
        (FieldKind.DATE, "neulich", Limits(), "date"),
        (FieldKind.POSTCODE, "2819", Limits(), "postcode"),
        (FieldKind.POSTCODE, "Bremen", Limits(), "postcode"),
        (FieldKind.INTEGER, "zwei Kinder", Limits(), "integer"),
        (FieldKind.INTEGER, "2,5", Limits(), "integer"),
        (FieldKind.AMOUNT, "viel", Limits(), "amount"),
        (FieldKind.AMOUNT, "-5", Limits(minimum=Decimal(0)), "too_small"),
        (FieldKind.NUMBER, "12", Limits(maximum=Decimal(10)), "too_large"),
        (FieldKind.TEXT, "abc", Limits(max_length=2), "too_long"),
        (FieldKind.TEXT, "?!", Limits(), "no_words"),
        (FieldKind.TEXT, "abc", Limits(pattern=r"\d+"), "pattern"),
        (FieldKind.TEXT, "x" * 501, Limits(), "too_long"),
        (FieldKind.TEXT, "  ", Limits(), "empty"),
        (FieldKind.YES_NO, "vielleicht", Limits(), "yes_or_no"),
        (FieldKind.CHOICE, "Wohnung", Limits(), "choice"),
        (FieldKind.PHONE, "12", Limits(), "phone"),
        (FieldKind.EMAIL, "muster.example", Limits(), "email"),
        (FieldKind.IBAN, "DE89 3704 0044 0532 0130 01", Limits(), "iban"),
        (FieldKind.SIGNATURE, "Muster", Limits(), "nothing_to_enter"),
    ],
)
def test_what_cannot_be_right_is_told(kind: FieldKind, text: str, limits: Limits, key: str) -> None:
    """A wrong value is refused with the reason."""
    fault = read(kind, text, limits)
    assert isinstance(fault, Fault)
    assert fault.key == key


@given(st.sampled_from(FieldKind), st.text(max_size=60))
def test_anything_may_be_typed(kind: FieldKind, text: str) -> None:
    """Whatever is typed is a value or a fault, and a value can be shown and entered again as it is shown."""
    value = read(kind, text)
    if isinstance(value, str):
        assert read(kind, show_value(KINDS[kind], value, WORDS)) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2026/11/01", "2026-11-01"),
        ("2026.3.1", "2026-03-01"),
        ("۱۴۰۵/۸/۱۰", None),
        ("1405-08-10", None),
        ("12026-01-01", None),
    ],
)
def test_a_year_may_stand_first(text: str, value: str | None) -> None:
    """Year, month, day is read so; a year of another calendar is no date rather than a wrong one."""
    read_so = read(FieldKind.DATE, text)
    assert read_so == value or (value is None and isinstance(read_so, Fault))


@pytest.mark.parametrize(
    ("text", "value"), [("nö, das sind alle", NO), ("ja klar", YES), ("ja nein", None), ("das", None)]
)
def test_yes_and_no_are_told_by_their_first_word(text: str, value: str | None) -> None:
    """What begins with one of them is meant so; who says both is asked again."""
    assert read(FieldKind.YES_NO, text) == value or (value is None and isinstance(read(FieldKind.YES_NO, text), Fault))
