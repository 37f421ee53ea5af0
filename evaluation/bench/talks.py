"""What the measured clients say: the conversations of the scenario files, as people hold them."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

from evaluation.scenarios import find

Talk = tuple[str, ...]
"""The messages of one conversation in their order."""

SCENARIOS = Path("tests/scenarios")


def read_talks(folder: Path = SCENARIOS, *, seed: int = 115) -> tuple[Talk, ...]:
    """The typed messages of every scenario, in a shuffled but fixed order, so that topics and languages mix.

    Presses of buttons are left out: a plain Rasa bot offers none.
    """
    talks = [talk for scenario in find([folder]) if (talk := _typed(step.say for step in scenario.steps))]
    Random(seed).shuffle(talks)  # noqa: S311 - a fixed seed is the point
    return tuple(talks)


def messages(talks: Sequence[Talk]) -> Iterator[str]:
    """All messages of all conversations."""
    return (message for talk in talks for message in talk)


def _typed(words: Iterator[str | None]) -> Talk:
    return tuple(text for text in words if text and text.strip())
