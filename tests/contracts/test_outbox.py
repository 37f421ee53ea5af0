"""What every Outbox promises: in SQLite, in PostgreSQL."""

import asyncio
from datetime import timedelta

import pytest

from assistant.model import Errand
from assistant.ports import Outbox
from assistant.storage.database import Database
from assistant.storage.outbox import SqlOutbox
from tests.fakes import NOON

HOLD = timedelta(minutes=5)
LATER = NOON + HOLD


@pytest.fixture
def outbox(database: Database) -> Outbox:
    """An empty outbox."""
    return SqlOutbox(database)


def errand(name: str = "m1", after: timedelta = timedelta(), kind: str = "mail") -> Errand:
    """A mail to be sent."""
    return Errand(name, kind, NOON, NOON + after, {"to": "post@example.org", "text": "Grüße\n"})


async def test_an_errand_is_handed_out_as_it_was_put(outbox: Outbox) -> None:
    """Taking gives it with the try counted; nobody else gets it meanwhile."""
    await outbox.put(errand())
    (taken,) = await outbox.take(["mail"], NOON, HOLD)
    assert (taken.id, taken.payload, taken.tries, taken.due_at) == ("m1", errand().payload, 1, LATER)
    assert await outbox.take(["mail"], NOON, HOLD) == ()
    assert await outbox.undone() == (taken,)
    await outbox.ping()


async def test_who_dies_with_it_leaves_it_to_the_next(outbox: Outbox) -> None:
    """An errand that was taken and never reported on is handed out again after its time."""
    await outbox.put(errand())
    await outbox.take(["mail"], NOON, HOLD)
    (again,) = await outbox.take(["mail"], LATER, HOLD)
    assert (again.id, again.tries) == ("m1", 2)


async def test_the_same_errand_twice_is_one(outbox: Outbox) -> None:
    """Also when it is done already: nothing is sent a second time."""
    await outbox.put(errand())
    await outbox.put(errand())
    await outbox.take(["mail"], NOON, HOLD)
    await outbox.done("m1", NOON)
    await outbox.put(errand())
    assert await outbox.take(["mail"], LATER + HOLD, HOLD) == ()
    assert await outbox.undone() == ()


async def test_order_kinds_and_number(outbox: Outbox) -> None:
    """The longest due comes first, only of the kinds asked for, only as many as asked for, and nothing early."""
    for name, seconds in (("b", -1), ("a", -2), ("c", 1)):
        await outbox.put(errand(name, timedelta(seconds=seconds)))
    await outbox.put(errand("z", timedelta(days=-1), "zammad"))
    assert [one.id for one in await outbox.take(["mail"], NOON, HOLD, most=1)] == ["a"]
    assert [one.id for one in await outbox.take(["mail", "zammad"], NOON, HOLD)] == ["z", "b"]
    assert await outbox.take([], LATER, HOLD) == ()


async def test_failing_and_trying_again(outbox: Outbox) -> None:
    """What failed waits until its next time, and says why it failed."""
    await outbox.put(errand())
    await outbox.take(["mail"], NOON, HOLD)
    await outbox.failed("m1", "no answer", NOON + timedelta(minutes=1))
    assert await outbox.take(["mail"], NOON + timedelta(seconds=59), HOLD) == ()
    (again,) = await outbox.take(["mail"], NOON + timedelta(minutes=1), HOLD)
    assert (again.tries, again.last_error) == (2, "no answer")


async def test_what_is_given_up_waits_for_somebody_to_look(outbox: Outbox) -> None:
    """It is not tried any more, stands among the dead with its reason, and can be tried once more."""
    await outbox.put(errand())
    await outbox.take(["mail"], NOON, HOLD)
    await outbox.give_up("m1", "no such mailbox", NOON)
    assert await outbox.take(["mail"], LATER, HOLD) == ()
    assert await outbox.undone() == ()
    (dead,) = await outbox.dead()
    assert (dead.id, dead.last_error, dead.dead_at) == ("m1", "no such mailbox", NOON)
    assert await outbox.revive("m1", LATER)
    assert not await outbox.revive("m1", LATER)
    (again,) = await outbox.take(["mail"], LATER, HOLD)
    assert (again.tries, await outbox.dead()) == (1, ())


async def test_what_is_given_up_can_be_dropped(outbox: Outbox) -> None:
    """It is neither tried nor shown any more, and cannot be put again; nothing else can be dropped."""
    await outbox.put(errand("m1"))
    assert not await outbox.drop("m1")
    await outbox.give_up("m1", "no such mailbox", NOON)
    assert await outbox.drop("m1")
    assert not await outbox.drop("m1")
    await outbox.put(errand("m1"))
    assert (await outbox.undone(), await outbox.dead()) == ((), ())


async def test_what_is_done_stays_done(outbox: Outbox) -> None:
    """A worker that reports late, after another has done the errand, changes nothing; the contents are forgotten."""
    await outbox.put(errand())
    await outbox.take(["mail"], NOON, HOLD)
    await outbox.done("m1", NOON)
    await outbox.failed("m1", "late", NOON)
    await outbox.give_up("m1", "late", NOON)
    assert await outbox.take(["mail"], LATER, HOLD) == ()
    assert (await outbox.undone(), await outbox.dead()) == ((), ())


async def test_many_workers_take_each_errand_once(outbox: Outbox, database: Database) -> None:
    """However many take at the same moment, no errand is handed out twice."""
    for number in range(40):
        await outbox.put(errand(f"m{number}"))
    async with Database(database.url) as second, Database(database.url) as third:
        workers = (outbox, SqlOutbox(second), SqlOutbox(third))
        taken = await asyncio.gather(*(workers[turn % 3].take(["mail"], NOON, HOLD, most=5) for turn in range(30)))
    ids = [one.id for some in taken for one in some]
    assert sorted(ids) == sorted(f"m{number}" for number in range(40))


async def test_retention(outbox: Outbox) -> None:
    """Every errand is removed after its time, done or not."""
    for name in ("m1", "m2", "m3"):
        await outbox.put(errand(name))
    await outbox.done("m1", NOON)
    await outbox.give_up("m2", "no", NOON)
    assert await outbox.forget(NOON + timedelta(days=6)) == 0
    assert await outbox.forget(NOON + timedelta(days=7)) == 1
    assert await outbox.forget(NOON + timedelta(days=30)) == 2
