"""A house with a bridge to a chat platform, or to a ticket system."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from assistant.casework.chats import ChatBridge
from assistant.casework.service import Casework
from assistant.casework.tools import CaseworkTools
from assistant.messages import TomlMessages
from assistant.model import (
    AgentMessage,
    CaseLink,
    CaseSignal,
    Channel,
    DialogueState,
    Handoff,
    Mode,
    TranscriptEntry,
    Turn,
)
from assistant.ports import ChatPlatform
from assistant.service import Message
from assistant.storage.case_links import SqlCaseLinks
from assistant.storage.database import Database
from assistant.storage.outbox import SqlOutbox
from connectors.chatwoot import Chatwoot
from connectors.zammad import Habits, Zammad
from tests import fakes_chatwoot, fakes_zammad
from tests.fakes_chatwoot import FakeChatwoot
from tests.fakes_zammad import FakeZammad
from tests.handoff.conftest import House, build

MARA, JON = (7, "Frau Lindner"), (8, "Herr Petersen")
HABITS = Habits(fakes_zammad.GROUP, fakes_zammad.GUEST, "Bürgertelefon", "zurück an Roland")


@dataclass
class Bridged:
    """A house, a platform's server, and what brings them together."""

    house: House
    server: FakeChatwoot | FakeZammad
    tools: CaseworkTools
    casework: Casework
    back: str
    over: str
    signals: int = 0

    async def sync(self) -> None:
        """As much as happens within a second."""
        await self.casework.look()

    async def sync_from_there(self, handoff: Handoff) -> None:
        """The platform says that something has changed."""
        self.signals += 1
        await self.casework.heard(self.server_name, CaseSignal(f"s-{self.signals}", await self.ref(handoff.id)))
        await self.sync()

    async def wait(self) -> Handoff:
        """Somebody waits, and the platform knows it."""
        handoff = await self.house.wait_in_queue()
        await self.sync()
        return handoff

    async def link(self, own_id: str) -> CaseLink:
        """What is remembered of a case."""
        found = await self.tools.links.get(self.server_name, own_id)
        assert found is not None
        return found

    async def ref(self, own_id: str) -> str:
        """What the case is called there."""
        return (await self.link(own_id)).ref or ""

    @property
    def server_name(self) -> str:
        """The name of the system."""
        return "chatwoot" if isinstance(self.server, FakeChatwoot) else "zammad"

    async def say(self, handoff: Handoff, text: str, name: str = "") -> None:
        """The person writes."""
        await self.house.service.say(handoff.conversation_id, Message(text, id=name))

    async def heard(self, handoff: Handoff) -> list[tuple[str, str]]:
        """(name, text) of what the person was told by people."""
        entries: tuple[TranscriptEntry, ...] = await self.house.service.transcript(handoff.conversation_id)
        answers = [entry.content for entry in entries if isinstance(entry.content, AgentMessage)]
        return [(answer.agent_name, answer.text) for answer in answers]

    async def mode(self, handoff: Handoff) -> Mode:
        """Who speaks with the person."""
        return (await self.house.service.get(handoff.conversation_id)).mode


def casework_tools(database: Database, house: House) -> CaseworkTools:
    """The tools of the bridges over a database."""
    return CaseworkTools(
        links=SqlCaseLinks(database),
        outbox=SqlOutbox(database),
        clock=house.clock,
        messages=TomlMessages(),
        zone=ZoneInfo("Europe/Berlin"),
        look_every=timedelta(minutes=1),
    )


@asynccontextmanager
async def bridged(path: Path, kind: str) -> AsyncIterator[Bridged]:
    """A house whose chats go to that kind of platform."""
    async with Database(f"sqlite:///{path}") as database:
        house = build(database)
        tools = casework_tools(database, house)

        def assemble(server: FakeChatwoot | FakeZammad, platform: ChatPlatform, back: str, over: str) -> Bridged:
            casework = Casework((ChatBridge(platform, tools, house.tools, house.desk),), tools)
            return Bridged(house, server, tools, casework, back, over)

        if kind == "chatwoot":
            async with FakeChatwoot().running() as server, chatwoot(server) as platform:
                yield assemble(server, platform, "pending", "resolved")
        else:
            async with FakeZammad().running() as tickets, Zammad(tickets.url, fakes_zammad.TOKEN, HABITS) as zammad:
                yield assemble(tickets, zammad, "zurück an Roland", "closed")


def chatwoot(server: FakeChatwoot, staff_token: str = fakes_chatwoot.STAFF) -> Chatwoot:
    """The adapter to a fake Chatwoot."""
    return Chatwoot(
        server.url,
        account=1,
        inbox=fakes_chatwoot.INBOX,
        bot_token=fakes_chatwoot.BOT,
        staff_token=staff_token,
        team="Bürgertelefon",
        timeout_s=2,
    )


@pytest.fixture(params=["chatwoot", "zammad"])
async def chats(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Bridged]:
    """A bridge of each kind."""
    async with bridged(tmp_path / "house.db", request.param) as world:
        yield world


async def ask(world: Bridged, *questions: str) -> Handoff:
    """A conversation in which things were asked, and that waits for a person now."""
    started = await world.house.service.start(Channel.WEB)
    for question in questions:
        await world.house.service.say(started.id, Message(question))
    conversation = await world.house.tools.conversations.get(started.id)
    handoff, notice = world.house.reception.wish(conversation, DialogueState(service_id="reisepass"))
    return await world.house.tools.handoffs.queue(handoff, notice)


def spoken(entries: tuple[TranscriptEntry, ...]) -> list[str]:
    """All that was said, by whom it may have been, in order."""
    told = []
    for entry in entries:
        if isinstance(entry.content, Turn):
            told.append(entry.content.utterance.text)
        elif isinstance(entry.content, AgentMessage):
            told.append(entry.content.text)
    return told
