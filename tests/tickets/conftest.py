"""Tickets over the real store, with a clock that stands still."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from assistant.attempts import AttemptRules
from assistant.bus import LocalBus
from assistant.calendar import CityCalendar
from assistant.config import load_settings
from assistant.messages import TomlMessages
from assistant.model import Agent, AgentRole, Language, ReplyBy, TicketKind
from assistant.storage.conversations import SqlConversationStore
from assistant.storage.database import Database
from assistant.storage.outbox import SqlOutbox
from assistant.storage.tickets import SqlTicketStore
from assistant.tickets.codes import Codes
from assistant.tickets.desk import TicketDesk
from assistant.tickets.draft import TicketDraft
from assistant.tickets.letters import LetterRules, Letters
from assistant.tickets.promise import CityPromise, PromiseRules
from assistant.tickets.service import TicketService
from assistant.tickets.tools import TicketRules, TicketTools
from assistant.tickets.watch import TicketWatch
from tests.fakes import FixedClock, SmallCatalogue
from tests.server import BREMEN

BERLIN = ZoneInfo("Europe/Berlin")
KAYA = Agent("kaya", "kaya", "Frau Kaya", frozenset({AgentRole.AGENT}))
VOGT = Agent("vogt", "vogt", "Herr Vogt", frozenset({AgentRole.AGENT}))
LETTERS = LetterRules(
    city="Bremen",
    phone="0421 361-0",
    status_url="https://roland.example/ticket",
    desk_url="https://roland.example/desk/tickets",
    reminders_to="buergerservice@example.org",
    escalations_to="leitung@example.org",
)


def draft(**values: object) -> TicketDraft:
    """Something that somebody wants to know."""
    usual = TicketDraft(TicketKind.CONCERN, "Mein Pass ist seit acht Wochen nicht da.", Language.DE)
    return replace(usual, **values)  # type: ignore[arg-type]


def by_mail(**values: object) -> TicketDraft:
    """The same, with an address of mail."""
    return draft(reply_by=ReplyBy.MAIL, contact="jamila@example.net", name="Jamila Haddad", **values)


@dataclass(frozen=True)
class Office:
    """Everything around tickets of one city."""

    tools: TicketTools
    service: TicketService
    desk: TicketDesk
    watch: TicketWatch
    clock: FixedClock
    outbox: SqlOutbox
    conversations: SqlConversationStore
    database: Database


def make_office(database: Database, clock: FixedClock, letters: LetterRules = LETTERS) -> Office:
    """A city's tickets in that database."""
    contact = load_settings(BREMEN).contact
    messages = TomlMessages()
    tools = TicketTools(
        store=SqlTicketStore(database),
        catalogue=SmallCatalogue(),
        promise=CityPromise(CityCalendar(contact.opening_hours, BERLIN, "HB"), PromiseRules()),
        messages=messages,
        clock=clock,
        zone=BERLIN,
        codes=Codes(b"s" * 32),
        letters=Letters(messages, BERLIN, letters),
        rules=TicketRules(
            attempts=AttemptRules(wrong_per_hour=5, all_wrong_per_hour=20), remind_before=timedelta(hours=4)
        ),
    )
    return Office(
        tools,
        TicketService(tools),
        TicketDesk(tools),
        TicketWatch(tools, LocalBus()),
        clock,
        SqlOutbox(database),
        SqlConversationStore(database),
        database,
    )


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    """A city's tickets, none there yet; it is noon in Greenwich on Friday, 20 November 2026."""
    async with Database(f"sqlite:///{tmp_path}/conversations.db") as database:
        yield make_office(database, FixedClock())
