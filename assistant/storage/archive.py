"""Searching hand-offs that are over, in SQL."""

from sqlalchemy import ColumnElement, exists, or_, select

from assistant.model import ArchiveQuery, Handoff, HandoffState
from assistant.storage import tables
from assistant.storage.database import Database
from assistant.storage.handoffs import handoff_of

_ROW = tables.handoff.c
_ESCAPE = "\\"


class SqlHandoffArchive:
    """The HandoffArchive on SQLite or PostgreSQL. What retention has removed is not there to be found."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def search(self, query: ArchiveQuery, limit: int = 50) -> tuple[Handoff, ...]:
        found = select(tables.handoff).where(*_conditions(query)).order_by(_ROW.ended_at.desc(), _ROW.id).limit(limit)
        return await self._database.read(lambda connection: tuple(handoff_of(row) for row in connection.execute(found)))


def _conditions(query: ArchiveQuery) -> list[ColumnElement[bool]]:
    conditions = [_ROW.state == HandoffState.ENDED.value]
    if query.service_id:
        conditions.append(_ROW.service_id == query.service_id)
    if query.agent_id:
        conditions.append(_ROW.agent_id == query.agent_id)
    if query.since is not None:
        conditions.append(_ROW.ended_at >= query.since)
    if query.until is not None:
        conditions.append(_ROW.ended_at < query.until)
    return conditions + [_said(word) for word in query.text.split()]


def _said(word: str) -> ColumnElement[bool]:
    """Whether a word stands in what the person or an agent said."""
    pattern = "%" + "".join(f"{_ESCAPE}{sign}" if sign in f"%_{_ESCAPE}" else sign for sign in word) + "%"
    turn, message = tables.turn.c, tables.message.c
    return or_(
        exists().where(turn.conversation_id == _ROW.conversation_id, turn.text.ilike(pattern, escape=_ESCAPE)),
        exists().where(
            message.conversation_id == _ROW.conversation_id,
            message.kind == "agent",
            message.body.ilike(pattern, escape=_ESCAPE),
        ),
    )
