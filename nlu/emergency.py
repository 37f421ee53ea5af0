"""Acute danger, told by fixed patterns in all languages at once: it must not depend on a trained model."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nlu.data import load

# Letters that differ from a sister letter by more than a mark that can be taken off.
_SISTERS = str.maketrans(
    {"ß": "ss", "ł": "l", "ı": "i", "ґ": "г", "ة": "ه", "ى": "ی", "ي": "ی", "ك": "ک", "ـ": None, "ʼ": " "}
)
_MARK = re.compile(r"[\u0300-\u036f\u064b-\u065f\u0670]+")
_STOPS = re.compile(r"[.!?;؟؛\n]+")
_BETWEEN_WORDS = re.compile(r"[^\w.]+|_+")
_DRAWN_OUT = re.compile(r"([^\W\d])\1{2,}")
_PART = re.compile(r"<(\w+)>")


@dataclass(frozen=True, slots=True)
class _Words:
    single: re.Pattern[str] | None
    together: tuple[tuple[re.Pattern[str], ...], ...]

    def in_(self, text: str) -> bool:
        """Whether one of the rules holds for the text."""
        if self.single is not None and self.single.search(text):
            return True
        return any(all(each.search(text) for each in rule) for rule in self.together)


@dataclass(frozen=True, slots=True)
class _Language:
    script: re.Pattern[str]
    crisis: _Words
    acute: _Words
    danger: _Words
    past: _Words
    about: _Words
    now: _Words

    def is_present(self, text: str) -> bool:
        """Whether the text speaks of danger that nothing else in it takes back."""
        return self.crisis.in_(text) or self.acute.in_(text)

    def takes_back(self, text: str) -> bool:
        """Whether the danger spoken of is a mere topic, or over."""
        return self.about.in_(text) or (self.past.in_(text) and not self.now.in_(text))


class PatternEmergencyDetector:
    """Implements ``assistant.ports.EmergencyDetector`` over ``nlu/data/emergency.yaml``."""

    def __init__(self) -> None:
        content = load("emergency")
        shared: dict[str, str] = content["parts"]
        self._languages = tuple(_language(words, shared) for words in content["languages"].values())

    def is_emergency(self, text: str) -> bool:
        """Whether the text speaks of acute danger; what is told as over is not acute."""
        plain = _plain(text)
        languages = self._written_as(plain)
        if any(language.is_present(plain) for language in languages):
            return True
        # A word may be danger in several languages ("overdose"): each that knows it may know that it is over.
        alarmed = [language for language in languages if language.danger.in_(plain)]
        return bool(alarmed) and not any(language.takes_back(plain) for language in alarmed)

    def is_crisis(self, text: str) -> bool:
        """Whether somebody speaks of ending their own life."""
        plain = _plain(text)
        return any(language.crisis.in_(plain) for language in self._written_as(plain))

    def _written_as(self, plain: str) -> tuple[_Language, ...]:
        return tuple(language for language in self._languages if language.script.search(plain))


def _plain(text: str) -> str:
    """Folded words with one space around each; the end of a sentence is a word of its own: a full stop."""
    marked = _STOPS.sub(" . ", _DRAWN_OUT.sub(r"\1", _fold(text.casefold())))
    words = _BETWEEN_WORDS.sub(" ", marked).strip(" .")
    return f" {words} "


def _fold(text: str) -> str:
    return _MARK.sub("", unicodedata.normalize("NFKD", text)).translate(_SISTERS)


def _language(words: Mapping[str, Any], shared: Mapping[str, str]) -> _Language:
    parts = {**shared, **words.get("parts", {})}
    rules = {
        name: _compile(words.get(name, ()), parts) for name in ("crisis", "acute", "danger", "past", "about", "now")
    }
    return _Language(re.compile(words["script"]), **rules)


def _compile(rules: Sequence[str | list[str]], parts: Mapping[str, str]) -> _Words:
    single = [rule for rule in rules if isinstance(rule, str)]
    together = tuple(tuple(_pattern(each, parts) for each in rule) for rule in rules if not isinstance(rule, str))
    return _Words(_pattern("|".join(single), parts) if single else None, together)


def _pattern(expression: str, parts: Mapping[str, str]) -> re.Pattern[str]:
    """The expression from the start of a word on; a part in angle brackets stands for its own expression."""
    while _PART.search(expression):
        expression = _PART.sub(lambda name: f"(?:{parts[name[1]]})", expression)
    # Without the leading space as a literal the search would try every letter, not only the start of each word.
    return re.compile(f" (?:{_fold(expression)})")
