"""Who is at the desk, in SQL."""

from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from assistant.model import Attendance, Presence
from assistant.storage import tables
from assistant.storage.database import Database

_ROW = tables.attendance


class SqlAttendanceStore:
    """The AttendanceStore on SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def report(self, agent_id: str, presence: Presence, at: datetime) -> None:
        values = {"presence": presence.value, "seen_at": at}

        def work(connection: Connection) -> None:
            known = update(_ROW).where(_ROW.c.agent_id == agent_id).values(values)
            if not connection.execute(known).rowcount:
                connection.execute(insert(_ROW), values | {"agent_id": agent_id})

        await self._database.write(work)

    async def seen(self, agent_id: str, at: datetime) -> None:
        known = update(_ROW).where(_ROW.c.agent_id == agent_id).values(seen_at=at)
        await self._database.write(lambda connection: connection.execute(known))

    async def attendance(self, since: datetime) -> tuple[Attendance, ...]:
        query = select(_ROW).where(_ROW.c.seen_at >= since).order_by(_ROW.c.agent_id)

        def work(connection: Connection) -> tuple[Attendance, ...]:
            rows = connection.execute(query)
            return tuple(Attendance(row.agent_id, Presence(row.presence), row.seen_at) for row in rows)

        return await self._database.read(work)
