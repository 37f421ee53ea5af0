"""What every ConversationStore promises: in SQLite, in PostgreSQL."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from assistant.errors import ConversationNotFoundError
from assistant.model import (
    Aspect,
    Channel,
    Conversation,
    DialogueState,
    Feedback,
    Language,
    Mode,
    Notice,
    NoticeKind,
    QuickReply,
    Register,
    Turn,
    Utterance,
)
from assistant.ports import ConversationStore
from assistant.storage.conversations import Retention, SqlConversationStore
from assistant.storage.database import Database
from tests.fakes import NOON, echo

LATER = NOON + timedelta(minutes=1)
STATE = DialogueState(
    language=Language.AR,
    language_is_chosen=True,
    register=Register.PLAIN,
    service_id="reisepass",
    aspects=(Aspect.FEE,),
    offered=(QuickReply("Vorläufiger Reisepass", "service:vorlaeufiger-reisepass"),),
    area="040120000000",
    failures=2,
)


@pytest.fixture
def store(database: Database) -> ConversationStore:
    """An empty store."""
    return SqlConversationStore(database, Retention(timedelta(days=30), timedelta(days=180)))


def conversation(conversation_id: str = "c1") -> Conversation:
    """A fresh conversation."""
    return Conversation(conversation_id, Channel.WEB, NOON, NOON)


def utterance(utterance_id: str = "u1", text: str = "Was kostet ein Reisepass?") -> Utterance:
    """Something a person said."""
    return Utterance(text, Channel.WEB, NOON, utterance_id)


async def test_keeps_a_conversation(store: ConversationStore) -> None:
    """A conversation comes back as it was stored."""
    stored = replace(conversation(), state=STATE, mode=Mode.QUEUED)
    await store.create(stored)
    assert await store.get("c1") == stored
    assert await store.turns("c1") == ()
    await store.ping()


async def test_keeps_a_turn(store: ConversationStore) -> None:
    """An utterance comes back with everything that was said about it, and is waiting for its answer."""
    await store.create(conversation())
    said = replace(utterance(), choice="service:reisepass", language=Language.FA, register=Register.PLAIN)
    assert await store.accept("c1", said) == Turn(said)
    assert await store.turns("c1") == (Turn(said),)


async def test_keeps_answer_and_state_together(store: ConversationStore) -> None:
    """The answer comes back as it was given, and the conversation has the new state and the time of the answer."""
    await store.create(conversation())
    await store.accept("c1", utterance())
    answer = echo(utterance())
    await store.answer("c1", "u1", answer, STATE, LATER)
    assert await store.turns("c1") == (Turn(utterance(), answer, LATER),)
    assert await store.get("c1") == replace(conversation(), state=STATE, updated_at=LATER)


async def test_repeated_utterance_is_one_turn(store: ConversationStore) -> None:
    """The same id again gives the turn stored first, with its answer, whatever the text says now."""
    await store.create(conversation())
    await store.accept("c1", utterance())
    assert await store.accept("c1", utterance(text="anders")) == Turn(utterance())
    answer = echo(utterance())
    await store.answer("c1", "u1", answer, STATE, LATER)
    assert await store.accept("c1", utterance(text="anders")) == Turn(utterance(), answer, LATER)
    assert len(await store.turns("c1")) == 1


async def test_ids_are_per_conversation(store: ConversationStore) -> None:
    """The same utterance id in another conversation is another turn."""
    for name in ("c1", "c2"):
        await store.create(conversation(name))
        await store.accept(name, utterance(text=name))
    assert (await store.turns("c2"))[0].utterance.text == "c2"


async def test_second_answer_is_ignored(store: ConversationStore) -> None:
    """The first answer to a turn stands, and so does its state."""
    await store.create(conversation())
    await store.accept("c1", utterance())
    first = echo(utterance())
    await store.answer("c1", "u1", first, STATE, LATER)
    await store.answer("c1", "u1", echo(utterance(text="anders")), DialogueState(), LATER + timedelta(minutes=1))
    assert (await store.turns("c1"))[0].answer == first
    assert (await store.get("c1")).state == STATE


async def test_order_of_acceptance(store: ConversationStore) -> None:
    """Turns handed in at once stand in the order in which they were handed in."""
    await store.create(conversation())
    await asyncio.gather(*(store.accept("c1", utterance(f"u{number}")) for number in range(50)))
    assert [turn.utterance.id for turn in await store.turns("c1")] == [f"u{number}" for number in range(50)]


async def test_finds_what_waits(store: ConversationStore) -> None:
    """Turns without an answer are found, oldest first; answered and later ones are not."""
    for name in ("c1", "c2"):
        await store.create(conversation(name))
    await store.accept("c1", utterance("old"))
    await store.accept("c2", replace(utterance("older"), at=NOON - timedelta(hours=1)))
    await store.accept("c2", utterance("answered"))
    await store.answer("c2", "answered", echo(utterance()), STATE, LATER)
    await store.accept("c2", replace(utterance("new"), at=LATER))
    waiting = await store.unanswered(LATER)
    assert {(name, turn.utterance.id) for name, turn in waiting} == {("c1", "old"), ("c2", "older")}
    assert await store.unanswered(NOON - timedelta(hours=2)) == ()


async def test_state_outside_a_turn(store: ConversationStore) -> None:
    """The state can be changed without a turn, and leaves alone who speaks."""
    await store.create(replace(conversation(), mode=Mode.QUEUED))
    changed = replace(conversation(), mode=Mode.QUEUED, state=STATE, updated_at=LATER)
    assert await store.keep_state("c1", STATE, LATER) == changed
    assert await store.get("c1") == changed


async def test_closing_is_told_once(store: ConversationStore) -> None:
    """A closed conversation stays closed, and the first notice of it stands."""
    await store.create(conversation())
    notice = Notice("n1", NoticeKind.CLOSED, LATER)
    await store.close("c1", notice)
    await store.close("c1", Notice("n2", NoticeKind.CLOSED, LATER))
    assert (await store.get("c1")).mode is Mode.CLOSED
    assert [entry.content for entry in await store.transcript("c1")] == [notice]


async def test_the_transcript_has_everything_in_order(store: ConversationStore) -> None:
    """Whoever has seen everything up to a revision gets what came or changed after it, in its old place."""
    await store.create(conversation())
    assert await store.transcript("c1") == ()
    for name in ("u1", "u2"):
        await store.accept("c1", utterance(name))
    seen = await store.transcript("c1")
    assert [entry.content for entry in seen] == [Turn(utterance("u1")), Turn(utterance("u2"))]
    answer = echo(utterance())
    await store.answer("c1", "u1", answer, STATE, LATER)
    missed = await store.transcript("c1", after=seen[-1].revision)
    assert [(entry.position, entry.content) for entry in missed] == [
        (seen[0].position, Turn(utterance("u1"), answer, LATER))
    ]
    assert [entry.position for entry in await store.transcript("c1")] == [entry.position for entry in seen]


async def test_what_is_said_to_people_is_kept_as_written(store: ConversationStore) -> None:
    """While people are waited for, the unmasked wording is stored, and no answer of Roland's is owed."""
    await store.create(replace(conversation(), mode=Mode.QUEUED))
    turn = await store.accept("c1", utterance(text="[EMAIL]"), utterance(text="a@b.de"))
    assert (turn.utterance.text, turn.mode, turn.is_pending) == ("a@b.de", Mode.QUEUED, False)
    assert await store.unanswered(LATER) == ()
    assert await store.left_as_written() == (("c1", turn),)
    await store.mask("c1", utterance(text="[EMAIL]"))
    assert await store.left_as_written() == ()
    assert (await store.turns("c1"))[0].utterance.text == "[EMAIL]"


