"""Brings a database to the tables of this version (Alembic)."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

_FOLDER = Path(__file__).parent / "migrations"
_LOCK = 3115
"""Any number that nobody else locks: workers starting together upgrade one after the other."""


def upgrade(engine: Engine) -> str:
    """Run the migrations that are missing, in one transaction; returns the revision that the database is now at."""
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL lock_timeout = 0")  # another worker's upgrade may take its time
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        if _revision(connection) != newest_revision():
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
        return _revision(connection)


def current_revision(engine: Engine) -> str:
    """The revision that the database is at; empty before the first upgrade."""
    with engine.connect() as connection:
        return _revision(connection)


@cache
def newest_revision() -> str:
    """The revision that this version of Roland expects."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def _revision(connection: Connection) -> str:
    return MigrationContext.configure(connection).get_current_revision() or ""


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.set_main_option("path_separator", "os")
    return config
