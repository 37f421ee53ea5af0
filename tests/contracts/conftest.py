"""Databases that the stores are tried on."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from assistant.storage.database import Database


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """An open database of each kind without any rows."""
    url = f"sqlite:///{tmp_path}/conversations.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("empty_postgres")
    async with Database(url) as opened:
        yield opened