async def test_what_is_said_to_roland_is_kept_masked(store: ConversationStore) -> None:
    """The unmasked wording is for people only."""
    await store.create(conversation())
    turn = await store.accept("c1", utterance(text="[EMAIL]"), utterance(text="a@b.de"))
    assert turn == Turn(utterance(text="[EMAIL]"))
    assert await store.left_as_written() == ()


async def test_an_answer_too_late_is_not_given(store: ConversationStore) -> None:
    """Once an agent has taken over, Roland says nothing any more, not even what it had begun to say."""
    await store.create(replace(conversation(), mode=Mode.WITH_AGENT))
    await store.create(conversation("c2"))
    await store.accept("c2", utterance())
    assert await store.answer("c2", "u1", echo(utterance()), STATE, LATER)
    assert not await store.answer("c2", "u1", echo(utterance()), STATE, LATER)
    await store.accept("c1", utterance())
    assert not await store.answer("c1", "u1", echo(utterance()), STATE, LATER)
    assert (await store.turns("c1"))[0].answer is None
    assert (await store.get("c1")).state == DialogueState()


async def test_latest_feedback_counts(store: ConversationStore) -> None:
    """Feedback on an answer can be changed."""
    await store.create(conversation())
    await store.accept("c1", utterance())
    await store.answer("c1", "u1", echo(utterance()), STATE, LATER)
    assert await store.feedback("c1") == ()
    for helpful in (True, False):
        await store.give_feedback(Feedback("c1", "u1", helpful, LATER, "zu lang"))
    assert await store.feedback("c1") == (Feedback("c1", "u1", False, LATER, "zu lang"),)


