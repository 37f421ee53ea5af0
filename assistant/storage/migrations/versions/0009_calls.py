"""Telephone calls, and the number of a caller as long as a hand-off lasts."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("handoff", sa.Column("caller", sa.String(64), nullable=False, server_default=""))
    op.create_table(
        "phone_call",
        sa.Column(
            "conversation_id", sa.String(64), sa.ForeignKey("conversation.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("reference", sa.String(32), nullable=False, unique=True),
        sa.Column("trunk", sa.String(64), nullable=False),
        sa.Column("external_id", sa.String(255), nullable=False),
        sa.Column("started_at", sa.DateTime, nullable=False),
        sa.Column("seen_at", sa.DateTime, nullable=False),
        sa.Column("outcome", sa.String(16)),
        sa.Column("passed_on_at", sa.DateTime),
        sa.Column("ended_at", sa.DateTime),
        sa.Column("ending", sa.String(16)),
        sa.Column("expires_at", sa.DateTime, nullable=False),
    )
    op.create_index("ix_phone_call_id", "phone_call", ["id"])
    running = sa.text("ended_at IS NULL")
    op.create_index(
        "ix_phone_call_running", "phone_call", ["started_at"], sqlite_where=running, postgresql_where=running
    )


def downgrade() -> None:
    op.drop_table("phone_call")
    op.drop_column("handoff", "caller")
