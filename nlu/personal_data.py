"""Personal data in what people write, replaced by placeholders before anything is stored or logged."""

import re
from dataclasses import dataclass

from assistant.model import MaskedText, PersonalDataKind, without_code

_LETTERS = r"[^\W\d_]"
_NAME_WORD = rf"(?!(?:und|and|ve|et|oder|ich|i|der|die|das|mit|bin|wohne|habe|aus|from)\b){_LETTERS}[\w'’-]*"
_INTRODUCTIONS = (
    r"ich hei(?:ß|ss)e|mein(?:e)? (?:voller )?name (?:ist|lautet)|"
    r"mein(?:e)? (?:mann|frau|sohn|tochter|kind) hei(?:ß|ss)t|"
    r"(?:vor|nach|familien)?name(?=:)|"
    r"my name is|my name's|i am called|benim ad[ıi]m|ad[ıi]m|ismim|اسمي|إسمي|меня зовут|мене звати|"
    r"je m'appelle|je m’appelle|mon nom est|nazywam się|mam na imię|نام من|اسم من"
)
_DATE = (
    r"\d{1,2}\s?[./-]\s?\d{1,2}\s?[./-]\s?(?:\d{4}|\d{2})|\d{4}-\d{2}-\d{2}|\d{1,2}\.?\s(?:januar|februar|märz|april|mai|"
    r"juni|juli|august|september|oktober|november|dezember|january|february|march|may|june|july|october|december)\s\d{4}"
)
_BORN = (
    r"geboren(?: am| bin ich am)?|geburtsdatum(?: ist)?|geb\.?(?: am)?|geburtstag(?: ist)?(?: am)?|born(?: on| in)?|"
    r"date of birth(?: is)?|birthday(?: is)?|doğum tarihim|né(?:e)? le|urodzon[ya]|дата рождения|родил(?:ся|ась)|"
    r"дата народження|народи(?:вся|лася)|تاريخ (?:الميلاد|ميلادي)|تاریخ تولد"
)
# No part may match what the next part can match as well: a long word must not be cut in every possible way.
_STREET = (
    r"(?:(?:am|an der|an den|auf dem|auf der|in der|im|zum|zur)\s+)?(?:"
    r"(?:[A-ZÄÖÜ][\w.-]*\s){0,2}[A-ZÄÖÜ][\w.-]*"
    r"(?i:straße|strasse|str\.|weg|allee|platz|gasse|ring|damm|ufer|chaussee|deich|stieg|kamp|wall)|"
    r"(?:[A-ZÄÖÜ][\w.-]*\s){1,2}(?:Straße|Strasse|Str\.|Allee|Chaussee)|"
    rf"{_LETTERS}[\w.-]+(?:straße|strasse|str\.))"
)


@dataclass(frozen=True, slots=True)
class _Rule:
    """What ``data`` (the pattern's group of that name, else the whole match) stands for."""

    kind: PersonalDataKind
    pattern: re.Pattern[str]


def _rule(kind: PersonalDataKind, pattern: str, flags: re.RegexFlag = re.IGNORECASE) -> _Rule:
    return _Rule(kind, re.compile(pattern, flags))


