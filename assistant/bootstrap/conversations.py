"""Where conversations are kept."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from assistant.config import Settings
from assistant.errors import StorageUnavailableError
from assistant.storage.conversations import Retention, SqlConversationStore
from assistant.storage.database import Database, open_engine
from assistant.storage.migrate import current_revision, newest_revision, upgrade


def open_database(settings: Settings) -> Database:
    """The conversations' database, not opened yet."""
    storage = settings.storage
    return Database(settings.database_url, lock_timeout_ms=storage.lock_timeout_ms, durability=storage.durability)


def conversation_store(settings: Settings, database: Database) -> SqlConversationStore:
    """The conversations in a database, with the city's retention."""
    keep = settings.retention
    return SqlConversationStore(
        database, Retention(timedelta(days=keep.conversations_days), timedelta(days=keep.feedback_days))
    )


def upgrade_database(settings: Settings) -> str:
    """Bring the conversations' tables to this version; returns the revision they are at."""
    with _engine(settings) as engine:
        return upgrade(engine)


def database_state(settings: Settings) -> str:
    """Which revision the tables are at, in words; changes nothing. Raises StorageUnavailableError."""
    with _engine(settings) as engine:
        current = current_revision(engine)
    newest = newest_revision()
    if current == newest:
        return f"tables at revision {current}"
    return f"tables at revision {current or 'none'}, the next start brings them to {newest}"


@contextmanager
def _engine(settings: Settings) -> Iterator[Engine]:
    engine = open_engine(settings.database_url, lock_timeout_ms=settings.storage.lock_timeout_ms)
    try:
        yield engine
    except DBAPIError as error:
        raise StorageUnavailableError(f"the database does not answer: {error.orig}") from error
    finally:
        engine.dispose()
