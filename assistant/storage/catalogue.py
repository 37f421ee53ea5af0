"""The service catalogue in a SQLite file of its own.

The file holds derived data only (every import can make it anew), so it needs no migrations and lies beside the
conversations, not among them. An import fills a temporary staging table while it reads; the stored catalogue is
compared and changed afterwards, in one short transaction, so that readers see all of an import or nothing.
"""

import asyncio
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar, cast

from sqlalchemy import URL, ColumnElement, Engine, Row, Select, create_engine, delete, event, func, insert, select
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.schema import CreateTable

from assistant.errors import CatalogueEmptyError, StorageError, StorageUnavailableError
from assistant.model import ImportRecord, ImportReport, LifeSituation, Office, Service
from assistant.storage.catalogue_import import Intake, apply, compare
from assistant.storage.catalogue_tables import ENTRY, META, METADATA, OFFICE, SERVICE, SITUATION, STAGED
from assistant.storage.codec import decode

E = TypeVar("E", Service, Office, LifeSituation)

_BATCH = 200
_CACHED_ENTRIES = 8192
_LOCK_TIMEOUT_S = 5.0


class SqlCatalogueStore:
    """Implements ``assistant.ports.CatalogueStore`` over SQLite. Reads may come from any thread.

    ``source`` is the path of the file (made when missing) or an engine for SQLite. Another process may import at any
    time: it is noticed at the latest ``check_every`` seconds later.
    """

    name = "catalogue"

    def __init__(
        self, source: Path | Engine, *, check_every: float = 1.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._engine = source if isinstance(source, Engine) else _engine(source)
        self._check_every = check_every
        self._clock = clock
        self._revision = ""
        self._checked_at: float | None = None
        with _storage_errors():
            METADATA.create_all(self._engine)
        # Keyed by revision and by text: what another process imported is never hidden by a cache.
        self._payload = lru_cache(_CACHED_ENTRIES)(self._load_payload)
        self._situation_ids = lru_cache(_CACHED_ENTRIES)(self._load_situation_ids)
        self._offices = lru_cache(maxsize=1)(self._load_offices)
        self._parse: Callable[..., object] = lru_cache(_CACHED_ENTRIES)(decode)

    # ── reading ────────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def revision(self) -> str:
        now = self._clock()
        if self._checked_at is None or now - self._checked_at >= self._check_every:
            rows = self._rows(select(META.c.value).where(META.c.key == "revision"))
            self._revision = rows[0].value if rows else ""
            self._checked_at = now
        return self._revision

    def service(self, service_id: str) -> Service | None:
        return self._entry(SERVICE, service_id, Service)

    def services(self) -> Iterator[Service]:
        return self._all(SERVICE, Service)

    def office(self, office_id: str) -> Office | None:
        return self._entry(OFFICE, office_id, Office)

    def offices(self) -> Iterator[Office]:
        return iter(self._offices(self.revision))

    def life_situations(self) -> Sequence[LifeSituation]:
        query = select(ENTRY.c.payload).where(ENTRY.c.kind == SITUATION)
        rows = self._rows(query.order_by(ENTRY.c.position, ENTRY.c.id))
        return tuple(self._parsed(row.payload, LifeSituation) for row in rows)

    def services_in_situation(self, situation_id: str) -> Sequence[Service]:
        usual = next((known.usual for known in self.life_situations() if known.id == situation_id), ())
        rank = {service_id: place for place, service_id in enumerate(usual)}
        ids = sorted(self._situation_ids(self.revision, situation_id), key=lambda id_: (rank.get(id_, len(rank)), id_))
        return tuple(service for service in map(self.service, ids) if service is not None)

    async def ping(self) -> None:
        if not await asyncio.to_thread(lambda: self.revision):
            raise CatalogueEmptyError("nothing has been imported yet: roland setup-data, or roland catalogue import")

    def _entry(self, kind: str, entry_id: str, entry_class: type[E]) -> E | None:
        payload = self._payload(self.revision, kind, entry_id)
        return None if payload is None else self._parsed(payload, entry_class)

    def _all(self, kind: str, entry_class: type[E]) -> Iterator[E]:
        last = ""
        while True:  # page by page, so that no connection is held while the caller works
            query = select(ENTRY.c.id, ENTRY.c.payload).where(_public(kind) & (ENTRY.c.id > last))
            rows = self._rows(query.order_by(ENTRY.c.id).limit(_BATCH))
            if not rows:
                return
            yield from (self._parsed(row.payload, entry_class) for row in rows)
            last = rows[-1].id

    def _parsed(self, payload: str, entry_class: type[E]) -> E:
        return cast(E, self._parse(payload, entry_class))

    def _load_payload(self, revision: str, kind: str, entry_id: str) -> str | None:
        del revision  # part of the cache's key only
        rows = self._rows(select(ENTRY.c.payload).where(_public(kind) & (ENTRY.c.id == entry_id)))
        return rows[0].payload if rows else None

    def _load_offices(self, revision: str) -> tuple[Office, ...]:
        del revision  # part of the cache's key only
        return tuple(self._all(OFFICE, Office))

    def _load_situation_ids(self, revision: str, situation_id: str) -> tuple[str, ...]:
        del revision  # part of the cache's key only
        named = func.json_each(ENTRY.c.payload, "$.life_situations").table_valued("value")
        query = select(ENTRY.c.id).select_from(ENTRY).join(named, named.c.value == situation_id)
        return tuple(row.id for row in self._rows(query.where(_public(SERVICE)).order_by(ENTRY.c.id)))

    def _rows(self, query: Select[Any]) -> Sequence[Row[Any]]:
        with _storage_errors(), self._engine.connect() as connection:
            return connection.execute(query).all()

    # ── changing ───────────────────────────────────────────────────────────────────────────────────────────────────

    def replace(
        self, records: Iterable[ImportRecord], *, dry_run: bool = False, allow_removal: bool = True
    ) -> ImportReport:
        intake = Intake()
        with _storage_errors(), self._engine.connect() as connection:
            connection.execute(CreateTable(STAGED, if_not_exists=True))
            connection.execute(delete(STAGED))
            rows = intake.rows(records)
            while batch := list(islice(rows, _BATCH)):
                connection.execute(insert(STAGED), batch)
            if dry_run:
                report = compare(connection, intake, dry_run=True)
            else:
                report = apply(connection, intake, allow_removal=allow_removal)
            connection.execute(delete(STAGED))
            connection.commit()
        self._checked_at = None
        return report


def _public(kind: str) -> ColumnElement[bool]:
    return (ENTRY.c.kind == kind) & ENTRY.c.public


# ── the file ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _engine(path: Path) -> Engine:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageUnavailableError(f"{path.parent}: {error.strerror or error}") from error
    if not os.access(path.parent, os.W_OK):  # SQLite would only say that it cannot open the file
        raise StorageUnavailableError(f"{path.parent}: cannot be written to")
    url = URL.create("sqlite", database=str(path))
    engine = create_engine(url, connect_args={"timeout": _LOCK_TIMEOUT_S})
    event.listen(engine, "connect", _set_up_connection)
    return engine


def _set_up_connection(connection: DBAPIConnection, _: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.close()


@contextmanager
def _storage_errors() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        raise StorageUnavailableError(f"catalogue: {error.orig}") from error
    except DBAPIError as error:
        raise StorageError(f"catalogue: {error.orig}") from error
