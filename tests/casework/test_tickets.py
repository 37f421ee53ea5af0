"""Roland's tickets in a city's Zammad."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from assistant.casework.service import Casework
from assistant.casework.tickets import TicketBridge
from assistant.casework.tools import CaseworkTools
from assistant.messages import TomlMessages
from assistant.model import CaseKind, CaseSignal, ClosingReason, ReplyBy, Ticket, TicketEventKind, TicketState
from assistant.storage.case_links import SqlCaseLinks
from assistant.storage.database import Database
from connectors.zammad import Habits, Zammad
from tests import fakes_zammad
from tests.fakes import FixedClock
from tests.fakes_zammad import FakeZammad
from tests.tickets.conftest import KAYA, Office, by_mail, draft, make_office

MARA = (7, "Frau Lindner")
HABITS = Habits(fakes_zammad.GROUP, fakes_zammad.GUEST, due_field="roland_due")


@dataclass
class BackOffice:
    """Tickets here, a Zammad there."""

    office: Office
    zammad: FakeZammad
    tools: CaseworkTools
    casework: Casework
    signals: int = 0

    async def open(self, **values: object) -> Ticket:
        """A ticket that Zammad knows."""
        ticket, _ = await self.office.service.open(draft(**values))
        await self.casework.look()
        return ticket

    async def ref(self, ticket: Ticket) -> str:
        """What it is called there."""
        link = await self.tools.links.get("zammad", ticket.id)
        assert link is not None
        return link.ref or ""

    async def changed(self, ticket: Ticket) -> Ticket:
        """Zammad says that something has changed; the ticket after that."""
        self.signals += 1
        await self.casework.heard("zammad", CaseSignal(f"s-{self.signals}", await self.ref(ticket)))
        await self.casework.look()
        return await self.office.tools.store.get(ticket.id)

    async def notes(self, ticket: Ticket) -> list[str]:
        """What only the back office here reads."""
        history = await self.office.tools.store.history(ticket.id)
        return [event.text for event in history if event.kind is TicketEventKind.NOTE]


@pytest.fixture
async def back(tmp_path: Path) -> AsyncIterator[BackOffice]:
    """Both, empty."""
    async with (
        Database(f"sqlite:///{tmp_path}/tickets.db") as database,
        FakeZammad().running() as server,
        Zammad(server.url, fakes_zammad.TOKEN, HABITS) as zammad,
    ):
        office = make_office(database, FixedClock())
        tools = CaseworkTools(
            SqlCaseLinks(database), office.outbox, office.clock, TomlMessages(), ZoneInfo("Europe/Berlin")
        )
        bridge = TicketBridge(zammad, tools, office.tools.store, office.desk)
        yield BackOffice(office, server, tools, Casework((bridge,), tools))


async def test_a_ticket_is_there_with_its_promise(back: BackOffice) -> None:
    """The concern as the person's article, what staff needs as an internal one, tags, the due date in its field."""
    ticket = await back.open(service_id="reisepass")
    ref = await back.ref(ticket)
    there = back.zammad.tickets[int(ref)]
    assert back.zammad.said(ref) == [ticket.text]
    assert "24.11.2026" in there["title"]
    assert datetime.fromisoformat(there["roland_due"]) == ticket.due_at
    assert (there["group"], there["customer"], there["priority"]) == (HABITS.group, HABITS.customer, "2 normal")
    assert {"roland", "kind-concern", "language-de", "service-reisepass"} <= set(back.zammad.tags[int(ref)])
    (note,) = back.zammad.notes(ref)
    assert "öffentlichen Notiz" in note


async def test_nobody_can_ask_with_what_zammad_knows(back: BackOffice) -> None:
    """Neither the ticket's id, from which its code is made, nor the code leaves the house."""
    ticket = await back.open()
    everything = repr(back.zammad)
    assert ticket.id not in everything
    assert str(back.office.service.code_of(ticket)) not in everything


async def test_only_who_has_to_call_is_told_the_number(back: BackOffice) -> None:
    """An address of mail stays here, since Roland writes the mail; a telephone number goes where the call is made."""
    ticket, _ = await back.office.service.open(by_mail())
    await back.open(reply_by=ReplyBy.PHONE, contact="0151 23456789", name="Jamila Haddad")
    everything = repr(back.zammad)
    assert ticket.contact not in everything
    assert "0151 23456789" in everything


