"""Asks a second engine whenever the first fails, and leaves the first alone while it keeps failing."""

import time
from collections.abc import Callable
from enum import StrEnum

import structlog

from assistant.errors import NluError
from assistant.model import Language, Understanding
from assistant.ports import NluEngine

_log = structlog.get_logger(__name__)


class BreakerState(StrEnum):
    """Whether the first engine is asked.

    closed ──failures in a row──► open ──reset time──► half_open ──success──► closed
                                   ▲                       │
                                   └────────failure────────┘
    """

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class CircuitBreaker:
    """Implements ``assistant.ports.NluEngine`` over two engines; fails only where the second does."""

    def __init__(
        self,
        first: NluEngine,
        second: NluEngine,
        *,
        failures: int = 3,
        reset_s: float = 15.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._first, self._second = first, second
        self._allowed, self._reset, self._clock = failures, reset_s, clock
        self._state = BreakerState.CLOSED
        self._failed_in_a_row = 0
        self._opened_at = 0.0

    @property
    def name(self) -> str:
        return f"{self._first.name}, else {self._second.name}"

    @property
    def state(self) -> BreakerState:
        """Whether the first engine is asked at present."""
        return self._state

    async def parse(self, text: str, language: Language) -> Understanding:
        if not self._may_ask():
            return await self._second.parse(text, language)
        try:
            understanding = await self._first.parse(text, language)
        except NluError as error:
            self._failed(error)
            return await self._second.parse(text, language)
        except BaseException:
            self._abandoned()
            raise
        self._succeeded()
        return understanding

    async def ping(self) -> None:
        try:
            await self._first.ping()
        except NluError:
            await self._second.ping()

    def _may_ask(self) -> bool:
        """Whether this question goes to the first engine; one question at a time tries it out when it may be back."""
        if self._state is BreakerState.OPEN and self._clock() - self._opened_at >= self._reset:
            self._become(BreakerState.HALF_OPEN)
            return True
        return self._state is BreakerState.CLOSED

    def _succeeded(self) -> None:
        self._failed_in_a_row = 0
        if self._state is not BreakerState.CLOSED:
            self._become(BreakerState.CLOSED)

    def _failed(self, error: NluError) -> None:
        self._failed_in_a_row += 1
        if self._state is BreakerState.HALF_OPEN or self._failed_in_a_row >= self._allowed:
            self._open(str(error))

    def _abandoned(self) -> None:
        """A question was withdrawn before it was answered; as a trial it has shown nothing, so another may follow."""
        if self._state is BreakerState.HALF_OPEN:
            self._open("the trial was abandoned")

    def _open(self, reason: str) -> None:
        self._opened_at = self._clock()
        if self._state is not BreakerState.OPEN:
            self._become(BreakerState.OPEN, reason)

    def _become(self, state: BreakerState, reason: str = "") -> None:
        self._state = state
        level = _log.warning if state is BreakerState.OPEN else _log.info
        level("nlu breaker", engine=self._first.name, state=state.value, reason=reason)
