"""What every HandoffStore and AttendanceStore promises: in SQLite, in PostgreSQL."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from assistant.errors import (
    ConversationClosedError,
    ConversationNotFoundError,
    HandoffNotFoundError,
    HandoffTakenError,
    NotTheAgentError,
)
from assistant.model import (
    AgentMessage,
    Attendance,
    Channel,
    Conversation,
    DialogueState,
    Ending,
    Handoff,
    HandoffReason,
    HandoffState,
    Language,
    Mode,
    Note,
    Notice,
    NoticeKind,
    Paragraph,
    Presence,
    Utterance,
)
from assistant.ports import ConversationStore, HandoffStore
from assistant.storage.attendance import SqlAttendanceStore
from assistant.storage.conversations import SqlConversationStore
from assistant.storage.database import Database
from assistant.storage.handoffs import SqlHandoffStore
from tests.fakes import NOON, PASSPORT, echo

LATER = NOON + timedelta(minutes=1)


@pytest.fixture
def conversations(database: Database) -> ConversationStore:
    """The store of the conversations that are handed over."""
    return SqlConversationStore(database)


@pytest.fixture
def store(database: Database) -> HandoffStore:
    """An empty store."""
    return SqlHandoffStore(database)


def handoff(name: str = "c1", asked_at: datetime = NOON) -> Handoff:
    """A wish for a person in that conversation."""
    return Handoff(f"h-{name}", name, HandoffReason.REQUEST, Language.TR, Channel.WEB, asked_at, asked_at, team="btb")


def notice(kind: NoticeKind, name: str = "") -> Notice:
    """A notice of a minute later."""
    return Notice(name or f"n-{kind}", kind, LATER, {"agent": "Frau Kaya"})


def message(name: str = "m1", text: str = "Guten Tag") -> AgentMessage:
    """What an agent says."""
    return AgentMessage(name, "Frau Kaya", text, LATER, Language.DE, (Paragraph("37,50 Euro", PASSPORT),), "Merhaba")


async def queued(conversations: ConversationStore, store: HandoffStore, name: str = "c1") -> Handoff:
    """A conversation that waits for a person."""
    await conversations.create(Conversation(name, Channel.WEB, NOON, NOON))
    return await store.queue(handoff(name), notice(NoticeKind.QUEUED))


async def claimed(conversations: ConversationStore, store: HandoffStore, name: str = "c1") -> Handoff:
    """A conversation with Frau Kaya."""
    waiting = await queued(conversations, store, name)
    return await store.claim(waiting.id, "kaya", notice(NoticeKind.CLAIMED))


async def told(conversations: ConversationStore, name: str = "c1") -> list[str]:
    """The kinds of all notices of a conversation."""
    entries = await conversations.transcript(name)
    return [entry.content.kind for entry in entries if isinstance(entry.content, Notice)]


async def test_waiting_for_a_person(conversations: ConversationStore, store: HandoffStore) -> None:
    """A hand-off comes back as it was stored; its conversation waits, and says so."""
    waiting = await queued(conversations, store)
    assert waiting == handoff()
    assert await store.get("h-c1") == await store.current("c1") == waiting
    assert await store.waiting() == await store.of_conversation("c1") == (waiting,)
    assert (await conversations.get("c1")).mode is Mode.QUEUED
    assert await told(conversations) == ["queued"]
    await store.ping()


async def test_one_wait_a_conversation(conversations: ConversationStore, store: HandoffStore) -> None:
    """Whoever asks again while waiting keeps the place; who is with an agent does not wait again."""
    waiting = await queued(conversations, store)
    again = replace(handoff(asked_at=LATER), id="another")
    assert await store.queue(again, notice(NoticeKind.QUEUED, "again")) == waiting
    assert await told(conversations) == ["queued"]


async def test_the_answer_and_the_wait_begin_together(conversations: ConversationStore, store: HandoffStore) -> None:
    """The answer that promises a person and the wait for one are one transaction."""
    await conversations.create(Conversation("c1", Channel.WEB, NOON, NOON))
    said = Utterance("Mensch bitte", Channel.WEB, NOON, "u1")
    await conversations.accept("c1", said)
    queue = (handoff(), notice(NoticeKind.QUEUED))
    assert await conversations.answer("c1", "u1", echo(said), DialogueState(), LATER, queue)
    assert await store.waiting() == (handoff(),)
    assert (await conversations.get("c1")).mode is Mode.QUEUED
    assert not await conversations.answer("c1", "u1", echo(said), DialogueState(), LATER, queue)


async def test_the_queue_has_an_order(conversations: ConversationStore, store: HandoffStore) -> None:
    """Who has waited longest is first, but for what is urgent."""
    for name, minutes in (("c1", 2), ("c2", 1), ("c3", 3)):
        await conversations.create(Conversation(name, Channel.WEB, NOON, NOON))
        await store.queue(handoff(name, NOON + timedelta(minutes=minutes)), notice(NoticeKind.QUEUED))
    assert [one.conversation_id for one in await store.waiting()] == ["c2", "c1", "c3"]
    await store.raise_priority("h-c3", 5)
    await store.raise_priority("h-c3", 1)
    assert [one.conversation_id for one in await store.waiting()] == ["c3", "c2", "c1"]


async def test_one_of_many_wins_a_claim(conversations: ConversationStore, store: HandoffStore) -> None:
    """Agents who reach for the same chat at once: one has it, the others are told so, and it is announced once."""
    waiting = await queued(conversations, store)
    agents = [f"agent-{number}" for number in range(20)]
    outcomes = await asyncio.gather(
        *(store.claim(waiting.id, agent, notice(NoticeKind.CLAIMED, agent)) for agent in agents),
        return_exceptions=True,
    )
    won = [outcome for outcome in outcomes if isinstance(outcome, Handoff)]
    assert len(won) == 1
    assert all(isinstance(outcome, HandoffTakenError) for outcome in outcomes if outcome is not won[0])
    assert await store.claimed() == await store.claimed(str(won[0].agent_id)) == (won[0],)
    assert (won[0].state, won[0].claimed_at) == (HandoffState.CLAIMED, LATER)
    assert (await conversations.get("c1")).mode is Mode.WITH_AGENT
    assert await told(conversations) == ["queued", "claimed"]


async def test_claiming_twice_is_claiming(conversations: ConversationStore, store: HandoffStore) -> None:
    """A claim repeated after a lost connection changes nothing."""
    first = await claimed(conversations, store)
    assert await store.claim(first.id, "kaya", notice(NoticeKind.CLAIMED, "again")) == first
    assert await told(conversations) == ["queued", "claimed"]


async def test_what_an_agent_says(conversations: ConversationStore, store: HandoffStore) -> None:
    """It stands in the transcript as it was said, once, however often it is sent."""
    await claimed(conversations, store)
    for _ in range(2):
        assert await store.say("h-c1", "kaya", message()) == message()
    assert await store.say("h-c1", "kaya", message(text="anders")) == message()
    entries = await conversations.transcript("c1")
    assert [entry.content for entry in entries if isinstance(entry.content, AgentMessage)] == [message()]


async def test_only_who_has_it_may_speak(conversations: ConversationStore, store: HandoffStore) -> None:
    """Nobody else can answer, pass on or close; nobody at all before it is taken or when it is over."""
    waiting = await queued(conversations, store)
    with pytest.raises(NotTheAgentError):
        await store.say(waiting.id, "kaya", message())
    await store.claim(waiting.id, "kaya", notice(NoticeKind.CLAIMED))
    for attempt in (
        store.say(waiting.id, "berg", message()),
        store.pass_on(waiting.id, "berg", notice(NoticeKind.TRANSFERRED), team="btb"),
        store.end(waiting.id, Ending.SOLVED, Mode.CLOSED, notice(NoticeKind.CLOSED), by="berg"),
    ):
        with pytest.raises(NotTheAgentError):
            await attempt
    await store.end(waiting.id, Ending.SOLVED, Mode.CLOSED, notice(NoticeKind.CLOSED), by="kaya")
    with pytest.raises(NotTheAgentError):
        await store.say(waiting.id, "kaya", message())
    assert await told(conversations) == ["queued", "claimed", "closed"]


async def test_passing_on(conversations: ConversationStore, store: HandoffStore) -> None:
    """To a team anybody may take it; to a colleague only they, until it is opened to all. The time of asking stays."""
    await claimed(conversations, store)
    to_colleague = await store.pass_on(
        "h-c1", "kaya", notice(NoticeKind.TRANSFERRED), team="bau", to="berg", remark="Bauantrag"
    )
    assert (to_colleague.team, to_colleague.agent_id, to_colleague.remark) == ("bau", "berg", "Bauantrag")
    assert (to_colleague.asked_at, to_colleague.waits_since) == (NOON, LATER)
    assert (await conversations.get("c1")).mode is Mode.QUEUED
    with pytest.raises(HandoffTakenError):
        await store.claim("h-c1", "kaya", notice(NoticeKind.CLAIMED, "n1"))
    await store.open_to_all("h-c1")
    assert (await store.claim("h-c1", "kaya", notice(NoticeKind.CLAIMED, "n2"))).agent_id == "kaya"
    await store.pass_on("h-c1", None, notice(NoticeKind.AGENT_LOST), team="btb")
    assert await told(conversations) == ["queued", "claimed", "transferred", "claimed", "agent_lost"]


@pytest.mark.parametrize("mode", [Mode.WITH_BOT, Mode.CLOSED])
async def test_the_end(conversations: ConversationStore, store: HandoffStore, mode: Mode) -> None:
    """A hand-off ends once, with its reason; the conversation goes where the agent lets it go."""
    await claimed(conversations, store)
    ended = await store.end("h-c1", Ending.REFERRED, mode, notice(NoticeKind.CLOSED), by="kaya", remark="ans Amt")
    assert (ended.state, ended.ending, ended.ended_at) == (HandoffState.ENDED, Ending.REFERRED, LATER)
    assert await store.end("h-c1", Ending.OTHER, mode, notice(NoticeKind.CLOSED, "n2")) == ended
    assert (await conversations.get("c1")).mode is mode
    assert (await store.waiting(), await store.claimed(), await store.current("c1")) == ((), (), None)
    assert await store.ended_since(LATER) == (ended,)
    assert await store.ended_since(LATER + timedelta(seconds=1)) == ()
    assert (await store.rate("h-c1", is_solved=True)).is_solved is True
    assert (await store.get("h-c1")).is_solved is True


async def test_nothing_begins_in_a_closed_conversation(conversations: ConversationStore, store: HandoffStore) -> None:
    """Who has left waits for nobody; closing ends the wait."""
    await queued(conversations, store)
    await conversations.close("c1", notice(NoticeKind.CLOSED))
    ended = await store.get("h-c1")
    assert (ended.state, ended.ending) == (HandoffState.ENDED, Ending.PERSON_LEFT)
    with pytest.raises(HandoffTakenError):
        await store.claim("h-c1", "kaya", notice(NoticeKind.CLAIMED))
    with pytest.raises((HandoffTakenError, ConversationClosedError)):
        await store.queue(replace(handoff(), id="h2"), notice(NoticeKind.QUEUED, "n2"))


async def test_what_was_said_to_people_is_masked_after_the_end(
    conversations: ConversationStore, store: HandoffStore
) -> None:
    """While an agent answers it is kept as written."""
    await claimed(conversations, store)
    masked, heard = (Utterance(text, Channel.WEB, NOON, "u1") for text in ("[EMAIL]", "a@b.de"))
    turn = await conversations.accept("c1", masked, heard)
    assert await conversations.left_as_written() == ()
    await store.end("h-c1", Ending.SOLVED, Mode.CLOSED, notice(NoticeKind.CLOSED), by="kaya")
    assert await conversations.left_as_written() == (("c1", turn),)


async def test_notes_are_for_agents_only(conversations: ConversationStore, store: HandoffStore) -> None:
    """A note is kept once, and never stands in the transcript."""
    await claimed(conversations, store)
    note = Note("n1", "c1", "Frau Kaya", "wirkt verzweifelt", LATER)
    for _ in range(2):
        await store.write_note(note, "kaya")
    assert await store.notes("c1") == (note,)
    assert "verzweifelt" not in str(await conversations.transcript("c1"))


async def test_announcements_are_made_once(conversations: ConversationStore, store: HandoffStore) -> None:
    """A notice by itself, such as the emergency numbers, stands in the transcript once."""
    await queued(conversations, store)
    for _ in range(2):
        await store.announce("c1", notice(NoticeKind.EMERGENCY))
    assert await told(conversations) == ["queued", "emergency"]


async def test_all_goes_with_the_conversation(conversations: ConversationStore, store: HandoffStore) -> None:
    """Deleting a conversation leaves nothing of its hand-offs."""
    await claimed(conversations, store)
    await store.say("h-c1", "kaya", message())
    await store.write_note(Note("n1", "c1", "Frau Kaya", "?", LATER), "kaya")
    await conversations.delete("c1")
    assert (await store.claimed(), await store.notes("c1")) == ((), ())
    with pytest.raises(HandoffNotFoundError):
        await store.get("h-c1")


async def test_unknown_hand_offs(store: HandoffStore) -> None:
    """Every way to a hand-off that is not there ends in the same error."""
    ways = [
        store.get("no"),
        store.claim("no", "kaya", notice(NoticeKind.CLAIMED)),
        store.say("no", "kaya", message()),
        store.pass_on("no", "kaya", notice(NoticeKind.TRANSFERRED), team="btb"),
        store.end("no", Ending.SOLVED, Mode.CLOSED, notice(NoticeKind.CLOSED)),
        store.rate("no", is_solved=True),
    ]
    for way in ways:
        with pytest.raises(HandoffNotFoundError):
            await way
    with pytest.raises(ConversationNotFoundError):
        await store.announce("no", notice(NoticeKind.EMERGENCY))


async def test_who_is_at_the_desk(database: Database) -> None:
    """Agents are known by their last sign of life; one who never came has none."""
    store = SqlAttendanceStore(database)
    await store.report("kaya", Presence.AVAILABLE, NOON)
    await store.report("berg", Presence.PAUSED, NOON)
    await store.seen("kaya", LATER)
    await store.seen("stranger", LATER)
    assert await store.attendance(NOON) == (
        Attendance("berg", Presence.PAUSED, NOON),
        Attendance("kaya", Presence.AVAILABLE, LATER),
    )
    assert [one.agent_id for one in await store.attendance(LATER)] == ["kaya"]
    await store.report("kaya", Presence.AWAY, LATER)
    assert (await store.attendance(LATER))[0].presence is Presence.AWAY


@pytest.mark.parametrize("leaves", [True, False])
async def test_a_callers_number_goes_with_the_end(
    conversations: ConversationStore, store: HandoffStore, *, leaves: bool
) -> None:
    """It is there for who rings back, and nowhere as soon as the hand-off is over, however it ends."""
    await conversations.create(Conversation("c1", Channel.PHONE, NOON, NOON))
    calling = replace(handoff(), channel=Channel.PHONE, caller="+494211234567")
    await store.queue(calling, notice(NoticeKind.QUEUED))
    assert (await store.waiting())[0].caller == "+494211234567"
    if leaves:
        await conversations.close("c1", notice(NoticeKind.CLOSED))
    else:
        await store.end("h-c1", Ending.NOBODY_CAME, Mode.WITH_BOT, notice(NoticeKind.NOT_PASSED_ON))
    assert (await store.get("h-c1")).caller == ""
