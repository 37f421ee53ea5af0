"""Walks through forms that are gone on with elsewhere."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "walk",
        sa.Column("fingerprint", sa.String(64), primary_key=True),
        sa.Column("walk", sa.Text, nullable=False),
        sa.Column("expires_at", sa.DateTime, nullable=False),
    )
    op.create_index("ix_walk_expires_at", "walk", ["expires_at"])


def downgrade() -> None:
    op.drop_table("walk")
