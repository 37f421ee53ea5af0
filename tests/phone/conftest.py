"""The office behind the telephone, asked from the event loop of a line in another thread."""

import asyncio
import threading
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest

from assistant.handoff.desk import Desk
from assistant.handoff.reception import Reception
from assistant.handoff.tools import HandoffTools
from assistant.handoff.watch import Watch
from assistant.messages import TomlMessages
from assistant.model import CallDetails, Handoff, Language, Mode, Notice, NoticeKind, Presence, TransferOutcome
from assistant.phone.apology import Apologies
from assistant.phone.exchange import Exchange
from assistant.phone.office import PhoneOffice
from assistant.phone.tools import OfficeRules
from assistant.phone.watch import CallWatch
from assistant.service import ConversationService
from assistant.storage.calls import SqlCallStore
from assistant.storage.database import Database
from assistant.tickets.vain_wait import VainWait
from tests.fakes import EchoDialogue, FixedClock, MailMasker
from tests.handoff.conftest import KAYA, MONDAY_NOON, build
from tests.tickets.conftest import Office as Tickets
from tests.tickets.conftest import make_office

T = TypeVar("T")
BTB = "sip:btb@pbx.example"
NUMBER = "+494213610"
RULES = OfficeRules(turn_patience_s=5, patience_s=5)


@dataclass
class Line:
    """The loop of a telephone line; work is done there, and the test's own loop goes on meanwhile."""

    loop: asyncio.AbstractEventLoop

    async def do(self, work: Coroutine[Any, Any, T]) -> T:
        """What comes of work in that loop."""
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self.loop))


@contextmanager
def line_in_a_thread() -> Iterator[Line]:
    """A line's loop, in a thread of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield Line(loop)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@dataclass
class Behind:
    """Everything behind the telephone, and a line in front of it."""

    line: Line
    office: PhoneOffice
    tools: HandoffTools
    clock: FixedClock
    dialogue: EchoDialogue
    service: ConversationService
    reception: Reception
    desk: Desk
    calls: SqlCallStore
    watch: CallWatch
    chat_watch: Watch
    tickets: Tickets

    async def ring(self, caller: str | None = NUMBER, name: str = "call-1", **details: Any) -> str:
        """Somebody calls; the id of the conversation."""
        call = CallDetails(name, "sip", f"{name}@pbx", self.clock.now(), caller, "115", **details)
        return await self.line.do(self.office.open(call, Language.DE))

    async def wish_person(self, conversation_id: str) -> Handoff:
        """The caller says that they want a person, and waits to be put through."""
        await self.line.do(self.office.say(conversation_id, "einen Menschen bitte"))
        handoff = await self.tools.handoffs.current(conversation_id)
        assert handoff is not None
        return handoff

    async def put_through(self, conversation_id: str) -> Handoff:
        """The same, and somebody answers the telephone."""
        handoff = await self.wish_person(conversation_id)
        await self.line.do(self.office.target(conversation_id))
        await self.line.do(self.office.passed_on(conversation_id, TransferOutcome.DONE))
        return handoff

    async def mode(self, conversation_id: str) -> Mode:
        """Who speaks there."""
        return (await self.service.get(conversation_id)).mode

    async def notices(self, conversation_id: str) -> list[NoticeKind]:
        """What was told between what was said."""
        entries = await self.service.transcript(conversation_id)
        return [entry.content.kind for entry in entries if isinstance(entry.content, Notice)]

    async def arrive(self) -> None:
        """Somebody sits down at the desk."""
        await self.desk.report(KAYA, Presence.AVAILABLE)

    async def wait(self, span: timedelta, *, alive: bool = True) -> None:
        """Let time pass; the agent stays, and, where it is ``alive``, so does the line."""
        self.clock.advance(span)
        await self.desk.seen(KAYA)
        if alive:
            await self.calls.seen([call.conversation_id for call in await self.calls.running()], self.clock.now())


def build_behind(database: Database, line: Line, rules: OfficeRules = RULES) -> Behind:
    """The office over a database, on a Monday at noon."""
    clock = FixedClock(MONDAY_NOON)
    house = build(database, clock)
    tickets = make_office(database, clock)
    calls = SqlCallStore(database)
    tools = replace(house.tools, rules=replace(house.tools.rules, calls_to=BTB), calls=calls)
    reception, dialogue, messages = Reception(tools), EchoDialogue(), TomlMessages()
    conversations = tools.conversations
    service = ConversationService(conversations, dialogue, MailMasker(), tools.bus, clock, reception=reception)
    apologies = Apologies(messages, lambda _: {"city": "Bremen", "phone": "115", "hours": "immer"})
    exchange = Exchange(service, reception, tickets.service, tools, calls, apologies)
    vain_wait = VainWait(tickets.service, tickets.tools, conversations)
    return Behind(
        line=line,
        office=PhoneOffice(exchange, apologies, rules),
        tools=tools,
        clock=clock,
        dialogue=dialogue,
        service=service,
        reception=reception,
        desk=Desk(tools),
        calls=calls,
        watch=CallWatch(tools, calls, vain_wait.promise_for, rules),
        chat_watch=Watch(tools, vain_wait.promise_for),
        tickets=tickets,
    )


@pytest.fixture
def line() -> Iterator[Line]:
    """A line's loop, in a thread of its own."""
    with line_in_a_thread() as running:
        yield running


@pytest.fixture
async def behind(tmp_path: Path, line: Line) -> AsyncIterator[Behind]:
    """The office at work, one agent at the desk."""
    async with Database(f"sqlite:///{tmp_path / 'phone.db'}") as database:
        made = build_behind(database, line)
        await made.arrive()
        async with made.office.running():
            yield made
