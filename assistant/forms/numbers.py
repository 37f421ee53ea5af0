"""Numbers as people write and say them: in figures, in words, with what is counted."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from assistant.forms import spoken

_GROUPED = r"\d{1,3}(?:[. '\u00a0\u202f]\d{3})+(?:,\d+)?"
_ENGLISH = r"\d{1,3}(?:[,']\d{3})+\.\d+|\d{1,3}(?:,\d{3}){2,}"
_ITEM = re.compile(
    rf"(?P<figures>(?<![\d.,'])(?:(?<!\w)[-+])?(?:{_GROUPED}|{_ENGLISH}|\d+(?:[.,]\d+)?))(?![.,']?\d)"
    r"|(?P<word>[^\W\d_]+)|(?P<torn>\d)"
)
_LETTER = re.compile(r"[^\W\d_](?![^\W\d_])")
_THOUSANDS = re.compile(r"[-+]?\d{1,3},\d{3}")
_SIGNS = {ord("٫"): ",", ord("٬"): ".", ord("،"): ",", ord("’"): "'", ord("−"): "-"}
_FOREIGN = re.compile(r"[$£¥₴₺₽₹]")
_EVEN = re.compile(r"(?<=\d)[.,](?:[-–—]{1,2}|00[-–—])(?!\d)")
_CENTS = r"(?<=\d)\s*(?:{money})\s*(\d\d)(?!\d|[.,]\d)"
_MOST_WORDS, _MOST_DIGITS = 8, 20
_WORD = re.compile(r"[^\W\d_]+")
_LEAST_LETTERS = 3  # shorter ones are mostly little words of another language
_CENTURIES = range(11, 21)


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of what was said: a number in figures, a word that is a number, or any other word."""

    word: str
    value: Decimal | None = None
    is_figures: bool = False


def read_number(said: str, *, is_money: bool = False) -> Decimal | None:
    """The only number in what was said; None where there is none, or it is not the whole of what is meant.

    Points and commas are read as in German, and as in English where they cannot be German.
    """
    value = _read(said, is_money=is_money)
    if value is None and is_money and (figures := in_figures(said)) != said:
        return _read(figures, is_money=True)  # "sechshundertzwölf Euro fünfzig"
    return value


def _read(said: str, *, is_money: bool) -> Decimal | None:
    plain = _plain(said, is_money=is_money)
    parts = _parts(plain, is_money=is_money)
    if parts is None or len(parts) > _MOST_WORDS:
        return None
    others = {part.word for part in parts if part.value is None}
    if _is_unclear(others):
        return None
    numbers = list(_numbers(parts))
    if len(numbers) > 1:  # "ein Zimmer mit 20 qm"
        numbers = [run for run in numbers if not _is_article(run)]
    return _value(numbers[0]) if len(numbers) == 1 else None


def spelled_digits(said: str) -> str:
    """The text with digits that are spoken one by one as figures ("zwei acht eins neun fünf")."""
    known = spoken.valued("numbers")
    values = [known.get((word,)) for word in spoken.tokens(said)]
    if len(values) < 2 or not all(value is not None and value < 10 for value in values):
        return said
    return "".join(map(str, values))


def number_of(words: tuple[str, ...]) -> int | None:
    """The whole number that folded words are together ("neunzehnhundertfünf", "nineteen eighty five"); else None."""
    parts = tuple(map(_worded, words))
    if not parts or any(part.value is None for part in parts):
        return None
    value = _value(parts)
    if value is None and (century := parts[0].value) is not None and century in _CENTURIES:
        rest = _value(parts[1:])
        value = century * 100 + rest if rest is not None and 10 <= rest < 100 else None
    return None if value is None else int(value)


def in_figures(said: str) -> str:
    """The text with every number that is one word in figures ("Feld achtzehn"); what may be an article stays."""
    return _WORD.sub(lambda found: _figure(found[0]), said)


def _figure(word: str) -> str:
    plain = spoken.tokens(word)
    is_number = len(word) >= _LEAST_LETTERS and not set(plain) & spoken.among("articles")
    value = number_of(plain) if is_number else None
    return word if value is None else str(value)


def _plain(said: str, *, is_money: bool) -> str:
    plain = spoken.ascii_digits(spoken.joined(said)).translate(_SIGNS)
    if is_money:
        plain = re.sub(_CENTS.format(money=spoken.money().pattern), r",\1", _EVEN.sub("", plain), flags=re.IGNORECASE)
        plain = spoken.money().sub(" ", plain)
    return plain


