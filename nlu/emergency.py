"""Acute danger, told by fixed patterns in all languages at once: it must not depend on a trained model."""

import re
from dataclasses import dataclass

from nlu.data import load


@dataclass(frozen=True, slots=True)
class _Patterns:
    danger: re.Pattern[str]
    past: re.Pattern[str]
    now: re.Pattern[str] | None
    crisis: re.Pattern[str] | None

    def match(self, text: str) -> bool:
        """Whether the text speaks of danger that is not over."""
        if not self.danger.search(text):
            return False
        return not self.past.search(text) or (self.now is not None and self.now.search(text) is not None)


class PatternEmergencyDetector:
    """Implements ``assistant.ports.EmergencyDetector`` over ``nlu/data/emergency.yaml``."""

    def __init__(self) -> None:
        self._languages = tuple(
            _Patterns(_any(words["danger"]), _any(words["past"]), _optional(words, "now"), _optional(words, "crisis"))
            for words in load("emergency").values()
        )

    def is_emergency(self, text: str) -> bool:
        """Whether the text speaks of acute danger; what is told as over is not acute."""
        lowered = _plain(text)
        return any(patterns.match(lowered) for patterns in self._languages)

    def is_crisis(self, text: str) -> bool:
        """Whether somebody speaks of ending their own life."""
        lowered = _plain(text)
        return any(words.crisis is not None and words.crisis.search(lowered) for words in self._languages)


def _plain(text: str) -> str:
    return " ".join(text.lower().replace("’", "'").split())


def _optional(words: dict[str, list[str]], key: str) -> re.Pattern[str] | None:
    return _any(words[key]) if key in words else None


def _any(expressions: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{expression})" for expression in expressions))
