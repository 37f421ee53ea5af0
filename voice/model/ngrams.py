"""A bigram language model with back-off (interpolated Kneser-Ney), written as a finite-state grammar."""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

START, END = "<s>", "</s>"
BACKOFF_STATE, START_STATE = 0, 1


@dataclass(frozen=True)
class Bigrams:
    """Probabilities of the next word: after a word where the pair was seen, else ``backoff[word] * unigram[next]``."""

    unigram: Mapping[str, float]
    seen: Mapping[str, Mapping[str, float]]
    backoff: Mapping[str, float]

    def probability(self, word: str, after: str) -> float:
        """How likely a word (or END) is after another (or START)."""
        pairs = self.seen.get(after, {})
        return pairs[word] if word in pairs else self.backoff.get(after, 1.0) * self.unigram[word]

    def perplexity(self, sentences: Iterable[Sequence[str]]) -> float:
        """Among how many equally likely words the model chooses at each step; unknown words are passed over."""
        logs = [
            math.log(self.probability(word, after))
            for sentence in sentences
            for after, word in zip((START, *sentence), (*sentence, END), strict=True)
            if word in self.unigram
        ]
        return math.exp(-sum(logs) / len(logs))


def bigrams_of(sentences: Iterable[Sequence[str]], vocabulary: Iterable[str], discount: float = 0.7) -> Bigrams:
    """The model of these sentences; words outside the vocabulary break a sentence in two.

    Each pair gives ``discount`` of its count to pairs never seen. Every word of the vocabulary has a probability.
    """
    words = set(vocabulary)
    pairs: Counter[tuple[str, str]] = Counter()
    for sentence in sentences:
        row = [START, *sentence, END]
        pairs.update((a, b) for a, b in pairwise(row) if (a in words or a == START) and (b in words or b == END))
    followed: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    preceding: Counter[str] = Counter()
    for (before, word), count in pairs.items():
        followed[before] += count
        kinds[before] += 1
        preceding[word] += 1
    unigram = _smoothed(preceding, [*sorted(words), END])
    backoff = {before: discount * kinds[before] / total for before, total in followed.items()}
    seen: dict[str, dict[str, float]] = {before: {} for before in followed}
    for (before, word), count in pairs.items():
        seen[before][word] = (count - discount) / followed[before] + backoff[before] * unigram[word]
    return Bigrams(unigram, seen, backoff)


def grammar_arcs(model: Bigrams, ids: Mapping[str, int], backoff_id: int) -> Iterator[str]:
    """The model in OpenFst's text format, an arc or a final state a line; words go in and come out by their ids."""
    states = {START: START_STATE} | {word: number for number, word in enumerate(ids, start=START_STATE + 1)}
    yield from _row(START, model.seen[START], states, ids)  # the first line's state is the initial one
    for before in ids:
        yield from _row(before, model.seen.get(before, {}), states, ids)
    for before, state in states.items():
        yield f"{state} {BACKOFF_STATE} {backoff_id} 0 {-math.log(model.backoff.get(before, 1.0)):.4f}"
    for word, number in ids.items():
        yield f"{BACKOFF_STATE} {states[word]} {number} {number} {-math.log(model.unigram[word]):.4f}"
    yield f"{BACKOFF_STATE} {-math.log(model.unigram[END]):.4f}"


def _row(
    before: str, following: Mapping[str, float], states: Mapping[str, int], ids: Mapping[str, int]
) -> Iterator[str]:
    for word, probability in following.items():
        cost = -math.log(probability)
        if word == END:
            yield f"{states[before]} {cost:.4f}"
        else:
            yield f"{states[before]} {states[word]} {ids[word]} {ids[word]} {cost:.4f}"


def _smoothed(counts: Counter[str], words: Sequence[str]) -> dict[str, float]:
    """Shares of the counts, as if each word had half an occurrence more."""
    total = counts.total() + 0.5 * len(words)
    return {word: (counts[word] + 0.5) / total for word in words}
