"""What every store of accounts, sessions, counted tries and audit entries promises: in SQLite, in PostgreSQL."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from assistant.errors import AccountNotFoundError, LoginTakenError, StorageUnavailableError
from assistant.model import Account, Agent, AgentRole, AuditAction, AuditEntry, DeskSession, Throttle
from assistant.ports import AccountStore, AuditStore, GuessStore, SessionStore
from assistant.storage.accounts import SqlAccountStore, SqlAuditStore, SqlGuessStore, SqlSessionStore
from assistant.storage.database import Database
from tests.fakes import NOON

IDLE = timedelta(hours=1)
LATER = NOON + timedelta(minutes=30)
KAYA = Account(
    Agent("a1", "kaya", "Frau Kaya", frozenset({AgentRole.AGENT, AgentRole.EDITOR}), ("btb", "süd")), NOON, "hash"
)
BERG = Account(Agent("a2", "berg", "Herr Berg", frozenset()), NOON, None, "https://id.example", "7")
STRICT = Throttle(2, timedelta(seconds=10), timedelta(seconds=25), timedelta(minutes=5))


@pytest.fixture
def accounts(database: Database) -> AccountStore:
    """An empty store of accounts."""
    return SqlAccountStore(database)


@pytest.fixture
def sessions(database: Database) -> SessionStore:
    """A store without sessions."""
    return SqlSessionStore(database)


@pytest.fixture
def guesses(database: Database) -> GuessStore:
    """A store where nothing was counted."""
    return SqlGuessStore(database)


@pytest.fixture
def audit(database: Database) -> AuditStore:
    """An empty log that keeps entries for ten days."""
    return SqlAuditStore(database, timedelta(days=10))


def session(digest: str = "d1", agent_id: str = "a1", seen_at: datetime = NOON) -> DeskSession:
    """A session of twelve hours."""
    return DeskSession(digest, agent_id, NOON, seen_at, NOON + timedelta(hours=12), "proof")


async def test_accounts_come_back_as_they_were_kept(accounts: AccountStore) -> None:
    """By id, login or identity, and all of them by login."""
    await accounts.add(KAYA)
    await accounts.add(BERG)
    assert await accounts.get("a1") == await accounts.by_login("kaya") == KAYA
    assert await accounts.by_identity("https://id.example", "7") == BERG
    assert await accounts.all() == (BERG, KAYA)
    assert (await accounts.by_login("KAYA"), await accounts.by_identity("https://other.example", "7")) == (None, None)
    with pytest.raises(AccountNotFoundError):
        await accounts.get("no")


async def test_a_login_and_an_identity_are_given_once(accounts: AccountStore) -> None:
    """Whoever comes second is told so, and what was there stays."""
    await accounts.add(KAYA)
    await accounts.add(BERG)
    same_login = replace(KAYA, agent=replace(KAYA.agent, id="a3", name="Jemand"))
    same_identity = replace(BERG, agent=replace(BERG.agent, id="a4", login="berg2"))
    for second in (same_login, same_identity):
        with pytest.raises(LoginTakenError):
            await accounts.add(second)
    assert await accounts.all() == (BERG, KAYA)


async def test_changes_that_end_sessions(accounts: AccountStore, sessions: SessionStore) -> None:
    """Another name does not; other roles, disabling, another password do, and only those of that account."""
    await accounts.add(KAYA)
    await accounts.add(BERG)
    await sessions.begin(session("other", "a2"))
    renamed = replace(KAYA.agent, name="Dr. Kaya")
    await sessions.begin(session())
    await accounts.change(renamed)
    assert await sessions.use("d1", LATER, IDLE) == (session(), renamed)
    await accounts.change(replace(renamed, roles=frozenset({AgentRole.SUPERVISOR})))
    assert await sessions.use("d1", LATER, IDLE) is None
    await sessions.begin(session("d2"))
    await accounts.set_password("a1", "another hash")
    assert await sessions.use("d2", LATER, IDLE) is None
    await sessions.begin(session("d3"))
    await accounts.change(replace(renamed, is_active=False))
    await accounts.change(renamed)
    assert await sessions.use("d3", LATER, IDLE) is None
    assert await sessions.use("other", LATER, IDLE) is not None
    assert (await accounts.get("a1")).password_hash == "another hash"
    for change in (accounts.change(replace(renamed, id="no")), accounts.set_password("no", "x")):
        with pytest.raises(AccountNotFoundError):
            await change


async def test_a_newer_form_of_the_same_password(accounts: AccountStore, sessions: SessionStore) -> None:
    """It ends no session, and never takes the place of a password that was changed meanwhile."""
    await accounts.add(KAYA)
    await sessions.begin(session())
    await accounts.rehash("a1", "hash", "newer")
    await accounts.rehash("a1", "hash", "too late")
    assert (await accounts.get("a1")).password_hash == "newer"
    assert await sessions.use("d1", LATER, IDLE) is not None


async def test_sessions_last_as_long_as_they_may(accounts: AccountStore, sessions: SessionStore) -> None:
    """Until they were idle for too long, or their last hour has come, or somebody ends them."""
    await accounts.add(KAYA)
    await sessions.begin(session())
    assert await sessions.use("d1", NOON + IDLE - timedelta(seconds=1), IDLE) is not None
    assert await sessions.use("d1", NOON + IDLE, IDLE) is None
    await sessions.touch("d1", LATER)
    assert await sessions.use("d1", NOON + IDLE, IDLE) == (session(seen_at=LATER), KAYA.agent)
    end = NOON + timedelta(hours=12)
    await sessions.touch("d1", end)
    assert await sessions.use("d1", end, IDLE) is None
    assert await sessions.delete_expired(end - timedelta(seconds=1)) == 0
    assert await sessions.delete_expired(end) == 1
    for digest in ("d2", "d3", "d4"):
        await sessions.begin(session(digest))
    for _ in range(2):
        await sessions.end("d2")
    assert await sessions.use("d2", NOON, IDLE) is None
    assert await sessions.end_all("a1") == 2
    assert await sessions.use("no", NOON, IDLE) is None


async def test_tries_lead_to_pauses(guesses: GuessStore) -> None:
    """From the second try on one waits, each time twice as long, up to the longest pause; the quiet are forgotten."""
    now, pauses = NOON, []
    assert await guesses.count({"a": STRICT}, now) is None
    for _ in range(4):
        assert await guesses.count({"a": STRICT}, now) is None
        until = await guesses.count({"a": STRICT}, now)
        assert until is not None
        pauses.append((until - now).total_seconds())
        now = until
    assert pauses == [10, 20, 25, 25]
    assert await guesses.count({"b": STRICT}, now) is None
    assert await guesses.count({"a": STRICT}, now + timedelta(minutes=6)) is None
    assert await guesses.count({"a": STRICT}, now + timedelta(minutes=6)) is None
    assert await guesses.delete_expired(now) == 0
    assert await guesses.delete_expired(now + timedelta(days=1)) == 2


async def test_one_key_that_waits_holds_all_back(guesses: GuessStore) -> None:
    """Where one of several is to wait, nothing is counted for the others."""
    await guesses.count({"a": STRICT}, NOON)
    await guesses.count({"a": STRICT}, NOON)
    for _ in range(5):
        assert await guesses.count({"a": STRICT, "b": STRICT}, NOON) == NOON + timedelta(seconds=10)
    assert await guesses.count({"b": STRICT}, NOON) is None
    await guesses.forgive("a")
    assert await guesses.count({"a": STRICT}, NOON) is None
    await guesses.count({"a": STRICT}, NOON)
    await guesses.take_back("a")
    assert await guesses.count({"a": STRICT}, NOON) is None
    assert await guesses.count({"a": STRICT}, NOON) == NOON + timedelta(seconds=10)


async def test_many_tries_at_once_are_not_more(guesses: GuessStore) -> None:
    """Of forty at the same time no more are let through than one after the other."""
    outcomes = await asyncio.gather(*(guesses.count({"a": STRICT, f"b{n}": STRICT}, NOON) for n in range(40)))
    assert outcomes.count(None) == 2


async def test_several_workers_count_together(database: Database) -> None:
    """Two processes with connections of their own let through no more than one."""
    async with Database(database.url) as second:
        stores = [SqlGuessStore(database), SqlGuessStore(second)]
        tries = [store.count({"b": STRICT, "a": STRICT}, NOON) for store in stores * 10]
        assert (await asyncio.gather(*tries)).count(None) == 2


async def test_what_was_tried_is_not_kept(guesses: GuessStore, database: Database) -> None:
    """Somebody may have typed a password into the field for the login."""
    await guesses.count({"login:mein Passwort": STRICT}, NOON)
    rows = await database.read(lambda connection: str(connection.execute(text("SELECT * FROM guess")).all()))
    assert "Passwort" not in rows


def entry(minute: int, agent_id: str = "a1", thing_id: str = "c1", at: datetime = NOON) -> AuditEntry:
    """A look into a conversation."""
    moment = at + timedelta(minutes=minute)
    return AuditEntry(moment, AuditAction.LOOKED_AT, agent_id, "kaya", "conversation", thing_id, "192.0.2.0/24", "x")


async def test_entries_come_back_in_order(audit: AuditStore) -> None:
    """Of a period, of one agent, of one thing; the latest ones where there are too many."""
    kept = (entry(0), entry(0, "a2"), entry(1, thing_id="c2"), entry(2))
    for one in kept:
        await audit.write(one)
    end = NOON + timedelta(hours=1)
    assert await audit.entries(NOON, end) == kept
    assert await audit.entries(NOON + timedelta(minutes=1), NOON + timedelta(minutes=2)) == kept[2:3]
    assert await audit.entries(NOON, end, agent_id="a2") == kept[1:2]
    assert await audit.entries(NOON, end, thing_id="c1") == (kept[0], kept[1], kept[3])
    assert await audit.entries(NOON, end, limit=2) == kept[2:]


@pytest.mark.parametrize(
    "statement", ["UPDATE audit SET login = 'berg'", "DELETE FROM audit", "UPDATE audit SET expires_at = '2001-01-01'"]
)
async def test_nobody_changes_the_log(audit: AuditStore, database: Database, statement: str) -> None:
    """The database itself refuses to change an entry, or to remove one before its time."""
    now = datetime.now(UTC)
    await audit.write(entry(0, at=now))
    with pytest.raises(StorageUnavailableError, match="audit log"):
        await database.write(lambda connection: connection.execute(text(statement)))
    assert await audit.entries(now, now + timedelta(minutes=1)) == (entry(0, at=now),)


async def test_entries_leave_when_their_time_has_come(audit: AuditStore) -> None:
    """What is past its retention date goes; what is not stays."""
    now = datetime.now(UTC)
    old, fresh = entry(0, at=now - timedelta(days=11)), entry(0, at=now)
    for one in (old, fresh):
        await audit.write(one)
    assert await audit.delete_expired(now) == 1
    assert await audit.entries(now - timedelta(days=30), now + timedelta(minutes=1)) == (fresh,)
