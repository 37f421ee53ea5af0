"""Hand-offs, what is said in them, and one order for everything that happens in a conversation."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_PLACES = """
UPDATE turn SET mode = 'with_bot', place = (
    SELECT count(*) FROM turn AS before
    WHERE before.conversation_id = turn.conversation_id AND before.position <= turn.position
)
"""
_COUNTS = """
UPDATE conversation SET revision = (SELECT count(*) FROM turn WHERE turn.conversation_id = conversation.id)
"""


def _of_conversation(*, is_key: bool) -> "sa.Column[str]":
    owner = sa.ForeignKey("conversation.id", ondelete="CASCADE")
    return sa.Column("conversation_id", sa.String(64), owner, primary_key=is_key, nullable=False)


def upgrade() -> None:
    op.add_column("conversation", sa.Column("revision", sa.Integer, nullable=False, server_default="0"))
    op.add_column("turn", sa.Column("mode", sa.String(16), nullable=False, server_default="with_bot"))
    op.add_column("turn", sa.Column("as_written", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("turn", sa.Column("place", sa.Integer, nullable=False, server_default="0"))
    op.add_column("turn", sa.Column("revision", sa.Integer, nullable=False, server_default="0"))
    op.execute(_PLACES)
    op.execute("UPDATE turn SET revision = place")
    op.execute(_COUNTS)
    op.drop_index("ix_turn_unanswered", "turn")
    pending = sa.text("answer IS NULL AND mode = 'with_bot'")
    op.create_index("ix_turn_pending", "turn", ["at"], sqlite_where=pending, postgresql_where=pending)
    as_written = sa.text("as_written")
    op.create_index(
        "ix_turn_as_written", "turn", ["conversation_id"], sqlite_where=as_written, postgresql_where=as_written
    )
    op.create_table(
        "message",
        _of_conversation(is_key=True),
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("agent_id", sa.String(64)),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("expires_at", sa.DateTime, nullable=False),
    )
    op.create_table(
        "note",
        _of_conversation(is_key=True),
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("agent_id", sa.String(64), nullable=False),
        sa.Column("agent_name", sa.String(200), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("expires_at", sa.DateTime, nullable=False),
    )
    op.create_table(
        "handoff",
        sa.Column("id", sa.String(64), primary_key=True),
        _of_conversation(is_key=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(16), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("asked_at", sa.DateTime, nullable=False),
        sa.Column("waits_since", sa.DateTime, nullable=False),
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("priority", sa.Integer, nullable=False),
        sa.Column("service_id", sa.String(200)),
        sa.Column("agent_id", sa.String(64)),
        sa.Column("remark", sa.Text, nullable=False),
        sa.Column("claimed_at", sa.DateTime),
        sa.Column("ended_at", sa.DateTime),
        sa.Column("ending", sa.String(16)),
        sa.Column("is_solved", sa.Boolean),
        sa.Column("expires_at", sa.DateTime, nullable=False),
    )
    op.create_table(
        "attendance",
        sa.Column("agent_id", sa.String(64), primary_key=True),
        sa.Column("presence", sa.String(16), nullable=False),
        sa.Column("seen_at", sa.DateTime, nullable=False),
    )
    for column in ("conversation_id", "agent_id", "ended_at"):
        op.create_index(f"ix_handoff_{column}", "handoff", [column])
    is_open = sa.text("state <> 'ended'")
    op.create_index(
        "ix_handoff_open", "handoff", ["conversation_id"], unique=True, sqlite_where=is_open, postgresql_where=is_open
    )


def downgrade() -> None:
    for table in ("attendance", "handoff", "note", "message"):
        op.drop_table(table)
    op.drop_index("ix_turn_pending", "turn")
    waiting = sa.text("answer IS NULL")
    op.create_index("ix_turn_unanswered", "turn", ["at"], sqlite_where=waiting, postgresql_where=waiting)
    op.drop_index("ix_turn_as_written", "turn")
    for column in ("mode", "as_written", "place", "revision"):
        op.drop_column("turn", column)
    op.drop_column("conversation", "revision")
