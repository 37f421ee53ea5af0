"""Short texts and their languages."""

import pytest

from assistant.model import Language
from nlu.language import LinguaLanguageDetector

pytestmark = pytest.mark.slow  # trains, indexes or reads large files


@pytest.fixture(scope="module")
def detector() -> LinguaLanguageDetector:
    """The detector; loading its models takes a second or two."""
    return LinguaLanguageDetector()


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("was kostet ein reisepass", Language.DE),
        ("how much is a new passport", Language.EN),
        ("kimlik kartı nasıl alınır", Language.TR),
        ("كم تكلفة جواز السفر", Language.AR),
        ("گذرنامه چقدر هزینه دارد", Language.FA),
        ("сколько стоит паспорт", Language.RU),
        ("скільки коштує паспорт", Language.UK),
        ("combien coûte un passeport", Language.FR),
        ("ile kosztuje paszport", Language.PL),
    ],
)
def test_short_questions_are_told_apart(detector: LinguaLanguageDetector, text: str, language: Language) -> None:
    """Each of the nine languages is recognised from one short question."""
    detected = detector.detect(text)
    assert detected.language is language
    assert detected.confidence > 0.5


@pytest.mark.parametrize("text", ["Reisepass?", "passport", "Perso", "ok"])
def test_one_word_is_no_proof(detector: LinguaLanguageDetector, text: str) -> None:
    """German terms are used in every language, so one word must not switch a conversation."""
    assert detector.detect(text).confidence <= 0.5


@pytest.mark.parametrize("text", ["", "123", "?!", "😀"])
def test_no_words_no_language(detector: LinguaLanguageDetector, text: str) -> None:
    """Where there is no word there is no language."""
    assert detector.detect(text).language is None
