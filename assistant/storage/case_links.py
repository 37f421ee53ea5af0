"""Which case of another system belongs to which hand-off or ticket, in SQL."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Connection, Row, delete, insert, literal, or_, select, update

from assistant.model import CaseKind, CaseLink, Channel, HandoffState
from assistant.storage import tables
from assistant.storage.database import Database

_ROW = tables.case_link
_KEPT_CLOSED = timedelta(days=7)
_KEPT_OPEN = timedelta(days=90)


class SqlCaseLinks:
    """The CaseLinks on SQLite or PostgreSQL."""

    name = "case_links"

    def __init__(self, database: Database) -> None:
        self._database = database

    async def ping(self) -> None:
        await self._database.read(lambda connection: connection.execute(select(literal(1))).one())

    async def get(self, system: str, own_id: str) -> CaseLink | None:
        return await self._one(_is(system, own_id))

    async def of_ref(self, system: str, ref: str) -> CaseLink | None:
        return await self._one((_ROW.c.system == system) & (_ROW.c.ref == ref))

    async def open(self, system: str, kind: CaseKind) -> tuple[CaseLink, ...]:
        which = (_ROW.c.system == system) & (_ROW.c.kind == kind.value) & _ROW.c.closed_at.is_(None)
        query = select(_ROW).where(which).order_by(_ROW.c.created_at, _ROW.c.own_id)
        return await self._database.read(lambda connection: tuple(_link(row) for row in connection.execute(query)))

    async def behind(self, system: str) -> tuple[tuple[str, int], ...]:
        query = _behind(system)
        return await self._database.read(
            lambda connection: tuple((row.own_id, row.revision or 0) for row in connection.execute(query))
        )

    async def keep(self, link: CaseLink) -> None:
        def work(connection: Connection) -> None:
            if not connection.execute(update(_ROW).where(_is(link.system, link.own_id)).values(_values(link))).rowcount:
                connection.execute(insert(_ROW), _key(link) | _values(link))

        await self._database.write(work)

    async def hold(self, link: CaseLink, now: datetime, until: datetime) -> CaseLink | None:
        which = _is(link.system, link.own_id)

        def work(connection: Connection) -> CaseLink | None:
            # Whoever locks the row first has it; a row that two want to make is made by one of them.
            row = connection.execute(select(_ROW).where(which).with_for_update()).one_or_none()
            if row is None:
                connection.execute(insert(_ROW), _key(link) | _values(link) | {"held_until": until})
                return link
            if row.held_until is not None and row.held_until > now:
                return None
            connection.execute(update(_ROW).where(which).values(held_until=until))
            return _link(row)

        return await self._database.write(work)

    async def let_go(self, system: str, own_id: str) -> None:
        free = update(_ROW).where(_is(system, own_id)).values(held_until=None)
        await self._database.write(lambda connection: connection.execute(free))

    async def forget(self, now: datetime) -> int:
        old = delete(_ROW).where(_ROW.c.expires_at <= now)
        return await self._database.write(lambda connection: connection.execute(old).rowcount)

    async def _one(self, which: ColumnElement[bool]) -> CaseLink | None:
        def work(connection: Connection) -> CaseLink | None:
            row = connection.execute(select(_ROW).where(which)).one_or_none()
            return None if row is None else _link(row)

        return await self._database.read(work)


def _behind(system: str) -> CompoundSelect[Any]:
    handoff, conversation = tables.handoff, tables.conversation
    is_open = _ROW.c.closed_at.is_(None)
    # Somebody here took it over, which closed the case there, and let it go again.
    waits_anew = (handoff.c.state == HandoffState.WAITING.value) & _ROW.c.closed_at.is_not(None)
    has_changed = or_(
        handoff.c.id.is_(None),
        handoff.c.state == HandoffState.ENDED.value,
        _ROW.c.ref.is_(None),
        conversation.c.revision > _ROW.c.sent,
    )
    of_system = (_ROW.c.system == system) & (_ROW.c.kind == CaseKind.CHAT.value)
    linked = (
        select(_ROW.c.own_id, conversation.c.revision)
        .select_from(_ROW)
        .outerjoin(handoff, handoff.c.id == _ROW.c.own_id)
        .outerjoin(conversation, conversation.c.id == handoff.c.conversation_id)
        .where(of_system, or_(waits_anew, is_open & has_changed))
    )
    is_known = select(_ROW.c.own_id).where((_ROW.c.system == system) & (_ROW.c.own_id == handoff.c.id)).exists()
    new = (
        select(handoff.c.id.label("own_id"), conversation.c.revision)
        .join(conversation, conversation.c.id == handoff.c.conversation_id)
        .where(
            handoff.c.state == HandoffState.WAITING.value,
            # Nobody can write to who is on the telephone.
            handoff.c.channel != Channel.PHONE.value,
            ~is_known,
        )
    )
    return linked.union_all(new)


def _is(system: str, own_id: str) -> ColumnElement[bool]:
    return (_ROW.c.system == system) & (_ROW.c.own_id == own_id)


def _key(link: CaseLink) -> dict[str, object]:
    return {"system": link.system, "own_id": link.own_id}


def _values(link: CaseLink) -> dict[str, object]:
    kept = link.closed_at + _KEPT_CLOSED if link.closed_at else link.created_at + _KEPT_OPEN
    return {
        "kind": link.kind.value,
        "ref": link.ref,
        "sent": link.sent,
        "seen": link.seen,
        "looked_at": link.looked_at,
        "escalates_at": link.escalates_at,
        "created_at": link.created_at,
        "closed_at": link.closed_at,
        "expires_at": kept,
    }


def _link(row: Row[Any]) -> CaseLink:
    return CaseLink(
        system=row.system,
        kind=CaseKind(row.kind),
        own_id=row.own_id,
        created_at=row.created_at,
        ref=row.ref,
        sent=row.sent,
        seen=row.seen,
        looked_at=row.looked_at,
        escalates_at=row.escalates_at,
        closed_at=row.closed_at,
    )
