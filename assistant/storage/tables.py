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
    false,
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
    # Counts every change; taking the next number locks the row, so that changes have one order, whoever makes them.
    Column("revision", Integer, nullable=False, server_default="0"),
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
    Column("mode", String(16), nullable=False, server_default="with_bot"),
    Column("as_written", Boolean, nullable=False, server_default=false()),
    # The conversation's revision in which the turn came in, and that of its latest change.
    Column("place", Integer, nullable=False, server_default="0"),
    Column("revision", Integer, nullable=False, server_default="0"),
    UniqueConstraint("conversation_id", "utterance_id"),
)

_pending = text("answer IS NULL AND mode = 'with_bot'")
Index("ix_turn_pending", turn.c.at, sqlite_where=_pending, postgresql_where=_pending)

_as_written = text("as_written")
Index("ix_turn_as_written", turn.c.conversation_id, sqlite_where=_as_written, postgresql_where=_as_written)

# What agents say, and what happens between messages; never what agents write for each other.
message = Table(
    "message",
    metadata,
    Column("conversation_id", String(64), ForeignKey(conversation.c.id, ondelete="CASCADE"), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("body", Text, nullable=False),
    Column("agent_id", String(64)),
    Column("place", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
)

# A table of its own: no query for what people see can bring up a note.
note = Table(
    "note",
    metadata,
    Column("conversation_id", String(64), ForeignKey(conversation.c.id, ondelete="CASCADE"), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("agent_id", String(64), nullable=False),
    Column("agent_name", String(200), nullable=False),
    Column("text", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
)

handoff = Table(
    "handoff",
    metadata,
    Column("id", String(64), primary_key=True),
    Column(
        "conversation_id", String(64), ForeignKey(conversation.c.id, ondelete="CASCADE"), nullable=False, index=True
    ),
    Column("state", String(16), nullable=False),
    Column("reason", String(16), nullable=False),
    Column("language", String(2), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("waits_since", Moment, nullable=False),
    Column("team", String(64), nullable=False),
    Column("priority", Integer, nullable=False),
    Column("service_id", String(200)),
    Column("agent_id", String(64), index=True),
    Column("remark", Text, nullable=False),
    Column("claimed_at", Moment),
    Column("ended_at", Moment, index=True),
    Column("ending", String(16)),
    Column("is_solved", Boolean),
    Column("expires_at", Moment, nullable=False),
    # The number of who calls; emptied with the end.
    Column("caller", String(64), nullable=False, server_default=""),
)

_open = text("state <> 'ended'")
Index("ix_handoff_open", handoff.c.conversation_id, unique=True, sqlite_where=_open, postgresql_where=_open)

attendance = Table(
    "attendance",
    metadata,
    Column("agent_id", String(64), primary_key=True),
    Column("presence", String(16), nullable=False),
    Column("seen_at", Moment, nullable=False),
)

# What a supervisor has switched off. It stays until somebody switches again.
switch = Table(
    "switch",
    metadata,
    Column("name", String(16), primary_key=True),
    Column("is_on", Boolean, nullable=False),
    Column("message", Text, nullable=False),
    Column("changed_by", String(200), nullable=False),
    Column("changed_at", Moment, nullable=False),
)

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

account = Table(
    "account",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("login", String(200), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("roles", Text, nullable=False),
    Column("teams", Text, nullable=False),
    Column("is_active", Boolean, nullable=False),
    Column("password_hash", Text),
    Column("issuer", String(500)),
    Column("subject", String(255)),
    Column("created_at", Moment, nullable=False),
    UniqueConstraint("issuer", "subject"),
)

desk_session = Table(
    "desk_session",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("agent_id", String(64), ForeignKey(account.c.id, ondelete="CASCADE"), nullable=False, index=True),
    Column("started_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
    Column("proof", Text, nullable=False),
)

guess = Table(
    "guess",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("blocked_until", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
)

# Without a foreign key: what was done outlives the account that did it.
audit = Table(
    "audit",
    metadata,
    Column("position", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("at", Moment, nullable=False, index=True),
    Column("action", String(32), nullable=False),
    Column("agent_id", String(64), nullable=False),
    Column("login", String(200), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("thing_id", String(200), nullable=False, index=True),
    Column("address", String(64), nullable=False),
    Column("detail", Text, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
)
# A concern stands by itself: it outlives the conversation it came from.
ticket = Table(
    "ticket",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("text", Text, nullable=False),
    Column("language", String(2), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False, index=True),
    Column("reply_by", String(16), nullable=False),
    Column("contact", String(320), nullable=False),
    Column("name", String(200), nullable=False),
    Column("service_id", String(200)),
    Column("office_id", String(200)),
    Column("office_name", String(300), nullable=False),
    Column("conversation_id", String(64)),
    Column("origin", String(100), unique=True),
    Column("state", String(16), nullable=False),
    Column("reply", Text, nullable=False),
    Column("settled_at", Moment),
    Column("settled_by", String(200), nullable=False),
    Column("closing_reason", String(32)),
    Column("reminded_at", Moment),
    Column("escalated_at", Moment),
    Column("revision", Integer, nullable=False),
    # The status code itself is nowhere; once the row is emptied, not even this is left.
    Column("fingerprint", String(64), unique=True),
    Column("expires_at", Moment, nullable=False, index=True),
)

ticket_event = Table(
    "ticket_event",
    metadata,
    Column("position", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("ticket_id", String(64), ForeignKey(ticket.c.id, ondelete="CASCADE"), nullable=False, index=True),
    Column("kind", String(16), nullable=False),
    Column("at", Moment, nullable=False),
    Column("by", String(200), nullable=False),
    Column("text", Text, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", String(100), primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("payload", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("last_error", Text, nullable=False),
    Column("done_at", Moment),
    Column("dead_at", Moment),
    Column("expires_at", Moment, nullable=False, index=True),
)

_undone = text("done_at IS NULL AND dead_at IS NULL")
Index("ix_outbox_undone", outbox.c.due_at, sqlite_where=_undone, postgresql_where=_undone)

# Not tied to the conversation: one that is deleted here must still be ended there.
case_link = Table(
    "case_link",
    metadata,
    Column("system", String(32), primary_key=True),
    Column("own_id", String(64), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("ref", String(64)),
    Column("sent", Integer, nullable=False),
    Column("seen", String(64), nullable=False),
    Column("looked_at", Moment),
    Column("escalates_at", Moment),
    Column("created_at", Moment, nullable=False),
    Column("closed_at", Moment),
    Column("held_until", Moment),
    Column("expires_at", Moment, nullable=False, index=True),
    UniqueConstraint("system", "ref"),
)

# A walk through a form that somebody wants to go on with elsewhere; the code itself is nowhere.
walk = Table(
    "walk",
    metadata,
    Column("fingerprint", String(64), primary_key=True),
    Column("walk", Text, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
)

phone_call = Table(
    "phone_call",
    metadata,
    Column("conversation_id", String(64), ForeignKey(conversation.c.id, ondelete="CASCADE"), primary_key=True),
    Column("id", String(64), nullable=False, index=True),
    Column("reference", String(32), nullable=False, unique=True),
    Column("trunk", String(64), nullable=False),
    Column("external_id", String(255), nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("outcome", String(16)),
    Column("passed_on_at", Moment),
    Column("ended_at", Moment),
    Column("ending", String(16)),
    Column("expires_at", Moment, nullable=False),
)

_running = text("ended_at IS NULL")
Index("ix_phone_call_running", phone_call.c.started_at, sqlite_where=_running, postgresql_where=_running)
