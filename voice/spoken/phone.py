"""What is read digit by digit, in groups: telephone numbers, postcodes, accounts."""

import re

from assistant.model import Language
from voice.spoken.numbers import digits

_PHONE = re.compile(
    r"(?<![\d.,:/-])(?:\+\d{2}(?:[\s/-]?\(0\))?[\s/-]?\d[\d\s/-]*\d|\(0\d+\)[\s/-]?\d[\d\s/-]*\d"
    r"|0\d+(?:[\s/-]+\d+)+|0\d{5,})(?![\d.,:]*\d)"
)
_SHORT = re.compile(r"(?<![\d.,:/§-])(?:11[0-9]|116\s?11[67]|116\s?116|118\s?\d{2,3})(?![\d.,:/-]*\d)")
_NOT_SHORT_AFTER = re.compile(
    r"(?:Paragraf(?:en)?|Absatz|Artikel|Nummer|Satz|Seite|Zimmer|Raum|Feld|sections?|article|page|room)\s$"
)
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:\s?\d{4}){4}\s?\d{2}\b")
_LONG = re.compile(r"(?<![\d.,])\d{7,}(?![\d.,]*\d)")
_POSTCODE = re.compile(r"(?:(?<=, )|(?<=^))\d{5}(?=\s[A-ZÄÖÜ])|(?:(?<=PLZ )|(?<=Postleitzahl )|(?<=postcode ))\d{5}\b")
_LEADING_ZERO = re.compile(r"(?<![\d.,:])0\d+(?![\d.,:]*\d)")


def say_phone(number: str, language: Language) -> str:
    """A telephone number in groups of two or three digits, with a breath between them."""
    plus = "plus " if number.strip().startswith("+") else ""
    groups = [part for group in re.findall(r"\d+", number) for part in _in_groups(group)]
    return plus + ", ".join(digits(group, language) for group in groups)


def say_digit_groups(text: str, language: Language) -> str:
    """The text with telephone numbers, postcodes and long numbers in words."""
    text = _IBAN.sub(lambda match: _account(match[0], language), text)
    text = _PHONE.sub(lambda match: say_phone(match[0], language), text)
    text = _SHORT.sub(lambda match: _short(match, language), text)
    text = _POSTCODE.sub(lambda match: digits(match[0], language), text)
    text = _LONG.sub(lambda match: say_phone(match[0], language), text)
    return _LEADING_ZERO.sub(lambda match: digits(match[0], language), text)


def _in_groups(group: str) -> list[str]:
    """Reads "0421" whole, "16892" as "16", "892"; four digits at most stand together."""
    if len(group) <= 4:
        return [group]
    first = 2 if len(group) == 5 else 3
    return [group[:first], *_in_groups(group[first:])]


def _short(match: re.Match[str], language: Language) -> str:
    """A service number; after "Paragraf" and where something is counted it is a number like others."""
    following = match.string[match.end() :]
    is_counted = re.match(r"\s?(?:€|%|Euro|euro|Prozent|percent|Tage|days|Seiten|pages|Quadrat|km|qm|m²)", following)
    if is_counted or _NOT_SHORT_AFTER.search(match.string[: match.start()]):
        return match[0]
    return ", ".join(digits(group, language) for group in match[0].split())


def _account(iban: str, language: Language) -> str:
    plain = iban.replace(" ", "")
    groups = [plain[at : at + 4] for at in range(4, len(plain), 4)]
    first = f"{plain[0]} {plain[1]} {digits(plain[2:4], language)}"
    return ", ".join([first, *(digits(group, language) for group in groups)])
