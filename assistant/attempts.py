"""How many codes may be tried: a wrong one costs more than a right one."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from assistant.errors import TooManyCodesError
from assistant.ports import Clock

_MOST_KNOWN = 50_000
_ALL = "everybody"
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class AttemptRules:
    """``wrong_per_hour`` codes for one who asks, ``all_wrong_per_hour`` for everybody together.

    A right code costs a tenth of a wrong one.
    """

    wrong_per_hour: int = 10
    all_wrong_per_hour: int = 1000


class Attempts:
    """Counts for each who asks, and for all together (generic cell rate algorithm, one moment kept for each).

    Where all together have used up what they had, somebody is guessing from many places: from then on each may be wrong
    once only, so that nobody who has a code is locked out. Kept in this process: several workers let through as many
    times more.
    """

    def __init__(self, clock: Clock, rules: AttemptRules) -> None:
        self._clock = clock
        self._price = _HOUR / rules.wrong_per_hour
        self._price_of_all = _HOUR / rules.all_wrong_per_hour
        self._due: OrderedDict[str, datetime] = OrderedDict()

    def check(self, askers: Sequence[str]) -> None:
        """Raise TooManyCodesError where one of them has used up what they had."""
        now = self._clock.now()
        budget = _HOUR if self._debt(_ALL, now) + self._price_of_all <= _HOUR else self._price
        wait = max((self._debt(asker, now) for asker in askers), default=timedelta()) + self._price - budget
        if wait > timedelta():
            raise TooManyCodesError(wait.total_seconds())

    def count(self, askers: Sequence[str], *, is_right: bool) -> None:
        """A code was tried."""
        now = self._clock.now()
        for asker in (*askers, _ALL):
            price = self._price_of_all if asker == _ALL else self._price
            self._due[asker] = now + self._debt(asker, now) + (price / 10 if is_right else price)
            self._due.move_to_end(asker)
        while len(self._due) > _MOST_KNOWN:
            self._due.popitem(last=False)

    def _debt(self, asker: str, now: datetime) -> timedelta:
        return max(self._due.get(asker, now) - now, timedelta())
