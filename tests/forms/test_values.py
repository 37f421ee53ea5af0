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
        (FieldKind.INTEGER, "zwei oder drei Kinder", Limits(), "integer"),
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
        ("۱۴۰۵/۸/۱۰", "2026-11-01"),
        ("1405-08-10", None),
        ("١٤٤٧/٨/١٠", None),
        ("12026-01-01", None),
    ],
)
def test_a_year_may_stand_first(text: str, value: str | None) -> None:
    """Year, month, day is read so; a year of a calendar that nobody can tell is no date rather than a wrong one."""
    read_so = read(FieldKind.DATE, text)
    assert read_so == value or (value is None and isinstance(read_so, Fault))


@pytest.mark.parametrize(
    ("text", "value"), [("nö, das sind alle", NO), ("ja klar", YES), ("ja nein", None), ("das", None)]
)
def test_yes_and_no_are_told_by_their_first_word(text: str, value: str | None) -> None:
    """What begins with one of them is meant so; who says both is asked again."""
    assert read(FieldKind.YES_NO, text) == value or (value is None and isinstance(read(FieldKind.YES_NO, text), Fault))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("١ تشرين الثاني ٢٠٢٦", "2026-11-01"),
        ("٥ كانون الثاني ١٩٩٠", "1990-01-05"),
        ("5 كانون تاني 1990", "1990-01-05"),
        ("٧ آذار ٢٠٢٦", "2026-03-07"),
        ("12 شباط 1985", "1985-02-12"),
        ("٣ أيلول 2015", "2015-09-03"),
        ("٣ ايلول 2015", "2015-09-03"),
        ("20 تموز 99", "1999-07-20"),
        ("12 جانفي 1988", "1988-01-12"),
        ("3 فيفري 1988", "1988-02-03"),
        ("15 أوت 2001", "2001-08-15"),
        ("15 جويلية 2001", "2001-07-15"),
        ("4 غشت 2001", "2001-08-04"),
        ("4 دجنبر 2001", "2001-12-04"),
        ("١ يوليو ٢٠٢٥", "2025-07-01"),
        ("١ يوليه ٢٠٢٥", "2025-07-01"),
        ("الأول من أيار ٢٠٢٥", "2025-05-01"),
        ("1er mars 2026", "2026-03-01"),
        ("le 1er août 2025", "2025-08-01"),
        ("premier mars 2026", "2026-03-01"),
        ("1-го марта 2026 года", "2026-03-01"),
        ("первое марта 2026", "2026-03-01"),
        ("двадцать пятое декабря 1990", "1990-12-25"),
        ("1 січня 2020 р.", "2020-01-01"),
        ("перше вересня 2024 року", "2024-09-01"),
        ("pierwszego maja 2020 r.", "2020-05-01"),
        ("5 września 88", "1988-09-05"),
        ("March 1st, 2026", "2026-03-01"),
        ("the first of May 2020", "2020-05-01"),
        ("twenty first of May 2020", "2020-05-21"),
        ("3 Ağustos 2020'de", "2020-08-03"),
        ("beş mayıs 2020", "2020-05-05"),
        ("5. Jänner 2020", "2020-01-05"),
        ("am fünften Mai 2020 geboren", "2020-05-05"),
        ("۵ جنوری ۱۹۹۰", "1990-01-05"),
        ("15 فروردین 1404", "2025-04-04"),
        ("۱۵ فروردین ۱۴۰۴", "2025-04-04"),
        ("۱ حمل ۱۳۷۰", "1991-03-21"),
        ("۳۰ حوت ۱۳۹۹", "2021-03-20"),
        ("۱۰ جوزا ۱۳۷۰", "1991-05-31"),
        ("۱۴۰۴/۱۲/۲۹", "2026-03-20"),
        ("۱۵ فروردین ۷۰", "1991-04-04"),
        ("01 03 2026", "2026-03-01"),
        ("01032026", "2026-03-01"),
        ("1/3 2026", "2026-03-01"),
        ("geboren am 3.7.1958 in Bremen", "1958-07-03"),
        ("vom 1.3.2026 bis 5.3.2026", None),
        ("März 2026", None),
        ("у квітні 2023", None),
        ("seit 2019", None),
        ("1405/01/15", None),
        ("١٥ رمضان ١٤٤٧", None),
        ("letzten Monat", None),
    ],
)
def test_days_are_read_wherever_a_language_is_spoken(text: str, value: str | None) -> None:
    """Months have the names of Damascus, Algiers, Kabul and Vienna; what is no certain day is asked again."""
    assert read(FieldKind.DATE, text) == (value or Fault("date"))


