"""What can be seen of a call while it goes on, for a live view and for measuring."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import structlog

from assistant.model import CallEnding, TransferOutcome

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class CallBegan:
    """A call was taken; ``external_id`` is the one that the telephone system knows it by."""

    trunk: str
    running: int
    external_id: str = ""


@dataclass(frozen=True, slots=True)
class CallerSaid:
    """Words of the caller. They are personal: whoever keeps them must mask them."""

    text: str
    confidence: float


@dataclass(frozen=True, slots=True)
class CallerKeyed:
    """A key."""

    key: str


@dataclass(frozen=True, slots=True)
class RolandSaid:
    """A sentence begins to be heard."""

    text: str


@dataclass(frozen=True, slots=True)
class Interrupted:
    """The caller spoke while Roland did; ``forgotten_ms`` of sound were not sent any more."""

    forgotten_ms: int


@dataclass(frozen=True, slots=True)
class TurnTimed:
    """One turn: milliseconds from the caller's last sound until it was understood, answered, and first heard back."""

    recognised_ms: float
    answered_ms: float
    sounded_ms: float


@dataclass(frozen=True, slots=True)
class PassedOn:
    """What became of passing the caller on."""

    outcome: TransferOutcome


@dataclass(frozen=True, slots=True)
class Faltered:
    """Something did not work; ``what``: ``recogniser``, ``speaker``, ``office``, ``talk``."""

    what: str
    error: str


@dataclass(frozen=True, slots=True)
class CallFinished:
    """A call is over."""

    ending: CallEnding
    seconds: float
    turns: int


CallEvent = (
    CallBegan | CallerSaid | CallerKeyed | RolandSaid | Interrupted | TurnTimed | PassedOn | Faltered | CallFinished
)


class CallObserver(Protocol):
    """Looks on. Must be quick, and must not fail."""

    def notice(self, call_id: str, at: float, event: CallEvent) -> None:
        """Something happened in a call at a time of the line's loop."""
        ...


class Observers:
    """Tells several; belongs to one loop."""

    def __init__(self, observers: Sequence[CallObserver] = ()) -> None:
        self._observers = tuple(observers)

    def notice(self, call_id: str, at: float, event: CallEvent) -> None:
        for observer in self._observers:
            observer.notice(call_id, at, event)


class LogObserver:
    """Writes to the log what happened, never a word of what was said."""

    def notice(self, call_id: str, at: float, event: CallEvent) -> None:
        match event:
            case CallBegan():
                _log.info(
                    "call began",
                    call_id=call_id,
                    trunk=event.trunk,
                    external_id=event.external_id,
                    running=event.running,
                )
            case CallFinished():
                seconds = round(event.seconds, 1)
                _log.info("call over", call_id=call_id, ending=event.ending.value, seconds=seconds, turns=event.turns)
            case PassedOn():
                _log.info("call passed on", call_id=call_id, outcome=event.outcome.value)
            case Faltered():
                _log.warning("call faltered", call_id=call_id, step=event.what, error=event.error)
            case TurnTimed():
                stages = {"recognised": round(event.recognised_ms), "answered": round(event.answered_ms)}
                _log.info("call turn", call_id=call_id, ms=round(event.sounded_ms), timings=stages)
