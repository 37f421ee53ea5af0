"""The times of one turn: the caller's last sound, understood, answered, first heard back."""

import asyncio

from voice.session.observe import TurnTimed


class Stopwatch:
    """Belongs to one call; times are those of the loop."""

    def __init__(self) -> None:
        self.turns = 0
        self._ended: float | None = None
        self._recognised = 0.0
        self._answered: float | None = None
        self._consulted_on: float | None = None

    def recognised(self, ended_at: float) -> None:
        """Words are there, whose sound ended then."""
        self._ended, self._recognised, self._answered = ended_at, _now(), None
        self._consulted_on = None

    def asked(self) -> None:
        """They are given to the office."""
        self._consulted_on = self._ended

    def answered(self) -> None:
        """The office has answered."""
        self._answered = _now()

    def sounded(self) -> TurnTimed | None:
        """A sentence is heard; the times, where it is the first one of an answer."""
        if self._ended is None or self._answered is None:
            return None
        times = (at - self._ended for at in (self._recognised, self._answered, _now()))
        timed = TurnTimed(*(seconds * 1000 for seconds in times))
        self._ended = self._answered = None
        self.turns += 1
        return timed

    def goes_on(self, began_at: float, within_s: float) -> bool:
        """Whether sound that began then belongs to the words given to the office last."""
        return self._consulted_on is not None and began_at - self._consulted_on <= within_s


def _now() -> float:
    return asyncio.get_running_loop().time()
