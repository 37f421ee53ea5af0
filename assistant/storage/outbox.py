"""The outbox in SQL."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Update, delete, insert, literal, select, update

from assistant.model import Errand
from assistant.storage import tables
from assistant.storage.database import Database

_ROW = tables.outbox
_IS_UNDONE = _ROW.c.done_at.is_(None) & _ROW.c.dead_at.is_(None)
_KEPT_DONE = timedelta(days=7)
_KEPT_UNDONE = timedelta(days=30)


class SqlOutbox:
    """The Outbox on SQLite or PostgreSQL."""

    name = "outbox"

    def __init__(self, database: Database) -> None:
        self._database = database

    async def ping(self) -> None:
        await self._database.read(lambda connection: connection.execute(select(literal(1))).one())

    async def put(self, errand: Errand) -> None:
        await self._database.write(lambda connection: put_errands(connection, (errand,)))

    async def take(self, kinds: Sequence[str], now: datetime, hold: timedelta, most: int = 10) -> tuple[Errand, ...]:
        is_due = _IS_UNDONE & _ROW.c.kind.in_(kinds) & (_ROW.c.due_at <= now)
        # Another worker that takes at the same moment passes over the rows locked here.
        due = select(_ROW.c.id).where(is_due).order_by(_ROW.c.due_at, _ROW.c.id).limit(most)
        due = due.with_for_update(skip_locked=True)

        def work(connection: Connection) -> tuple[Errand, ...]:
            ids = connection.execute(due).scalars().all()
            if not ids:
                return ()
            taken = update(_ROW).where(_ROW.c.id.in_(ids)).values(due_at=now + hold, tries=_ROW.c.tries + 1)
            rows = {row.id: _errand(row) for row in connection.execute(taken.returning(*_ROW.c))}
            return tuple(rows[taken_id] for taken_id in ids)

        return await self._database.write(work)

    async def done(self, errand_id: str, at: datetime) -> None:
        await self._write(
            _change(errand_id).values(done_at=at, payload="{}", last_error="", expires_at=at + _KEPT_DONE)
        )

    async def failed(self, errand_id: str, error: str, again_at: datetime) -> None:
        await self._write(_change(errand_id).values(last_error=error, due_at=again_at))

    async def give_up(self, errand_id: str, error: str, at: datetime) -> None:
        await self._write(_change(errand_id).values(last_error=error, dead_at=at, expires_at=at + _KEPT_UNDONE))

    async def undone(self) -> tuple[Errand, ...]:
        return await self._select(_IS_UNDONE, _ROW.c.due_at, _ROW.c.id)

    async def dead(self) -> tuple[Errand, ...]:
        return await self._select(_ROW.c.dead_at.is_not(None), _ROW.c.dead_at.desc(), _ROW.c.id)

    async def revive(self, errand_id: str, now: datetime) -> bool:
        is_dead = (_ROW.c.id == errand_id) & _ROW.c.dead_at.is_not(None)
        alive = update(_ROW).where(is_dead).values(dead_at=None, tries=0, due_at=now, expires_at=now + _KEPT_UNDONE)
        return bool(await self._database.write(lambda connection: connection.execute(alive).rowcount))

    async def drop(self, errand_id: str) -> bool:
        # The row stays for a while: what is put again under the same id is still the same errand.
        is_dead = (_ROW.c.id == errand_id) & _ROW.c.dead_at.is_not(None)
        dropped = update(_ROW).where(is_dead).values(dead_at=None, done_at=_ROW.c.dead_at, payload="{}")
        return bool(await self._database.write(lambda connection: connection.execute(dropped).rowcount))

    async def forget(self, now: datetime) -> int:
        old = delete(_ROW).where(_ROW.c.expires_at <= now)
        return await self._database.write(lambda connection: connection.execute(old).rowcount)

    async def _write(self, change: Update) -> None:
        await self._database.write(lambda connection: connection.execute(change))

    async def _select(self, where: Any, *order: Any) -> tuple[Errand, ...]:
        query = select(_ROW).where(where).order_by(*order)
        return await self._database.read(lambda connection: tuple(_errand(row) for row in connection.execute(query)))


def put_errands(connection: Connection, errands: Iterable[Errand]) -> None:
    """Keep errands within the transaction of what causes them; known ones are passed over."""
    for errand in errands:
        known = select(_ROW.c.id).where(_ROW.c.id == errand.id)
        if connection.execute(known).one_or_none() is None:
            connection.execute(insert(_ROW), _row(errand))


def _change(errand_id: str) -> Update:
    """What is done or given up stays so, whoever comes late."""
    return update(_ROW).where((_ROW.c.id == errand_id) & _IS_UNDONE)


def _row(errand: Errand) -> dict[str, object]:
    return {
        "id": errand.id,
        "kind": errand.kind,
        "payload": json.dumps(dict(errand.payload), ensure_ascii=False),
        "created_at": errand.created_at,
        "due_at": errand.due_at,
        "tries": errand.tries,
        "last_error": errand.last_error,
        "done_at": errand.done_at,
        "dead_at": errand.dead_at,
        "expires_at": errand.created_at + _KEPT_UNDONE,
    }


def _errand(row: Row[Any]) -> Errand:
    return Errand(
        id=row.id,
        kind=row.kind,
        created_at=row.created_at,
        due_at=row.due_at,
        payload=json.loads(row.payload),
        tries=row.tries,
        last_error=row.last_error,
        done_at=row.done_at,
        dead_at=row.dead_at,
    )
