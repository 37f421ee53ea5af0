"""Walks through forms that wait to be gone on with elsewhere. Implements ``assistant.ports.WalkStore``."""

from datetime import datetime

from sqlalchemy import Connection, delete, insert

from assistant.model import Walk
from assistant.storage.codec import decode, encode
from assistant.storage.database import Database
from assistant.storage.tables import walk as _WALK  # noqa: N812 - a table, named as all of them are


class SqlWalkStore:
    """In the database of the conversations."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, fingerprint: str, walk: Walk, expires_at: datetime) -> None:
        row = insert(_WALK).values(fingerprint=fingerprint, walk=encode(walk), expires_at=expires_at)
        await self._database.write(lambda connection: connection.execute(row))

    async def take(self, fingerprint: str, now: datetime) -> Walk | None:
        taken = delete(_WALK).where(_WALK.c.fingerprint == fingerprint).returning(_WALK.c.walk, _WALK.c.expires_at)

        def work(connection: Connection) -> Walk | None:
            row = connection.execute(taken).one_or_none()
            return decode(row.walk, Walk) if row is not None and row.expires_at > now else None

        return await self._database.write(work)

    async def delete_expired(self, now: datetime) -> int:
        gone = delete(_WALK).where(_WALK.c.expires_at <= now)
        return await self._database.write(lambda connection: connection.execute(gone).rowcount)
