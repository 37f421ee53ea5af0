"""Which lines of a page answer a question: those near it in meaning or words, with the lines they belong to."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assistant.model import Language
from assistant.ports import TextEncoder
from knowledge.passages import plain
from knowledge.questions import Question, read_question
from knowledge.text import fold, stems

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ExtractionSettings:
    """How lines are chosen.

    A line scores by nearness of meaning and ``words`` times the share of the question's words it holds. Where the best
    line stays below ``enough`` there is no answer. ``context`` is the share of a line's score that comes from its
    neighbours; of a line's score ``carried`` goes on to the next one, and lines with ``near`` of the best are chosen.
    """

    words: float = 2.0
    enough: float = 0.4
    context: float = 0.3
    carried: float = 0.95
    near: float = 0.7


@dataclass(frozen=True, slots=True)
class Extraction:
    """The numbers of the chosen lines in their order, none where the page has no answer, and the best line's score."""

    lines: tuple[int, ...]
    score: float


class LineExtractor:
    """Chooses lines with the encoder of an index; quotes, never rewords."""

    def __init__(self, encoder: TextEncoder, settings: ExtractionSettings | None = None) -> None:
        self._encoder = encoder
        self._settings = settings or ExtractionSettings()

    def extract(self, question: str, language: Language, lines: Sequence[str]) -> Extraction:
        """The lines of a German page that answer a question in any language; the first line is the page's title."""
        asked = read_question(question, language)
        if len(lines) < 2 or not asked.folded:
            return Extraction((), 0.0)
        scores = self._alike(asked, lines) + self._settings.words * word_shares(asked, lines)
        best = float(scores.max())
        if best < self._settings.enough:
            return Extraction((), best)
        told = self._carried(self._with_neighbours(scores))
        chosen = np.flatnonzero(told >= self._settings.near * told.max())
        return Extraction(tuple(int(line) for line in chosen if line > 0), best)

    def _alike(self, asked: Question, lines: Sequence[str]) -> Floats:
        query = np.asarray(self._encoder.encode_queries([asked.said]))[0]
        return np.asarray(self._encoder.encode_passages([plain(line) for line in lines]) @ query, dtype=np.float64)

    def _with_neighbours(self, scores: Floats) -> Floats:
        """A line among lines of the matter speaks of it more surely than one that stands alone."""
        padded = np.pad(scores, 1, mode="edge")
        context = self._settings.context
        return np.asarray((1 - context) * scores + context * (padded[:-2] + padded[2:]) / 2)

    def _carried(self, scores: Floats) -> Floats:
        """What follows a line belongs to it: a list stands below the sentence that announces it."""
        carried = scores.copy()
        for line in range(1, carried.size):
            carried[line] = max(carried[line], self._settings.carried * carried[line - 1])
        return carried


def word_shares(asked: Question, lines: Sequence[str]) -> Floats:
    """For each line the share (0–1) of the question's weight that its words hold; words rare on the page weigh more."""
    held = [set(stems(fold(line), Language.DE)) for line in lines]
    frequency = Counter(word for words in held for word in words)
    weights = {word: math.log(1 + len(lines) / (1 + frequency[word])) for word in asked.stems}
    whole = sum(weights.values())
    shares = [sum(weight for word, weight in weights.items() if word in words) for words in held]
    return np.asarray(shares, dtype=np.float64) / max(whole, 1e-9)