async def test_delete_removes_everything(store: ConversationStore) -> None:
    """After deletion nothing of the conversation is left, and others are untouched."""
    for name in ("c1", "c2"):
        await store.create(conversation(name))
        await store.accept(name, utterance())
    await store.give_feedback(Feedback("c1", "u1", True, LATER))
    await store.delete("c1")
    with pytest.raises(ConversationNotFoundError):
        await store.turns("c1")
    assert await store.feedback("c1") == ()
    assert [name for name, _ in await store.unanswered(LATER)] == ["c2"]


async def test_old_conversations_go(store: ConversationStore) -> None:
    """Conversations not touched since a moment are removed and counted."""
    await store.create(conversation("old"))
    await store.create(replace(conversation("new"), updated_at=LATER))
    assert await store.delete_older_than(LATER) == 1
    assert (await store.get("new")).id == "new"
    with pytest.raises(ConversationNotFoundError):
        await store.get("old")


async def test_expired_rows_go(store: ConversationStore) -> None:
    """What is past its retention date is removed: conversations after 30 days, feedback after 180."""
    await store.create(conversation())
    await store.accept("c1", utterance())
    await store.give_feedback(Feedback("c1", "u1", True, NOON))
    assert await store.delete_expired(NOON + timedelta(days=29)) == 0
    assert await store.delete_expired(NOON + timedelta(days=31)) == 1
    assert len(await store.feedback("c1")) == 1
    await store.delete_expired(NOON + timedelta(days=181))
    assert await store.feedback("c1") == ()


async def test_unknown_conversations(store: ConversationStore) -> None:
    """Every way to a conversation that is not there ends in the same error."""
    ways = [
        store.get("no"),
        store.turns("no"),
        store.accept("no", utterance()),
        store.answer("no", "u1", echo(utterance()), STATE, LATER),
        store.transcript("no"),
        store.keep_state("no", STATE, LATER),
        store.close("no", Notice("n1", NoticeKind.CLOSED, LATER)),
        store.give_feedback(Feedback("no", "u1", True, LATER)),
        store.delete("no"),
    ]
    for way in ways:
        with pytest.raises(ConversationNotFoundError):
            await way


async def test_one_failure_spoils_no_other(store: ConversationStore) -> None:
    """Work handed in together with work that fails is done all the same."""
    await store.create(conversation())
    outcomes = await asyncio.gather(
        store.accept("c1", utterance("u1")),
        store.accept("no", utterance("u2")),
        store.accept("c1", utterance("u3")),
        return_exceptions=True,
    )
    assert isinstance(outcomes[1], ConversationNotFoundError)
    assert [turn.utterance.id for turn in await store.turns("c1")] == ["u1", "u3"]
