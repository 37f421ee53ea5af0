"""Parts of the training sentences for cross-validation."""

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence

from nlu.training_data import Example

_SEED = 1404


def folds(examples: Sequence[Example], count: int) -> Iterator[tuple[tuple[Example, ...], tuple[Example, ...]]]:
    """Pairs of (train, test): every sentence is tested once, intents and languages evenly spread; always the same."""
    parts = _parts(examples, count)
    for part in range(count):
        train = tuple(example for example, of_part in zip(examples, parts, strict=True) if of_part != part)
        test = tuple(example for example, of_part in zip(examples, parts, strict=True) if of_part == part)
        yield train, test


def _parts(examples: Sequence[Example], count: int) -> list[int]:
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, example in enumerate(examples):
        groups[example.intent, example.language].append(place)
    parts = [0] * len(examples)
    chance = random.Random(_SEED)  # noqa: S311 – no secret
    turn = 0
    for places in groups.values():
        chance.shuffle(places)
        for place in places:
            parts[place] = turn % count
            turn += 1
    return parts
