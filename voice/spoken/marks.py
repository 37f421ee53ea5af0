"""Marks: what is heard as a word, what as a pause, and what not at all."""

import re
import unicodedata

from assistant.model import Language
from voice.spoken.words import words

_DASHES = str.maketrans({"–": "-", "—": "-", "‐": "-", "‑": "-", "−": "-", "\u00ad": None, "\u200b": None, "…": " "})
_QUOTES = re.compile(r"[„“”\"«»‚‘]|(?<!\w)'|(?<!\w)’|'(?!\w)|’(?!\w)")
# A quoted word may be short for something, or small at the beginning of a sentence.
_QUOTED_SHORT = re.compile(r"\.(?=[“”\"]\s+[a-zäöüß])")
_QUOTED_FIRST = re.compile(r"([.!?]\s+\(?|^\(?)[„“\"]([a-zäöüß])")
_OPTIONAL = re.compile(r"(?<=[a-zäöüß])\((?:n|en|e|r|er|s|es)\)")
_FEMALE = re.compile(r"\b([^\W\d_]+)(?:\(in\)|[*:_/]-?in\b)")
_PEOPLE = re.compile(r"(?<=[a-zäöüß])(?:[*:_/]-?|\()innen\b\)?")
_SPACES = re.compile(r"\s+")
_TIDY = (
    (re.compile(r"\s+([,.;:!?])"), r"\1"),
    (re.compile(r"[,;:]+(?=[.!?])"), ""),
    (re.compile(r"([.!?;:])[,;:]+"), r"\1"),
    (re.compile(r",(?:\s*,)+"), ","),
    (re.compile(r",\s*([;:])"), r"\1"),
    (re.compile(r"([.!?])\.+"), r"\1"),
    (re.compile(r"^[\s,;:.-]+"), ""),
    (re.compile(r",(?=\S)"), ", "),
)


def evened(text: str) -> str:
    """One kind of dash, of blank and of composed letters; quotation marks are not heard."""
    return _SPACES.sub(" ", unicodedata.normalize("NFC", text).translate(_DASHES)).strip()


def say_marks(text: str, language: Language) -> str:
    """The text with brackets, dashes and slashes as pauses, and signs as words."""
    signs = words(language)["marks"]
    text = _QUOTED_SHORT.sub("", text)
    text = _QUOTED_FIRST.sub(lambda match: match[1] + match[2].upper(), text)
    text = _QUOTES.sub("", text)
    text = _OPTIONAL.sub("", text)
    if language is Language.DE:
        text = _PEOPLE.sub(" innen", text)
        text = _FEMALE.sub(rf"\1 {signs['either']} \1in", text)
    text = re.sub(r"\s*\(", ", ", text)
    text = re.sub(r"\)", ",", text)
    text = re.sub(r"\s-+(?=\s|$)|^-\s", ",", text)
    text = re.sub(r"\s?/\s?", ", ", text)
    for sign, said in signs.items():
        text = text if sign.isalpha() else text.replace(sign, f" {said} ")
    text = text.replace("_", " ").replace("*", " ")
    text = _SPACES.sub(" ", text).strip()
    for pattern, tidy in _TIDY:
        text = pattern.sub(tidy, text)
    return text.rstrip(" ,;-")
