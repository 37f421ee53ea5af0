"""Conversations in SQL."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, exists, insert, literal, select, update

from assistant.errors import ConversationNotFoundError
from assistant.model import (
    Answer,
    Channel,
    Conversation,
    DialogueState,
    Feedback,
    Handoff,
    HandoffState,
    Mode,
    Notice,
    TranscriptEntry,
    Turn,
    Utterance,
)
from assistant.storage import tables
from assistant.storage.codec import decode, encode
from assistant.storage.database import Database
from assistant.storage.handoffs import enter_queue, person_leaves
from assistant.storage.transcript import (
    UNKNOWN,
    next_revision,
    put_message,
    read_transcript,
    set_mode,
    turn_of,
)

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
_OWED = (*_THIS_TURN, tables.turn.c.answer.is_(None), tables.turn.c.mode == Mode.WITH_BOT.value)
_ANSWER = (
    update(tables.turn).where(*_OWED).values({name: bindparam(name) for name in ("answer", "answered_at", "revision")})
)
_LEAVE_TO_AGENT = update(tables.turn).where(*_OWED).values(mode=Mode.WITH_AGENT.value, revision=bindparam("revision"))
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
            return tuple(turn_of(row) for row in rows)

        return await self._database.read(work)

    async def transcript(self, conversation_id: str, after: int = 0) -> tuple[TranscriptEntry, ...]:
        def work(connection: Connection) -> tuple[TranscriptEntry, ...]:
            entries = read_transcript(connection, conversation_id, after)
            if not entries:
                _conversation(connection, conversation_id)
            return entries

        return await self._database.read(work)

    async def accept(self, conversation_id: str, utterance: Utterance, to_people: Utterance | None = None) -> Turn:
        key = {"conversation": conversation_id, "utterance": utterance.id}

        def work(connection: Connection) -> Turn:
            if stored := connection.execute(_TURN, key).one_or_none():
                return turn_of(stored)
            revision, mode = next_revision(connection, conversation_id)
            as_written = to_people is not None and mode is not Mode.WITH_BOT
            said = to_people if to_people is not None and as_written else utterance
            row = self._turn_row(conversation_id, said, revision, mode)
            connection.execute(_ACCEPT, row | {"as_written": as_written})
            return Turn(said, mode=mode)

        return await self._database.write(work)

    async def answer(
        self,
        conversation_id: str,
        utterance_id: str,
        answer: Answer,
        state: DialogueState,
        at: datetime,
        queue: tuple[Handoff, Notice] | None = None,
    ) -> bool:
        key = {"conversation": conversation_id, "utterance": utterance_id}
        answered = key | {"answer": encode(answer), "answered_at": at}
        touched = {
            "conversation": conversation_id,
            "state": encode(state),
            "updated_at": at,
            "expires_at": at + self._keep.conversations,
        }

        def work(connection: Connection) -> bool:
            revision, mode = next_revision(connection, conversation_id)
            if mode is Mode.WITH_AGENT:
                connection.execute(_LEAVE_TO_AGENT, key | {"revision": revision})
                return False
            if not connection.execute(_ANSWER, answered | {"revision": revision}).rowcount:
                return False
            connection.execute(_TOUCH, touched)
            if queue and mode is Mode.WITH_BOT:
                enter_queue(connection, *queue, self._keep.conversations)
            return True

        return await self._database.write(work)

    async def keep_state(self, conversation_id: str, state: DialogueState, at: datetime) -> Conversation:
        touched = {
            "conversation": conversation_id,
            "state": encode(state),
            "updated_at": at,
            "expires_at": at + self._keep.conversations,
        }

        def work(connection: Connection) -> Conversation:
            connection.execute(_TOUCH, touched)
            return _conversation(connection, conversation_id)

        return await self._database.write(work)

    async def close(self, conversation_id: str, notice: Notice) -> None:
        def work(connection: Connection) -> None:
            revision, mode = next_revision(connection, conversation_id)
            if mode is not Mode.CLOSED:
                person_leaves(connection, conversation_id, notice.at)
                set_mode(connection, conversation_id, mode, Mode.CLOSED, notice.at, self._keep.conversations)
                put_message(connection, conversation_id, revision, notice, self._keep.conversations)

        await self._database.write(work)

    async def unanswered(self, accepted_before: datetime) -> tuple[tuple[str, Turn], ...]:
        query = (
            select(tables.turn)
            .where(
                tables.turn.c.answer.is_(None),
                tables.turn.c.mode == Mode.WITH_BOT.value,
                tables.turn.c.at < accepted_before,
            )
            .order_by(tables.turn.c.position)
        )

        def work(connection: Connection) -> tuple[tuple[str, Turn], ...]:
            return tuple((row.conversation_id, turn_of(row)) for row in connection.execute(query))

        return await self._database.read(work)

    async def left_as_written(self) -> tuple[tuple[str, Turn], ...]:
        people_are_there = exists().where(
            tables.handoff.c.conversation_id == tables.turn.c.conversation_id,
            tables.handoff.c.state != HandoffState.ENDED.value,
        )
        query = select(tables.turn).where(tables.turn.c.as_written, ~people_are_there)

        def work(connection: Connection) -> tuple[tuple[str, Turn], ...]:
            return tuple((row.conversation_id, turn_of(row)) for row in connection.execute(query))

        return await self._database.read(work)

    async def mask(self, conversation_id: str, utterance: Utterance) -> None:
        this = (tables.turn.c.conversation_id == conversation_id) & (tables.turn.c.utterance_id == utterance.id)
        masked = update(tables.turn).where(this).values(text=utterance.text, choice=utterance.choice, as_written=False)
        await self._database.write(lambda connection: connection.execute(masked))

    async def give_feedback(self, feedback: Feedback) -> None:
        key = {"conversation": feedback.conversation_id, "utterance": feedback.utterance_id}

        def work(connection: Connection) -> None:
            stored = connection.execute(_TURN, key).one_or_none()
            if stored is None:
                raise ConversationNotFoundError(UNKNOWN)
            connection.execute(_FORGET_FEEDBACK, key)
            connection.execute(insert(tables.feedback), self._feedback_row(feedback, turn_of(stored).answer))

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
                raise ConversationNotFoundError(UNKNOWN)
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

    def _turn_row(self, conversation_id: str, utterance: Utterance, revision: int, mode: Mode) -> dict[str, object]:
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
            "mode": mode.value,
            "place": revision,
            "revision": revision,
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
        raise ConversationNotFoundError(UNKNOWN)
    return Conversation(
        row.id, Channel(row.channel), row.created_at, row.updated_at, Mode(row.mode), decode(row.state, DialogueState)
    )
