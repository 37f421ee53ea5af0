"""The database beneath the stores: durable, up to date, honest when it cannot work."""

import asyncio
import sqlite3
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect

from assistant.errors import ConfigError, StorageUnavailableError
from assistant.model import Channel, Conversation, Utterance
from assistant.storage.conversations import SqlConversationStore
from assistant.storage.database import Database, open_engine
from assistant.storage.migrate import newest_revision, upgrade
from assistant.storage.tables import metadata
from tests.fakes import NOON


def url(folder: Path) -> str:
    """A database file in that folder."""
    return f"sqlite:///{folder}/deep/conversations.db"


def test_migrations_make_the_tables(tmp_path: Path) -> None:
    """The migrations lead to exactly the tables the code expects; running them again changes nothing."""
    engine = open_engine(url(tmp_path))
    assert upgrade(engine) == upgrade(engine) == newest_revision()
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
        assert {index["name"] for index in inspect(connection).get_indexes("turn")} >= {"ix_turn_pending"}
    engine.dispose()


async def test_accepted_is_on_disk(tmp_path: Path) -> None:
    """When accept returns, another connection reads the message."""
    database = Database(url(tmp_path))
    database.open()
    store = SqlConversationStore(database)
    await store.create(Conversation("c", Channel.WEB, NOON, NOON))
    await store.accept("c", Utterance("Hallo", Channel.WEB, NOON, "u"))
    with sqlite3.connect(tmp_path / "deep" / "conversations.db") as other:
        assert other.execute("SELECT text FROM turn").fetchall() == [("Hallo",)]
    other.close()
    database.close()


async def test_locked_database_is_told(tmp_path: Path) -> None:
    """A database that somebody else has locked ends in an error that may be tried again, and works on afterwards."""
    database = Database(url(tmp_path), lock_timeout_ms=20)
    database.open()
    store = SqlConversationStore(database)
    other = sqlite3.connect(tmp_path / "deep" / "conversations.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StorageUnavailableError, match="locked") as caught:
        await store.create(Conversation("c", Channel.WEB, NOON, NOON))
    assert caught.value.retryable
    assert "INSERT" not in str(caught.value)
    other.execute("ROLLBACK")
    other.close()
    await store.create(Conversation("c", Channel.WEB, NOON, NOON))
    database.close()


async def test_two_processes_share_a_file(tmp_path: Path) -> None:
    """Two databases on one file write at the same time without an error or a loss."""
    databases = [Database(url(tmp_path)) for _ in range(2)]
    stores = []
    for database in databases:
        database.open()
        stores.append(SqlConversationStore(database))
    await stores[0].create(Conversation("c", Channel.WEB, NOON, NOON))
    await asyncio.gather(
        *(
            stores[number % 2].accept("c", Utterance(str(number), Channel.WEB, NOON, f"u{number}"))
            for number in range(100)
        )
    )
    assert len(await stores[1].turns("c")) == 100
    for database in databases:
        database.close()


async def test_a_spoilt_transaction_spoils_no_other_work(tmp_path: Path) -> None:
    """Work that breaks a rule of the database fails alone; what was handed in with it is done once."""
    database = Database(url(tmp_path))
    database.open()
    store = SqlConversationStore(database)
    await store.create(Conversation("c", Channel.WEB, NOON, NOON))
    outcomes = await asyncio.gather(
        store.accept("c", Utterance("1", Channel.WEB, NOON, "u1")),
        store.create(Conversation("c", Channel.WEB, NOON, NOON)),
        store.accept("c", Utterance("2", Channel.WEB, NOON + timedelta(seconds=1), "u2")),
        return_exceptions=True,
    )
    assert isinstance(outcomes[1], StorageUnavailableError)
    assert [turn.utterance.text for turn in await store.turns("c")] == ["1", "2"]
    database.close()


async def test_closed_database_says_so(tmp_path: Path) -> None:
    """Work handed to a database that is not open fails at once instead of waiting for ever."""
    database = Database(url(tmp_path))
    with pytest.raises(StorageUnavailableError, match="not open"):
        await SqlConversationStore(database).ping()
    database.close()


async def test_folder_that_cannot_be_written(tmp_path: Path) -> None:
    """A database that cannot be opened is told as such when it is opened."""
    (tmp_path / "deep").write_text("a file where the folder should be")
    with pytest.raises((StorageUnavailableError, OSError)):
        Database(url(tmp_path)).open()


@pytest.mark.parametrize("wrong", ["nonsense", "postgresql+nodriver://localhost/roland"])
def test_impossible_url_is_an_error_of_the_configuration(wrong: str) -> None:
    """A database that cannot be one, or has no driver, is told as a wrong setting."""
    with pytest.raises(ConfigError, match=r"storage\.url"):
        Database(wrong)


def open_and_close(url_of_file: str) -> None:
    """What a worker does at its start and end."""
    database = Database(url_of_file)
    database.open()
    database.close()


@pytest.mark.slow
def test_workers_start_together(tmp_path: Path) -> None:
    """Several processes may open a new database at the same moment; one of them makes the tables, none fails."""
    with ProcessPoolExecutor(4, mp_context=get_context("spawn")) as workers:
        list(workers.map(open_and_close, [url(tmp_path)] * 8))
    engine = open_engine(url(tmp_path))
    assert upgrade(engine) == newest_revision()
    engine.dispose()
