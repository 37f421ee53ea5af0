"""Which case of another system belongs to which hand-off or ticket."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "case_link",
        sa.Column("system", sa.String(32), primary_key=True),
        sa.Column("own_id", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("ref", sa.String(64)),
        sa.Column("sent", sa.Integer, nullable=False),
        sa.Column("seen", sa.String(64), nullable=False),
        sa.Column("looked_at", sa.DateTime),
        sa.Column("escalates_at", sa.DateTime),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("closed_at", sa.DateTime),
        sa.Column("held_until", sa.DateTime),
        sa.Column("expires_at", sa.DateTime, nullable=False),
        sa.UniqueConstraint("system", "ref"),
    )
    op.create_index("ix_case_link_expires_at", "case_link", ["expires_at"])


def downgrade() -> None:
    op.drop_table("case_link")
