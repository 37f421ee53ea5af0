"""Acute danger, told by fixed patterns in all languages at once: it must not depend on a trained model."""

import re
from dataclasses import dataclass

from nlu.data import load


@dataclass(frozen=True, slots=True)
class _Patterns:
    danger: re.Pattern[str]
    past: re.Pattern[str]
    now: re.Pattern[str] | None

    def match(self, text: str) -> bool:
        """Whether the text speaks of danger that is not over."""
        if not self.danger.search(text):
            return False
        return not self.past.search(text) or (self.now is not None and self.now.search(text) is not None)


class PatternEmergencyDetector:
    """Implements ``assistant.ports.EmergencyDetector`` over ``nlu/data/emergency.yaml``."""

    def __init__(self) -> None:
        self._languages = tuple(
            _Patterns(_any(words["danger"]), _any(words["past"]), _any(words["now"]) if "now" in words else None)
            for words in load("emergency").values()
        )

    def is_emergency(self, text: str) -> bool:
        """Whether the text speaks of acute danger; what is told as over is not acute."""
        lowered = " ".join(text.lower().replace("’", "'").split())
        return any(patterns.match(lowered) for patterns in self._languages)


def _any(expressions: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{expression})" for expression in expressions))
