"""The tables of the catalogue's own SQLite file."""

from typing import Any

from sqlalchemy import Boolean, Column, Integer, MetaData, String, Table, Text

from assistant.model import Entry, Office, Service

SERVICE, OFFICE, SITUATION = "service", "office", "situation"


def _entry_columns() -> tuple[Column[Any], ...]:
    return (
        Column("kind", String, primary_key=True),
        Column("id", String, primary_key=True),
        Column("hash", String, nullable=False),
        Column("payload", Text, nullable=False),
        Column("public", Boolean, nullable=False),
        Column("position", Integer, nullable=False),
    )


METADATA = MetaData()
ENTRY = Table("entry", METADATA, *_entry_columns())
META = Table("meta", METADATA, Column("key", String, primary_key=True), Column("value", String, nullable=False))
STAGED = Table("staged_entry", MetaData(), *_entry_columns(), prefixes=["TEMPORARY"])


def kind_of(entry: Entry) -> str:
    """The kind under which an entry is stored and reported."""
    if isinstance(entry, Service):
        return SERVICE
    return OFFICE if isinstance(entry, Office) else SITUATION
