"""Acute danger, told by fixed patterns in all languages at once: it must not depend on a trained model."""

import re
from dataclasses import dataclass

from nlu.data import load


@dataclass(frozen=True, slots=True)
class _Patterns:
    danger: re.Pattern[str]
    past: re.Pattern[str]


class PatternEmergencyDetector:
    """Implements ``assistant.ports.EmergencyDetector`` over ``nlu/data/emergency.yaml``."""

    def __init__(self) -> None:
        self._languages = tuple(
            _Patterns(_any(words["danger"]), _any(words["past"])) for words in load("emergency").values()
        )

    def is_emergency(self, text: str) -> bool:
        """Whether the text speaks of acute danger; what is told as past is not acute."""
        lowered = " ".join(text.lower().replace("’", "'").split())
        return any(
            patterns.danger.search(lowered) and not patterns.past.search(lowered) for patterns in self._languages
        )


def _any(expressions: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{expression})" for expression in expressions))
