"""Needs for which there are help lines, told by fixed patterns in all languages at once, as emergencies are."""

from assistant.model import Distress
from nlu.patterns import PatternLanguage, Patterns, plain


class PatternDistressDetector:
    """Implements ``assistant.ports.DistressDetector`` over ``nlu/data/distress.yaml``."""

    def __init__(self) -> None:
        self._patterns = Patterns.load("distress")

    def distress(self, text: str) -> Distress | None:
        """The need the text tells of; None where there is none or it is only the topic."""
        words = plain(text)
        languages = self._patterns.written_as(words)
        return next((need for need in Distress if _is_told(need, languages, words)), None)


def _is_told(need: Distress, languages: tuple[PatternLanguage, ...], words: str) -> bool:
    """Whether somebody tells of the need, or names it and no language that knows the name takes it for a topic."""
    if any(language.says(f"{need}.told", words) for language in languages):
        return True
    naming = [language for language in languages if language.says(f"{need}.named", words)]
    return bool(naming) and not any(language.takes_back(words) for language in naming)
