"""What every ``CaseLinks`` promises: in SQLite, in PostgreSQL."""

from dataclasses import replace
from datetime import timedelta

import pytest

from assistant.model import (
    CaseKind,
    CaseLink,
    Channel,
    Conversation,
    Ending,
    Handoff,
    HandoffReason,
    Language,
    Mode,
    Notice,
    NoticeKind,
    Utterance,
)
from assistant.ports import CaseLinks, ConversationStore, HandoffStore
from assistant.storage.case_links import SqlCaseLinks
from assistant.storage.conversations import SqlConversationStore
from assistant.storage.database import Database
from assistant.storage.handoffs import SqlHandoffStore
from tests.fakes import NOON

LINK = CaseLink("zammad", CaseKind.CHAT, "h1", NOON)
LATER = NOON + timedelta(minutes=2)


@pytest.fixture
def links(database: Database) -> CaseLinks:
    """No links yet."""
    return SqlCaseLinks(database)


@pytest.fixture
def conversations(database: Database) -> ConversationStore:
    """The conversations."""
    return SqlConversationStore(database)


@pytest.fixture
def handoffs(database: Database) -> HandoffStore:
    """The hand-offs."""
    return SqlHandoffStore(database)


async def waiting(conversations: ConversationStore, handoffs: HandoffStore) -> Handoff:
    """Somebody waits."""
    await conversations.create(Conversation("c1", Channel.WEB, NOON, NOON))
    handoff = Handoff("h1", "c1", HandoffReason.REQUEST, Language.DE, Channel.WEB, NOON, NOON, team="btb")
    return await handoffs.queue(handoff, Notice("n1", NoticeKind.QUEUED, NOON))


async def test_what_is_kept_is_found_again(links: CaseLinks) -> None:
    """By its own id and by the case's; a change replaces what was kept."""
    await links.keep(LINK)
    opened = replace(LINK, ref="81", sent=3, seen="104", looked_at=LATER, escalates_at=LATER)
    await links.keep(opened)
    assert await links.get("zammad", "h1") == opened
    assert await links.of_ref("zammad", "81") == opened
    assert await links.get("chatwoot", "h1") is None
    assert await links.of_ref("chatwoot", "81") is None


async def test_open_ones_are_told_by_system_and_kind(links: CaseLinks) -> None:
    """The oldest first, closed ones not."""
    await links.keep(replace(LINK, own_id="h2", created_at=LATER))
    await links.keep(LINK)
    await links.keep(replace(LINK, own_id="h3", closed_at=LATER))
    await links.keep(replace(LINK, own_id="t1", kind=CaseKind.TICKET))
    assert [link.own_id for link in await links.open("zammad", CaseKind.CHAT)] == ["h1", "h2"]
    assert [link.own_id for link in await links.open("zammad", CaseKind.TICKET)] == ["t1"]
    assert await links.open("chatwoot", CaseKind.CHAT) == ()


async def test_one_has_it_at_a_time(links: CaseLinks) -> None:
    """A second one gets it when the first lets go, or when its time is over."""
    assert await links.hold(LINK, NOON, LATER) == LINK
    assert await links.hold(LINK, NOON, LATER) is None
    await links.let_go("zammad", "h1")
    assert await links.hold(LINK, NOON, LATER) == LINK
    assert await links.hold(LINK, LATER, LATER + timedelta(minutes=2)) == LINK


async def test_who_has_it_gets_it_as_it_is_stored(links: CaseLinks) -> None:
    """What another worker has done since is not overwritten; a change does not let it go."""
    opened = replace(LINK, ref="81")
    await links.keep(opened)
    assert await links.hold(LINK, NOON, LATER) == opened
    await links.keep(replace(opened, sent=5))
    assert await links.hold(LINK, NOON, LATER) is None


async def test_a_new_wait_is_behind_until_it_is_known(
    links: CaseLinks, conversations: ConversationStore, handoffs: HandoffStore
) -> None:
    """With everything up to its revision sent, nothing is left to do; each system has its own account."""
    assert await links.behind("zammad") == ()
    await waiting(conversations, handoffs)
    ((own_id, revision),) = await links.behind("zammad")
    assert own_id == "h1"
    await links.keep(replace(LINK, ref="81", sent=revision))
    assert await links.behind("zammad") == ()
    assert await links.behind("chatwoot") == (("h1", revision),)


async def test_what_is_said_is_behind(
    links: CaseLinks, conversations: ConversationStore, handoffs: HandoffStore
) -> None:
    """A message makes the case one that has to be brought up to date."""
    await waiting(conversations, handoffs)
    ((_, revision),) = await links.behind("zammad")
    await links.keep(replace(LINK, ref="81", sent=revision))
    said = Utterance("Hallo?", Channel.WEB, NOON, "u1")
    await conversations.accept("c1", said, said)
    assert await links.behind("zammad") == (("h1", revision + 1),)


async def test_what_is_over_or_deleted_is_behind_until_it_is_closed(
    links: CaseLinks, conversations: ConversationStore, handoffs: HandoffStore
) -> None:
    """The other system has to be told of the end."""
    await waiting(conversations, handoffs)
    await links.keep(replace(LINK, ref="81", sent=99))
    assert await links.behind("zammad") == ()
    await handoffs.end("h1", Ending.WITHDRAWN, Mode.WITH_BOT, Notice("n2", NoticeKind.WITHDRAWN, LATER))
    assert len(await links.behind("zammad")) == 1
    await conversations.delete("c1")
    assert await links.behind("zammad") == (("h1", 0),)
    await links.keep(replace(LINK, ref="81", sent=99, closed_at=LATER))
    assert await links.behind("zammad") == ()


async def test_who_waits_anew_is_behind_although_closed(
    links: CaseLinks, conversations: ConversationStore, handoffs: HandoffStore
) -> None:
    """Somebody here had taken it, and has let it go again."""
    await waiting(conversations, handoffs)
    await links.keep(replace(LINK, ref="81", sent=99, closed_at=NOON))
    assert len(await links.behind("zammad")) == 1
    await handoffs.claim("h1", "kaya", Notice("n3", NoticeKind.CLAIMED, LATER))
    assert await links.behind("zammad") == ()


async def test_old_ones_are_forgotten(links: CaseLinks) -> None:
    """Closed ones after a week, open ones after a quarter of a year."""
    await links.keep(replace(LINK, closed_at=NOON))
    await links.keep(replace(LINK, own_id="h2"))
    assert await links.forget(NOON + timedelta(days=6)) == 0
    assert await links.forget(NOON + timedelta(days=8)) == 1
    assert await links.forget(NOON + timedelta(days=91)) == 1
