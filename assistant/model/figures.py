"""The figures of a text: what an answer or a translation must have in common with its source."""

import re
from collections import Counter
from functools import lru_cache

_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_GROUPING = re.compile(r"(?<=\d)[.\u00a0\u202f](?=\d{3}(?:\D|$))")
_DIGITS = {0x660 + digit: str(digit) for digit in range(10)} | {0x6F0 + digit: str(digit) for digit in range(10)}
# Stems of the months in the nine languages; Polish, Russian and Ukrainian inflect them.
_MONTHS = (
    r"januar|january|ocak|يناير|كانون الثاني|январ|січ|janvier|stycz|ژانویه|ژانویهٔ",
    r"februar|february|şubat|فبراير|شباط|феврал|лют|février|lut|فوریه",
    r"märz|march(?!\w)|mart|مارس|آذار|март|берез|mars|marz?c|مارس",
    r"april|nisan|أبريل|ابريل|إبريل|نيسان|апрел|квіт|avril|kwie|آوریل",
    r"mai(?!\w)|may(?!\w)|mayıs|مايو|أيار|ма[йя](?!\w)|трав|maja?(?!\w)|مه(?!\w)",
    r"juni|june|haziran|يونيو|حزيران|июн|черв|juin|czerw|ژوئن",
    r"juli|july|temmuz|يوليو|تموز|июл|лип|juillet|lip|ژوئیه|جولای",
    r"august|ağustos|أغسطس|آب(?!\w)|август|серп|août|sierp|اوت|آگوست",
    r"september|eylül|سبتمبر|أيلول|сентябр|верес|septembre|wrze|سپتامبر",
    r"oktober|october|ekim|أكتوبر|تشرين الأول|октябр|жовт|octobre|paźdz|اکتبر",
    r"november|kasım|نوفمبر|تشرين الثاني|ноябр|листопад|novembre|listopad|نوامبر",
    r"dezember|december|aralık|ديسمبر|كانون الأول|декабр|груд|décembre|grud|دسامبر",
)
_MONTH = tuple(re.compile(rf"\b(?:{stems})\w{{0,8}}\b", re.IGNORECASE) for stems in _MONTHS)
# A month counts beside a figure only: "may" and "mars" are words as well.
_BESIDE = re.compile(r"(?<=\d)(?:st|nd|rd|th|er)?\.?\s+(?:of\s+|de\s+)?([^\W\d]+(?:\s[^\W\d]+)?)|([^\W\d]+)\s+(?=\d)")


@lru_cache(maxsize=4096)
def figures(text: str) -> frozenset[str]:
    """The figures of a text, written alike: "1.500" is 1500, "70,00" and "70" are 70, "07:30" is 7:30."""
    return frozenset(_all(text))


def counted_figures(text: str) -> Counter[str]:
    """The figures with how often each stands there, and each month named beside one as ``month 1`` to ``month 12``.

    A month counts once: Arabic names it twice ("شباط/فبراير").
    """
    return Counter(_all(text)) + Counter(set(_months(text)))


def _all(text: str) -> list[str]:
    western = text.translate(_DIGITS)
    return [_normal(match) for match in _NUMBER.findall(_GROUPING.sub("", western))]


def _normal(number: str) -> str:
    parts = re.split(r"([.,:])", number)
    whole = "".join(part.lstrip("0") or "0" if part.isdigit() else part.replace(",", ".") for part in parts[:1])
    rest = "".join(parts[1:]).replace(",", ".")
    return whole + re.sub(r"^\.0+$", "", rest)


def _months(text: str) -> list[str]:
    found = []
    for match in _BESIDE.finditer(text.translate(_DIGITS)):
        beside = match[1] or match[2]
        number = next((number for number, month in enumerate(_MONTH, start=1) if month.match(beside)), None)
        found += [f"month {number}"] if number else []
    return found
