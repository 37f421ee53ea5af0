"""A full queue and a full desk: does everybody get what was said to them, how soon, and nobody two agents?

    citizens ──say──► store ──bus──► agents' streams        what is sent is timed until the other side's
    citizens' streams ◄──bus── store ◄──say── agents        event stream has told it

Beside every message a token goes through a queue in the same process, without store and stream: the named baseline,
which waits for the same event loop under the same load.
"""

import asyncio
import json
import secrets
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from assistant.bus import LocalBus
from assistant.errors import HandoffTakenError
from assistant.handoff.desk import Draft
from assistant.handoff.tools import Rules
from assistant.model import (
    Agent,
    AgentMessage,
    AgentRole,
    Channel,
    Conversation,
    DialogueState,
    Ending,
    Handoff,
    Notice,
    NoticeKind,
    Presence,
    TranscriptEntry,
    Turn,
)
from assistant.ports import Catalogue
from assistant.service import Message
from evaluation.bench.office import Worker, open_workers
from evaluation.bench.stats import Pace

_BASELINE = "tokens"
_PATIENCE_S = 30.0
_LOOK_S = 0.05


@dataclass(frozen=True, slots=True)
class Plan:
    """``chats`` always wait for ``agents``, each of whom answers ``at_once``.

    A chat is ``exchanges`` of one message each way, ``pause_s`` on average before each; none begins after ``seconds``.
    """

    chats: int = 200
    agents: int = 20
    seconds: float = 300.0
    exchanges: int = 4
    at_once: int = 3
    pause_s: float = 2.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where it is measured; no URL means a SQLite file of its own, and one worker instead of two."""

    name: str
    database_url: str = ""
    redis_url: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured at one place. Memory is the process's, citizens and agents included, in MB."""

    place: str
    chats: int
    claims: int
    lost_races: int
    claimed_twice: int
    sent: int
    lost: int
    doubled: int
    delivery: Pace
    baseline: Pace
    memory_mb: tuple[float, float, float]
    """After everybody had come, halfway, at the end."""
    load: float
    """How many processes wanted a core, just before (1 minute)."""

    @property
    def is_sound(self) -> bool:
        """Whether nothing was lost, doubled or claimed twice."""
        return not (self.lost or self.doubled or self.claimed_twice)

    @property
    def ratio(self) -> float:
        """The median delivery as a multiple of the baseline's."""
        return self.delivery.p50_ms / self.baseline.p50_ms


async def measure(plan: Plan, place: Place, catalogue: Catalogue, load: float) -> Figures:
    """Carry out the plan at one place."""
    rules = Rules(chats_per_agent=plan.at_once)
    with tempfile.TemporaryDirectory(prefix="roland-bench-") as folder:
        url = place.database_url or f"sqlite:///{Path(folder) / 'conversations.db'}"
        async with open_workers(url, place.redis_url, catalogue, rules) as (citizens, agents):
            day = _Day(plan, citizens, agents)
            await day.pass_by()
            return await day.figures(place.name, load)


@dataclass(slots=True)
class _Deliveries:
    """What was sent and when, and how long it took until it was seen."""

    sent: dict[str, float] = field(default_factory=dict)
    seen: Counter[str] = field(default_factory=Counter)
    samples_ms: list[float] = field(default_factory=list)
    baseline_ms: list[float] = field(default_factory=list)
    bare: LocalBus = field(default_factory=LocalBus)

    async def leaves(self, message_id: str) -> None:
        """A message is about to be sent."""
        self.sent[message_id] = time.perf_counter()
        await self.bare.publish(_BASELINE, {"sent": self.sent[message_id]})

    def arrives(self, message_id: str) -> None:
        """The other side's stream has told of it."""
        if message_id in self.sent:
            self.seen[message_id] += 1
            self.samples_ms.append((time.perf_counter() - self.sent[message_id]) * 1000)

    @asynccontextmanager
    async def timing_the_baseline(self) -> AsyncIterator[None]:
        """Meanwhile somebody takes the tokens."""

        async def take() -> None:
            async for token in tokens:
                self.baseline_ms.append((time.perf_counter() - float(str(token["sent"]))) * 1000)

        async with self.bare.subscribe(_BASELINE) as tokens:
            taking = asyncio.create_task(take())
            yield
            taking.cancel()


