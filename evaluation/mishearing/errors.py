"""How many words of a sentence were heard wrong."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein


@dataclass(frozen=True, slots=True)
class WordErrors:
    """Words substituted, left out and put in, of so many that were said."""

    wrong: int
    said: int

    @property
    def rate(self) -> float:
        """The word error rate, from 0 up; more than 1 where more was put in than said."""
        return self.wrong / self.said if self.said else 0.0


def word_errors(pairs: Iterable[tuple[Sequence[str], Sequence[str]]]) -> WordErrors:
    """The word errors over pairs of what was said and what was heard."""
    wrong = said = 0
    for reference, hypothesis in pairs:
        wrong += Levenshtein.distance(reference, hypothesis)
        said += len(reference)
    return WordErrors(wrong, said)
