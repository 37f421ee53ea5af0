"""What somebody enters into a field, read from what they wrote; and why it cannot be right, where it cannot."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import phonenumbers
from babel.dates import format_date
from babel.numbers import format_decimal
from email_validator import EmailNotValidError, validate_email
from stdnum import iban

from assistant.forms import spoken
from assistant.forms.choices import read_option, read_yes_no
from assistant.forms.dates import read_day
from assistant.forms.numbers import read_number, spelled_digits
from assistant.forms.spoken import ascii_digits
from assistant.model import YES, Field, FieldKind, Limits

_MOST_CHARACTERS = 500
_LEAST_DIGITS, _POSTCODE_DIGITS = 4, 5
_POSTCODE = re.compile(r"(?<!\d)(?<!\d[,.-])\d(?:[\s.-]?\d){4}(?![\s.,-]?\d|[^\W\d_])")
# A "+" may stand behind the number where the text runs from right to left.
_PHONE = re.compile(r"(?:[^\d+]*[^\d+()])?(?P<number>[+(]{0,2}\d[\d\s()/.–-]+)(?P<behind>\+?)(?![^\W\d_])[^\d+]*")
_NUMBERED = re.compile(r"(?<=\d)(\s?)([абседأب])(?!\w)", re.IGNORECASE)
_LATIN = str.maketrans("абседأبАБСЕД", "abcedabABCED")
_LOOKS_LATIN = str.maketrans("АВЕКМНОРСТХУІ", "ABEKMHOPCTXYI")


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a value cannot be right: ``forms.fault.<key>`` of the message catalogue, with its values."""

    key: str
    values: Mapping[str, object] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Words:
    """What the reader calls things: yes and no, nothing, the options of a choice by code, days by their distance."""

    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    options: Mapping[str, str] = field(default_factory=dict, hash=False)
    nothing: tuple[str, ...] = ()
    days: Mapping[str, int] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class _Reading:
    field: Field
    words: Words
    today: date


def read_value(field: Field, text: str, words: Words, today: date) -> str | Fault:
    """The value in the form in which it is kept: ISO dates, codes of options, ``yes`` and ``no``, decimal points.

    A fault says what is wrong with it, for the person to put right.
    """
    said = " ".join(unicodedata.normalize("NFC", text).split())
    if not said:
        return Fault("empty")
    if len(said) > _MOST_CHARACTERS:
        return Fault("too_long", {"most": _MOST_CHARACTERS})
    return _READERS[field.kind](said, _Reading(field, words, today))


def show_value(field: Field, value: str, words: Words) -> str:
    """A kept value as it is read: dates and amounts as on a German form, options by their names."""
    shower = _SHOWERS.get(field.kind)
    return shower(value, words) if shower is not None else value


def _text(said: str, reading: _Reading) -> str | Fault:
    limits = reading.field.limits
    said = _with_latin_numbers(said)
    if limits.pattern is not None and not re.fullmatch(limits.pattern, said):
        compact = re.sub(r"[\s./-]", "", said)  # a number, set apart in other places
        said = compact if compact.isdecimal() and re.fullmatch(limits.pattern, compact) else said
    if limits.min_length is not None and len(said) < limits.min_length:
        return Fault("too_short", {"least": limits.min_length})
    if limits.max_length is not None and len(said) > limits.max_length:
        return Fault("too_long", {"most": limits.max_length})
    if not any(character.isalnum() for character in said):
        return Fault("no_words")
    if limits.pattern is not None and not re.fullmatch(limits.pattern, said):
        return Fault("pattern")
    return said


def _with_latin_numbers(said: str) -> str:
    """With figures as on a German form, and a house number's letter in Latin where the rest is ("Musterweg 12а")."""
    plain = ascii_digits(said)
    latin = _NUMBERED.sub(lambda found: found[1] + found[2].translate(_LATIN), plain)
    others = {unicodedata.name(one, "").split(" ")[0] for one in latin if one.isalpha()}
    return latin if others <= {"LATIN"} else plain


def _yes_no(said: str, reading: _Reading) -> str | Fault:
    words, names = reading.words, reading.field.said
    return read_yes_no(said, words.yes, words.no, names) or Fault("yes_or_no")


def _choice(said: str, reading: _Reading) -> str | Fault:
    field, labels = reading.field, reading.words.options
    if said in field.options:
        return said
    if said.isdecimal() and 0 < int(said) <= len(field.options):
        return field.options[int(said) - 1]
    names = {code: (*_spellings(labels.get(code, code)), *field.said.get(code, ())) for code in field.options}
    return read_option(said, names) or Fault("choice")


def _spellings(label: str) -> tuple[str, ...]:
    """How an option may be called: whole, and each of the two words of a label such as "passport (Reisepass)"."""
    outer, _, inner = label.partition("(")
    return tuple(filter(None, (label, outer.strip(), inner.rstrip(") ").strip())))


