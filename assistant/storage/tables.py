"""The tables of conversations. Every row carries the moment from which it may no longer be kept."""

from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)


class Moment(TypeDecorator[datetime]):
    """A moment with time zone, kept as UTC; SQLite knows no zones."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


metadata = MetaData()

conversation = Table(
    "conversation",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("channel", String(16), nullable=False),
    Column("mode", String(16), nullable=False),
    Column("state", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False, index=True),
    Column("expires_at", Moment, nullable=False, index=True),
)

turn = Table(
    "turn",
    metadata,
    Column("position", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("conversation_id", String(64), ForeignKey(conversation.c.id, ondelete="CASCADE"), nullable=False),
    Column("utterance_id", String(64), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("at", Moment, nullable=False),
    Column("text", Text, nullable=False),
    Column("choice", Text),
    Column("language", String(2)),
    Column("register", String(16)),
    Column("answer", Text),
    Column("answered_at", Moment),
    Column("expires_at", Moment, nullable=False),
    UniqueConstraint("conversation_id", "utterance_id"),
)

_waiting = text("answer IS NULL")
Index("ix_turn_unanswered", turn.c.at, sqlite_where=_waiting, postgresql_where=_waiting)

# A rating outlives its conversation, so it keeps what it needs to be understood, and no more.
feedback = Table(
    "feedback",
    metadata,
    Column("conversation_id", String(64), primary_key=True),
    Column("utterance_id", String(64), primary_key=True),
    Column("helpful", Boolean, nullable=False),
    Column("reason", Text),
    Column("status", String(32)),
    Column("service_id", String(200)),
    Column("at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
)