_CASED = re.RegexFlag(0)
# In this order: what is more particular comes before what would swallow it.
_RULES = (
    _rule(PersonalDataKind.EMAIL, r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    _rule(PersonalDataKind.IBAN, r"\b[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]{4}){3,7}(?:[ ]?[A-Z0-9]{1,4})?\b"),
    _rule(PersonalDataKind.BIRTH_DATE, rf"(?:{_BORN})\W{{0,3}}(?P<data>{_DATE})"),
    _rule(PersonalDataKind.BIRTH_DATE, rf"(?P<data>{_DATE})(?=\s+(?:geboren|born)\b)"),
    _rule(PersonalDataKind.ID_NUMBER, r"\b\d{2}\s?\d{6}\s?[A-Z]\s?\d{3}\b"),
    _rule(
        PersonalDataKind.ID_NUMBER,
        r"(?:(?:ausweis|pass|serien|steuer|kunden|versicherungs|akten)?(?:nummer|nr\.?|zeichen|-id)|steuer-?id|"
        r"(?:passport|id|tax|file) (?:number|no\.?))\W{0,3}(?:ist\s|lautet\s|is\s)?"
        r"(?P<data>(?=[\w/. -]*\d)[A-Z0-9][A-Z0-9/.-]{5,19})",
    ),
    _rule(
        PersonalDataKind.ID_NUMBER,
        r"\b(?=[CFGHJKLMNPRTVWXYZ0-9]*\d)(?=[0-9]*[CFGHJKLMNPRTVWXYZ])"
        r"[CFGHJKLMNPRTVWXYZ][CFGHJKLMNPRTVWXYZ0-9]{8}\d?\b",
        _CASED,
    ),
    _rule(
        PersonalDataKind.LICENCE_PLATE,
        r"\b[A-ZÄÖÜ]{1,3}[- ][A-Z]{1,2}[- ]?\d{1,4}[EH]?\b(?![.,]?\d|\s?(?:Euro|€|Tage|Uhr))",
        _CASED,
    ),
    _rule(PersonalDataKind.PHONE, r"(?<![\w./-])(?:\+|00)\d{1,3}[\s/()-]?(?:[\s/()-]?\d){6,13}(?!\d)"),
    _rule(
        PersonalDataKind.PHONE, r"(?<![\w./,-])\(?0\d{1,5}\)?[\s/-]{0,3}\d(?:[\s-]?\d){3,10}(?![\d.]*\d|\s?(?:€|euro))"
    ),
    _rule(PersonalDataKind.ID_NUMBER, r"(?<![\w.,+-])\d{2}\s?\d{3}\s?\d{3}\s?\d{3}(?![\w.,])"),
    _rule(
        PersonalDataKind.ADDRESS,
        rf"(?<![\w-]){_STREET}\s?\d{{1,4}}\s?[a-z]?\b(?:,?\s+\d{{5}}(?:\s+[A-ZÄÖÜ][\wäöüß-]+)?)?",
        _CASED,
    ),
    _rule(
        PersonalDataKind.ADDRESS,
        r"(?:ich wohne|wir wohnen|wohnhaft|meine adresse ist|adresse:?)\s+(?:in der |am |an der |im |in )?"
        r"(?P<data>[\wäöüß.-]+(?:\s[\wäöüß.-]+){0,2}\s\d{1,4}\s?[a-z]?)\b",
    ),
    _rule(PersonalDataKind.NAME, rf"\b(?:{_INTRODUCTIONS})\W{{1,3}}(?P<data>{_NAME_WORD}(?:\s{_NAME_WORD}){{0,2}})"),
    _rule(
        PersonalDataKind.NAME,
        rf"\b(?:Herrn?|Frau|Mr\.?|Mrs\.?|Ms\.?)\s(?P<data>(?:Dr\.\s)?[A-ZÄÖÜ]{_LETTERS}+"
        rf"(?:[- ][A-ZÄÖÜ]{_LETTERS}+)?)",
        _CASED,
    ),
    _rule(
        PersonalDataKind.NAME, rf"\b[Ii]ch bin (?:der |die )?(?P<data>[A-ZÄÖÜ]{_LETTERS}+ [A-ZÄÖÜ]{_LETTERS}+)", _CASED
    ),
)


class PatternMasker:
    """Implements ``assistant.ports.PersonalDataMasker`` by patterns."""

    def mask(self, text: str) -> MaskedText:
        """The text with placeholders such as ``[NAME]``; masking a masked text changes nothing."""
        kinds: list[PersonalDataKind] = []
        # Codes first: parts of one can look like other numbers.
        if (masked := without_code(text)) != text:
            kinds.append(PersonalDataKind.CODE)
            text = masked
        for rule in _RULES:
            masked = rule.pattern.sub(_placeholder(rule), text)
            if masked != text:
                kinds.append(rule.kind)
                text = masked
        return MaskedText(text, tuple(dict.fromkeys(kinds)))


def _placeholder(rule: _Rule) -> "_Replace":
    return _Replace(f"[{rule.kind.name}]")


@dataclass(frozen=True, slots=True)
class _Replace:
    """Replaces a match's data, and leaves the words that led to it."""

    placeholder: str

    def __call__(self, match: re.Match[str]) -> str:
        if "data" not in match.re.groupindex or match["data"] is None:
            return self.placeholder
        if "[" in match["data"]:
            return match[0]
        start, end = match.start("data") - match.start(), match.end("data") - match.start()
        return match[0][:start] + self.placeholder + match[0][end:]
