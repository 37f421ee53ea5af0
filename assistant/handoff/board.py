"""The queue and who answers where, read once for all desks that look at the same moment."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

from assistant.errors import ConversationNotFoundError, HandoffNotFoundError
from assistant.handoff.desk import Desk
from assistant.model import Handoff, PhoneCall


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The queue in its order, and what is being answered; ``calls`` are those of callers in the queue."""

    waiting: tuple[Handoff, ...] = ()
    claimed: tuple[Handoff, ...] = ()
    calls: tuple[PhoneCall, ...] = ()

    def of(self, agent_id: str) -> tuple[Handoff, ...]:
        """What that agent answers, the oldest claim first."""
        return tuple(handoff for handoff in self.claimed if handoff.agent_id == agent_id)

    def call_of(self, handoff: Handoff) -> PhoneCall | None:
        """The call that waits there."""
        return next((call for call in self.calls if call.conversation_id == handoff.conversation_id), None)


@dataclass(frozen=True, slots=True)
class Line:
    """What the queue tells of a hand-off: the person's words about the matter, and the service they are about."""

    words: str = ""
    service_title: str | None = None


class Board:
    """Every desk reads it whenever something changes; reading for many costs as much as reading for one."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._reading = asyncio.Lock()
        self._asked = 0
        self._answered = 0
        self._snapshot = Snapshot()
        self._lines: dict[tuple[str, datetime], Line] = {}

    async def snapshot(self) -> Snapshot:
        """How things stand now: never older than the call."""
        self._asked = mine = self._asked + 1
        async with self._reading:
            if self._answered < mine:
                upto = self._asked
                waiting, claimed = await self._desk.waiting(), await self._desk.claimed()
                calls = [call for handoff in waiting if (call := await self._desk.call_of(handoff)) is not None]
                self._snapshot = Snapshot(waiting, claimed, tuple(calls))
                self._answered = upto
                self._forget(self._snapshot.waiting)
            return self._snapshot

    async def line(self, handoff: Handoff) -> Line:
        """What the queue tells of a hand-off; read once for every wait."""
        key = (handoff.id, handoff.waits_since)
        if key not in self._lines:
            self._lines[key] = await self._read_line(handoff)
        return self._lines[key]

    async def _read_line(self, handoff: Handoff) -> Line:
        try:
            packet = (await self._desk.look_at(handoff.id)).packet
        except (HandoffNotFoundError, ConversationNotFoundError):
            return Line()  # deleted while the queue was read
        words = (*packet.questions[-1:], *packet.to_people[:1], "")
        return Line(words[0], packet.service_title)

    def _forget(self, waiting: tuple[Handoff, ...]) -> None:
        keep = {(handoff.id, handoff.waits_since) for handoff in waiting}
        self._lines = {key: line for key, line in self._lines.items() if key in keep}
