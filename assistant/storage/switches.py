"""What is switched off, in SQL."""

import time
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from assistant.model import Switch, SwitchName
from assistant.ports import SwitchBoard
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


class RememberedSwitches:
    """Another SwitchBoard whose answers are good for a moment: every turn asks it."""

    def __init__(self, board: SwitchBoard, fresh_s: float = 2) -> None:
        self._board = board
        self._fresh_s = fresh_s
        self._known: dict[SwitchName, tuple[float, Switch]] = {}

    async def state(self, name: SwitchName) -> Switch:
        asked_at, known = self._known.get(name, (float("-inf"), Switch(name)))
        if time.monotonic() - asked_at >= self._fresh_s:
            known = await self._board.state(name)
            self._known[name] = time.monotonic(), known
        return known

    async def turn(self, name: SwitchName, *, on: bool, message: str, by: str, at: datetime) -> Switch:
        switch = await self._board.turn(name, on=on, message=message, by=by, at=at)
        self._known[name] = time.monotonic(), switch
        return switch
