"""A worker of Roland's as far as people are concerned: store, bus, conversations, desk, streams. No dialogue."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from assistant.bus import LocalBus
from assistant.bus_redis import RedisBus
from assistant.calendar import CityCalendar
from assistant.config import HttpSettings
from assistant.handoff.desk import Desk
from assistant.handoff.reception import Reception
from assistant.handoff.tools import HandoffTools, Rules
from assistant.http.live import LiveConversations
from assistant.http.places import Places
from assistant.model import Answer, Conversation, DialogueState, Turn, Utterance
from assistant.ports import Catalogue, EventBus
from assistant.service import ConversationService
from assistant.storage.attendance import SqlAttendanceStore
from assistant.storage.conversations import SqlConversationStore
from assistant.storage.database import Database
from assistant.storage.handoffs import SqlHandoffStore
from nlu.emergency import PatternEmergencyDetector
from nlu.personal_data import PatternMasker


class WallClock:
    """The real time."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class NobodyAsked:
    """A dialogue for people who speak with people only."""

    async def respond(
        self, conversation: Conversation, turns: Sequence[Turn], utterance: Utterance
    ) -> tuple[Answer, DialogueState]:
        raise AssertionError("Roland was asked")


@dataclass(frozen=True, slots=True)
class Worker:
    """What one process holds."""

    tools: HandoffTools
    reception: Reception
    desk: Desk
    conversations: ConversationService
    live: LiveConversations


@asynccontextmanager
async def open_workers(
    database_url: str, redis_url: str, catalogue: Catalogue, rules: Rules
) -> AsyncIterator[tuple[Worker, Worker]]:
    """The citizens' worker and the agents'; without Redis both are one."""
    async with AsyncExitStack() as stack:
        citizens = await _open(stack, database_url, redis_url, catalogue, rules)
        yield citizens, (await _open(stack, database_url, redis_url, catalogue, rules) if redis_url else citizens)


async def _open(stack: AsyncExitStack, database_url: str, redis_url: str, catalogue: Catalogue, rules: Rules) -> Worker:
    database = await stack.enter_async_context(Database(database_url))
    bus: EventBus = await stack.enter_async_context(RedisBus(redis_url, prefix="bench")) if redis_url else LocalBus()
    store = SqlConversationStore(database)
    tools = HandoffTools(
        handoffs=SqlHandoffStore(database),
        conversations=store,
        attendance=SqlAttendanceStore(database),
        catalogue=catalogue,
        calendar=CityCalendar((), ZoneInfo("Europe/Berlin"), "HB"),  # nobody asks it here
        masker=PatternMasker(),
        emergency=PatternEmergencyDetector(),
        bus=bus,
        clock=WallClock(),
        rules=rules,
    )
    reception = Reception(tools)
    conversations = ConversationService(
        store, NobodyAsked(), tools.masker, bus, tools.clock, reception=reception, most_at_once=1_000
    )
    live = LiveConversations(conversations, bus, HttpSettings(), Places(reception))
    return Worker(tools, reception, Desk(tools), conversations, live)
