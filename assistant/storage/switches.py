"""What is switched off, in SQL."""

from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from assistant.model import Switch, SwitchName
from assistant.storage import tables
from assistant.storage.database import Database

_ROW = tables.switch


class SqlSwitchBoard:
    """The SwitchBoard on SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def state(self, name: SwitchName) -> Switch:
        query = select(_ROW).where(_ROW.c.name == name.value)

        def work(connection: Connection) -> Switch:
            row = connection.execute(query).one_or_none()
            if row is None:
                return Switch(name)
            return Switch(name, row.is_on, row.message, row.changed_by, row.changed_at)

        return await self._database.read(work)

    async def turn(self, name: SwitchName, *, on: bool, message: str, by: str, at: datetime) -> Switch:
        values = {"is_on": on, "message": message, "changed_by": by, "changed_at": at}

        def work(connection: Connection) -> None:
            if not connection.execute(update(_ROW).where(_ROW.c.name == name.value).values(values)).rowcount:
                connection.execute(insert(_ROW), values | {"name": name.value})

        await self._database.write(work)
        return Switch(name, on, message, by, at)
