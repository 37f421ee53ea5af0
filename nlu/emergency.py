"""Acute danger, told by fixed patterns in all languages at once: it must not depend on a trained model."""

from nlu.patterns import PatternLanguage, Patterns, plain


class PatternEmergencyDetector:
    """Implements ``assistant.ports.EmergencyDetector`` over ``nlu/data/emergency.yaml``."""

    def __init__(self) -> None:
        self._patterns = Patterns.load("emergency")

    def is_emergency(self, text: str) -> bool:
        """Whether the text speaks of acute danger; what is told as over is not acute."""
        words = plain(text)
        languages = self._patterns.written_as(words)
        if any(_is_acute(language, words) for language in languages):
            return True
        # A word may be danger in several languages ("overdose"): each that knows it may know that it is over.
        alarmed = [language for language in languages if language.says("danger", words)]
        return bool(alarmed) and not any(language.takes_back(words) for language in alarmed)

    def is_acute(self, text: str) -> bool:
        """Whether the danger is there this minute: by its nature, or because the text says "now"."""
        words = plain(text)
        return any(
            _is_acute(language, words) or (language.says("danger", words) and language.says("now", words))
            for language in self._patterns.written_as(words)
        )

    def is_crisis(self, text: str) -> bool:
        """Whether somebody speaks of ending their own life."""
        words = plain(text)
        return any(language.says("crisis", words) for language in self._patterns.written_as(words))


def _is_acute(language: PatternLanguage, words: str) -> bool:
    """Whether the words speak of danger that nothing else in them takes back."""
    return language.says("crisis", words) or language.says("acute", words)
