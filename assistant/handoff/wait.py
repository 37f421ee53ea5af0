"""How long somebody who asks for a person now will wait."""

from collections.abc import Sequence
from datetime import timedelta
from statistics import median

from assistant.model import Handoff

_USUAL = timedelta(minutes=6)
_TRUSTED = 5
"""From so many chats of the last hours on their own length counts instead of the usual one."""


def usual_length(ended: Sequence[Handoff]) -> timedelta:
    """How long an agent answers in one chat: the median of those that ended lately."""
    lengths = [
        handoff.ended_at - handoff.claimed_at
        for handoff in ended
        if handoff.claimed_at is not None and handoff.ended_at is not None
    ]
    if len(lengths) < _TRUSTED:
        return _USUAL
    return timedelta(seconds=median(length.total_seconds() for length in lengths))


def expected_wait(place: int, free: int, chats_at_once: int, length: timedelta) -> timedelta | None:
    """The wait of who stands at ``place`` (1 is next).

    ``free``: chats that could be taken right now; ``chats_at_once``: how many all agents present can have together, one
    of which ends every ``length / chats_at_once`` on average. None where nobody is there.
    """
    if chats_at_once <= 0:
        return None
    return max(0, place - free) * length / chats_at_once
