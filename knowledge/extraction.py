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

    A line scores by nearness of meaning and ``words`` times the share of the question's words it holds, and takes
    ``context`` of its neighbours' score. Where the best line stays below ``enough`` there is no answer; lines with
    ``near`` of the best one's lead over the page's mean belong to it.
    """

    words: float = 0.6
    context: float = 0.5
    enough: float = 0.35
    near: float = 0.35


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
        """The lines of a German page that answer a question in any language."""
        asked = read_question(question, language)
        if not lines or not asked.folded:
            return Extraction((), 0.0)
        scores = self._with_neighbours(self._alike(asked, lines) + self._settings.words * word_shares(asked, lines))
        best = float(scores.max())
        if best < self._settings.enough:
            return Extraction((), best)
        middle = float(scores.mean())
        chosen = np.flatnonzero(scores >= middle + self._settings.near * (best - middle))
        return Extraction(tuple(int(line) for line in chosen), best)

    def _alike(self, asked: Question, lines: Sequence[str]) -> Floats:
        query = np.asarray(self._encoder.encode_queries([asked.said]))[0]
        return np.asarray(self._encoder.encode_passages([plain(line) for line in lines]) @ query, dtype=np.float64)

    def _with_neighbours(self, scores: Floats) -> Floats:
        """An answer seldom is one line: a list stands below the sentence that announces it."""
        padded = np.pad(scores, 1, mode="edge")
        context = self._settings.context
        return np.asarray((1 - context) * scores + context * (padded[:-2] + padded[2:]) / 2)


def word_shares(asked: Question, lines: Sequence[str]) -> Floats:
    """For each line the share (0–1) of the question's weight that its words hold; words rare on the page weigh more."""
    held = [set(stems(fold(line), Language.DE)) for line in lines]
    frequency = Counter(word for words in held for word in words)
    weights = {word: math.log(1 + len(lines) / (1 + frequency[word])) for word in asked.stems}
    whole = sum(weights.values())
    shares = [sum(weight for word, weight in weights.items() if word in words) for words in held]
    return np.asarray(shares, dtype=np.float64) / max(whole, 1e-9)
