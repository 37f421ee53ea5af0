"""Promises are looked after: the desk is reminded before their time, those in charge are told after it."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from assistant.beside import repeated
from assistant.bus import DESK_TOPIC
from assistant.errors import RolandError, TicketError
from assistant.model import Errand, Ticket, TicketEventKind, TicketFilter, TicketState
from assistant.ports import EventBus
from assistant.tickets.tools import TicketTools, event_of

_log = structlog.get_logger(__name__)

Letter = Callable[[Ticket, datetime], tuple[Errand, ...]]


class TicketWatch:
    """Looks after what is owed. Any number of workers may do so at once: each step is done once for a ticket."""

    def __init__(self, tools: TicketTools, bus: EventBus) -> None:
        self._tools = tools
        self._bus = bus

    def running(self, every: timedelta = timedelta(minutes=1)) -> AbstractAsyncContextManager[None]:
        """While the server runs."""
        return repeated(self.look, every)

    async def look(self) -> None:
        """One look; to be repeated every minute or so. What fails in one part keeps no other from being done."""
        now = self._tools.clock.now()
        for step in (self._remind, self._escalate, self._forget):
            try:
                await step(now)
            except RolandError as error:
                _log.error("tickets not looked after", step=step.__name__, code=error.code)

    async def _remind(self, now: datetime) -> None:
        for ticket in await self._owed(now + self._tools.rules.remind_before):
            if ticket.reminded_at is None and now < ticket.due_at:
                reminded = replace(ticket, reminded_at=now)
                await self._mark(reminded, TicketEventKind.REMINDED, now, self._tools.letters.reminder)

    async def _escalate(self, now: datetime) -> None:
        for ticket in await self._owed(now):
            if ticket.escalated_at is None:
                escalated = replace(ticket, escalated_at=now)
                await self._mark(escalated, TicketEventKind.ESCALATED, now, self._tools.letters.escalation)

    async def _forget(self, now: datetime) -> None:
        if forgotten := await self._tools.store.forget(now):
            _log.info("tickets forgotten", tickets=forgotten)

    async def _owed(self, due_before: datetime) -> tuple[Ticket, ...]:
        return await self._tools.store.find(TicketFilter(state=TicketState.OPEN, due_before=due_before))

    async def _mark(self, ticket: Ticket, kind: TicketEventKind, now: datetime, letter: Letter) -> None:
        """Keep that it was done, unless another worker, or somebody at the desk, was quicker."""
        try:
            await self._tools.store.change(ticket, event_of(ticket.id, kind, now), letter(ticket, now))
        except TicketError as error:
            _log.info("ticket changed meanwhile", code=error.code)
            return
        await self._bus.publish(DESK_TOPIC, {"type": "tickets"})
