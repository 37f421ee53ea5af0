"""What Asterisk and Roland know of a call between two connections.

    announced ──connect──► talking ──leave──► leaving ──orders──► gone
        ▲                                                │ with a target
        └──────────────── came_back ◄─── passed on ◄─────┘

A call is ``announced`` when the dialplan asks, before it streams its sound: nobody connects with an id that was not
given out. ``leaving`` is what the dialplan is to do next and has not asked for yet; ``passed on`` is a call that rings
elsewhere. What nobody comes for is forgotten.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

from assistant.model import CallDetails, TransferOutcome

_PASSED_ON_S = 6 * 3600
"""How long a call that was passed on may last: Asterisk tells of its outcome when it is over."""
_MOST_PASSED_ON = 10_000

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Orders:
    """What the dialplan is to do next: pass the call on where there is a target, else hang up."""

    target: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class _Leaving:
    orders: Orders
    details: CallDetails
    asked: asyncio.Event = field(default_factory=asyncio.Event)


class Switchboard:
    """All calls of one PBX by Roland's id. Belongs to one event loop; ``now`` counts seconds and never goes back."""

    def __init__(self, connect_within_s: float, ask_within_s: float, now: Callable[[], float] = time.monotonic) -> None:
        self._announced = _Fading[CallDetails](connect_within_s, now)
        self._leaving = _Fading[_Leaving](ask_within_s, now)
        self._passed_on = _Fading[CallDetails](_PASSED_ON_S, now)

    @property
    def awaited(self) -> int:
        """How many calls have been announced and are not here yet."""
        return len(self._announced)

    def announce(self, details: CallDetails) -> None:
        """Expect a connection for the call."""
        self._announced.put(details.id, details)

    def connect(self, call_id: str) -> CallDetails | None:
        """The call that was announced with that id, once; None where there is none."""
        return self._announced.pop(call_id)

    def leave(self, details: CallDetails, orders: Orders) -> asyncio.Event:
        """What the dialplan is to do next; the event is set as soon as it has asked."""
        leaving = _Leaving(orders, details)
        self._leaving.put(details.id, leaving)
        return leaving.asked

    def orders(self, call_id: str) -> Orders | None:
        """What is to be done next, once; None for a call that Roland knows nothing of."""
        leaving = self._leaving.pop(call_id)
        if leaving is None:
            return None
        if leaving.orders.target:
            self._passed_on.put(call_id, leaving.details, _MOST_PASSED_ON)
        leaving.asked.set()
        return leaving.orders

    def came_back(self, call_id: str, outcome: TransferOutcome) -> bool:
        """Whether a call that was passed on is to come back to Roland; it is announced then."""
        details = self._passed_on.pop(call_id)
        if details is None or outcome is TransferOutcome.DONE:
            return False
        self.announce(replace(details, returns_after=outcome))
        return True


class _Fading(Generic[T]):
    """Things by id, each forgotten when its time is over."""

    def __init__(self, lasts_s: float, now: Callable[[], float]) -> None:
        self._lasts_s = lasts_s
        self._now = now
        self._things: dict[str, tuple[float, T]] = {}

    def __len__(self) -> int:
        self._forget()
        return len(self._things)

    def put(self, key: str, thing: T, most: int | None = None) -> None:
        self._forget()
        self._things.pop(key, None)
        self._things[key] = (self._now() + self._lasts_s, thing)
        if most is not None and len(self._things) > most:
            del self._things[next(iter(self._things))]

    def pop(self, key: str) -> T | None:
        self._forget()
        found = self._things.pop(key, None)
        return found[1] if found else None

    def _forget(self) -> None:
        # All last equally long, so the oldest come first.
        now = self._now()
        while self._things:
            oldest = next(iter(self._things))
            if self._things[oldest][0] > now:
                return
            del self._things[oldest]
