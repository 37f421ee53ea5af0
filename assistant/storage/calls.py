"""Telephone calls in SQL: which conversation is which call."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, insert, select, update

from assistant.model import CallEnding, PhoneCall, TransferOutcome
from assistant.storage import tables
from assistant.storage.database import Database

_ROW = tables.phone_call
_COLUMNS = _ROW.c


class SqlCallStore:
    """The CallStore on SQLite or PostgreSQL."""

    def __init__(self, database: Database, keep: timedelta = timedelta(days=30)) -> None:
        """``keep``: how long a row is kept after the call began; it goes with its conversation in any case."""
        self._database = database
        self._keep = keep

    async def begin(self, call: PhoneCall) -> None:
        row = self._row(call)

        def work(connection: Connection) -> None:
            known = update(_ROW).where(_COLUMNS.conversation_id == call.conversation_id).values(row)
            if not connection.execute(known).rowcount:
                connection.execute(insert(_ROW), row)

        await self._database.write(work)

    async def of_conversation(self, conversation_id: str) -> PhoneCall | None:
        return await self._latest(_COLUMNS.conversation_id == conversation_id)

    async def of_id(self, call_id: str) -> PhoneCall | None:
        return await self._latest(_COLUMNS.id == call_id)

    async def of_reference(self, reference: str) -> PhoneCall | None:
        return await self._latest(_COLUMNS.reference == reference)

    async def running(self) -> tuple[PhoneCall, ...]:
        query = select(_ROW).where(_COLUMNS.ended_at.is_(None)).order_by(_COLUMNS.started_at, _COLUMNS.reference)
        return await self._database.read(lambda connection: tuple(_call(row) for row in connection.execute(query)))

    async def passed_on(self, conversation_id: str, outcome: TransferOutcome, at: datetime) -> None:
        await self._change(_COLUMNS.conversation_id == conversation_id, outcome=outcome.value, passed_on_at=at)

    async def seen(self, conversation_ids: Collection[str], at: datetime) -> None:
        if conversation_ids:
            await self._change(_COLUMNS.conversation_id.in_(conversation_ids), seen_at=at)

    async def end(self, conversation_id: str, ending: CallEnding, at: datetime) -> None:
        is_running = (_COLUMNS.conversation_id == conversation_id) & _COLUMNS.ended_at.is_(None)
        await self._change(is_running, ending=ending.value, ended_at=at)

    async def _latest(self, where: ColumnElement[bool]) -> PhoneCall | None:
        query = select(_ROW).where(where).order_by(_COLUMNS.started_at.desc()).limit(1)

        def work(connection: Connection) -> PhoneCall | None:
            row = connection.execute(query).one_or_none()
            return None if row is None else _call(row)

        return await self._database.read(work)

    async def _change(self, where: ColumnElement[bool], **values: object) -> None:
        change = update(_ROW).where(where).values(values)
        await self._database.write(lambda connection: connection.execute(change))

    def _row(self, call: PhoneCall) -> dict[str, object]:
        return {
            "conversation_id": call.conversation_id,
            "id": call.id,
            "reference": call.reference,
            "trunk": call.trunk,
            "external_id": call.external_id,
            "started_at": call.started_at,
            "seen_at": call.seen_at,
            "outcome": call.outcome.value if call.outcome else None,
            "passed_on_at": call.passed_on_at,
            "ended_at": call.ended_at,
            "ending": call.ending.value if call.ending else None,
            "expires_at": call.started_at + self._keep,
        }


def _call(row: Row[Any]) -> PhoneCall:
    return PhoneCall(
        id=row.id,
        conversation_id=row.conversation_id,
        reference=row.reference,
        trunk=row.trunk,
        external_id=row.external_id,
        started_at=row.started_at,
        seen_at=row.seen_at,
        outcome=TransferOutcome(row.outcome) if row.outcome else None,
        passed_on_at=row.passed_on_at,
        ended_at=row.ended_at,
        ending=CallEnding(row.ending) if row.ending else None,
    )
