"""Conversations, turns and feedback."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "conversation",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("mode", sa.String(16), nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("updated_at", sa.DateTime, nullable=False),
        sa.Column("expires_at", sa.DateTime, nullable=False),
    )
    op.create_index("ix_conversation_updated_at", "conversation", ["updated_at"])
    op.create_index("ix_conversation_expires_at", "conversation", ["expires_at"])
    op.create_table(
        "turn",
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
        sa.Column(
            "conversation_id", sa.String(64), sa.ForeignKey("conversation.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("utterance_id", sa.String(64), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("choice", sa.Text),
        sa.Column("language", sa.String(2)),
        sa.Column("register", sa.String(16)),
        sa.Column("answer", sa.Text),
        sa.Column("answered_at", sa.DateTime),
        sa.Column("expires_at", sa.DateTime, nullable=False),
        sa.UniqueConstraint("conversation_id", "utterance_id"),
    )
    waiting = sa.text("answer IS NULL")
    op.create_index("ix_turn_unanswered", "turn", ["at"], sqlite_where=waiting, postgresql_where=waiting)
    op.create_table(
        "feedback",
        sa.Column("conversation_id", sa.String(64), primary_key=True),
        sa.Column("utterance_id", sa.String(64), primary_key=True),
        sa.Column("helpful", sa.Boolean, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("status", sa.String(32)),
        sa.Column("service_id", sa.String(200)),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("expires_at", sa.DateTime, nullable=False),
    )
    op.create_index("ix_feedback_expires_at", "feedback", ["expires_at"])


def downgrade() -> None:
    op.drop_table("feedback")
    op.drop_table("turn")
    op.drop_table("conversation")
