"""Accounts, sessions, guesses and the audit log of the desk, in SQL."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import ModuleType

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from assistant.errors import AccountNotFoundError, LoginTakenError
from assistant.model import Account, Agent, AgentRole, AuditAction, AuditEntry, DeskSession, Throttle
from assistant.storage import tables
from assistant.storage.database import Database

_ACCOUNT = tables.account
_SESSION = tables.desk_session
_GUESS = tables.guess
_AUDIT = tables.audit

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_USE = (
    select(_SESSION, *(column.label(f"agent_{column.name}") for column in _ACCOUNT.c if column.name != "id"))
    .join(_ACCOUNT, _ACCOUNT.c.id == _SESSION.c.agent_id)
    .where(
        _SESSION.c.digest == bindparam("this"),
        _SESSION.c.expires_at > bindparam("now"),
        _SESSION.c.seen_at > bindparam("idle_since"),
        _ACCOUNT.c.is_active,
    )
)


class SqlAccountStore:
    """The AccountStore on SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, account: Account) -> None:
        values = _agent_values(account.agent) | {
            "id": account.agent.id,
            "login": account.agent.login,
            "password_hash": account.password_hash,
            "issuer": account.issuer,
            "subject": account.subject,
            "created_at": account.created_at,
        }

        def work(connection: Connection) -> None:
            new = _dialect(connection).insert(_ACCOUNT).on_conflict_do_nothing().returning(_ACCOUNT.c.id)
            if connection.execute(new, values).one_or_none() is None:
                raise LoginTakenError("another account has that login or that identity")

        await self._database.write(work)

    async def get(self, agent_id: str) -> Account:
        return await self._database.read(lambda connection: _get(connection, agent_id))

    async def by_login(self, login: str) -> Account | None:
        query = select(_ACCOUNT).where(_ACCOUNT.c.login == login)
        return await self._database.read(lambda connection: _account_or_none(connection.execute(query).one_or_none()))

    async def by_identity(self, issuer: str, subject: str) -> Account | None:
        query = select(_ACCOUNT).where(_ACCOUNT.c.issuer == issuer, _ACCOUNT.c.subject == subject)
        return await self._database.read(lambda connection: _account_or_none(connection.execute(query).one_or_none()))

    async def all(self) -> tuple[Account, ...]:
        query = select(_ACCOUNT).order_by(_ACCOUNT.c.login)
        return await self._database.read(lambda connection: tuple(_account(row) for row in connection.execute(query)))

    async def change(self, agent: Agent) -> None:
        def work(connection: Connection) -> None:
            known = _get(connection, agent.id).agent
            this = update(_ACCOUNT).where(_ACCOUNT.c.id == agent.id)
            connection.execute(this, _agent_values(agent))
            if known.roles != agent.roles or not agent.is_active:
                _end_all(connection, agent.id)

        await self._database.write(work)

    async def set_password(self, agent_id: str, password_hash: str) -> None:
        def work(connection: Connection) -> None:
            _get(connection, agent_id)
            this = update(_ACCOUNT).where(_ACCOUNT.c.id == agent_id)
            connection.execute(this, {"password_hash": password_hash})
            _end_all(connection, agent_id)

        await self._database.write(work)

    async def rehash(self, agent_id: str, old: str, new: str) -> None:
        same = (_ACCOUNT.c.id == agent_id) & (_ACCOUNT.c.password_hash == old)
        renewed = update(_ACCOUNT).where(same).values(password_hash=new)
        await self._database.write(lambda connection: connection.execute(renewed))


class SqlSessionStore:
    """The SessionStore on SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, session: DeskSession) -> None:
        values = {name: getattr(session, name) for name in _SESSION.c.keys()}  # noqa: SIM118 - columns, not a dict
        await self._database.write(lambda connection: connection.execute(insert(_SESSION), values))

    async def use(self, digest: str, now: datetime, idle: timedelta) -> tuple[DeskSession, Agent] | None:
        values = {"this": digest, "now": now, "idle_since": now - idle}

        def work(connection: Connection) -> tuple[DeskSession, Agent] | None:
            row = connection.execute(_USE, values).one_or_none()
            if row is None:
                return None
            session = DeskSession(row.digest, row.agent_id, row.started_at, row.seen_at, row.expires_at, row.proof)
            return session, _agent(row.agent_id, row, "agent_")

        return await self._database.read(work)

    async def touch(self, digest: str, now: datetime) -> None:
        touched = update(_SESSION).where(_SESSION.c.digest == digest).values(seen_at=now)
        await self._database.write(lambda connection: connection.execute(touched))

    async def end(self, digest: str) -> None:
        ended = delete(_SESSION).where(_SESSION.c.digest == digest)
        await self._database.write(lambda connection: connection.execute(ended))

    async def end_all(self, agent_id: str) -> int:
        return await self._database.write(lambda connection: _end_all(connection, agent_id))

    async def delete_expired(self, now: datetime) -> int:
        gone = delete(_SESSION).where(_SESSION.c.expires_at <= now)
        return await self._database.write(lambda connection: connection.execute(gone).rowcount)


class SqlGuessStore:
    """The GuessStore on SQLite or PostgreSQL. What was tried is kept as a hash: it may have been a password."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def count(self, tries: Mapping[str, Throttle], now: datetime) -> datetime | None:
        # Sorted, so that two transactions lock the rows in the same order.
        by_row = sorted((_row_id(key), throttle) for key, throttle in tries.items())

        def work(connection: Connection) -> datetime | None:
            rows = {row: _locked(connection, row) for row, _ in by_row}
            blocked: datetime = max(row.blocked_until for row in rows.values())
            if blocked > now:
                return blocked
            for row_id, throttle in by_row:
                row = rows[row_id]
                failures = (row.failures if row.expires_at > now else 0) + 1
                until = now + throttle.pause(failures)
                values = {"failures": failures, "blocked_until": until, "expires_at": until + throttle.forget}
                connection.execute(update(_GUESS).where(_GUESS.c.id == row_id), values)
            return None

        return await self._database.write(work)

    async def forgive(self, key: str) -> None:
        gone = delete(_GUESS).where(_GUESS.c.id == _row_id(key))
        await self._database.write(lambda connection: connection.execute(gone))

    async def take_back(self, key: str) -> None:
        this = update(_GUESS).where(_GUESS.c.id == _row_id(key), _GUESS.c.failures > 0)
        less = this.values(failures=_GUESS.c.failures - 1, blocked_until=_LONG_AGO)
        await self._database.write(lambda connection: connection.execute(less))

    async def delete_expired(self, now: datetime) -> int:
        gone = delete(_GUESS).where(_GUESS.c.expires_at <= now)
        return await self._database.write(lambda connection: connection.execute(gone).rowcount)


