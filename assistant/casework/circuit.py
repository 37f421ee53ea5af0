"""A system that fails is left alone for a while."""

from datetime import datetime, timedelta

import structlog

from assistant.errors import CaseSystemUnavailableError
from assistant.model import Errand
from assistant.outbox import Runner
from assistant.ports import Clock

_log = structlog.get_logger(__name__)
_FAILURES = 3
_REST = timedelta(seconds=15)


class Circuit:
    """A runner around a runner: after a few failures in a row, or where the system asks for it, errands fail at once.

    What fails stays in the outbox. The first errand after the rest shows whether the system works again.
    """

    def __init__(self, name: str, run: Runner, clock: Clock) -> None:
        self._name, self._run, self._clock = name, run, clock
        self._failures = 0
        self._rests_until: datetime | None = None

    async def __call__(self, errand: Errand) -> None:
        now = self._clock.now()
        if self._rests_until is not None and now < self._rests_until:
            wait = (self._rests_until - now).total_seconds()
            raise CaseSystemUnavailableError(f"{self._name} failed a moment ago and is left alone", wait)
        try:
            await self._run(errand)
        except CaseSystemUnavailableError as error:
            self._count(error)
            raise
        self._failures, self._rests_until = 0, None

    def _count(self, error: CaseSystemUnavailableError) -> None:
        self._failures += 1
        if error.wait_s or self._failures >= _FAILURES:
            rest = max(timedelta(seconds=error.wait_s), _REST)
            self._rests_until = self._clock.now() + rest
            _log.warning("case system rests", system=self._name, seconds=rest.total_seconds())
