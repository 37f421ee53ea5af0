"""What every TicketStore promises: in SQLite, in PostgreSQL."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from assistant.errors import TicketChangedError, TicketNotFoundError
from assistant.model import (
    Channel,
    ClosingReason,
    Errand,
    Language,
    ReplyBy,
    Ticket,
    TicketEvent,
    TicketEventKind,
    TicketFilter,
    TicketKind,
    TicketState,
)
from assistant.ports import Outbox, TicketStore
from assistant.storage.database import Database
from assistant.storage.outbox import SqlOutbox
from assistant.storage.tickets import SqlTicketStore, TicketRetention
from tests.fakes import NOON

DUE = NOON + timedelta(days=4)
KEEP = TicketRetention(timedelta(days=90), timedelta(days=730))


@pytest.fixture
def store(database: Database) -> TicketStore:
    """An empty store."""
    return SqlTicketStore(database, KEEP)


@pytest.fixture
def outbox(database: Database) -> Outbox:
    """The outbox beside it."""
    return SqlOutbox(database)


def ticket(name: str = "t1", due_at: datetime = DUE, origin: str | None = None) -> Ticket:
    """A ticket with everything in it."""
    return Ticket(
        id=name,
        kind=TicketKind.COMPLAINT,
        text="Die Tür war zu.",
        language=Language.AR,
        channel=Channel.WEB,
        created_at=NOON,
        due_at=due_at,
        reply_by=ReplyBy.MAIL,
        contact="post@example.org",
        name="جميلة",
        service_id="reisepass",
        office_id="buergeramt",
        office_name="Bürgeramt",
        conversation_id="c1",
        origin=origin,
    )


def event(of: Ticket, kind: TicketEventKind = TicketEventKind.OPENED, text: str = "", name: str = "") -> TicketEvent:
    """A line of its history."""
    return TicketEvent(name or f"{kind}-{of.id}-{of.revision}", of.id, kind, NOON, "Frau Kaya", text)


def errand(name: str) -> Errand:
    """Something that a change causes."""
    return Errand(name, "mail", NOON, NOON, {"to": "post@example.org"})


async def opened(store: TicketStore, name: str = "t1", **values: object) -> Ticket:
    """A stored ticket."""
    new = ticket(name, **values)  # type: ignore[arg-type]
    return await store.open(new, f"print-{name}", event(new))


def answered(known: Ticket, at: datetime = DUE) -> Ticket:
    """The ticket with an answer."""
    return replace(known, state=TicketState.ANSWERED, reply="Sie ist offen.", settled_at=at, settled_by="Frau Kaya")


async def test_a_ticket_comes_back_as_it_was_stored(store: TicketStore) -> None:
    """By its id, by the fingerprint of its code, and among all; its history begins with its opening."""
    new = await opened(store)
    assert new == ticket()
    assert await store.get("t1") == await store.of_fingerprint("print-t1") == new
    assert await store.find(TicketFilter()) == (new,)
    assert await store.history("t1") == (event(new),)
    await store.ping()


async def test_unknown_tickets(store: TicketStore) -> None:
    """What is not there is said to be unknown, whatever is asked of it."""
    with pytest.raises(TicketNotFoundError):
        await store.get("t9")
    with pytest.raises(TicketNotFoundError):
        await store.change(ticket("t9"), event(ticket("t9"), TicketEventKind.CLOSED))
    with pytest.raises(TicketNotFoundError):
        await store.write(event(ticket("t9"), TicketEventKind.NOTE))
    assert await store.of_fingerprint("print-t9") is None
    assert await store.history("t9") == ()


async def test_opening_twice_from_one_origin_is_once(store: TicketStore, outbox: Outbox) -> None:
    """The same origin gives the ticket stored first, also when both come at once; nothing is caused twice."""
    first, second = ticket("t1", origin="form-1"), ticket("t2", origin="form-1")
    got = await asyncio.gather(
        *(store.open(one, f"print-{one.id}", event(one), [errand(one.id)]) for one in (first, second))
    )
    assert got[0] == got[1]
    assert await store.find(TicketFilter()) == (got[0],)
    assert [one.id for one in await outbox.undone()] == [got[0].id]


async def test_two_workers_open_from_one_origin(store: TicketStore, database: Database) -> None:
    """The same holds for two processes, each with a connection of its own."""
    async with Database(database.url) as other:
        stores = (store, SqlTicketStore(other, KEEP))
        new = [ticket(f"t{number}", origin="form-1") for number in range(20)]
        got = await asyncio.gather(
            *(stores[number % 2].open(one, f"print-{one.id}", event(one)) for number, one in enumerate(new))
        )
    assert len(set(got)) == 1
    assert len(await store.find(TicketFilter())) == 1


async def test_what_is_wanted_is_found(store: TicketStore) -> None:
    """By office, kind, state and due time, the one due first at the beginning."""
    late = await opened(store, "t1", due_at=DUE + timedelta(hours=2))
    soon = await opened(store, "t2")
    there = replace(late, office_id="standesamt", office_name="Standesamt")
    there = await store.change(there, event(there, TicketEventKind.FORWARDED))
    assert await store.find(TicketFilter()) == (soon, there)
    assert await store.find(TicketFilter(office_id="standesamt")) == (there,)
    assert await store.offices() == (("Bürgeramt", "buergeramt"), ("Standesamt", "standesamt"))
    assert await store.find(TicketFilter(kind=TicketKind.PRAISE)) == ()
    assert await store.find(TicketFilter(kind=TicketKind.COMPLAINT, limit=1)) == (soon,)
    assert await store.find(TicketFilter(state=TicketState.ANSWERED)) == ()
    assert await store.find(TicketFilter(due_before=DUE)) == ()
    assert await store.find(TicketFilter(due_from=DUE, due_before=DUE + timedelta(hours=1))) == (soon,)


async def test_a_change_comes_with_its_event_and_its_errands(store: TicketStore, outbox: Outbox) -> None:
    """All three are there, or none: a change that comes too late leaves nothing behind."""
    new = await opened(store)
    done = await store.change(answered(new), event(new, TicketEventKind.ANSWERED), [errand("m1")])
    assert done == replace(answered(new), revision=1)
    assert await store.get("t1") == done
    with pytest.raises(TicketChangedError):
        await store.change(replace(new, reply="Zu spät"), event(new, TicketEventKind.CLOSED), [errand("m2")])
    assert await store.get("t1") == done
    assert [line.kind for line in await store.history("t1")] == [TicketEventKind.OPENED, TicketEventKind.ANSWERED]
    assert [one.id for one in await outbox.undone()] == ["m1"]


async def test_of_two_who_change_at_once_one_wins(store: TicketStore, database: Database) -> None:
    """Two workers that mean the same ticket: one change is made, the other is told."""
    new = await opened(store)
    async with Database(database.url) as other:
        stores = (store, SqlTicketStore(other, KEEP))
        outcomes = await asyncio.gather(
            *(
                stores[number % 2].change(
                    replace(new, reply=str(number)), event(new, TicketEventKind.ANSWERED, name=f"e{number}")
                )
                for number in range(10)
            ),
            return_exceptions=True,
        )
    assert sum(isinstance(outcome, TicketChangedError) for outcome in outcomes) == 9
    winner = next(outcome for outcome in outcomes if isinstance(outcome, Ticket))
    assert await store.get("t1") == winner
    assert len(await store.history("t1")) == 2


async def test_a_note_is_written_once(store: TicketStore) -> None:
    """The same note sent twice is one; it changes nothing else."""
    new = await opened(store)
    for _ in range(2):
        await store.write(event(new, TicketEventKind.NOTE, "Rückfrage beim Standesamt", "note-1"))
    assert [line.text for line in await store.history("t1")] == ["", "Rückfrage beim Standesamt"]
    assert await store.get("t1") == new


async def test_retention(store: TicketStore) -> None:
    """After its time only the promise is left of a ticket: nothing that tells who it was, or what about."""
    settled = await opened(store)
    settled = await store.change(answered(settled), event(settled, TicketEventKind.ANSWERED))
    assert await store.forget(DUE + KEEP.tickets - timedelta(seconds=1)) == 0
    assert await store.forget(DUE + KEEP.tickets) == 1
    with pytest.raises(TicketNotFoundError):
        await store.get("t1")
    with pytest.raises(TicketNotFoundError):
        await store.change(settled, event(settled, TicketEventKind.CLOSED))
    assert await store.of_fingerprint("print-t1") is None
    assert await store.history("t1") == ()
    (promise,) = await store.find(TicketFilter())
    assert promise == replace(
        settled, text="", contact="", name="", reply="", settled_by="", conversation_id=None, origin=None
    )
    assert promise.is_kept(NOON) is True
    assert (await store.find(TicketFilter(is_whole=True)), await store.offices()) == ((), ())
    assert await store.forget(DUE + KEEP.tickets) == 0
    assert await store.forget(DUE + KEEP.tickets + KEEP.promises) == 1
    assert await store.find(TicketFilter()) == ()


async def test_what_nobody_answers_ends_as_a_broken_promise(store: TicketStore) -> None:
    """An open ticket is kept as long as a settled one, from its due time on, and then counts as broken."""
    await opened(store)
    assert await store.forget(DUE + KEEP.tickets) == 1
    (promise,) = await store.find(TicketFilter())
    assert (promise.state, promise.closing_reason) == (TicketState.CLOSED, ClosingReason.EXPIRED)
    assert promise.is_kept(DUE) is False
