"""Hand-offs in SQL. Each change is one transaction with the conversation's mode and the notice that tells it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, insert, literal, select, update

from assistant.errors import HandoffNotFoundError, HandoffTakenError, NotTheAgentError
from assistant.model import (
    AgentMessage,
    Channel,
    Ending,
    Handoff,
    HandoffReason,
    HandoffState,
    Language,
    Mode,
    Note,
    Notice,
)
from assistant.storage import tables
from assistant.storage.database import Database
from assistant.storage.transcript import find_message, next_revision, put_message, set_mode

_UNKNOWN = "there is no such hand-off"
_THIS = tables.handoff.c.id == bindparam("handoff")
_GET = select(tables.handoff).where(_THIS)
_OPEN = select(tables.handoff).where(
    tables.handoff.c.conversation_id == bindparam("conversation"),
    tables.handoff.c.state != HandoffState.ENDED.value,
)
_QUEUE_ORDER = (tables.handoff.c.priority.desc(), tables.handoff.c.asked_at, tables.handoff.c.id)
_NOTES = (
    select(tables.note)
    .where(tables.note.c.conversation_id == bindparam("conversation"))
    .order_by(tables.note.c.at, tables.note.c.id)
)


class SqlHandoffStore:
    """The HandoffStore on SQLite or PostgreSQL."""

    name = "handoffs"

    def __init__(self, database: Database, keep: timedelta = timedelta(days=30)) -> None:
        """``keep``: how long rows are kept after they were made; they go with their conversation in any case."""
        self._database = database
        self._keep = keep

    async def ping(self) -> None:
        await self._database.read(lambda connection: connection.execute(select(literal(1))).one())

    # ── reading ────────────────────────────────────────────────────────────────────────────────────────────────────

    async def get(self, handoff_id: str) -> Handoff:
        return await self._database.read(lambda connection: _get(connection, handoff_id))

    async def current(self, conversation_id: str) -> Handoff | None:
        return await self._database.read(lambda connection: _current(connection, conversation_id))

    async def of_conversation(self, conversation_id: str) -> tuple[Handoff, ...]:
        return await self._select(tables.handoff.c.conversation_id == conversation_id, tables.handoff.c.asked_at)

    async def waiting(self) -> tuple[Handoff, ...]:
        return await self._select(tables.handoff.c.state == HandoffState.WAITING.value, *_QUEUE_ORDER)

    async def claimed(self, agent_id: str | None = None) -> tuple[Handoff, ...]:
        is_claimed = tables.handoff.c.state == HandoffState.CLAIMED.value
        theirs = is_claimed & (tables.handoff.c.agent_id == agent_id) if agent_id else is_claimed
        return await self._select(theirs, tables.handoff.c.claimed_at)

    async def ended_since(self, moment: datetime) -> tuple[Handoff, ...]:
        return await self._select(tables.handoff.c.ended_at >= moment, tables.handoff.c.ended_at)

    async def notes(self, conversation_id: str) -> tuple[Note, ...]:
        def work(connection: Connection) -> tuple[Note, ...]:
            rows = connection.execute(_NOTES, {"conversation": conversation_id})
            return tuple(Note(row.id, row.conversation_id, row.agent_name, row.text, row.at) for row in rows)

        return await self._database.read(work)

    # ── changing ───────────────────────────────────────────────────────────────────────────────────────────────────

    async def queue(self, handoff: Handoff, notice: Notice) -> Handoff:
        def work(connection: Connection) -> Handoff:
            _, mode = next_revision(connection, handoff.conversation_id)
            if (known := _current(connection, handoff.conversation_id)) is not None:
                return known
            if mode is not Mode.WITH_BOT:
                raise HandoffTakenError(f"the conversation is {mode}")
            enter_queue(connection, handoff, notice, self._keep)
            return handoff

        return await self._database.write(work)

    async def claim(self, handoff_id: str, agent_id: str, notice: Notice) -> Handoff:
        def change(handoff: Handoff) -> Handoff:
            if handoff.state is HandoffState.CLAIMED and handoff.agent_id == agent_id:
                return handoff
            reserved = handoff.agent_id not in (None, agent_id)
            if handoff.state is not HandoffState.WAITING or reserved:
                raise HandoffTakenError("somebody else has taken it, or it is over")
            return replace(handoff, state=HandoffState.CLAIMED, agent_id=agent_id, claimed_at=notice.at)

        return await self._change(handoff_id, change, Mode.WITH_AGENT, notice)

    async def pass_on(
        self, handoff_id: str, by: str | None, notice: Notice, *, team: str, to: str | None = None, remark: str = ""
    ) -> Handoff:
        def change(handoff: Handoff) -> Handoff:
            _require_holder(handoff, by)
            return replace(
                handoff,
                state=HandoffState.WAITING,
                waits_since=notice.at,
                team=team,
                agent_id=to,
                remark=remark,
                claimed_at=None,
            )

        return await self._change(handoff_id, change, Mode.QUEUED, notice)

    async def open_to_all(self, handoff_id: str) -> None:
        reserved = (tables.handoff.c.id == handoff_id) & (tables.handoff.c.state == HandoffState.WAITING.value)
        freed = update(tables.handoff).where(reserved).values(agent_id=None)
        await self._database.write(lambda connection: connection.execute(freed))

    async def end(
        self, handoff_id: str, ending: Ending, mode: Mode, notice: Notice, *, by: str | None = None, remark: str = ""
    ) -> Handoff:
        def change(handoff: Handoff) -> Handoff:
            if handoff.state is HandoffState.ENDED:
                return handoff
            if by is not None:
                _require_holder(handoff, by)
            ended = HandoffState.ENDED
            told = remark or handoff.remark
            return replace(handoff, state=ended, ending=ending, ended_at=notice.at, remark=told, caller="")

        return await self._change(handoff_id, change, mode, notice)

    async def say(self, handoff_id: str, agent_id: str, message: AgentMessage) -> AgentMessage:
        def work(connection: Connection) -> AgentMessage:
            handoff = _get(connection, handoff_id)
            revision, _ = next_revision(connection, handoff.conversation_id)
            stored = find_message(connection, handoff.conversation_id, message.id)
            if isinstance(stored, AgentMessage):
                return stored
            _require_holder(_get(connection, handoff_id), agent_id)
            put_message(connection, handoff.conversation_id, revision, message, self._keep, agent_id)
            return message

        return await self._database.write(work)

    async def write_note(self, note: Note, agent_id: str) -> None:
        key = {"conversation": note.conversation_id}

        def work(connection: Connection) -> None:
            next_revision(connection, note.conversation_id)
            if all(known.id != note.id for known in connection.execute(_NOTES, key)):
                row = {
                    "conversation_id": note.conversation_id,
                    "id": note.id,
                    "agent_id": agent_id,
                    "agent_name": note.agent_name,
                    "text": note.text,
                    "at": note.at,
                    "expires_at": note.at + self._keep,
                }
                connection.execute(insert(tables.note), row)

        await self._database.write(work)

    async def announce(self, conversation_id: str, notice: Notice) -> None:
        def work(connection: Connection) -> None:
            revision, _ = next_revision(connection, conversation_id)
            if find_message(connection, conversation_id, notice.id) is None:
                put_message(connection, conversation_id, revision, notice, self._keep)

        await self._database.write(work)

    async def rate(self, handoff_id: str, *, is_solved: bool) -> Handoff:
        def work(connection: Connection) -> Handoff:
            handoff = replace(_get(connection, handoff_id), is_solved=is_solved)
            connection.execute(
                update(tables.handoff).where(tables.handoff.c.id == handoff_id).values(is_solved=is_solved)
            )
            return handoff

        return await self._database.write(work)

    async def raise_priority(self, handoff_id: str, priority: int) -> None:
        to_less = (tables.handoff.c.id == handoff_id) & (tables.handoff.c.priority < priority)
        more = update(tables.handoff).where(to_less).values(priority=priority)
        await self._database.write(lambda connection: connection.execute(more))

    async def _select(self, where: ColumnElement[bool], *order: Any) -> tuple[Handoff, ...]:
        query = select(tables.handoff).where(where).order_by(*order)
        return await self._database.read(lambda connection: tuple(handoff_of(row) for row in connection.execute(query)))

    async def _change(
        self, handoff_id: str, change: Callable[[Handoff], Handoff], mode: Mode, notice: Notice
    ) -> Handoff:
        """Change a hand-off, the conversation's mode with it, and tell it; what is as wished already stays untold."""

        def work(connection: Connection) -> Handoff:
            conversation_id = _get(connection, handoff_id).conversation_id
            revision, before_mode = next_revision(connection, conversation_id)
            # Read again behind the lock: somebody else may have been quicker.
            before = _get(connection, handoff_id)
            after = change(before)
            if after != before:
                connection.execute(
                    update(tables.handoff).where(tables.handoff.c.id == handoff_id).values(_row(after, self._keep))
                )
                set_mode(connection, conversation_id, before_mode, mode, notice.at, self._keep)
                put_message(connection, conversation_id, revision, notice, self._keep)
            return after

        return await self._database.write(work)


