"""Roland's tickets in a city's ticket system: they are worked on there, the promise stays Roland's."""

from dataclasses import replace
from datetime import timedelta

from assistant.casework.bridge import Bridge, unseen
from assistant.casework.briefing import ticket_briefing, ticket_facts, ticket_title
from assistant.casework.tools import CaseworkTools, agent_of, case_id
from assistant.errors import TicketError, TicketNotFoundError
from assistant.model import (
    Agent,
    Case,
    CaseAgent,
    CaseKind,
    CaseLink,
    CaseStatus,
    CaseView,
    ClosingReason,
    Ticket,
    TicketEventKind,
    TicketFilter,
    TicketState,
)
from assistant.ports import TicketStore, TicketSystem
from assistant.tickets.desk import TicketDesk
from assistant.tickets.tools import event_of


class TicketBridge(Bridge):
    """Between Roland's tickets and a ticket system."""

    every = timedelta(seconds=10)

    def __init__(self, system: TicketSystem, tools: CaseworkTools, store: TicketStore, desk: TicketDesk) -> None:
        super().__init__(system.name, CaseKind.TICKET, tools)
        self._there = system
        self._store = store
        self._desk = desk

    # ── when to do something ───────────────────────────────────────────────────────────────────────────────────────

    async def look(self) -> None:
        now = self._tools.clock.now()
        owed = {ticket.id: ticket for ticket in await self._store.find(TicketFilter(state=TicketState.OPEN))}
        linked = {link.own_id: link for link in await self._tools.links.open(self.system, self.kind)}
        for own_id in owed.keys() - {own_id for own_id, link in linked.items() if link.ref is not None}:
            # One that was refused waits among the dead letters until somebody has it tried again.
            await self._ask_for(CaseLink(self.system, self.kind, own_id, now), "open")
        for own_id in linked.keys() - owed.keys():
            await self._ask_for(linked[own_id], "settled")
        await self._look_at_silent_ones(now)

    async def typing(self, own_id: str, agent: CaseAgent) -> None:
        """Nobody waits in front of a ticket."""

    async def _exists(self, own_id: str) -> bool:
        return await self._ticket(own_id) is not None

    async def _ticket(self, own_id: str) -> Ticket | None:
        try:
            return await self._store.get(own_id)
        except TicketNotFoundError:
            return None

    # ── both sides ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def _bring_up_to_date(self, link: CaseLink) -> None:
        ticket = await self._ticket(link.own_id)
        if link.closed_at is not None:
            await self._tell_that_it_is_late(link)
        elif ticket is None or not ticket.is_open:
            await self._close(link, ticket)
        else:
            link = await self._opened(link, ticket)
            await self._take_over(link, ticket)

    async def _opened(self, link: CaseLink, ticket: Ticket) -> CaseLink:
        if link.ref is not None:
            return link
        name = case_id(self.system, ticket.id)
        case = Case(
            id=name,
            title=ticket_title(ticket, self._tools),
            guest=self._tools.say("guest", name=name[:4].upper()),
            briefing=ticket_briefing(ticket, self._tools),
            language=ticket.language,
            text=ticket.text,
            facts=ticket_facts(ticket),
            due_at=ticket.due_at,
        )
        return await self._kept(replace(link, ref=await self._there.open(case)))

    async def _close(self, link: CaseLink, ticket: Ticket | None) -> None:
        if link.ref is not None:
            state = ticket.state if ticket else "gone"
            await self._there.close(link.ref, "settled", self._tools.say(f"ticket.settled.{state}"))
        await self._kept(replace(link, closed_at=self._tools.clock.now()))

    async def _kept(self, link: CaseLink) -> CaseLink:
        await self._tools.links.keep(link)
        return link

    # ── and back ───────────────────────────────────────────────────────────────────────────────────────────────────

    async def _take_over(self, link: CaseLink, ticket: Ticket) -> None:
        view = await self._there.look(link.ref or "")
        await self._write_down_escalation(view, link, ticket)
        now = self._tools.clock.now()
        link = await self._kept(replace(link, looked_at=now, escalates_at=view.escalates_at))
        new = unseen(view, link)
        if not new and view.status is CaseStatus.OPEN:
            return
        if await self._settle(view, ticket, "\n\n".join(message.text for message in new)):
            seen = new[-1].id if new else link.seen
            await self._kept(replace(link, seen=seen, closed_at=now))

    async def _settle(self, view: CaseView, ticket: Ticket, answer: str) -> bool:
        """Whether it is settled by what came from there; somebody here may have been quicker."""
        try:
            if answer:
                await self._desk.answer(self._agent(view.messages[-1].agent), ticket.id, answer)
            else:
                agent = self._agent(view.agent or CaseAgent("team", ""))
                await self._desk.close(agent, ticket.id, ClosingReason.SETTLED_OTHERWISE)
        except TicketError:
            return False
        return True

    async def _write_down_escalation(self, view: CaseView, link: CaseLink, ticket: Ticket) -> None:
        if view.escalates_at is None or view.escalates_at == link.escalates_at:
            return
        told = self._tools.say("ticket.escalates", system=self.system, at=self._tools.day_and_time(view.escalates_at))
        now, name = self._tools.clock.now(), f"{self.system}-{view.escalates_at.timestamp():.0f}-{ticket.id}"[:64]
        await self._store.write(event_of(ticket.id, TicketEventKind.NOTE, now, self.system, told, name))

    async def _tell_that_it_is_late(self, link: CaseLink) -> None:
        """What is written to the person after the answer went out reaches nobody, and nobody shall think it does."""
        if link.ref is None or not (new := unseen(await self._there.look(link.ref), link)):
            return
        await self._there.note(link.ref, f"late-{new[-1].id}", self._tools.say("ticket.late"))
        await self._kept(replace(link, seen=new[-1].id))

    def _agent(self, agent: CaseAgent) -> Agent:
        return agent_of(self.system, agent, self._tools.say("agent"))
