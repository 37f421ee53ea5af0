"""Which language a short text is written in: the script first, then letters only one language has, then lingua."""

import re

from lingua import Language as Lingua
from lingua import LanguageDetectorBuilder

from assistant.model import DetectedLanguage, Language

_LINGUA = {
    Lingua.GERMAN: Language.DE,
    Lingua.ENGLISH: Language.EN,
    Lingua.TURKISH: Language.TR,
    Lingua.ARABIC: Language.AR,
    Lingua.RUSSIAN: Language.RU,
    Lingua.UKRAINIAN: Language.UK,
    Lingua.FRENCH: Language.FR,
    Lingua.POLISH: Language.PL,
    Lingua.PERSIAN: Language.FA,
}
_ARABIC_SCRIPT = re.compile(r"[\u0600-\u06ff]")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_WORD = re.compile(r"[^\W\d_]+")
# Letters that settle the matter between languages that share a script.
_TELLING = (
    (Language.FA, re.compile(r"[پچژگ]|ی\b|ک")),
    (Language.AR, re.compile(r"[ةىيك]|\bال")),
    (Language.UK, re.compile(r"[іїєґ]", re.IGNORECASE)),
    (Language.RU, re.compile(r"[ыэъё]", re.IGNORECASE)),
    (Language.PL, re.compile(r"[łąęńśźż]", re.IGNORECASE)),
    (Language.TR, re.compile(r"[ğış]|İ")),
    (Language.DE, re.compile(r"ß")),
)
_CERTAIN = 0.99
# One Latin word says little: "Passport" is used in German, "Perso" in every language spoken in Bremen.
_ONE_WORD_AT_MOST = 0.5
_LIKELY = 0.8


class LinguaLanguageDetector:
    """Implements ``assistant.ports.LanguageDetector`` for Roland's nine languages."""

    def __init__(self) -> None:
        self._detector = LanguageDetectorBuilder.from_languages(*_LINGUA).with_preloaded_language_models().build()

    def detect(self, text: str) -> DetectedLanguage:
        """The language, with a confidence that one Latin word alone never raises above one half."""
        words = _WORD.findall(text)
        if not words:
            return DetectedLanguage(None, 0.0)
        telling = next((language for language, letters in _TELLING if letters.search(text)), None)
        if _ARABIC_SCRIPT.search(text) or _CYRILLIC.search(text):
            return self._foreign_script(text, telling)
        if telling is not None and len(words) > 1:
            guess = self._guess(text)
            return DetectedLanguage(telling, max(_LIKELY, guess.confidence if guess.language is telling else 0.0))
        guess = self._guess(text)
        if len(words) == 1:
            return DetectedLanguage(telling or guess.language, min(_ONE_WORD_AT_MOST, guess.confidence))
        return guess

    def _foreign_script(self, text: str, telling: Language | None) -> DetectedLanguage:
        if telling is not None:
            return DetectedLanguage(telling, _CERTAIN)
        guess = self._guess(text)
        return DetectedLanguage(guess.language, max(_LIKELY, guess.confidence))

    def _guess(self, text: str) -> DetectedLanguage:
        best = self._detector.compute_language_confidence_values(text)[0]
        if best.value <= 0:
            return DetectedLanguage(None, 0.0)
        return DetectedLanguage(_LINGUA[best.language], best.value)