class SqlAuditStore:
    """The AuditStore on SQLite or PostgreSQL; triggers of the database keep its rows as they are."""

    def __init__(self, database: Database, keep: timedelta = timedelta(days=365)) -> None:
        """``keep``: how long entries are kept."""
        self._database = database
        self._keep = keep

    async def write(self, entry: AuditEntry) -> None:
        values = {name: getattr(entry, name) for name in AuditEntry.__slots__}
        values |= {"action": entry.action.value, "expires_at": entry.at + self._keep}
        await self._database.write(lambda connection: connection.execute(insert(_AUDIT), values))

    async def entries(
        self,
        since: datetime,
        until: datetime,
        *,
        agent_id: str | None = None,
        thing_id: str | None = None,
        limit: int = 1000,
    ) -> tuple[AuditEntry, ...]:
        query = select(_AUDIT).where(_AUDIT.c.at >= since, _AUDIT.c.at < until)
        if agent_id is not None:
            query = query.where(_AUDIT.c.agent_id == agent_id)
        if thing_id is not None:
            query = query.where(_AUDIT.c.thing_id == thing_id)
        latest = query.order_by(_AUDIT.c.at.desc(), _AUDIT.c.position.desc()).limit(limit)

        def work(connection: Connection) -> tuple[AuditEntry, ...]:
            return tuple(_entry(row) for row in reversed(connection.execute(latest).all()))

        return await self._database.read(work)

    async def delete_expired(self, now: datetime) -> int:
        gone = delete(_AUDIT).where(_AUDIT.c.expires_at <= now)
        return await self._database.write(lambda connection: connection.execute(gone).rowcount)


def _dialect(connection: Connection) -> ModuleType:
    return postgresql if connection.dialect.name == "postgresql" else sqlite


def _agent_values(agent: Agent) -> dict[str, object]:
    return {
        "name": agent.name,
        "roles": " ".join(sorted(agent.roles)),
        "teams": json.dumps(agent.teams),
        "is_active": agent.is_active,
    }


def _agent(agent_id: str, row: Row[tuple[object, ...]], prefix: str = "") -> Agent:
    values = {name: getattr(row, prefix + name) for name in ("login", "name", "roles", "teams", "is_active")}
    roles = frozenset(AgentRole(role) for role in values["roles"].split())
    return Agent(
        agent_id, values["login"], values["name"], roles, tuple(json.loads(values["teams"])), values["is_active"]
    )


def _get(connection: Connection, agent_id: str) -> Account:
    account = _account_or_none(connection.execute(select(_ACCOUNT).where(_ACCOUNT.c.id == agent_id)).one_or_none())
    if account is None:
        raise AccountNotFoundError("there is no such account")
    return account


def _account_or_none(row: Row[tuple[object, ...]] | None) -> Account | None:
    return None if row is None else _account(row)


def _account(row: Row[tuple[object, ...]]) -> Account:
    return Account(_agent(row.id, row), row.created_at, row.password_hash, row.issuer, row.subject)


def _end_all(connection: Connection, agent_id: str) -> int:
    return connection.execute(delete(_SESSION).where(_SESSION.c.agent_id == agent_id)).rowcount


def _row_id(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def _locked(connection: Connection, row_id: str) -> Row[tuple[object, ...]]:
    fresh = {"id": row_id, "failures": 0, "blocked_until": _LONG_AGO, "expires_at": _LONG_AGO}
    # Changing nothing is what locks a row that is there already, and gives it back in the same breath.
    upsert = _dialect(connection).insert(_GUESS).on_conflict_do_update(index_elements=["id"], set_={"id": row_id})
    return connection.execute(upsert.returning(_GUESS), fresh).one()


def _entry(row: Row[tuple[object, ...]]) -> AuditEntry:
    return AuditEntry(
        row.at, AuditAction(row.action), row.agent_id, row.login, row.kind, row.thing_id, row.address, row.detail
    )
