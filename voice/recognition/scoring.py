"""From a recogniser's n best sequences of words with their likelihoods to hypotheses with confidences.

Vosk tells either the confidence of each word of the best sequence or the n best sequences, never both. So the
confidences are made from the n best, as Vosk makes them from the whole lattice: the likelihoods of the sequences, taken
to add up to one, say how probable each is; a word is as probable as all the sequences together that have it in its
place; and a hypothesis is as sure as its words are on average.
"""

from collections.abc import Sequence
from difflib import SequenceMatcher
from math import exp

from assistant.model import Hypothesis

UNKNOWN = frozenset({"[unk]", "<unk>"})
"""What stands for a word that the model does not have."""
Candidates = Sequence[tuple[str, float]]
"""Sequences of words with their log likelihoods."""
_TEMPERATURE = 2.0
"""Networks are surer than they are right; this brings likelihoods closer together."""


def hypotheses(candidates: Candidates) -> tuple[Hypothesis, ...]:
    """The different ways to understand one stretch, most probable first; empty where nothing was understood.

    An unknown word is left out, and counts as one that is not understood.
    """
    if not candidates:
        return ()
    sequences = [text.split() for text, _ in candidates]
    shares = _shares([score for _, score in candidates])
    found: dict[str, float] = {}
    surest = 1.0
    for index in sorted(range(len(sequences)), key=lambda index: -shares[index]):
        known = " ".join(word for word in sequences[index] if word not in UNKNOWN)
        surest = min(surest, _support(index, sequences, shares))
        if known and known not in found:
            found[known] = surest
    return tuple(Hypothesis(text, round(confidence, 3)) for text, confidence in found.items())


def joined(stretches: Sequence[tuple[Hypothesis, ...]], most: int) -> tuple[Hypothesis, ...]:
    """The ways to understand stretches that follow one another: the best of each, then one changed at a time."""
    heard = [stretch for stretch in stretches if stretch]
    if not heard:
        return ()
    best = [stretch[0] for stretch in heard]
    changed = [
        _join([*best[:place], other, *best[place + 1 :]])
        for place, stretch in enumerate(heard)
        for other in stretch[1:]
    ]
    changed.sort(key=lambda hypothesis: -hypothesis.confidence)
    return (_join(best), *changed)[:most]


def has_unknown(candidates: Candidates) -> bool:
    """Whether the most probable sequence has a word that the model does not have, or no word at all."""
    words = max(candidates, key=lambda candidate: candidate[1])[0].split() if candidates else []
    return not words or not UNKNOWN.isdisjoint(words)


def _shares(scores: Sequence[float]) -> list[float]:
    best = max(scores)
    weights = [exp((score - best) / _TEMPERATURE) for score in scores]
    total = sum(weights)
    return [weight / total for weight in weights]


def _support(index: int, sequences: Sequence[list[str]], shares: Sequence[float]) -> float:
    """The mean probability of the words of one sequence."""
    words = sequences[index]
    known = sum(word not in UNKNOWN for word in words)
    if not known:
        return 0.0
    support = 0.0
    for other, share in zip(sequences, shares, strict=True):
        blocks = SequenceMatcher(None, words, other, autojunk=False).get_matching_blocks()
        shared = (word for block in blocks for word in words[block.a : block.a + block.size])
        support += share * sum(word not in UNKNOWN for word in shared)
    return support / len(words)


def _join(parts: Sequence[Hypothesis]) -> Hypothesis:
    lengths = [len(part.text.split()) for part in parts]
    mean = sum(part.confidence * length for part, length in zip(parts, lengths, strict=True)) / sum(lengths)
    return Hypothesis(" ".join(part.text for part in parts), round(mean, 3))