class _Day:
    """One run: citizens who keep coming, agents who take the next."""

    def __init__(self, plan: Plan, citizens: Worker, agents: Worker) -> None:
        self._plan = plan
        self._citizens = citizens
        self._agents = agents
        self._random = Random(115)  # noqa: S311 - a fixed seed is the point
        self._mail = _Deliveries()
        self._claims: Counter[str] = Counter()
        self._lost_races = 0
        self._handoffs: dict[str, str] = {}
        self._ends_at = 0.0
        self._memory_mb: list[float] = []
        self._seconds = 0.0

    async def pass_by(self) -> None:
        """Let the day pass."""
        everybody = self._plan.chats + self._plan.agents * self._plan.at_once
        async with self._mail.timing_the_baseline():
            comings = [asyncio.create_task(self._keep_coming()) for _ in range(everybody)]
            try:
                while len(self._handoffs) < everybody:
                    await asyncio.sleep(0.1)
                    _raise_failure(comings)
                await self._open_desks()
                _raise_failure(comings)
            finally:
                for coming in comings:
                    coming.cancel()
                await asyncio.gather(*comings, return_exceptions=True)

    async def _open_desks(self) -> None:
        began = time.perf_counter()
        self._ends_at = began + self._plan.seconds
        self._memory_mb.append(_memory_mb())
        async with asyncio.TaskGroup() as desks:
            for number in range(self._plan.agents):
                desks.create_task(self._work(_agent(number)))
            await asyncio.sleep(self._plan.seconds / 2)
            self._memory_mb.append(_memory_mb())
        self._seconds = time.perf_counter() - began
        self._memory_mb.append(_memory_mb())

    async def figures(self, place: str, load: float) -> Figures:
        """What came of it, compared with what the store says."""
        mail = self._mail
        return Figures(
            place=place,
            chats=len(self._handoffs),
            claims=self._claims.total(),
            lost_races=self._lost_races,
            claimed_twice=sum(count > 1 for count in self._claims.values()) + await self._told_twice(),
            sent=len(mail.sent),
            lost=sum(not mail.seen[message_id] for message_id in mail.sent),
            doubled=sum(count > 1 for count in mail.seen.values()),
            delivery=Pace.of(mail.samples_ms, self._seconds),
            baseline=Pace.of(mail.baseline_ms, self._seconds),
            memory_mb=(self._memory_mb[0], self._memory_mb[1], self._memory_mb[2]),
            load=load,
        )

    async def _told_twice(self) -> int:
        """In how many conversations more than one claim stands."""
        twice = 0
        for handoff_id in self._claims:
            transcript = await self._agents.conversations.transcript(self._handoffs[handoff_id])
            claims = sum(
                isinstance(entry.content, Notice) and entry.content.kind is NoticeKind.CLAIMED for entry in transcript
            )
            twice += claims != 1
        return twice

    # ── citizens ───────────────────────────────────────────────────────────────────────────────────────────────────

    async def _keep_coming(self) -> None:
        """One person after the other: waits, answers whatever the agent says, until the agent ends it."""
        while True:
            started = await self._citizens.conversations.start(Channel.WEB)
            handoff, notice = self._citizens.reception.wish(started, DialogueState())
            await self._citizens.tools.handoffs.queue(handoff, notice)
            self._handoffs[handoff.id] = started.id
            await self._citizens.reception.queued(started.id)
            async for name, message_id in _events(self._citizens, started.id):
                if name == "message":
                    self._mail.arrives(message_id)
                    await self._pause()
                    await self._reply(started.id)

    async def _reply(self, conversation_id: str) -> None:
        message = Message("Danke, das hilft mir. Und was kostet es?", id=secrets.token_urlsafe(12))
        await self._mail.leaves(message.id)
        await self._citizens.conversations.say(conversation_id, message)

    # ── agents ─────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _work(self, agent: Agent) -> None:
        """Take the next as long as there is room, until the day is over and the last chat has ended."""
        await self._agents.desk.report(agent, Presence.AVAILABLE)
        chats: set[asyncio.Task[None]] = set()
        async with asyncio.TaskGroup() as open_chats:
            while time.perf_counter() < self._ends_at:
                if len(chats) < self._plan.at_once and (handoff := await self._take_next(agent)):
                    chats.add(open_chats.create_task(self._answer(agent, handoff)))
                elif chats:
                    await asyncio.wait(chats, timeout=1, return_when=asyncio.FIRST_COMPLETED)
                else:
                    await asyncio.sleep(_LOOK_S)
                await self._agents.desk.seen(agent)
                chats = {chat for chat in chats if not chat.done()}

    async def _take_next(self, agent: Agent) -> Handoff | None:
        """Everybody reaches for the first of the queue, as people do."""
        waiting = await self._agents.desk.waiting()
        if not waiting:
            return None
        try:
            handoff = await self._agents.desk.claim(agent, waiting[0].id)
        except HandoffTakenError:
            self._lost_races += 1
            return None
        self._claims[handoff.id] += 1
        return handoff

    async def _answer(self, agent: Agent, handoff: Handoff) -> None:
        seen = await self._agents.desk.look_at(handoff.id)
        events = _events(self._agents, handoff.conversation_id, seen.revision)
        for _ in range(self._plan.exchanges):
            await self._pause()
            draft = Draft("Guten Tag, dafür brauchen Sie ein Foto und 70 Euro.", secrets.token_urlsafe(12))
            await self._mail.leaves(draft.id)
            await self._agents.desk.say(agent, handoff.id, draft)
            async with asyncio.timeout(_PATIENCE_S):
                async for name, message_id in events:
                    if name == "turn":
                        self._mail.arrives(message_id)
                        break
        await self._agents.desk.close(agent, handoff.id, Ending.SOLVED)
        async with asyncio.timeout(_PATIENCE_S):
            async for name, message_id in events:  # whatever came twice would come now
                if name == "turn":
                    self._mail.arrives(message_id)

    async def _pause(self) -> None:
        await asyncio.sleep(self._random.uniform(0.5, 1.5) * self._plan.pause_s)


async def _events(worker: Worker, conversation_id: str, after: int = 0) -> AsyncIterator[tuple[str, str]]:
    """Name and message of every entry's event, as the worker's own stream tells them, until it ends."""

    def show(entry: TranscriptEntry, _conversation: Conversation) -> str:
        content = entry.content
        message_id = content.utterance.id if isinstance(content, Turn) else content.id
        return json.dumps({"id": message_id, "text": content.text if isinstance(content, AgentMessage) else ""})

    async for chunk in worker.live.stream(conversation_id, str(after), show).body_iterator:
        fields = dict(_fields(chunk)) if isinstance(chunk, bytes) else {}
        if "id" in fields:
            yield fields["event"], json.loads(fields["data"])["id"]


def _fields(chunk: bytes) -> Iterator[tuple[str, str]]:
    for line in chunk.decode().splitlines():
        name, _, value = line.partition(": ")
        yield name, value


def _agent(number: int) -> Agent:
    return Agent(f"agent-{number}", f"agent-{number}", f"Platz {number}", frozenset({AgentRole.AGENT}))


def _raise_failure(tasks: list["asyncio.Task[None]"]) -> None:
    for task in tasks:
        if task.done():
            task.result()


def _memory_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 1e6