def enter_queue(connection: Connection, handoff: Handoff, notice: Notice, keep: timedelta) -> None:
    """Let a conversation that is with the bot wait for a person."""
    revision, mode = next_revision(connection, handoff.conversation_id)
    connection.execute(insert(tables.handoff), _row(handoff, keep))
    set_mode(connection, handoff.conversation_id, mode, Mode.QUEUED, notice.at, keep)
    put_message(connection, handoff.conversation_id, revision, notice, keep)


def person_leaves(connection: Connection, conversation_id: str, at: datetime) -> None:
    """End the conversation's hand-off, if there is one: nobody is there to be answered any more."""
    connection.execute(
        update(tables.handoff)
        .where(tables.handoff.c.conversation_id == conversation_id, tables.handoff.c.state != HandoffState.ENDED.value)
        .values(state=HandoffState.ENDED.value, ending=Ending.PERSON_LEFT.value, ended_at=at, caller="")
    )


def _get(connection: Connection, handoff_id: str) -> Handoff:
    row = connection.execute(_GET, {"handoff": handoff_id}).one_or_none()
    if row is None:
        raise HandoffNotFoundError(_UNKNOWN)
    return handoff_of(row)


def _current(connection: Connection, conversation_id: str) -> Handoff | None:
    row = connection.execute(_OPEN, {"conversation": conversation_id}).one_or_none()
    return None if row is None else handoff_of(row)


