"""Databases that the stores are tried on."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from assistant.storage.database import Database
from assistant.storage.tables import metadata
from tests.postgres import running_postgres, server_programs
from tests.redis import RedisServer, redis_program, running_redis


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a PostgreSQL database; skips the test where there is no server to run."""
    programs = server_programs()
    if programs is None:
        pytest.skip("no PostgreSQL server on this machine")
    with running_postgres(programs) as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """An open database of each kind without any rows."""
    url = f"sqlite:///{tmp_path}/conversations.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres")
        _empty(url)
    async with Database(url) as opened:
        yield opened


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    """A Redis server; skips the test where there is none to run."""
    program = redis_program()
    if program is None:
        pytest.skip("no Redis server on this machine")
    with running_redis(program) as server:
        yield server


def _empty(url: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        metadata.drop_all(connection)
        connection.exec_driver_sql("DROP TABLE IF EXISTS alembic_version")
    engine.dispose()
