"""Tickets in SQL. A change and what it causes are one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, literal, select, update

from assistant.errors import TicketChangedError, TicketNotFoundError
from assistant.model import (
    Channel,
    ClosingReason,
    Errand,
    Language,
    ReplyBy,
    Ticket,
    TicketEvent,
    TicketEventKind,
    TicketFilter,
    TicketKind,
    TicketState,
)
from assistant.storage import tables
from assistant.storage.database import Database
from assistant.storage.outbox import put_errands

_ROW = tables.ticket
_EVENT = tables.ticket_event
_FIELDS = tuple(field.name for field in fields(Ticket))
_UNKNOWN = "there is no such ticket"
# What the report of promises does not need.
_EMPTY: dict[str, object] = {
    "text": "",
    "contact": "",
    "name": "",
    "reply": "",
    "settled_by": "",
    "conversation_id": None,
    "origin": None,
    "fingerprint": None,
}


@dataclass(frozen=True, slots=True)
class TicketRetention:
    """How long a ticket is kept after it is settled (or due, where nobody settles it), and how long its promise."""

    tickets: timedelta = timedelta(days=90)
    promises: timedelta = timedelta(days=730)


class SqlTicketStore:
    """The TicketStore on SQLite or PostgreSQL."""

    name = "tickets"

    def __init__(self, database: Database, retention: TicketRetention | None = None) -> None:
        self._database = database
        self._keep = retention or TicketRetention()

    async def ping(self) -> None:
        await self._database.read(lambda connection: connection.execute(select(literal(1))).one())

    async def open(
        self, ticket: Ticket, fingerprint: str, event: TicketEvent, errands: Sequence[Errand] = ()
    ) -> Ticket:
        def work(connection: Connection) -> Ticket:
            if (known := _of_origin(connection, ticket.origin)) is not None:
                return known
            # Where another worker opens it at this moment, the database lets this work be done again.
            connection.execute(insert(_ROW), self._row(ticket) | {"fingerprint": fingerprint})
            connection.execute(insert(_EVENT), _event_row(event))
            put_errands(connection, errands)
            return ticket

        return await self._database.write(work)

    async def get(self, ticket_id: str) -> Ticket:
        return await self._database.read(lambda connection: _get(connection, ticket_id))

    async def of_fingerprint(self, fingerprint: str) -> Ticket | None:
        query = select(_ROW).where(_ROW.c.fingerprint == fingerprint)

        def work(connection: Connection) -> Ticket | None:
            row = connection.execute(query).one_or_none()
            return None if row is None else _ticket(row)

        return await self._database.read(work)

    async def find(self, wanted: TicketFilter) -> tuple[Ticket, ...]:
        query = select(_ROW).where(*_conditions(wanted)).order_by(_ROW.c.due_at, _ROW.c.id).limit(wanted.limit)
        return await self._database.read(lambda connection: tuple(_ticket(row) for row in connection.execute(query)))

    async def offices(self) -> tuple[tuple[str, str], ...]:
        known = (_ROW.c.office_id.is_not(None), _ROW.c.fingerprint.is_not(None))
        query = select(_ROW.c.office_name, _ROW.c.office_id).where(*known).distinct().order_by(_ROW.c.office_name)

        def work(connection: Connection) -> tuple[tuple[str, str], ...]:
            return tuple((row.office_name, row.office_id) for row in connection.execute(query))

        return await self._database.read(work)

    async def history(self, ticket_id: str) -> tuple[TicketEvent, ...]:
        query = select(_EVENT).where(_EVENT.c.ticket_id == ticket_id).order_by(_EVENT.c.position)

        def work(connection: Connection) -> tuple[TicketEvent, ...]:
            return tuple(
                TicketEvent(row.id, row.ticket_id, TicketEventKind(row.kind), row.at, row.by, row.text)
                for row in connection.execute(query)
            )

        return await self._database.read(work)

    async def change(self, ticket: Ticket, event: TicketEvent, errands: Sequence[Errand] = ()) -> Ticket:
        changed = replace(ticket, revision=ticket.revision + 1)
        as_it_was = (_ROW.c.id == ticket.id) & (_ROW.c.revision == ticket.revision) & _ROW.c.fingerprint.is_not(None)

        def work(connection: Connection) -> Ticket:
            if not connection.execute(update(_ROW).where(as_it_was).values(self._row(changed))).rowcount:
                _get(connection, ticket.id)
                raise TicketChangedError("somebody else has changed the ticket meanwhile")
            connection.execute(insert(_EVENT), _event_row(event))
            put_errands(connection, errands)
            return changed

        return await self._database.write(work)

    async def write(self, event: TicketEvent) -> None:
        known = select(_EVENT.c.id).where(_EVENT.c.id == event.id)

        def work(connection: Connection) -> None:
            _get(connection, event.ticket_id)
            if connection.execute(known).one_or_none() is None:
                connection.execute(insert(_EVENT), _event_row(event))

        await self._database.write(work)

    async def forget(self, now: datetime) -> int:
        has_ended = _ROW.c.expires_at <= now
        ended = has_ended & _ROW.c.fingerprint.is_not(None)
        owed = ended & (_ROW.c.state == TicketState.OPEN.value)
        unanswered = {"state": TicketState.CLOSED.value, "closing_reason": ClosingReason.EXPIRED.value}
        emptied = _EMPTY | {"expires_at": now + self._keep.promises}

        def work(connection: Connection) -> int:
            removed = connection.execute(delete(_ROW).where(has_ended & _ROW.c.fingerprint.is_(None))).rowcount
            gone = select(_ROW.c.id).where(ended)
            connection.execute(delete(_EVENT).where(_EVENT.c.ticket_id.in_(gone)))
            connection.execute(update(_ROW).where(owed).values(unanswered | {"settled_at": now}))
            return removed + connection.execute(update(_ROW).where(ended).values(emptied)).rowcount

        return await self._database.write(work)

    def _row(self, ticket: Ticket) -> dict[str, object]:
        row = {name: _plain(getattr(ticket, name)) for name in _FIELDS}
        return row | {"expires_at": (ticket.settled_at or ticket.due_at) + self._keep.tickets}


def _conditions(wanted: TicketFilter) -> list[ColumnElement[bool]]:
    conditions = [
        column == value.value if isinstance(value, StrEnum) else column == value
        for column, value in (
            (_ROW.c.office_id, wanted.office_id),
            (_ROW.c.kind, wanted.kind),
            (_ROW.c.state, wanted.state),
        )
        if value is not None
    ]
    if wanted.is_whole:
        conditions.append(_ROW.c.fingerprint.is_not(None))
    if wanted.due_from is not None:
        conditions.append(_ROW.c.due_at >= wanted.due_from)
    if wanted.due_before is not None:
        conditions.append(_ROW.c.due_at < wanted.due_before)
    return conditions


def _plain(value: object) -> object:
    return value.value if isinstance(value, StrEnum) else value


def _event_row(event: TicketEvent) -> dict[str, object]:
    return {name: _plain(getattr(event, name)) for name in ("id", "ticket_id", "kind", "at", "by", "text")}


def _of_origin(connection: Connection, origin: str | None) -> Ticket | None:
    if origin is None:
        return None
    row = connection.execute(select(_ROW).where(_ROW.c.origin == origin)).one_or_none()
    return None if row is None else _ticket(row)


def _get(connection: Connection, ticket_id: str) -> Ticket:
    known = (_ROW.c.id == ticket_id) & _ROW.c.fingerprint.is_not(None)
    row = connection.execute(select(_ROW).where(known)).one_or_none()
    if row is None:
        raise TicketNotFoundError(_UNKNOWN)
    return _ticket(row)


def _ticket(row: Row[Any]) -> Ticket:
    values = {name: getattr(row, name) for name in _FIELDS}
    reason = ClosingReason(row.closing_reason) if row.closing_reason else None
    return Ticket(
        **values
        | {
            "kind": TicketKind(row.kind),
            "language": Language(row.language),
            "channel": Channel(row.channel),
            "reply_by": ReplyBy(row.reply_by),
            "state": TicketState(row.state),
            "closing_reason": reason,
        }
    )