def _date(said: str, reading: _Reading) -> str | Fault:
    named = read_day(said, reading.words.days, reading.today)
    if named is None:
        return Fault("date")
    value = named.date(reading.today)
    if value is None:
        return Fault("no_such_day", {"date": str(named)})
    limits = reading.field.limits
    if (latest := _day(limits.latest, reading.today)) is not None and value > latest:
        return Fault("in_the_future" if limits.latest == "today" else "too_late", {"latest": _shown(latest)})
    if (earliest := _day(limits.earliest, reading.today)) is not None and value < earliest:
        return Fault("in_the_past" if limits.earliest == "today" else "too_early", {"earliest": _shown(earliest)})
    return value.isoformat()


def _day(limit: str | None, today: date) -> date | None:
    if limit is None:
        return None
    return today if limit == "today" else date.fromisoformat(limit)


def _shown(day: date) -> str:
    return format_date(day, "dd.MM.yyyy", locale="de")


def _number(said: str, reading: _Reading) -> str | Fault:
    value = read_number(said)
    return Fault("number") if value is None else _within(value, reading.field.limits)


def _integer(said: str, reading: _Reading) -> str | Fault:
    value = read_number(said)
    if value is None or value != value.to_integral_value():
        return Fault("integer")
    return _within(value.to_integral_value(), reading.field.limits)


def _amount(said: str, reading: _Reading) -> str | Fault:
    value = read_number(said, is_money=True)
    return Fault("amount") if value is None else _within(value.quantize(Decimal("0.01")), reading.field.limits)


def _within(value: Decimal, limits: Limits) -> str | Fault:
    if limits.minimum is not None and value < limits.minimum:
        return Fault("too_small", {"least": f"{limits.minimum:f}"})
    if limits.maximum is not None and value > limits.maximum:
        return Fault("too_large", {"most": f"{limits.maximum:f}"})
    return f"{value:f}"


def _postcode(said: str, _reading: _Reading) -> str | Fault:
    """Five figures, with a town before or behind them at most."""
    plain = ascii_digits(spelled_digits(said))
    found = _POSTCODE.findall(plain)
    digits = re.sub(r"\D", "", plain)
    is_one = len(found) == 1 and len(digits) == _POSTCODE_DIGITS
    return digits if is_one and not digits.startswith("00") else Fault("postcode")


def _phone(said: str, _reading: _Reading) -> str | Fault:
    found = _PHONE.fullmatch(ascii_digits(spelled_digits(said)))
    if found is None:
        return Fault("phone")
    try:
        number = phonenumbers.parse(f"{'+' * bool(found['behind'])}{found['number']}", "DE")
    except phonenumbers.NumberParseException:
        return Fault("phone")
    if not phonenumbers.is_possible_number(number) or len(str(number.national_number)) < _LEAST_DIGITS:
        return Fault("phone")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def _email(said: str, _reading: _Reading) -> str | Fault:
    address = said if "@" in said else _spelled_address(said)
    try:
        return validate_email(address.replace(" ", ""), check_deliverability=False).normalized
    except EmailNotValidError:
        return Fault("email")


def _spelled_address(said: str) -> str:
    """An address with its signs, where their names were said."""
    signs = dict.fromkeys(spoken.among("at"), "@") | dict.fromkeys(spoken.among("dot"), ".")
    return " ".join(signs.get(spoken.fold(word), word) for word in said.split())


def _iban(said: str, _reading: _Reading) -> str | Fault:
    compact = iban.compact(ascii_digits(said)).upper().translate(_LOOKS_LATIN)
    return compact if iban.is_valid(compact) else Fault("iban")


def _nothing(_said: str, _reading: _Reading) -> str | Fault:
    return Fault("nothing_to_enter")


_READERS: dict[FieldKind, Callable[[str, _Reading], str | Fault]] = {
    FieldKind.TEXT: _text,
    FieldKind.INTEGER: _integer,
    FieldKind.NUMBER: _number,
    FieldKind.AMOUNT: _amount,
    FieldKind.DATE: _date,
    FieldKind.YES_NO: _yes_no,
    FieldKind.CHOICE: _choice,
    FieldKind.POSTCODE: _postcode,
    FieldKind.PHONE: _phone,
    FieldKind.EMAIL: _email,
    FieldKind.IBAN: _iban,
    FieldKind.FILE: _nothing,
    FieldKind.SIGNATURE: _nothing,
    FieldKind.NOTE: _nothing,
}


def _named_yes_no(value: str, words: Words) -> str:
    names = words.yes if value == YES else words.no
    return names[0] if names else value


_SHOWERS: dict[FieldKind, Callable[[str, Words], str]] = {
    FieldKind.DATE: lambda value, _words: _shown(date.fromisoformat(value)),
    FieldKind.AMOUNT: lambda value, _words: format_decimal(Decimal(value), "#,##0.00", locale="de"),
    FieldKind.NUMBER: lambda value, _words: value.replace(".", ","),
    FieldKind.YES_NO: _named_yes_no,
    FieldKind.CHOICE: lambda value, words: words.options.get(value, value),
    FieldKind.IBAN: lambda value, _words: str(iban.format(value)),
}
