"""Several workers on one database: no deadlock holds anybody up, nobody wins twice, reads see one moment."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, text

from assistant.errors import HandoffTakenError, StorageUnavailableError
from assistant.model import (
    AgentMessage,
    Channel,
    Conversation,
    DialogueState,
    Feedback,
    Handoff,
    HandoffReason,
    Language,
    Notice,
    NoticeKind,
    Presence,
    Utterance,
)
from assistant.storage.attendance import SqlAttendanceStore
from assistant.storage.conversations import SqlConversationStore
from assistant.storage.database import Database
from assistant.storage.handoffs import SqlHandoffStore
from tests.fakes import NOON, echo

on_postgresql = pytest.mark.parametrize(
    "pair", [pytest.param("postgresql", marks=pytest.mark.slow)], indirect=True, ids=["postgresql"]
)


class Worker:
    """A worker process as far as the database is concerned: a connection of its own, and the stores over it."""

    def __init__(self, url: str) -> None:
        self.database = Database(url, lock_timeout_ms=500)
        self.conversations = SqlConversationStore(self.database)
        self.handoffs = SqlHandoffStore(self.database)
        self.attendance = SqlAttendanceStore(self.database)


@dataclass(frozen=True)
class Pair:
    """Two workers on one database."""

    one: Worker
    two: Worker

    async def start(self, count: int) -> list[str]:
        """So many conversations."""
        names = [f"c{number}" for number in range(count)]
        await asyncio.gather(
            *(self.one.conversations.create(Conversation(name, Channel.WEB, NOON, NOON)) for name in names)
        )
        return names


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
async def pair(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Pair]:
    """Two workers on an empty database of each kind."""
    url = f"sqlite:///{tmp_path}/conversations.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("empty_postgres")
    one, two = Worker(url), Worker(url)
    async with one.database, two.database:
        yield Pair(one, two)


def said(name: str) -> Utterance:
    """An utterance by its id."""
    return Utterance("Hallo", Channel.WEB, NOON, name)


def waiting(conversation_id: str) -> tuple[Handoff, Notice]:
    """What lets a conversation wait."""
    handoff = Handoff(
        f"h-{conversation_id}", conversation_id, HandoffReason.REQUEST, Language.DE, Channel.WEB, NOON, NOON
    )
    return handoff, Notice(f"q-{conversation_id}", NoticeKind.QUEUED, NOON)


async def outcomes(*work: Awaitable[Any]) -> list[Any]:
    """What came of each."""
    return list(await asyncio.gather(*work, return_exceptions=True))


@on_postgresql
async def test_batches_in_opposite_order(pair: Pair, empty_postgres: str) -> None:
    """Workers that write to the same conversations in opposite order do not lock each other out."""
    names = await pair.start(40)
    one, two = pair.one.conversations, pair.two.conversations
    for round_ in range(5):
        await asyncio.gather(
            *(one.accept(name, said(f"one-{round_}")) for name in names),
            *(two.accept(name, said(f"two-{round_}")) for name in reversed(names)),
        )
    for name in names:
        assert len(await one.turns(name)) == 10
    assert deadlocks(empty_postgres) == 0


def deadlocks(url: str) -> int:
    """How many deadlocks the server has broken up in this database."""
    engine = create_engine(url)
    with engine.connect() as connection:
        count = connection.execute(
            text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        ).scalar_one()
    engine.dispose()
    return int(count)


@on_postgresql
async def test_a_deadlock_is_set_right(pair: Pair) -> None:
    """Where two transactions do lock each other out, both are carried out in the end, each once."""
    await pair.start(2)
    both_hold_one = threading.Barrier(2, timeout=60)

    def crossing(first: str, second: str) -> Any:
        attempts = []

        def work(connection: Connection) -> int:
            attempts.append(1)
            revision(connection, first)
            if len(attempts) == 1:
                both_hold_one.wait()
            revision(connection, second)
            return len(attempts)

        return work

    # PostgreSQL looks for deadlocks after a second, so neither may give up waiting before.
    for worker in (pair.one, pair.two):
        await worker.database.write(lambda connection: connection.execute(text("SET lock_timeout = 0")))
    attempts = await asyncio.gather(
        pair.one.database.write(crossing("c0", "c1")), pair.two.database.write(crossing("c1", "c0"))
    )
    assert sum(attempts) > 2
    assert await pair.one.database.read(revisions) == [2, 2]


def revision(connection: Connection, name: str) -> None:
    """Take a conversation's next number, which locks it."""
    connection.execute(text("UPDATE conversation SET revision = revision + 1 WHERE id = :name"), {"name": name})


def revisions(connection: Connection) -> list[int]:
    """The numbers of all conversations."""
    return list(connection.execute(text("SELECT revision FROM conversation ORDER BY id")).scalars())


async def test_a_message_sent_to_both_is_one(pair: Pair) -> None:
    """The same message arriving at two workers at once is accepted once, and both say so."""
    (name,) = await pair.start(1)
    for number in range(20):
        first, second = await asyncio.gather(
            *(worker.conversations.accept(name, said(f"m{number}")) for worker in (pair.one, pair.two))
        )
        assert first == second
    assert len(await pair.one.conversations.turns(name)) == 20


async def test_an_answer_given_by_both_is_one(pair: Pair) -> None:
    """Two workers that answer the same turn store one answer, and one of them is told that it stands."""
    (name,) = await pair.start(1)
    for number in range(20):
        heard = said(f"m{number}")
        await pair.one.conversations.accept(name, heard)
        stands = await asyncio.gather(
            *(
                worker.conversations.answer(name, heard.id, echo(heard), DialogueState(), NOON)
                for worker in (pair.one, pair.two)
            )
        )
        assert sorted(stands) == [False, True]


