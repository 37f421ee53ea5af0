"""Fixed patterns in all languages at once, read from ``nlu/data``: what must be heard without a trained model."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
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
_NO_RULES = ("script", "parts")


@dataclass(frozen=True, slots=True)
class Words:
    """The rules of one name: expressions of which one, or lists of expressions of which all, must stand in a text."""

    single: re.Pattern[str] | None
    together: tuple[tuple[re.Pattern[str], ...], ...]

    def in_(self, text: str) -> bool:
        """Whether one of the rules holds for the text."""
        if self.single is not None and self.single.search(text):
            return True
        return any(all(each.search(text) for each in rule) for rule in self.together)


@dataclass(frozen=True, slots=True)
class PatternLanguage:
    """The rules of one language by their names; ``script`` tells whether a text may be written in it."""

    script: re.Pattern[str]
    rules: Mapping[str, Words]

    def says(self, name: str, text: str) -> bool:
        """Whether the rules of that name hold for a text that ``plain`` has made; unknown names never do."""
        return name in self.rules and self.rules[name].in_(text)

    def takes_back(self, text: str) -> bool:
        """Whether what a text speaks of is a mere topic, or over."""
        return self.says("about", text) or (self.says("past", text) and not self.says("now", text))


@dataclass(frozen=True, slots=True)
class Patterns:
    """The rules of all languages of one file of ``nlu/data``."""

    languages: tuple[PatternLanguage, ...]

    @classmethod
    def load(cls, name: str) -> "Patterns":
        """The patterns of ``nlu/data/<name>.yaml``, compiled."""
        content = load(name)
        shared: dict[str, str] = content["parts"]
        return cls(tuple(_language(words, shared) for words in content["languages"].values()))

    def written_as(self, text: str) -> tuple[PatternLanguage, ...]:
        """The languages that a text may be written in by its letters."""
        return tuple(language for language in self.languages if language.script.search(text))


def plain(text: str) -> str:
    """Folded words with one space around each; the end of a sentence is a word of its own: a full stop."""
    marked = _STOPS.sub(" . ", _DRAWN_OUT.sub(r"\1", _fold(text.casefold())))
    words = _BETWEEN_WORDS.sub(" ", marked).strip(" .")
    return f" {words} "


def _fold(text: str) -> str:
    return _MARK.sub("", unicodedata.normalize("NFKD", text)).translate(_SISTERS)


def _language(words: Mapping[str, Any], shared: Mapping[str, str]) -> PatternLanguage:
    parts = {**shared, **words.get("parts", {})}
    rules = {name: _compile(rules, parts) for name, rules in _named(words)}
    return PatternLanguage(re.compile(words["script"]), rules)


def _named(words: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Sequence[str | list[str]]]]:
    """Every list of rules with its name, those in groups as ``group.name``."""
    for name, content in words.items():
        if isinstance(content, list):
            yield f"{prefix}{name}", content
        elif name not in _NO_RULES:
            yield from _named(content, f"{prefix}{name}.")


def _compile(rules: Sequence[str | list[str]], parts: Mapping[str, str]) -> Words:
    single = [rule for rule in rules if isinstance(rule, str)]
    together = tuple(tuple(_pattern(each, parts) for each in rule) for rule in rules if not isinstance(rule, str))
    return Words(_pattern("|".join(single), parts) if single else None, together)


def _pattern(expression: str, parts: Mapping[str, str]) -> re.Pattern[str]:
    """The expression from the start of a word on; a part in angle brackets stands for its own expression."""
    while _PART.search(expression):
        expression = _PART.sub(lambda name: f"(?:{parts[name[1]]})", expression)
    # Without the leading space as a literal the search would try every letter, not only the start of each word.
    return re.compile(f" (?:{_fold(expression)})")