async def test_the_public_answer_comes_back(back: BackOffice) -> None:
    """The person reads it with the code; the promise is kept; HTML is text."""
    ticket = await back.open()
    ref = await back.ref(ticket)
    back.zammad.answer(ref, *MARA, "Bitte ohne Pass nicht ausreisen lassen.", private=True)
    back.zammad.answer(ref, *MARA, "<div>Guten Tag,<br><br>der Pass liegt <b>bereit</b>.</div><p>Frau Lindner</p>")
    settled = await back.changed(ticket)
    assert settled.state is TicketState.ANSWERED
    assert settled.reply == "Guten Tag,\nder Pass liegt bereit.\nFrau Lindner"
    assert settled.settled_by == "Frau Lindner"


async def test_a_note_settles_nothing(back: BackOffice) -> None:
    """What staff writes for itself is nobody's answer."""
    ticket = await back.open()
    back.zammad.answer(await back.ref(ticket), *MARA, "Ich frage nach.", private=True)
    back.zammad.set_status(await back.ref(ticket), "open")
    assert (await back.changed(ticket)).is_open


async def test_closed_without_an_answer(back: BackOffice) -> None:
    """The ticket is closed here too."""
    ticket = await back.open()
    back.zammad.set_status(await back.ref(ticket), "closed")
    settled = await back.changed(ticket)
    assert (settled.state, settled.closing_reason) == (TicketState.CLOSED, ClosingReason.SETTLED_OTHERWISE)


async def test_what_is_written_too_late_is_said_to_be_so(back: BackOffice) -> None:
    """Who writes to the person after the answer learns, once, that nobody reads it."""
    ticket = await back.open()
    ref = await back.ref(ticket)
    back.zammad.answer(ref, *MARA, "Der Pass liegt bereit.")
    await back.changed(ticket)
    back.zammad.answer(ref, *MARA, "Und bringen Sie den alten mit.")
    for _ in range(2):
        assert (await back.changed(ticket)).reply == "Der Pass liegt bereit."
    assert sum("kommt nicht mehr an" in note for note in back.zammad.notes(ref)) == 1


async def test_answered_here_is_closed_there(back: BackOffice) -> None:
    """Nobody works on what is done."""
    ticket = await back.open()
    ref = await back.ref(ticket)
    await back.office.desk.answer(KAYA, ticket.id, "Der Pass liegt bereit.")
    await back.casework.look()
    assert back.zammad.tickets[int(ref)]["state"] == "closed"
    assert "in Roland beantwortet" in back.zammad.notes(ref)[-1]


async def test_the_clock_of_zammads_is_shown_here(back: BackOffice) -> None:
    """When its own deadline is set or moved, the history says so, once."""
    ticket = await back.open()
    there = back.zammad.tickets[int(await back.ref(ticket))]
    there["escalation_at"] = "2026-11-23T09:00:00.000Z"
    for _ in range(2):
        await back.changed(ticket)
    assert await back.notes(ticket) == ["zammad: Die Frist läuft ab am 23.11.2026, 10:00."]
    link = await back.tools.links.get("zammad", ticket.id)
    assert link is not None
    assert link.escalates_at is not None


async def test_a_lost_webhook_is_made_up_for(back: BackOffice) -> None:
    """Tickets are looked at now and then."""
    ticket = await back.open()
    back.zammad.answer(await back.ref(ticket), *MARA, "Der Pass liegt bereit.")
    back.office.clock.advance(timedelta(minutes=1))
    await back.casework.look()
    assert (await back.office.tools.store.get(ticket.id)).state is TicketState.ANSWERED


async def test_a_zammad_that_is_down_delays_and_loses_nothing(back: BackOffice) -> None:
    """The ticket is there once, as soon as Zammad works again."""
    back.zammad.status = 503
    ticket = await back.open()
    assert not await back.tools.links.open("zammad", CaseKind.TICKET) or not await back.ref(ticket)
    back.zammad.status = 200
    back.zammad.forget_reply = True
    for _ in range(3):
        back.office.clock.advance(timedelta(minutes=6))
        await back.casework.look()
    assert len(back.zammad.tickets) == 1
    assert back.zammad.said(await back.ref(ticket)) == [ticket.text]


async def test_an_unknown_group_is_a_dead_letter(back: BackOffice) -> None:
    """A mistake in the settings is shown to those who can put it right."""
    async with Zammad(back.zammad.url, fakes_zammad.TOKEN, Habits("Unbekannt", HABITS.customer)) as zammad:
        bridge = TicketBridge(zammad, back.tools, back.office.tools.store, back.office.desk)
        await back.office.service.open(draft())
        await Casework((bridge,), back.tools).look()
    (letter,) = await back.office.outbox.dead()
    assert letter.kind == "zammad-ticket"
    assert "422" in letter.last_error
