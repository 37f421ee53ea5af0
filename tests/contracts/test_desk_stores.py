"""What every SwitchBoard and HandoffArchive promises: in SQLite, in PostgreSQL."""

from dataclasses import replace
from datetime import timedelta

from assistant.model import (
    AgentMessage,
    ArchiveQuery,
    Channel,
    Conversation,
    Ending,
    Handoff,
    HandoffReason,
    Language,
    Mode,
    Note,
    Notice,
    NoticeKind,
    Switch,
    SwitchName,
    Utterance,
)
from assistant.storage.archive import SqlHandoffArchive
from assistant.storage.conversations import SqlConversationStore
from assistant.storage.database import Database
from assistant.storage.handoffs import SqlHandoffStore
from assistant.storage.switches import SqlSwitchBoard
from tests.fakes import NOON


async def test_a_switch_nobody_touched_is_on(database: Database) -> None:
    """Everything works from the beginning."""
    assert await SqlSwitchBoard(database).state(SwitchName.CHAT) == Switch(SwitchName.CHAT)


async def test_the_latest_hand_counts(database: Database) -> None:
    """A switch stays as it was left, with its message; the other one is not touched by it."""
    here, elsewhere = SqlSwitchBoard(database), SqlSwitchBoard(database)
    await here.turn(SwitchName.BOT, on=False, message="Wartung", by="Frau Lund", at=NOON)
    later = NOON + timedelta(minutes=1)
    off = await elsewhere.turn(SwitchName.BOT, on=False, message="Dauert an", by="Herr Berg", at=later)
    assert off == Switch(SwitchName.BOT, is_on=False, message="Dauert an", changed_by="Herr Berg", changed_at=later)
    assert await here.state(SwitchName.BOT) == off
    assert (await here.state(SwitchName.CHAT)).is_on


def notice(kind: NoticeKind, minutes: int) -> Notice:
    """A notice of that minute."""
    return Notice(f"{kind}-{minutes}", kind, NOON + timedelta(minutes=minutes))


async def ended(database: Database, name: str, said: str, answer: str, minutes: int) -> str:
    """A hand-off that ended so many minutes after noon; its id."""
    conversations, handoffs = SqlConversationStore(database), SqlHandoffStore(database)
    await conversations.create(Conversation(name, Channel.WEB, NOON, NOON))
    handoff = Handoff(f"h-{name}", name, HandoffReason.REQUEST, Language.DE, Channel.WEB, NOON, NOON, team="btb")
    await handoffs.queue(replace(handoff, service_id=f"s-{name}"), notice(NoticeKind.QUEUED, 0))
    utterance = Utterance(said, Channel.WEB, NOON, "u1")
    await conversations.accept(name, utterance, utterance)
    await handoffs.claim(handoff.id, f"a-{name}", notice(NoticeKind.CLAIMED, 1))
    message = AgentMessage("m1", "Frau Kaya", answer, NOON, Language.DE)
    await handoffs.say(handoff.id, f"a-{name}", message)
    await handoffs.write_note(Note("n1", name, "Frau Kaya", "wirkt verzweifelt", NOON), f"a-{name}")
    await handoffs.end(handoff.id, Ending.SOLVED, Mode.CLOSED, notice(NoticeKind.CLOSED, minutes))
    return handoff.id


async def test_searching(database: Database) -> None:
    """Words of person and agent, service, agent and period each narrow down; the latest end comes first."""
    archive = SqlHandoffArchive(database)
    first = await ended(database, "c1", "Mein Führerschein ist weg", "Kommen Sie zu 100_% vorbei", 10)
    second = await ended(database, "c2", "Wo melde ich meinen Hund an?", "Beim Finanzamt.", 20)
    since = NOON + timedelta(minutes=20)
    for query, expected in (
        (ArchiveQuery(), [second, first]),
        (ArchiveQuery("hund FINANZAMT"), [second]),
        (ArchiveQuery("führerschein hund"), []),
        (ArchiveQuery("100_%"), [first]),
        (ArchiveQuery("100%"), []),
        (ArchiveQuery("verzweifelt"), []),
        (ArchiveQuery(service_id="s-c1"), [first]),
        (ArchiveQuery(agent_id="a-c2"), [second]),
        (ArchiveQuery(since=since), [second]),
        (ArchiveQuery(until=since), [first]),
    ):
        assert [handoff.id for handoff in await archive.search(query)] == expected, query
    assert [handoff.id for handoff in await archive.search(ArchiveQuery(), limit=1)] == [second]


async def test_what_goes_on_is_not_found(database: Database) -> None:
    """Only what has ended is history."""
    conversations, handoffs = SqlConversationStore(database), SqlHandoffStore(database)
    await conversations.create(Conversation("c1", Channel.WEB, NOON, NOON))
    waiting = Handoff("h1", "c1", HandoffReason.REQUEST, Language.DE, Channel.WEB, NOON, NOON, team="btb")
    await handoffs.queue(waiting, notice(NoticeKind.QUEUED, 0))
    assert await SqlHandoffArchive(database).search(ArchiveQuery()) == ()
