"""Lines are chosen by meaning and words, and none where nothing is near."""

from collections.abc import Sequence

import numpy as np
import pytest

from assistant.model import Language
from knowledge.encoder.encoders import Vectors
from knowledge.extraction import ExtractionSettings, LineExtractor, word_shares
from knowledge.questions import Question

PAGE = (
    "Hundesteuer",
    "Wer einen Hund hält, zahlt Steuer.",
    "Die Steuer beträgt 150 Euro im Jahr.",
    "Der Hund braucht eine Marke.",
    "Das Amt schickt sie mit der Post.",
    "Das Amt hat montags geöffnet.",
)


class WordEncoder:
    """Texts are near where they share words; a foreign word may stand for a German one."""

    dimensions = 64
    fingerprint = "words"
    is_quick = True

    def __init__(self, **translations: str) -> None:
        self._translations = translations

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self.encode_passages(texts)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in text.lower().replace(".", "").replace("?", "").split():
                vectors[row, sum(self._translations.get(word, word).encode()) % self.dimensions] += 1
        return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9))


def test_words_rare_on_the_page_weigh_more() -> None:
    """A word of one line weighs more than one of two; a word that stands nowhere takes its part of the whole."""
    shares = word_shares(Question("euro steuer xyz", Language.DE), PAGE)
    assert shares[2] == shares.max() < 1
    assert 0 < shares[1] < shares[2] / 2 + 0.2
    assert shares[5] == 0


def test_the_line_that_answers_is_chosen() -> None:
    """The best line and what follows it are chosen; what stands far below is not, and the title never is."""
    page = (*PAGE, *("Montags offen." for _ in range(8)))
    found = LineExtractor(WordEncoder()).extract("Wie viel Euro beträgt die Steuer?", Language.DE, page)
    assert {2, 3} <= set(found.lines)
    assert not {0, 11, 12, 13} & set(found.lines)
    assert list(found.lines) == sorted(set(found.lines))


def test_nothing_near_is_no_answer() -> None:
    """A page that does not speak of the matter is admitted to have no answer."""
    found = LineExtractor(WordEncoder()).extract("quantenphysik", Language.DE, PAGE)
    assert found.lines == ()
    assert found.score < ExtractionSettings().enough


def test_other_languages_are_read_by_their_meaning() -> None:
    """Without a German word in the question the encoder alone finds the line."""
    encoder = WordEncoder(vergi="steuer", yılda="jahr", kaç="beträgt", euro="euro")
    found = LineExtractor(encoder).extract("vergi yılda kaç euro", Language.TR, PAGE)
    assert 2 in found.lines


@pytest.mark.parametrize(("question", "lines"), [("", PAGE), ("Steuer?", ()), ("?!", PAGE)])
def test_nothing_asked_or_nothing_written_is_no_answer(question: str, lines: tuple[str, ...]) -> None:
    """Empty input is answered by nothing, not by an error."""
    assert LineExtractor(WordEncoder()).extract(question, Language.DE, lines).lines == ()
