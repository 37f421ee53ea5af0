"""What every store of walks promises."""

import asyncio
from datetime import timedelta

import pytest

from assistant.model import Walk, WalkMode
from assistant.storage.database import Database
from assistant.storage.walks import SqlWalkStore
from tests.fakes import NOON

WALK = Walk(
    "form", "2026", WalkMode.FILL, "person/name#2", {"person/name#1": "Müller"}, {"person": 2}, frozenset({"overview"})
)
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def store(database: Database) -> SqlWalkStore:
    """A store without walks."""
    return SqlWalkStore(database)


async def test_a_walk_is_taken_once(store: SqlWalkStore) -> None:
    """What was put is taken as it was, and is gone then."""
    await store.put("a", WALK, LATER)
    assert await store.take("b", NOON) is None
    assert await store.take("a", NOON) == WALK
    assert await store.take("a", NOON) is None


async def test_of_many_one_gets_it(store: SqlWalkStore) -> None:
    """Of twenty who ask at once, one gets the walk."""
    await store.put("a", WALK, LATER)
    taken = await asyncio.gather(*(store.take("a", NOON) for _ in range(20)))
    assert [walk for walk in taken if walk is not None] == [WALK]


async def test_time_runs_out(store: SqlWalkStore) -> None:
    """After its time a walk is nobody's, and is removed."""
    await store.put("a", WALK, LATER)
    await store.put("b", WALK, LATER + timedelta(hours=1))
    assert await store.take("a", LATER) is None
    await store.put("a", WALK, LATER)
    assert await store.delete_expired(LATER) == 1
    assert await store.take("b", LATER) == WALK
