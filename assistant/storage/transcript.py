"""The one order of what happens in a conversation: taking the next number, and reading what came after one."""

from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from assistant.errors import ConversationClosedError, ConversationNotFoundError
from assistant.model import (
    AgentMessage,
    Answer,
    Channel,
    Language,
    Mode,
    Notice,
    Register,
    TranscriptEntry,
    Turn,
    Utterance,
)
from assistant.storage import tables
from assistant.storage.codec import decode, encode

UNKNOWN = "there is no such conversation"

_THIS = tables.conversation.c.id == bindparam("conversation")
_NEXT = (
    update(tables.conversation)
    .where(_THIS)
    .values(revision=tables.conversation.c.revision + 1)
    .returning(tables.conversation.c.revision, tables.conversation.c.mode)
)
_SET_MODE = (
    update(tables.conversation)
    .where(_THIS)
    .values({name: bindparam(name) for name in ("mode", "updated_at", "expires_at")})
)
_TURNS_AFTER = select(tables.turn).where(
    tables.turn.c.conversation_id == bindparam("conversation"), tables.turn.c.revision > bindparam("after")
)
_MESSAGES_AFTER = select(tables.message).where(
    tables.message.c.conversation_id == bindparam("conversation"), tables.message.c.place > bindparam("after")
)
_MESSAGE = select(tables.message).where(
    tables.message.c.conversation_id == bindparam("conversation"), tables.message.c.id == bindparam("message")
)
_PUT = insert(tables.message)
_KINDS: dict[str, type[AgentMessage] | type[Notice]] = {"agent": AgentMessage, "notice": Notice}


def next_revision(connection: Connection, conversation_id: str) -> tuple[int, Mode]:
    """The number of the change that this transaction makes, and the mode before it.

    Nobody else can change the conversation until the transaction ends. Raises ConversationNotFoundError.
    """
    row = connection.execute(_NEXT, {"conversation": conversation_id}).one_or_none()
    if row is None:
        raise ConversationNotFoundError(UNKNOWN)
    return row.revision, Mode(row.mode)


def set_mode(
    connection: Connection, conversation_id: str, before: Mode, after: Mode, at: datetime, keep: timedelta
) -> None:
    """Change who speaks, along the arrows of the state machine; raises ConversationClosedError where none leads there.

    Everything else that does not fit is a mistake in the program, since the hand-off was looked at behind the lock.
    """
    if before is Mode.CLOSED:
        raise ConversationClosedError("the conversation is closed")
    if not before.leads_to(after):
        raise ValueError(f"no way from {before} to {after}")
    connection.execute(
        _SET_MODE, {"conversation": conversation_id, "mode": after.value, "updated_at": at, "expires_at": at + keep}
    )


def put_message(
    connection: Connection,
    conversation_id: str,
    place: int,
    message: AgentMessage | Notice,
    keep: timedelta,
    agent_id: str | None = None,
) -> None:
    """Store what an agent says, or a notice."""
    row = {
        "conversation_id": conversation_id,
        "id": message.id,
        "kind": "agent" if isinstance(message, AgentMessage) else "notice",
        "body": encode(message),
        "agent_id": agent_id,
        "place": place,
        "at": message.at,
        "expires_at": message.at + keep,
    }
    connection.execute(_PUT, row)


def find_message(connection: Connection, conversation_id: str, message_id: str) -> AgentMessage | Notice | None:
    """The stored message with that id, if there is one."""
    row = connection.execute(_MESSAGE, {"conversation": conversation_id, "message": message_id}).one_or_none()
    return None if row is None else _message(row.kind, row.body)


def read_transcript(connection: Connection, conversation_id: str, after: int) -> tuple[TranscriptEntry, ...]:
    """What has changed after a revision, in the order of its places."""
    key = {"conversation": conversation_id, "after": after}
    entries = [TranscriptEntry(row.place, row.revision, turn_of(row)) for row in connection.execute(_TURNS_AFTER, key)]
    entries += [
        TranscriptEntry(row.place, row.place, _message(row.kind, row.body))
        for row in connection.execute(_MESSAGES_AFTER, key)
    ]
    return tuple(sorted(entries, key=lambda entry: entry.position))


def turn_of(row: Row[Any]) -> Turn:
    """The turn in a row of its table."""
    utterance = Utterance(
        row.text,
        Channel(row.channel),
        row.at,
        row.utterance_id,
        row.choice,
        Language(row.language) if row.language else None,
        Register(row.register) if row.register else None,
    )
    return Turn(utterance, _answer(row.answer) if row.answer else None, row.answered_at, Mode(row.mode))


# Every turn reads the ones before it, and an answer never changes once it is given.
@lru_cache(maxsize=1024)
def _answer(text: str) -> Answer:
    return decode(text, Answer)


@lru_cache(maxsize=1024)
def _message(kind: str, body: str) -> AgentMessage | Notice:
    return decode(body, _KINDS[kind])
