"""How words are said, with the ways that differ from sentence to sentence."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from voice.model.espeak import SILENCE, Espeak

ANY_SOUND = "ANY"
"""The phone that any sound of speech is a little: what an unknown word is made of."""

_RARE_PHONE = 4
_RARE_SHARE = 0.05
_MOST_WAYS = 4

Phones = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """``phones`` begins with silence and ANY_SOUND; ``ways`` gives each word's pronunciations with their costs.

    A cost is the negative logarithm of how often a way is taken compared with the most frequent one.
    """

    phones: tuple[str, ...]
    ways: Mapping[str, tuple[tuple[Phones, float], ...]]


def lexicon_of(sentences: Iterable[str], voice: Espeak, rare: int = _RARE_PHONE) -> Lexicon:
    """The pronunciations of all words of the sentences, as the synthesiser says them there and alone.

    Words with a sound that occurs in fewer than ``rare`` ways of saying words are left out.
    """
    counted: defaultdict[str, Counter[Phones]] = defaultdict(Counter)
    for sentence in sentences:
        words, said = sentence.split(), voice.phonemes(sentence)
        if len(words) == len(said):
            for word, phones in zip(words, said, strict=True):
                counted[word][phones] += 1
        for word in words:
            if word not in counted:
                counted[word][sum(voice.phonemes(word), ())] += 1
    occurrences = Counter(phone for ways in counted.values() for way in ways for phone in way)
    known = {phone for phone, count in occurrences.items() if count >= rare}
    ways = {word: _frequent(ways, known) for word, ways in sorted(counted.items())}
    return Lexicon((SILENCE, ANY_SOUND, *sorted(known)), {word: way for word, way in ways.items() if way})


def _frequent(ways: Counter[Phones], known: set[str]) -> tuple[tuple[Phones, float], ...]:
    """The usual ways of saying a word, the most frequent first."""
    sayable = [(way, count) for way, count in ways.most_common() if way and known.issuperset(way)]
    if not sayable:
        return ()
    most = sayable[0][1]
    total = sum(count for _, count in sayable)
    return tuple((way, math.log(most / count)) for way, count in sayable[:_MOST_WAYS] if count >= _RARE_SHARE * total)