def _require_holder(handoff: Handoff, agent_id: str | None) -> None:
    """``None`` is Roland itself, which may take a claimed one from an agent who is gone."""
    if handoff.state is not HandoffState.CLAIMED or agent_id not in (None, handoff.agent_id):
        raise NotTheAgentError("somebody else answers there, or nobody any more")


def _row(handoff: Handoff, keep: timedelta) -> dict[str, object]:
    return {
        "id": handoff.id,
        "conversation_id": handoff.conversation_id,
        "state": handoff.state.value,
        "reason": handoff.reason.value,
        "language": handoff.language.value,
        "channel": handoff.channel.value,
        "asked_at": handoff.asked_at,
        "waits_since": handoff.waits_since,
        "team": handoff.team,
        "priority": handoff.priority,
        "service_id": handoff.service_id,
        "agent_id": handoff.agent_id,
        "remark": handoff.remark,
        "claimed_at": handoff.claimed_at,
        "ended_at": handoff.ended_at,
        "ending": handoff.ending.value if handoff.ending else None,
        "is_solved": handoff.is_solved,
        "caller": handoff.caller,
        "expires_at": (handoff.ended_at or handoff.asked_at) + keep,
    }


def handoff_of(row: Row[Any]) -> Handoff:
    """The hand-off in a row of its table."""
    return Handoff(
        id=row.id,
        conversation_id=row.conversation_id,
        reason=HandoffReason(row.reason),
        language=Language(row.language),
        channel=Channel(row.channel),
        asked_at=row.asked_at,
        waits_since=row.waits_since,
        team=row.team,
        priority=row.priority,
        state=HandoffState(row.state),
        service_id=row.service_id,
        agent_id=row.agent_id,
        remark=row.remark,
        claimed_at=row.claimed_at,
        ended_at=row.ended_at,
        ending=Ending(row.ending) if row.ending else None,
        is_solved=row.is_solved,
        caller=row.caller,
    )
