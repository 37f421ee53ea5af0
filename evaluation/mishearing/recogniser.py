"""A recogniser that mishears: the errors of the real ones, at a set word error rate.

What goes wrong and how often is taken from what is known of recognisers on telephone speech: more than half of the
errors are other words that sound alike, then words put in (hesitations among them), words left out, endings, and
German compounds taken apart or put together. Errors come in bunches: one sentence is
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

_BUNCHED = 4.0
"""How alike sentences are: the larger, the less the rate of a single one strays from the mean."""
_UNKNOWN = 3.0
_HESITATIONS: Mapping[Language, tuple[str, ...]] = {
    Language.DE: ("äh", "ähm", "also", "ja", "mal", "so", "und"),
    Language.EN: ("uh", "um", "well", "so", "like", "and"),
}
_HESITATES = 0.5


@dataclass(frozen=True, slots=True)
class Mix:
    """How likely each kind of error is, among all errors."""

    alike: float = 0.53
    ending: float = 0.08
    left_out: float = 0.15
    put_in: float = 0.16
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
    """A sentence in work: what is heard for each word once it went wrong, and what was put in before it."""

    words: Sequence[str]
    wrong: dict[int, tuple[str, ...]] = field(default_factory=dict)
    before: dict[int, str] = field(default_factory=dict)

    @property
    def right(self) -> list[int]:
        """The places of the words that are heard as they were said so far."""
        return [place for place in range(len(self.words)) if place not in self.wrong]

    @property
    def heard(self) -> tuple[str, ...]:
        """The sentence as it is heard."""
        places = range(len(self.words))
        slots = ((*self._put_in(place), *self.wrong.get(place, (self.words[place],))) for place in places)
        return tuple(word for slot in slots for word in slot)

    def is_lost(self, place: int) -> bool:
        """Whether nothing is heard of a word."""
        return self.wrong.get(place) == ()

    def _put_in(self, place: int) -> tuple[str, ...]:
        return (self.before[place],) if place in self.before else ()


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
        draft = _Draft(words)
        left = self._errors(len(words), chance)
        while left > 0 and draft.right:
            left -= self._err(draft, left, chance)
        return Heard(words, draft.heard)

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
        draft.wrong[chance.choice(draft.right)] = ()  # nothing sounds like any of the words: one is lost
        return 1

    def _take_alike(self, draft: _Draft, chance: random.Random) -> bool:
        return self._substitute(draft, chance, self._known.alike)

    def _change_ending(self, draft: _Draft, chance: random.Random) -> bool:
        return self._substitute(draft, chance, self._known.inflected)

    def _substitute(self, draft: _Draft, chance: random.Random, others_of: _Others) -> bool:
        for place in self._places(draft, chance):
            if others := others_of(draft.words[place]):
                draft.wrong[place] = (chance.choices(others, [other.weight for other in others])[0].word,)
                return True
        return False

    def _leave_out(self, draft: _Draft, chance: random.Random) -> bool:
        # Beside a word that was put in it would count as one error, not as two.
        places = [place for place in self._places(draft, chance) if not draft.before.keys() & {place, place + 1}]
        if places:
            draft.wrong[places[0]] = ()
        return bool(places)

    def _put_in(self, draft: _Draft, chance: random.Random) -> bool:
        free = [
            place
            for place in range(len(draft.words))
            if place not in draft.before and not draft.is_lost(place) and not draft.is_lost(place - 1)
        ]
        if free:
            words = _HESITATIONS[self._language] if chance.random() < _HESITATES else self._known.little_words
            draft.before[chance.choice(free)] = chance.choice(words)
        return bool(free)

    def _split(self, draft: _Draft, chance: random.Random) -> bool:
        for place in self._places(draft, chance):
            if parts := self._known.parts(draft.words[place]):
                draft.wrong[place] = parts
                return True
        return False

    def _join(self, draft: _Draft, chance: random.Random) -> bool:
        free = set(draft.right) - draft.before.keys()
        pairs = [place for place in free if place + 1 in free and self._are_one(draft, place)]
        if not pairs:
            return False
        place = chance.choice(sorted(pairs))
        draft.wrong[place] = (draft.words[place] + draft.words[place + 1],)
        draft.wrong[place + 1] = ()
        return True

    def _are_one(self, draft: _Draft, place: int) -> bool:
        return draft.words[place] + draft.words[place + 1] in self._known

    def _places(self, draft: _Draft, chance: random.Random) -> list[int]:
        """The words that may still go wrong, in the order in which they do: unknown ones sooner."""
        free = draft.right
        return _shuffled(free, [self._weight(draft.words[place]) for place in free], chance)

    def _weight(self, word: str) -> float:
        return 1.0 if word in self._known else _UNKNOWN


def _shuffled(items: Sequence[_T], weights: Sequence[float], chance: random.Random) -> list[_T]:
    """The items in an order drawn by their weights, all above 0 (Efraimidis and Spirakis)."""
    keys = [chance.random() ** (1 / weight) for weight in weights]
    return [items[place] for place in sorted(range(len(items)), key=lambda place: -keys[place])]
