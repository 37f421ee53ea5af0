"""What somebody enters into a field, read from what they wrote; and why it cannot be right, where it cannot."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from functools import cache

import phonenumbers
from babel.dates import format_date, get_month_names
from babel.numbers import format_decimal
from email_validator import EmailNotValidError, validate_email
from rapidfuzz import fuzz, process, utils
from stdnum import iban

from assistant.model import NO, YES, Field, FieldKind, Language, Limits

_MOST_CHARACTERS = 500
_LEAST_DIGITS = 4
_MOST_DIGITS = 20
_ALIKE = 88
_NUMERIC_DATE = re.compile(r"(?<!\d)(\d{1,2})\s?[./-]\s?(\d{1,2})\s?[./-]\s?(\d{4}|\d{2})(?!\d)")
_ISO_DATE = re.compile(r"(?<!\d)(\d{4})\s?[./-]\s?(\d{1,2})\s?[./-]\s?(\d{1,2})(?!\d)")
_WORDED_DATE = re.compile(r"(\d{1,2})(?:\.|st|nd|rd|th|er)?\s+(?:de\s+|of\s+)?([^\W\d_]+)\.?,?\s+(\d{4})")
_MONTH_FIRST = re.compile(r"([^\W\d_]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")
_NUMBER = re.compile(r"[-+]?\d{1,3}(?:[. '\u00a0\u202f]\d{3})+(?:,\d+)?|[-+]?\d+(?:[.,]\d+)?")
_UNIT = re.compile(r"\s+[^\W\d_]+[²³.]?(?:\s+[^\W\d_]+)?$|\s*(?:m²|m2|qm|%)$")
_TOWN = re.compile(r"\s+[^\W\d_][^\d]*$")
_PHONE = re.compile(r"\+?[\d\s()/.–-]+")
_FIRST_YEAR = 1850
_TELLING, _ENDING, _COMPOUND = 5, 3, 10
_ABOUT_MONEY = re.compile(r"[€]|\b(?:euro|eur|evro|yoro|евро|євро|يورو|یورو)\b", re.IGNORECASE)


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
    if limits.min_length is not None and len(said) < limits.min_length:
        return Fault("too_short", {"least": limits.min_length})
    if limits.max_length is not None and len(said) > limits.max_length:
        return Fault("too_long", {"most": limits.max_length})
    if not any(character.isalnum() for character in said):
        return Fault("no_words")
    if limits.pattern is not None and not re.fullmatch(limits.pattern, said):
        return Fault("pattern")
    return said


def _yes_no(said: str, reading: _Reading) -> str | Fault:
    """The whole answer, or its first word ("nee, das sind alle")."""
    names = {YES: reading.words.yes, NO: reading.words.no}
    whole = {code: {utils.default_process(spelling) for spelling in spellings} for code, spellings in names.items()}
    said_words = utils.default_process(said).split()
    said_of = {code for code, spellings in whole.items() if spellings & set(said_words)}
    if len(said_of) > 1 and not any(" ".join(said_words) in spellings for spellings in whole.values()):
        return Fault("yes_or_no")  # "да нет"
    begins = [code for code, spellings in whole.items() if said_words and said_words[0] in spellings]
    return _named(said, names) or (begins[0] if len(begins) == 1 else Fault("yes_or_no"))


def _choice(said: str, reading: _Reading) -> str | Fault:
    names = {code: _spellings(reading.words.options.get(code, code), code) for code in reading.field.options}
    if said.isdigit() and 0 < int(said) <= len(names) and said not in names:
        return reading.field.options[int(said) - 1]
    return _named(said, names) or _hinted(said, names) or Fault("choice")


def _spellings(label: str, code: str) -> tuple[str, ...]:
    """How an option may be called: whole, and each of the two words of a label such as "passport (Reisepass)"."""
    outer, _, inner = label.partition("(")
    return tuple(filter(None, (label, outer.strip(), inner.rstrip(") ").strip(), code)))


def _hinted(said: str, names: Mapping[str, tuple[str, ...]]) -> str | None:
    """The only code with a word of its own, which no other has, among what was said ("ich komm aus dem Ausland")."""
    stems = {code: _stems(spellings[0]) for code, spellings in names.items()}
    often = Counter(stem for own in stems.values() for stem in own)
    meant = [code for code, own in stems.items() if any(often[stem] == 1 and _is_heard(stem, said) for stem in own)]
    return meant[0] if len(meant) == 1 else None


def _is_heard(stem: str, said: str) -> bool:
    """Whether a word of what was said begins so, or is the beginning of it ("Neufeststellung")."""
    return any(spoken == stem or (len(spoken) >= _COMPOUND and stem.startswith(spoken)) for spoken in _stems(said))


def _stems(text: str) -> set[str]:
    """The longer words of a text without their endings; none where it counts something ("2 Jahre")."""
    words = utils.default_process(text).split()
    if any(word.isdigit() for word in words):
        return set()
    return {word[: max(_TELLING, len(word) - _ENDING)] for word in words if len(word) >= _TELLING}


def _named(said: str, names: Mapping[str, tuple[str, ...]]) -> str | None:
    """The code one of whose names was said, small slips aside; None where none was, or several alike."""
    plain = utils.default_process(said)
    exact = [code for code, spellings in names.items() if plain in map(utils.default_process, spellings)]
    if exact:
        return exact[0]
    choices = {code: utils.default_process(spellings[0]) for code, spellings in names.items() if spellings}
    found = process.extract(plain, choices, scorer=fuzz.token_set_ratio, limit=2, score_cutoff=_ALIKE)
    return found[0][2] if len(found) == 1 else None


def _date(said: str, reading: _Reading) -> str | Fault:
    distance = reading.words.days.get(utils.default_process(said))
    parts = _parts_of_date(_digits(said)) if distance is None else _parts_of(reading.today + timedelta(distance))
    if parts is None:
        return Fault("date")
    day, month, year = parts
    if 100 <= year < _FIRST_YEAR:  # a year of another calendar, or a slip
        return Fault("date")
    try:
        value = date(_full_year(year, reading.today), month, day)
    except ValueError:
        return Fault("no_such_day", {"date": f"{day:02}.{month:02}.{year}"})
    limits = reading.field.limits
    if (latest := _day(limits.latest, reading.today)) is not None and value > latest:
        return Fault("in_the_future" if limits.latest == "today" else "too_late", {"latest": _shown(latest)})
    if (earliest := _day(limits.earliest, reading.today)) is not None and value < earliest:
        return Fault("in_the_past" if limits.earliest == "today" else "too_early", {"earliest": _shown(earliest)})
    return value.isoformat()


def _parts_of(day: date) -> tuple[int, int, int]:
    return day.day, day.month, day.year


def _parts_of_date(said: str) -> tuple[int, int, int] | None:
    """Day, month and year."""
    if found := _ISO_DATE.search(said):
        year, month, day = map(int, found.groups())
        return day, month, year
    if found := _NUMERIC_DATE.search(said):
        day, month, year = map(int, found.groups())
        return day, month, year
    if (found := _WORDED_DATE.search(said)) and (number := _months().get(utils.default_process(found[2]))):
        return int(found[1]), number, int(found[3])
    if (found := _MONTH_FIRST.search(said)) and (number := _months().get(utils.default_process(found[1]))):
        return int(found[2]), number, int(found[3])
    return None


@cache
def _months() -> dict[str, int]:
    """The number of a month by its name, in every language that Roland speaks, however it is declined."""
    return {
        utils.default_process(name).rstrip("."): number
        for language in Language
        for context in ("format", "stand-alone")
        for width in ("wide", "abbreviated")
        for number, name in get_month_names(width, context, locale=language.value).items()
    }


def _full_year(year: int, today: date) -> int:
    if year >= 100:
        return year
    century = today.year // 100 * 100
    return century + year if century + year <= today.year + 1 else century - 100 + year


def _day(limit: str | None, today: date) -> date | None:
    if limit is None:
        return None
    return today if limit == "today" else date.fromisoformat(limit)


def _shown(day: date) -> str:
    return format_date(day, "dd.MM.yyyy", locale="de")


def _number(said: str, reading: _Reading) -> str | Fault:
    value = _decimal(said)
    return Fault("number") if value is None else _within(value, reading.field.limits)


def _integer(said: str, reading: _Reading) -> str | Fault:
    value = _decimal(said)
    if value is None or value != value.to_integral_value():
        return Fault("integer")
    return _within(value.to_integral_value(), reading.field.limits)


def _amount(said: str, reading: _Reading) -> str | Fault:
    value = _decimal(_ABOUT_MONEY.sub(" ", said))
    if value is None:
        return Fault("amount")
    return _within(value.quantize(Decimal("0.01")), reading.field.limits)


def _decimal(said: str) -> Decimal | None:
    """The number that was said, with its unit in words at most ("54 qm"); German and English points and commas."""
    plain = _UNIT.sub("", _digits(said).strip())
    if not _NUMBER.fullmatch(plain) or len(plain) > _MOST_DIGITS:
        return None
    groups = re.fullmatch(r"([-+]?\d{1,3}(?:[. '\u00a0\u202f]\d{3})+)(,\d+)?", plain)
    plain = re.sub(r"[. '\u00a0\u202f]", "", plain) if groups else plain
    try:
        return Decimal(plain.replace(",", "."))
    except InvalidOperation:
        return None


def _within(value: Decimal, limits: Limits) -> str | Fault:
    if limits.minimum is not None and value < limits.minimum:
        return Fault("too_small", {"least": f"{limits.minimum:f}"})
    if limits.maximum is not None and value > limits.maximum:
        return Fault("too_large", {"most": f"{limits.maximum:f}"})
    return f"{value:f}"


def _postcode(said: str, _reading: _Reading) -> str | Fault:
    digits = re.sub(r"[\s-]", "", _TOWN.sub("", _digits(said))).removeprefix("D")
    return digits if re.fullmatch(r"(?!00)\d{5}", digits) else Fault("postcode")


def _phone(said: str, _reading: _Reading) -> str | Fault:
    if not _PHONE.fullmatch(_digits(said)):
        return Fault("phone")
    try:
        number = phonenumbers.parse(_digits(said), "DE")
    except phonenumbers.NumberParseException:
        return Fault("phone")
    if not phonenumbers.is_possible_number(number) or len(str(number.national_number)) < _LEAST_DIGITS:
        return Fault("phone")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def _email(said: str, _reading: _Reading) -> str | Fault:
    try:
        return validate_email(said.replace(" ", ""), check_deliverability=False).normalized
    except EmailNotValidError:
        return Fault("email")


def _iban(said: str, _reading: _Reading) -> str | Fault:
    compact = iban.compact(_digits(said)).upper()
    return compact if iban.is_valid(compact) else Fault("iban")


def _nothing(_said: str, _reading: _Reading) -> str | Fault:
    return Fault("nothing_to_enter")


def _digits(said: str) -> str:
    """The same with Arabic, Persian and other digits as 0–9."""
    return "".join(str(unicodedata.digit(one, one)) for one in said)


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
