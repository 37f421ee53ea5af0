"""Conversations in SQL."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, literal, select, update

from assistant.errors import ConversationNotFoundError
from assistant.model import (
    Answer,
    Channel,
    Conversation,
    DialogueState,
    Feedback,
    Language,
    Mode,
    Register,
    Turn,
    Utterance,
)
from assistant.storage import tables
from assistant.storage.codec import decode, encode
from assistant.storage.database import Database

_UNKNOWN = "there is no such conversation"

_THIS_TURN = (
    tables.turn.c.conversation_id == bindparam("conversation"),
    tables.turn.c.utterance_id == bindparam("utterance"),
)
_CREATE = insert(tables.conversation)
_GET = select(tables.conversation).where(tables.conversation.c.id == bindparam("conversation"))
_TOUCH = (
    update(tables.conversation)
    .where(tables.conversation.c.id == bindparam("conversation"))
    .values({name: bindparam(name) for name in ("state", "updated_at", "expires_at")})
)
_ACCEPT = insert(tables.turn)
_TURN = select(tables.turn).where(*_THIS_TURN)
_TURNS = (
    select(tables.turn)
    .where(tables.turn.c.conversation_id == bindparam("conversation"))
    .order_by(tables.turn.c.position)
)
_ANSWER = (
    update(tables.turn)
    .where(*_THIS_TURN, tables.turn.c.answer.is_(None))
    .values({name: bindparam(name) for name in ("answer", "answered_at")})
)
_FORGET_FEEDBACK = delete(tables.feedback).where(
    tables.feedback.c.conversation_id == bindparam("conversation"),
    tables.feedback.c.utterance_id == bindparam("utterance"),
)


@dataclass(frozen=True, slots=True)
class Retention:
    """How long rows are kept after they were last touched."""

    conversations: timedelta = timedelta(days=30)
    feedback: timedelta = timedelta(days=180)


class SqlConversationStore:
    """The ConversationStore on SQLite or PostgreSQL."""

    name = "conversations"

    def __init__(self, database: Database, retention: Retention | None = None) -> None:
        self._database = database
        self._keep = retention or Retention()

    async def ping(self) -> None:
        await self._database.read(lambda connection: connection.execute(select(literal(1))).one())

    async def create(self, conversation: Conversation) -> None:
        row = self._conversation_row(conversation)
        await self._database.write(lambda connection: connection.execute(_CREATE, row))

    async def get(self, conversation_id: str) -> Conversation:
        return await self._database.read(lambda connection: _conversation(connection, conversation_id))

    async def turns(self, conversation_id: str) -> tuple[Turn, ...]:
        def work(connection: Connection) -> tuple[Turn, ...]:
            rows = connection.execute(_TURNS, {"conversation": conversation_id}).all()
            if not rows:
                _conversation(connection, conversation_id)
            return tuple(_turn(row) for row in rows)

        return await self._database.read(work)

    async def accept(self, conversation_id: str, utterance: Utterance) -> Turn:
        row = self._turn_row(conversation_id, utterance)
        key = {"conversation": conversation_id, "utterance": utterance.id}

        def work(connection: Connection) -> Turn:
            if stored := connection.execute(_TURN, key).one_or_none():
                return _turn(stored)
            _conversation(connection, conversation_id)
            connection.execute(_ACCEPT, row)
            return Turn(utterance)

        return await self._database.write(work)

    async def answer(
        self, conversation_id: str, utterance_id: str, answer: Answer, state: DialogueState, at: datetime
    ) -> None:
        answered = {
            "conversation": conversation_id,
            "utterance": utterance_id,
            "answer": encode(answer),
            "answered_at": at,
        }
        touched = {
            "conversation": conversation_id,
            "state": encode(state),
            "updated_at": at,
            "expires_at": at + self._keep.conversations,
        }

        def work(connection: Connection) -> None:
            if connection.execute(_ANSWER, answered).rowcount:
                connection.execute(_TOUCH, touched)
            else:
                _conversation(connection, conversation_id)

        await self._database.write(work)

    async def update(self, conversation: Conversation) -> None:
        row = self._conversation_row(conversation)

        def work(connection: Connection) -> None:
            changed = connection.execute(
                update(tables.conversation).where(tables.conversation.c.id == conversation.id).values(row)
            )
            if not changed.rowcount:
                raise ConversationNotFoundError(_UNKNOWN)

        await self._database.write(work)

    async def unanswered(self, accepted_before: datetime) -> tuple[tuple[str, Turn], ...]:
        query = (
            select(tables.turn)
            .where(tables.turn.c.answer.is_(None), tables.turn.c.at < accepted_before)
            .order_by(tables.turn.c.position)
        )

        def work(connection: Connection) -> tuple[tuple[str, Turn], ...]:
            return tuple((row.conversation_id, _turn(row)) for row in connection.execute(query))

        return await self._database.read(work)

    async def give_feedback(self, feedback: Feedback) -> None:
        key = {"conversation": feedback.conversation_id, "utterance": feedback.utterance_id}

        def work(connection: Connection) -> None:
            stored = connection.execute(_TURN, key).one_or_none()
            if stored is None:
                raise ConversationNotFoundError(_UNKNOWN)
            connection.execute(_FORGET_FEEDBACK, key)
            connection.execute(insert(tables.feedback), self._feedback_row(feedback, _turn(stored).answer))

        await self._database.write(work)

    async def feedback(self, conversation_id: str) -> tuple[Feedback, ...]:
        query = select(tables.feedback).where(tables.feedback.c.conversation_id == conversation_id)

        def work(connection: Connection) -> tuple[Feedback, ...]:
            return tuple(
                Feedback(row.conversation_id, row.utterance_id, row.helpful, row.at, row.reason)
                for row in connection.execute(query)
            )

        return await self._database.read(work)

    async def delete(self, conversation_id: str) -> None:
        def work(connection: Connection) -> None:
            gone = delete(tables.conversation).where(tables.conversation.c.id == conversation_id)
            if not connection.execute(gone).rowcount:
                raise ConversationNotFoundError(_UNKNOWN)
            connection.execute(delete(tables.feedback).where(tables.feedback.c.conversation_id == conversation_id))

        await self._database.write(work)

    async def delete_older_than(self, moment: datetime) -> int:
        old = tables.conversation.c.updated_at < moment
        return await self._database.write(
            lambda connection: connection.execute(delete(tables.conversation).where(old)).rowcount
        )

    async def delete_expired(self, now: datetime) -> int:
        def work(connection: Connection) -> int:
            connection.execute(delete(tables.feedback).where(tables.feedback.c.expires_at <= now))
            return connection.execute(
                delete(tables.conversation).where(tables.conversation.c.expires_at <= now)
            ).rowcount

        return await self._database.write(work)

    def _conversation_row(self, conversation: Conversation) -> dict[str, object]:
        return {
            "id": conversation.id,
            "channel": conversation.channel.value,
            "mode": conversation.mode.value,
            "state": encode(conversation.state),
            "created_at": conversation.created_at,
            "updated_at": conversation.updated_at,
            "expires_at": conversation.updated_at + self._keep.conversations,
        }

    def _turn_row(self, conversation_id: str, utterance: Utterance) -> dict[str, object]:
        return {
            "conversation_id": conversation_id,
            "utterance_id": utterance.id,
            "channel": utterance.channel.value,
            "at": utterance.at,
            "text": utterance.text,
            "choice": utterance.choice,
            "language": utterance.language,
            "register": utterance.register,
            "expires_at": utterance.at + self._keep.conversations,
        }

    def _feedback_row(self, feedback: Feedback, answer: Answer | None) -> dict[str, object]:
        return {
            "conversation_id": feedback.conversation_id,
            "utterance_id": feedback.utterance_id,
            "helpful": feedback.helpful,
            "reason": feedback.reason,
            "status": answer.status.value if answer else None,
            "service_id": answer.service_id if answer else None,
            "at": feedback.at,
            "expires_at": feedback.at + self._keep.feedback,
        }


def _conversation(connection: Connection, conversation_id: str) -> Conversation:
    row = connection.execute(_GET, {"conversation": conversation_id}).one_or_none()
    if row is None:
        raise ConversationNotFoundError(_UNKNOWN)
    return Conversation(
        row.id, Channel(row.channel), row.created_at, row.updated_at, Mode(row.mode), decode(row.state, DialogueState)
    )


def _turn(row: Row[Any]) -> Turn:
    utterance = Utterance(
        row.text,
        Channel(row.channel),
        row.at,
        row.utterance_id,
        row.choice,
        Language(row.language) if row.language else None,
        Register(row.register) if row.register else None,
    )
    return Turn(utterance, _answer(row.answer) if row.answer else None, row.answered_at)


# Every turn reads the ones before it, and an answer never changes once it is given.
@lru_cache(maxsize=1024)
def _answer(text: str) -> Answer:
    return decode(text, Answer)
