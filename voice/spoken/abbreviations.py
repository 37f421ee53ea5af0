"""Abbreviations, sections of laws, and capital letters in a row."""

import re
from functools import cache

from assistant.model import Language
from voice.spoken.numbers import cardinal
from voice.spoken.words import any_of, words

_ROMAN = {"II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7, "VIII": 8, "IX": 9, "X": 10, "XI": 11, "XII": 12}
_ROMAN_AFTER = re.compile(rf"\b(SGB|Buch|Teil|Band|Kapitel|Klasse|ALG) ({any_of([*_ROMAN, 'I'])})\b")
_CAPITALS = re.compile(r"(?<![A-Za-zÄÖÜäöüß])[A-ZÄÖÜ]{2,}(?![a-zäöüß]{2})")
_MIXED = re.compile(r"(?<!\w)(?=[^\W\d]*[a-zäöüß])(?=[^\W\d]+[A-ZÄÖÜ])[^\W\d_]+(?!\w)")
_PIECES = re.compile(r"[A-ZÄÖÜ]?[a-zäöüß]+|[A-ZÄÖÜ]")
_VOWEL = re.compile(r"[aeiouyäöü]", re.IGNORECASE)


def say_abbreviations(text: str, language: Language) -> str:
    """The text with its abbreviations written out; a full stop that also ended a sentence stays."""
    found = _pattern(language)

    def written_out(match: re.Match[str]) -> str:
        short = _key(match[0])
        said = _table(language)[short]
        return f"{said}." if _ends_sentence(text, match.end(), short, language) else said

    text = found.sub(written_out, text)
    if language is Language.DE:
        text = re.sub(r"(?<=[a-zäöüß])str\.(?=\s|$)", "straße", text)
    return text


def say_sections(text: str, language: Language) -> str:
    """Reads "§ 28" as "Paragraf 28", "§§ 17, 23" as "Paragrafen 17, 23"."""
    table = words(language)["sections"]
    text = re.sub(r"§§\s*", f"{table['many']} ", text)
    return re.sub(r"§\s*", f"{table['one']} ", text)


def say_acronyms(text: str, language: Language) -> str:
    """Reads "BGB" as "B G B", "SGB IX" as "S G B neun"; what is known as a word stays one."""
    text = _ROMAN_AFTER.sub(lambda match: f"{match[1]} {cardinal(_ROMAN.get(match[2], 1), language)}", text)
    known = frozenset(words(language)["words"]["list"])
    text = _MIXED.sub(lambda match: _taken_apart(match[0]), text)
    return _CAPITALS.sub(lambda match: match[0] if match[0] in known else " ".join(match[0]), text)


def _taken_apart(word: str) -> str:
    """Reads "BremLBO" as "Brem L B O", "BürgerServiceCenter" as its three words, "eID" as "E I D"."""
    pieces = _PIECES.findall(word)
    return " ".join(piece if len(piece) > 2 and _VOWEL.search(piece) else " ".join(piece.upper()) for piece in pieces)


@cache
def _table(language: Language) -> dict[str, str]:
    return {_key(short): said for short, said in words(language)["abbreviations"].items()}


@cache
def _pattern(language: Language) -> re.Pattern[str]:
    with_figure = frozenset(words(language)["abbreviations_before_figure"]["list"])
    parts = []
    for short in sorted(words(language)["abbreviations"], key=len, reverse=True):
        flexible = re.escape(short).replace(r"\ ", r"\s?").replace(r"\.\s?", r"\.\s?")
        after = r"(?=\s*\d)" if short in with_figure else "" if short.endswith(".") else r"(?!\w)"
        parts.append(flexible + after)
    return re.compile(rf"(?<![\w.@])(?:{'|'.join(parts)})")


def _key(short: str) -> str:
    return "".join(short.split())


def _ends_sentence(text: str, end: int, short: str, language: Language) -> bool:
    if not short.endswith("."):
        return False
    rest = text[end:].lstrip(' *_"“”)')
    may_end = {_key(entry) for entry in words(language)["abbreviations_final"]["list"]}
    return short in may_end and rest[:1].isupper()


def left_over(text: str) -> re.Match[str] | None:
    """The first thing in a text made for the ear that still looks like an abbreviation."""
    return _LEFT_OVER.search(text)


_LEFT_OVER = re.compile(r"\b\w+\.(?=\s+[a-zäöüß])|(?<![\w'’])[a-zäöüß]\.|\b(?:bzw|ggf|inkl|usw|evtl|zzgl|Nr|Abs)\b")
