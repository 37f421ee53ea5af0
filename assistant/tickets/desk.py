"""The back office: answer, write down, send on, close."""

from dataclasses import replace

from assistant.errors import TicketChangedError
from assistant.model import (
    Agent,
    ClosingReason,
    Errand,
    Office,
    Ticket,
    TicketEvent,
    TicketEventKind,
    TicketFilter,
    TicketState,
)
from assistant.tickets.tools import TicketTools, event_of


class TicketDesk:
    """What the people of the back office do. Whoever calls has made sure that they may."""

    def __init__(self, tools: TicketTools) -> None:
        self._tools = tools

    async def find(self, wanted: TicketFilter) -> tuple[Ticket, ...]:
        """Tickets, the one due first at the beginning; without those of which only the promise is kept."""
        return await self._tools.store.find(replace(wanted, is_whole=True))

    async def offices(self) -> tuple[tuple[str, str], ...]:
        """(name, id) of every office that has a ticket, by name."""
        return await self._tools.store.offices()

    async def look_at(self, ticket_id: str) -> tuple[Ticket, tuple[TicketEvent, ...]]:
        """A ticket with its history; raises TicketNotFoundError."""
        ticket = await self._tools.store.get(ticket_id)
        return ticket, await self._tools.store.history(ticket_id)

    async def answer(self, agent: Agent, ticket_id: str, text: str) -> Ticket:
        """Give the answer that the citizen reads; the same one twice is one.

        Raises TicketChangedError where somebody has settled it meanwhile, ValueError for an empty answer.
        """
        if not text.strip():
            raise ValueError("an answer needs words")
        ticket = await self._tools.store.get(ticket_id)
        if ticket.reply == text.strip() and ticket.settled_by == agent.name:
            return ticket
        now = self._tools.clock.now()
        settled = replace(
            _still_open(ticket), state=TicketState.ANSWERED, reply=text.strip(), settled_at=now, settled_by=agent.name
        )
        errands = self._tools.letters.answered(ticket, self._tools.codes.code_of(ticket.id), now)
        return await self._change(settled, TicketEventKind.ANSWERED, agent, errands=errands)

    async def close(self, agent: Agent, ticket_id: str, reason: ClosingReason, remark: str = "") -> Ticket:
        """Close without an answer, for a reason that the citizen is told; the remark stays in the back office.

        Raises ValueError for a reason that nobody gives.
        """
        if not reason.is_chosen:
            raise ValueError(f"nobody closes a ticket as {reason}")
        ticket = await self._tools.store.get(ticket_id)
        if ticket.closing_reason is reason and ticket.settled_by == agent.name:
            return ticket
        now = self._tools.clock.now()
        settled = replace(
            _still_open(ticket),
            state=TicketState.CLOSED,
            closing_reason=reason,
            settled_at=now,
            settled_by=agent.name,
        )
        errands = self._tools.letters.answered(ticket, self._tools.codes.code_of(ticket.id), now)
        return await self._change(settled, TicketEventKind.CLOSED, agent, remark, errands)

    async def forward(self, agent: Agent, ticket_id: str, office: Office, remark: str = "") -> Ticket:
        """Let another office answer; the promise stays. Sent on to where it is already, nothing happens."""
        ticket = await self._tools.store.get(ticket_id)
        if ticket.office_id == office.id:
            return ticket
        moved = replace(_still_open(ticket), office_id=office.id, office_name=office.name)
        told = f"{office.name}: {remark}" if remark else office.name
        return await self._change(moved, TicketEventKind.FORWARDED, agent, told)

    async def write_note(self, agent: Agent, ticket_id: str, text: str, note_id: str = "") -> None:
        """Write something down for colleagues; ``note_id`` makes sending it twice harmless."""
        if text.strip():
            now = self._tools.clock.now()
            note = event_of(ticket_id, TicketEventKind.NOTE, now, agent.name, text.strip(), note_id)
            await self._tools.store.write(note)

    async def _change(
        self, ticket: Ticket, kind: TicketEventKind, agent: Agent, told: str = "", errands: tuple[Errand, ...] = ()
    ) -> Ticket:
        event = event_of(ticket.id, kind, self._tools.clock.now(), agent.name, told)
        return await self._tools.store.change(ticket, event, errands)


def _still_open(ticket: Ticket) -> Ticket:
    if not ticket.is_open:
        raise TicketChangedError("the ticket is settled already")
    return ticket
