"""A recogniser that mishears: the errors of the real ones, at a set word error rate.

What goes wrong and how often is taken from what is known of recognisers on telephone speech: more than half of the
errors are other words that sound alike, then words left out (little ones above all), endings, words put in
(hesitations among them), and German compounds taken apart or put together. Errors come in bunches: one sentence is
heard well, the next is not.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from assistant.model import Language
from evaluation.mishearing.said import said
from evaluation.mishearing.vocabulary import Alike, Vocabulary

_T = TypeVar("_T")
_Others = Callable[[str], Sequence[Alike]]

_BUNCHED = 8.0
"""How alike sentences are: the larger, the less the rate of a single one strays from the mean."""
_UNKNOWN, _LITTLE = 2.0, 2.5
_HESITATIONS: Mapping[Language, tuple[str, ...]] = {
    Language.DE: ("äh", "ähm", "also", "ja", "mal", "so", "und"),
    Language.EN: ("uh", "um", "well", "so", "like", "and"),
}
_HESITATES = 0.5


@dataclass(frozen=True, slots=True)
class Mix:
    """How likely each kind of error is, among all errors."""

    alike: float = 0.46
    ending: float = 0.14
    left_out: float = 0.18
    put_in: float = 0.14
    split: float = 0.06
    joined: float = 0.02


@dataclass(frozen=True, slots=True)
class Heard:
    """What was said, as a perfect recogniser would have written it, and what was heard instead."""

    said: tuple[str, ...]
    heard: tuple[str, ...]

    @property
    def text(self) -> str:
        """What was heard, as the dialogue gets it."""
        return " ".join(self.heard)


@dataclass(slots=True)
class _Draft:
    """A sentence in work: ``slots`` hold what is heard for each word; those ``touched`` are left alone from then on."""

    words: Sequence[str]
    slots: list[list[str]]
    touched: set[int] = field(default_factory=set)

    @property
    def untouched(self) -> list[int]:
        return [place for place in range(len(self.words)) if place not in self.touched]

    def put(self, place: int, *heard: str) -> None:
        self.slots[place] = list(heard)
        self.touched.add(place)


class Recogniser:
    """Hears callers of one language with a mean word error rate (0–1)."""

    def __init__(self, known: Vocabulary, language: Language, rate: float, mix: Mix = Mix()) -> None:
        if not 0 <= rate < 1:
            raise ValueError(f"a word error rate of {rate} is none from 0 to 1")
        self._known = known
        self._language = language
        self._rate = rate
        self._kinds = (
            (mix.alike, 1, self._take_alike), (mix.ending, 1, self._change_ending), (mix.left_out, 1, self._leave_out),
            (mix.put_in, 1, self._put_in), (mix.split, 2, self._split), (mix.joined, 2, self._join),
        )  # fmt: skip

    def hear(self, text: str, seed: str) -> Heard:
        """What is heard of a text; the same for the same seed."""
        words = said(text, self._language)
        chance = random.Random(seed)  # noqa: S311 – no secret
        draft = _Draft(words, [[word] for word in words])
        left = self._errors(len(words), chance)
        while left > 0 and draft.untouched:
            left -= self._err(draft, left, chance)
        return Heard(words, tuple(word for slot in draft.slots for word in slot))

    def _errors(self, words: int, chance: random.Random) -> int:
        """How many words of a sentence go wrong; over many sentences, the set rate of all words."""
        if not self._rate:
            return 0
        own = chance.betavariate(self._rate * _BUNCHED, (1 - self._rate) * _BUNCHED) * words
        return int(own) + (chance.random() < own % 1)

    def _err(self, draft: _Draft, left: int, chance: random.Random) -> int:
        """One more error; returns how many word errors it counts as."""
        possible = [kind for kind in self._kinds if kind[1] <= left and kind[0] > 0]
        for _, cost, do in _shuffled(possible, [kind[0] for kind in possible], chance):
            if do(draft, chance):
                return cost
        # Nothing sounds like any of the words: one is lost.
        draft.put(chance.choice(draft.untouched))
        return 1

    def _take_alike(self, draft: _Draft, chance: random.Random) -> bool:
        return self._substitute(draft, chance, self._known.alike)

    def _change_ending(self, draft: _Draft, chance: random.Random) -> bool:
        return self._substitute(draft, chance, self._known.inflected)

    def _substitute(self, draft: _Draft, chance: random.Random, others_of: _Others) -> bool:
        for place in self._places(draft, chance):
            if others := others_of(draft.words[place]):
                draft.put(place, chance.choices(others, [other.weight for other in others])[0].word)
                return True
        return False

    def _leave_out(self, draft: _Draft, chance: random.Random) -> bool:
        draft.put(self._places(draft, chance)[0])
        return True

    def _put_in(self, draft: _Draft, chance: random.Random) -> bool:
        place = chance.choice(draft.untouched)
        words = _HESITATIONS[self._language] if chance.random() < _HESITATES else self._known.little_words
        draft.put(place, chance.choice(words), draft.words[place])
        return True

    def _split(self, draft: _Draft, chance: random.Random) -> bool:
        for place in self._places(draft, chance):
            if parts := self._known.parts(draft.words[place]):
                draft.put(place, *parts)
                return True
        return False

    def _join(self, draft: _Draft, chance: random.Random) -> bool:
        free = set(draft.untouched)
        pairs = [place for place in free if place + 1 in free and self._are_one(draft, place)]
        if not pairs:
            return False
        place = chance.choice(sorted(pairs))
        draft.put(place, draft.words[place] + draft.words[place + 1])
        draft.put(place + 1)
        return True

    def _are_one(self, draft: _Draft, place: int) -> bool:
        return draft.words[place] + draft.words[place + 1] in self._known

    def _places(self, draft: _Draft, chance: random.Random) -> list[int]:
        """The words that may still go wrong, in the order in which they do: little and unknown ones sooner."""
        free = draft.untouched
        return _shuffled(free, [self._weight(draft.words[place]) for place in free], chance)

    def _weight(self, word: str) -> float:
        if word not in self._known:
            return _UNKNOWN
        return _LITTLE if self._known.is_little(word) else 1.0


def _shuffled(items: Sequence[_T], weights: Sequence[float], chance: random.Random) -> list[_T]:
    """The items in an order drawn by their weights, all above 0 (Efraimidis and Spirakis)."""
    keys = [chance.random() ** (1 / weight) for weight in weights]
    return [items[place] for place in sorted(range(len(items)), key=lambda place: -keys[place])]