@pytest.mark.parametrize(
    "text",
    ["31.02.2026", "31/2/2026", "2026-02-31", "31. Februar 2026", "February 31, 2026", "31 Şubat 2026", "٣١ شباط ٢٠٢٦",
     "٣١/٢/٢٠٢٦", "31 февраля 2026", "31 лютого 2026", "31 février 2026", "31 lutego 2026", "۳۱ فوریه ۲۰۲۶"],
)  # fmt: skip
def test_a_day_that_does_not_exist_is_told_in_every_language(text: str) -> None:
    """The 31st of February is no unclear date but one that there is not."""
    assert read(FieldKind.DATE, text) == Fault("no_such_day", {"date": "31.02.2026"})


@pytest.mark.parametrize("text", ["۳۱ مهر ۱۴۰۴", "۳۰ اسفند ۱۴۰۴", "۱۴۰۵/۱۳/۰۱"])
def test_a_solar_day_that_does_not_exist_is_told(text: str) -> None:
    """The short months of the solar year have thirty days, the last one 29 outside of leap years."""
    fault = read(FieldKind.DATE, text)
    assert isinstance(fault, Fault)
    assert fault.key == "no_such_day"


@pytest.mark.parametrize(
    ("text", "value"),
    [("heute", "2026-03-10"), ("seit gestern", "2026-03-09"), ("vorgestern", "2026-03-08"), ("ab morgen", "2026-03-11"),
     ("позавчера", "2026-03-08"), ("day before yesterday", "2026-03-08"), ("après-demain", "2026-03-12"),
     ("بعد بكرا", "2026-03-12"), ("پس‌فردا", "2026-03-12"), ("heute oder morgen", None), ("nicht heute", None)],
)  # fmt: skip
def test_days_may_be_told_from_today(text: str, value: str | None) -> None:
    """A day is counted from today where only one is named."""
    words = replace(WORDS, days={"heute": 0, "gestern": -1, "morgen": 1, "yesterday": -1, "فردا": 1, "بكرا": 1})
    assert read_value(KINDS[FieldKind.DATE], text, words, TODAY) == (value or Fault("date"))


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (FieldKind.AMOUNT, "1.200,50 €", "1200.50"),
        (FieldKind.AMOUNT, "1 200,50", "1200.50"),
        (FieldKind.AMOUNT, "1,200.50", "1200.50"),
        (FieldKind.AMOUNT, "1'200.50", "1200.50"),
        (FieldKind.AMOUNT, "1,200", "1200.00"),
        (FieldKind.AMOUNT, "1200,-", "1200.00"),
        (FieldKind.AMOUNT, "12 Euro 50", "12.50"),
        (FieldKind.AMOUNT, "1200 Euro im Monat", "1200.00"),
        (FieldKind.AMOUNT, "1200 Euro netto im Monat", "1200.00"),
        (FieldKind.AMOUNT, "ungefähr 500", "500.00"),
        (FieldKind.AMOUNT, "yaklaşık 500 avro", "500.00"),
        (FieldKind.AMOUNT, "шістсот", "600.00"),
        (FieldKind.AMOUNT, "п’ятсот п’ятдесят євро", "550.00"),
        (FieldKind.AMOUNT, "5 тысяч", "5000.00"),
        (FieldKind.AMOUNT, "١٬٢٠٠٫٥٠ يورو", "1200.50"),
        (FieldKind.AMOUNT, "zweihundertfünfzig Euro", "250.00"),
        (FieldKind.AMOUNT, "tausendzweihundert", "1200.00"),
        (FieldKind.AMOUNT, "bin iki yüz", "1200.00"),
        (FieldKind.AMOUNT, "هزار و دویست یورو", "1200.00"),
        (FieldKind.AMOUNT, "ألف ومئتين", "1200.00"),
        (FieldKind.AMOUNT, "500 Dollar", None),
        (FieldKind.AMOUNT, "5000 TL", None),
        (FieldKind.AMOUNT, "$500", None),
        (FieldKind.AMOUNT, "500 bis 600", None),
        (FieldKind.AMOUNT, "über 500", None),
        (FieldKind.AMOUNT, "gut sechshundert", None),
        (FieldKind.AMOUNT, "2 Millionen", None),
        (FieldKind.AMOUNT, "keine 500", None),
        (FieldKind.INTEGER, "zwei Kinder", "2"),
        (FieldKind.INTEGER, "ein Kind", "1"),
        (FieldKind.INTEGER, "sekiz", "8"),
        (FieldKind.INTEGER, "fünfundzwanzig", "25"),
        (FieldKind.INTEGER, "двадцать пять", "25"),
        (FieldKind.INTEGER, "خمسة وعشرين", "25"),
        (FieldKind.INTEGER, "بیست و پنج", "25"),
        (FieldKind.INTEGER, "quatre-vingt-dix-sept", "97"),
        (FieldKind.INTEGER, "vingt et un", "21"),
        (FieldKind.INTEGER, "نه", None),
        (FieldKind.INTEGER, "zwei Erwachsene und drei Kinder", None),
        (FieldKind.INTEGER, "ich weiß nicht, 5", None),
        (FieldKind.NUMBER, "десь 54 квадрати", "54"),
        (FieldKind.NUMBER, "etwa 54,5 qm", "54.5"),
        (FieldKind.NUMBER, "1.2.3", None),
        (FieldKind.TEXT, "Rosenweg 12а", "Rosenweg 12a"),
        (FieldKind.TEXT, "12а", "12a"),
        (FieldKind.TEXT, "улица Мира 12а", "улица Мира 12а"),
        (FieldKind.TEXT, "Osterdeich ١٢", "Osterdeich 12"),
        (FieldKind.TEXT, "Rosenweg 12 a", "Rosenweg 12 a"),
        (FieldKind.POSTCODE, "28195 Bremen", "28195"),
        (FieldKind.POSTCODE, "Bremen 28195", "28195"),
        (FieldKind.POSTCODE, "٢٨ ١٩٥", "28195"),
        (FieldKind.POSTCODE, "zwei acht eins neun fünf", "28195"),
        (FieldKind.POSTCODE, "282أ3", None),
        (FieldKind.POSTCODE, "2823О", None),
        (FieldKind.POSTCODE, "282377", None),
        (FieldKind.PHONE, "Tel.: 0421 361-0", "+49 421 3610"),
        (FieldKind.PHONE, "+49 (0)421 3610", "+49 421 3610"),
        (FieldKind.PHONE, "٠٤٢١ ٣٦١٠", "+49 421 3610"),
        (FieldKind.PHONE, "494213610+", "+49 421 3610"),
        (FieldKind.PHONE, "0421 3610x", None),
        (FieldKind.EMAIL, "muster at example punkt org", "muster@example.org"),
        (FieldKind.EMAIL, "muster собака example точка org", "muster@example.org"),
        (FieldKind.IBAN, "DЕ89 3704 0044 0532 0130 00", "DE89370400440532013000"),
    ],
)
def test_numbers_and_addresses_are_read_as_people_write_and_say_them(
    kind: FieldKind, text: str, value: str | None
) -> None:
    """Units, words, separators and letters of other scripts are understood; what is unclear is refused."""
    read_so = read(kind, text)
    assert read_so == value or (value is None and isinstance(read_so, Fault))


def test_a_long_number_may_be_set_apart_otherwise() -> None:
    """A number that a pattern wants in groups is taken in other groups, and in other digits."""
    limits = Limits(pattern=r"^[0-9]{2} ?[0-9]{3} ?[0-9]{3} ?[0-9]{3}$")
    assert read(FieldKind.TEXT, "12/345/678/901", limits) == "12345678901"
    assert read(FieldKind.TEXT, "١٢ ٣٤٥ ٦٧٨ ٩٠١", limits) == "12 345 678 901"
    assert read(FieldKind.TEXT, "1234", limits) == Fault("pattern")