async def test_a_claim_has_one_winner(pair: Pair) -> None:
    """Of many agents on two workers who reach for the same chats, exactly one gets each, and it is told once."""
    names = await pair.start(20)
    for name in names:
        await pair.one.handoffs.queue(*waiting(name))
    agents = [f"agent{number}" for number in range(6)]
    for name in names:
        results = await outcomes(
            *(
                worker.handoffs.claim(f"h-{name}", agent, Notice(f"c-{agent}", NoticeKind.CLAIMED, NOON))
                for agent in agents
                for worker in (pair.one, pair.two)
            )
        )
        winners = {result.agent_id for result in results if isinstance(result, Handoff)}
        assert len(winners) == 1
        assert {type(result) for result in results} == {Handoff, HandoffTakenError}
        transcript = await pair.two.conversations.transcript(name)
        kinds = [entry.content.kind for entry in transcript if isinstance(entry.content, Notice)]
        assert kinds == [NoticeKind.QUEUED, NoticeKind.CLAIMED]


async def test_a_wish_heard_by_both_is_one_wait(pair: Pair) -> None:
    """A conversation queued by two workers at once waits once."""
    for name in await pair.start(20):
        handoff, notice = waiting(name)
        first, second = await asyncio.gather(
            pair.one.handoffs.queue(handoff, notice), pair.two.handoffs.queue(handoff, notice)
        )
        assert first == second
    assert len(await pair.one.handoffs.waiting()) == 20


async def test_rows_that_both_make_at_once(pair: Pair) -> None:
    """An agent's first report and a rating may come in at two workers in the same moment."""
    (name,) = await pair.start(1)
    await pair.one.conversations.accept(name, said("m"))
    for number in range(20):
        await asyncio.gather(
            *(worker.attendance.report(f"a{number}", Presence.AVAILABLE, NOON) for worker in (pair.one, pair.two)),
            *(
                worker.conversations.give_feedback(Feedback(name, "m", helpful=True, at=NOON))
                for worker in (pair.one, pair.two)
            ),
        )
    assert len(await pair.one.attendance.attendance(NOON)) == 20
    assert len(await pair.one.conversations.feedback(name)) == 1


async def test_a_reader_sees_one_moment(pair: Pair) -> None:
    """What is stored between two queries of one piece of reading shows in neither, so that no entry is jumped over."""
    (name,) = await pair.start(1)
    half_read, written = threading.Event(), threading.Event()

    def look(connection: Connection) -> tuple[int, int]:
        before = connection.execute(text("SELECT count(*) FROM turn")).scalar_one()
        half_read.set()
        assert written.wait(60)
        return before, connection.execute(text("SELECT count(*) FROM turn")).scalar_one()

    reading = asyncio.ensure_future(pair.one.database.read(look))
    await asyncio.to_thread(half_read.wait, 10)
    await pair.two.conversations.accept(name, said("m"))
    written.set()
    assert await reading == (0, 0)
    assert len(await pair.one.conversations.turns(name)) == 1


async def test_followers_miss_nothing(pair: Pair) -> None:
    """Who follows by revision gets every entry once, while two workers write turns, answers and messages."""
    (name,) = await pair.start(1)
    await pair.one.handoffs.queue(*waiting(name))
    await pair.one.handoffs.claim(f"h-{name}", "kaya", Notice("claim", NoticeKind.CLAIMED, NOON))
    done = asyncio.Event()

    async def follow(worker: Worker) -> list[int]:
        places: list[int] = []
        seen = 0
        while True:
            is_last = done.is_set()
            for entry in sorted(await worker.conversations.transcript(name, seen), key=lambda one: one.revision):
                places.append(entry.position)
                seen = entry.revision
            if is_last:
                return places

    followers = [asyncio.create_task(follow(worker)) for worker in (pair.one, pair.two)]
    for number in range(100):
        message = AgentMessage(f"a{number}", "Frau Kaya", "Ja?", NOON, Language.DE)
        await asyncio.gather(
            pair.one.conversations.accept(name, said(f"p{number}"), said(f"p{number}")),
            pair.two.handoffs.say(f"h-{name}", "kaya", message),
        )
    done.set()
    everything = [entry.position for entry in await pair.one.conversations.transcript(name)]
    assert len(everything) == 202
    for follower in followers:
        assert await follower == everything


@pytest.mark.slow
async def test_a_lock_is_not_waited_for_for_ever(pair: Pair) -> None:
    """A conversation that another worker holds ends in an error that may be tried again, without names of rows."""
    (name,) = await pair.start(1)
    is_held, is_over = threading.Event(), threading.Event()

    def hold(connection: Connection) -> None:
        revision(connection, name)
        is_held.set()
        assert is_over.wait(60)

    holding = asyncio.ensure_future(pair.one.database.write(hold))
    await asyncio.to_thread(is_held.wait, 10)
    began = time.monotonic()
    with pytest.raises(StorageUnavailableError) as caught:
        await pair.two.conversations.accept(name, said("m"))
    assert time.monotonic() - began < 5
    assert caught.value.retryable
    assert name not in str(caught.value)
    is_over.set()
    await holding
    await pair.two.conversations.accept(name, said("m"))


async def test_an_error_names_no_row(pair: Pair) -> None:
    """What the database says of a row that exists already is not passed on: it would name the conversation."""
    (name,) = await pair.start(1)
    with pytest.raises(StorageUnavailableError) as caught:
        await pair.two.conversations.create(Conversation(name, Channel.WEB, NOON, NOON))
    assert f"({name})" not in str(caught.value)