def _parts(plain: str, *, is_money: bool) -> tuple[_Part, ...] | None:
    """The parts; None where figures are torn, or of another currency."""
    if _FOREIGN.search(plain):
        return None
    parts: list[_Part] = []
    for found in _ITEM.finditer(plain):
        if found["torn"] or (found["figures"] and _LETTER.match(plain, found.end())):
            return None
        if found["figures"]:
            value = _decimal(found["figures"], is_money=is_money)
            if value is None:
                return None
            parts.append(_Part(found["figures"], value, is_figures=True))
        else:
            parts.extend(_worded(word) for word in spoken.tokens(found["word"]))
    return tuple(parts)


def _worded(word: str) -> _Part:
    """A word with its value; Arabic joins the parts of a number with a letter."""
    value = _number_of(word)
    if value is None and word.startswith("و"):
        value = _number_of(word[1:])
    return _Part(word, None if value is None else Decimal(value))


def _decimal(figures: str, *, is_money: bool) -> Decimal | None:
    if len(figures) > _MOST_DIGITS:
        return None
    if re.fullmatch(rf"[-+]?(?:{_GROUPED})", figures):
        figures = re.sub(r"[. '\u00a0\u202f]", "", figures)
    elif re.fullmatch(rf"[-+]?(?:{_ENGLISH})", figures) or (is_money and _THOUSANDS.fullmatch(figures)):
        figures = re.sub("[,']", "", figures)
    try:
        return Decimal(figures.replace(",", "."))
    except InvalidOperation:
        return None


def _is_unclear(others: set[str]) -> bool:
    doubtful = spoken.among("unclear") | spoken.among("asks") | spoken.among("unsure")
    return bool(others & doubtful) or spoken.is_negated(others)


def _numbers(parts: tuple[_Part, ...]) -> Iterator[tuple[_Part, ...]]:
    """What stands together as one number; an "and" within it counts for nothing."""
    joins = spoken.among("joins")
    run: list[_Part] = []
    for index, part in enumerate(parts):
        if part.value is not None:
            if run and not _continues(run[-1], part):
                yield tuple(run)
                run = []
            run.append(part)
        elif not (run and part.word in joins and index + 1 < len(parts) and _may_join(run[-1], parts[index + 1])):
            if run:
                yield tuple(run)
            run = []
    if run:
        yield tuple(run)


def _may_join(before: _Part, after: _Part) -> bool:
    return after.value is not None and not after.is_figures and not before.is_figures


def _continues(before: _Part, part: _Part) -> bool:
    """Whether a number goes on: after figures only with a thousand or the like."""
    if part.is_figures:
        return False
    return not before.is_figures or (part.value is not None and part.value >= 100)


def _is_article(run: tuple[_Part, ...]) -> bool:
    return len(run) == 1 and run[0].word in spoken.among("articles")


def _value(run: tuple[_Part, ...]) -> Decimal | None:
    """The value of a number's parts; None where they make none ("zwei drei")."""
    values = [part.value for part in run if part.value is not None]
    if len(values) == 1:
        return None if run[0].word in _NO_NUMBER_ALONE else values[0]
    total = current = Decimal(0)
    last = Decimal(0)
    for value in values:
        if value == 1000:
            total, current = total + max(current, Decimal(1)) * value, Decimal(0)
        elif value == 100 and 0 < current < 20:
            current *= value
        elif value == 20 and last == 4:  # quatre-vingts
            current += 4 * value - 4
        elif _fits(current, value):
            current += value
        else:
            return None
        last = value
    return total + current


def _fits(current: Decimal, value: Decimal) -> bool:
    """Whether a part may follow: lower than the place that is still open, or tens after units (as in Arabic)."""
    if current == 0:
        return value < 1000 or value == 2000
    rest = current % 100
    if rest == 0:
        return value < 100
    if rest < 10:
        return 20 <= value < 100 and value % 10 == 0
    return rest % 10 == 0 and (value < 10 or (rest in {60, 80} and value < 20))


# In Persian the word for nine is also "no".
_NO_NUMBER_ALONE = frozenset({"نه"})


def _number_of(word: str) -> int | None:
    """The value of a word, or of the words that German writes as one ("zweihundertfünfzig")."""
    known = spoken.valued("numbers").get((word,))
    if known is not None:
        return known
    for name, times in (("tausend", 1000), ("hundert", 100)):
        before, found, after = word.partition(name)
        if found:
            many, rest = _number_of(before) if before else 1, _number_of(after.removeprefix("und")) if after else 0
            return None if many is None or rest is None or rest >= times else many * times + rest
    unit, _, ten = word.partition("und")
    one, tens = (spoken.valued("numbers").get((part,), 0) for part in (unit, ten))
    return one + tens if 0 < one < 10 and 20 <= tens < 100 else None
