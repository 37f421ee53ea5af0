"""Tickets with their history, and the outbox."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "ticket",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("due_at", sa.DateTime, nullable=False),
        sa.Column("reply_by", sa.String(16), nullable=False),
        sa.Column("contact", sa.String(320), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("service_id", sa.String(200)),
        sa.Column("office_id", sa.String(200)),
        sa.Column("office_name", sa.String(300), nullable=False),
        sa.Column("conversation_id", sa.String(64)),
        sa.Column("origin", sa.String(100), unique=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reply", sa.Text, nullable=False),
        sa.Column("settled_at", sa.DateTime),
        sa.Column("settled_by", sa.String(200), nullable=False),
        sa.Column("closing_reason", sa.String(32)),
        sa.Column("reminded_at", sa.DateTime),
        sa.Column("escalated_at", sa.DateTime),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("fingerprint", sa.String(64), unique=True),
        sa.Column("expires_at", sa.DateTime, nullable=False),
    )
    op.create_table(
        "ticket_event",
        sa.Column("position", _ID, primary_key=True),
        sa.Column("id", sa.String(64), nullable=False, unique=True),
        sa.Column("ticket_id", sa.String(64), sa.ForeignKey("ticket.id", ondelete="CASCADE"), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.String(100), primary_key=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("due_at", sa.DateTime, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("last_error", sa.Text, nullable=False),
        sa.Column("done_at", sa.DateTime),
        sa.Column("dead_at", sa.DateTime),
        sa.Column("expires_at", sa.DateTime, nullable=False),
    )
    for table, column in (
        ("ticket", "due_at"),
        ("ticket", "expires_at"),
        ("ticket_event", "ticket_id"),
        ("outbox", "expires_at"),
    ):
        op.create_index(f"ix_{table}_{column}", table, [column])
    undone = sa.text("done_at IS NULL AND dead_at IS NULL")
    op.create_index("ix_outbox_undone", "outbox", ["due_at"], sqlite_where=undone, postgresql_where=undone)


def downgrade() -> None:
    for table in ("outbox", "ticket_event", "ticket"):
        op.drop_table(table)
