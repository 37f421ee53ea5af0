"""What every CallStore promises: in SQLite, in PostgreSQL."""

from dataclasses import replace
from datetime import timedelta

import pytest

from assistant.model import CallEnding, Channel, Conversation, PhoneCall, TransferOutcome
from assistant.ports import CallStore, ConversationStore
from assistant.storage.calls import SqlCallStore
from assistant.storage.conversations import SqlConversationStore
from assistant.storage.database import Database
from tests.fakes import NOON

LATER = NOON + timedelta(minutes=1)


@pytest.fixture
def conversations(database: Database) -> ConversationStore:
    """The store of the conversations that are held on the telephone."""
    return SqlConversationStore(database)


@pytest.fixture
def store(database: Database) -> CallStore:
    """An empty store."""
    return SqlCallStore(database)


async def begun(conversations: ConversationStore, store: CallStore, name: str = "c1") -> PhoneCall:
    """A call that has been answered."""
    await conversations.create(Conversation(name, Channel.PHONE, NOON, NOON))
    call = PhoneCall(f"id-{name}", name, f"ref-{name}", "sip", "a1@pbx", NOON, NOON)
    await store.begin(call)
    return call


async def test_a_call_is_found(conversations: ConversationStore, store: CallStore) -> None:
    """By its conversation, by its own id, by the reference that goes with it; nothing else finds one."""
    call = await begun(conversations, store)
    await begun(conversations, store, "c2")
    for found in (await store.of_conversation("c1"), await store.of_id("id-c1"), await store.of_reference("ref-c1")):
        assert found == call
        assert found.seen_at == call.seen_at
    assert await store.of_reference("id-c1") is await store.of_id("c1") is await store.of_conversation("x") is None


async def test_running_calls(conversations: ConversationStore, store: CallStore) -> None:
    """What has ended runs no more, and the first end counts; the others come in the order in which they came in."""
    await begun(conversations, store)
    second = await begun(conversations, store, "c2")
    await store.end("c1", CallEnding.CALLER, LATER)
    await store.end("c1", CallEnding.LOST, LATER + timedelta(minutes=1))
    assert await store.running() == (second,)
    ended = await store.of_conversation("c1")
    assert ended is not None
    assert (ended.ending, ended.ended_at, ended.is_running) == (CallEnding.CALLER, LATER, False)


async def test_signs_of_life(conversations: ConversationStore, store: CallStore) -> None:
    """Only those that are named have given one."""
    await begun(conversations, store)
    await begun(conversations, store, "c2")
    await store.seen(("c1",), LATER)
    await store.seen((), LATER)
    assert {call.conversation_id: call.seen_at for call in await store.running()} == {"c1": LATER, "c2": NOON}


async def test_what_became_of_passing_on(conversations: ConversationStore, store: CallStore) -> None:
    """The latest outcome is kept; an unknown conversation is no error, for it may have been deleted meanwhile."""
    await begun(conversations, store)
    await store.passed_on("c1", TransferOutcome.REFUSED, NOON)
    await store.passed_on("c1", TransferOutcome.DONE, LATER)
    await store.passed_on("x", TransferOutcome.DONE, LATER)
    call = await store.of_conversation("c1")
    assert call is not None
    assert (call.outcome, call.passed_on_at, call.is_passed_on) == (TransferOutcome.DONE, LATER, True)


async def test_a_call_that_comes_back(conversations: ConversationStore, store: CallStore) -> None:
    """It is the same conversation with a new call; it runs again."""
    call = await begun(conversations, store)
    await store.end("c1", CallEnding.TRANSFERRED, NOON)
    back = replace(call, external_id="b2@pbx", seen_at=LATER)
    await store.begin(back)
    assert await store.running() == (back,)


async def test_a_call_goes_with_its_conversation(conversations: ConversationStore, store: CallStore) -> None:
    """Who deletes a conversation leaves nothing of its call."""
    await begun(conversations, store)
    await conversations.delete("c1")
    assert await store.of_reference("ref-c1") is None
