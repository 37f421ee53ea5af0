"""A small office: a store, two agents, a clock that moves when told to."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from assistant.bus import LocalBus
from assistant.calendar import CityCalendar
from assistant.handoff.desk import Desk
from assistant.handoff.reception import Reception
from assistant.handoff.tools import HandoffTools
from assistant.handoff.watch import Watch
from assistant.model import (
    Agent,
    AgentRole,
    Channel,
    Conversation,
    DialogueState,
    Handoff,
    NoticeKind,
    OpeningHours,
    Presence,
    TranscriptEntry,
    Weekday,
)
from assistant.service import ConversationService
from assistant.storage.attendance import SqlAttendanceStore
from assistant.storage.conversations import SqlConversationStore
from assistant.storage.database import Database
from assistant.storage.handoffs import SqlHandoffStore
from nlu.emergency import PatternEmergencyDetector
from tests.fakes import EchoDialogue, FixedClock, MailMasker, SmallCatalogue

MONDAY_NOON = datetime(2026, 11, 23, 11, tzinfo=UTC)
KAYA = Agent("kaya", "kaya", "Frau Kaya", frozenset({AgentRole.AGENT}))
BERG = Agent("berg", "berg", "Herr Berg", frozenset({AgentRole.AGENT}))


@dataclass
class Promises:
    """Keeps to whom what was promised."""

    made: list[str] = field(default_factory=list)

    async def __call__(self, conversation: Conversation, handoff: Handoff) -> dict[str, str]:
        self.made.append(conversation.id)
        return {"code": "K7RM-4XQ2", "due": "25. November 2026"}


@dataclass
class House:
    """Everything within reach."""

    tools: HandoffTools
    clock: FixedClock
    dialogue: EchoDialogue
    service: ConversationService
    reception: Reception
    desk: Desk
    watch: Watch
    promises: Promises

    async def wait_in_queue(self, text: str = "Was kostet ein Reisepass?") -> Handoff:
        """A conversation that asked something and then waits for a person."""
        self.clock.advance(timedelta(milliseconds=1))  # two who ask in the same moment have no order
        started = await self.service.start(Channel.WEB)
        conversation = await self.tools.conversations.get(started.id)
        handoff, notice = self.reception.wish(conversation, DialogueState(service_id="reisepass"))
        return await self.tools.handoffs.queue(handoff, notice)

    async def arrive(self, agent: Agent) -> None:
        """An agent sits down and takes chats."""
        await self.desk.report(agent, Presence.AVAILABLE)

    async def notices(self, conversation_id: str) -> list[NoticeKind]:
        """What was told between the messages of a conversation."""
        entries: tuple[TranscriptEntry, ...] = await self.service.transcript(conversation_id)
        return [entry.content.kind for entry in entries if hasattr(entry.content, "kind")]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """The office, empty, on a Monday at noon."""
    async with Database(f"sqlite:///{tmp_path / 'house.db'}") as database:
        yield build(database)


def build(database: Database, clock: FixedClock | None = None) -> House:
    """The office over a database."""
    clock, bus, masker = clock or FixedClock(MONDAY_NOON), LocalBus(), MailMasker()
    store = SqlConversationStore(database)
    week = tuple(Weekday)[:5]
    tools = HandoffTools(
        handoffs=SqlHandoffStore(database),
        conversations=store,
        attendance=SqlAttendanceStore(database),
        catalogue=SmallCatalogue(),
        calendar=CityCalendar((OpeningHours(week, time(7), time(18)),), ZoneInfo("Europe/Berlin"), "HB"),
        masker=masker,
        emergency=PatternEmergencyDetector(),
        bus=bus,
        clock=clock,
    )
    reception, promises, dialogue = Reception(tools), Promises(), EchoDialogue()
    service = ConversationService(store, dialogue, masker, bus, clock, reception=reception)
    return House(tools, clock, dialogue, service, reception, Desk(tools), Watch(tools, promises), promises)
