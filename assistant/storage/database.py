"""One connection on a thread of its own. What waits is done together, as far as the database lets others work beside.

SQLite lets one write at a time, so everything that waits shares one transaction and one commit. PostgreSQL lets many:
there reads share one view of the database, and each write is a transaction of its own, which holds few locks and not
for long; two workers whose transactions clash all the same are set right by doing the work again.
"""

import asyncio
import random
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import StaticPool

from assistant.errors import ConfigError, RolandError, StorageError, StorageUnavailableError
from assistant.storage.migrate import upgrade

T = TypeVar("T")
Work = Callable[[Connection], T]
_MOST_AT_ONCE = 256
_CLASHES = frozenset({"40001", "40P01", "23505"})
"""What another worker's transaction may cause: no serial order, a deadlock, a row that has just been made there too."""
_MOST_CLASHES = 5


@dataclass(frozen=True, slots=True)
class _Job:
    work: Work[Any]
    writes: bool
    loop: asyncio.AbstractEventLoop
    done: "asyncio.Future[Any]"


class Database:
    """Runs pieces of work on a database, in the order in which they were handed in.

    Work must leave nothing behind when it raises a RolandError, and must bear to be run again after a rollback.
    """

    def __init__(self, url: str, *, lock_timeout_ms: int = 2000, durability: str = "process") -> None:
        """``durability``: what a commit survives, ``process`` (its end) or ``power`` (a failure of power; SQLite)."""
        self.url = url
        self._engine = open_engine(url, lock_timeout_ms=lock_timeout_ms, durability=durability)
        self._is_shared = self._engine.dialect.name != "sqlite"
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._thread: threading.Thread | None = None

    def open(self) -> None:
        """Bring the tables up to date and start working; raises StorageUnavailableError."""
        if self._thread is None:
            try:
                upgrade(self._engine)
            except DBAPIError as error:
                raise _unavailable(error) from error
            self._thread = threading.Thread(target=self._serve, name="database", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Finish what was handed in, then let go of the database."""
        if self._thread is not None:
            self._jobs.put(None)
            self._thread.join()
            self._thread = None
        self._engine.dispose()

    async def __aenter__(self) -> "Database":
        self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.close()

    async def read(self, work: Work[T]) -> T:
        """The result of work that changes nothing."""
        return await self._hand_in(work, writes=False)

    async def write(self, work: Work[T]) -> T:
        """The result of work that changes something; it is committed when this returns."""
        return await self._hand_in(work, writes=True)

    def _hand_in(self, work: Work[T], *, writes: bool) -> "asyncio.Future[T]":
        if self._thread is None:
            raise StorageUnavailableError("the database is not open")
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()
        self._jobs.put(_Job(work, writes, loop, done))
        return done

    def _serve(self) -> None:
        while (first := self._jobs.get()) is not None:
            jobs = [first]
            last = False
            while len(jobs) < _MOST_AT_ONCE:
                try:
                    job = self._jobs.get_nowait()
                except Empty:
                    break
                if job is None:
                    last = True
                    break
                jobs.append(job)
            self._work_off(jobs)
            if last:
                break

    def _work_off(self, jobs: Sequence[_Job]) -> None:
        if not self._is_shared:
            self._do_together(jobs)
            return
        for writes, group in groupby(jobs, key=lambda job: job.writes):
            for together in ([job] for job in group) if writes else (list(group),):
                self._do_together(together)

    def _do_together(self, jobs: Sequence[_Job]) -> None:
        try:
            results = self._transact_anew(jobs)
        except Exception as error:  # noqa: BLE001 - the thread must outlive whatever a driver raises
            if len(jobs) > 1:
                # One of them spoilt the transaction: each for itself now, so that it spoils no other.
                for job in jobs:
                    self._do_together([job])
                return
            results = [_unavailable(error) if isinstance(error, DBAPIError) else error]
        _deliver(jobs, results)

    def _transact_anew(self, jobs: Sequence[_Job]) -> list[Any]:
        for clashes in range(1, _MOST_CLASHES):
            try:
                return self._transact(jobs)
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) not in _CLASHES:
                    raise
                # Lets the other one have its turn first; at once, the two might meet again.
                time.sleep(clashes * random.uniform(0.005, 0.02))  # noqa: S311
        return self._transact(jobs)

    def _transact(self, jobs: Sequence[_Job]) -> list[Any]:
        writes = any(job.writes for job in jobs)
        options: dict[str, Any] = {"roland_writes": writes}
        if self._is_shared:
            # Work that reads twice must not see one half before and one after somebody else's change.
            options["isolation_level"] = "READ COMMITTED" if writes else "REPEATABLE READ"
        with self._engine.connect().execution_options(**options) as connection, connection.begin():
            return [_outcome(job.work, connection) for job in jobs]


def open_engine(url: str, *, lock_timeout_ms: int = 2000, durability: str = "process") -> Engine:
    """An engine for one thread: SQLite in write-ahead mode with foreign keys, or any other database by its URL.

    Raises ConfigError for a URL that cannot be one, or whose driver is not installed.
    """
    try:
        if make_url(url).get_backend_name() != "sqlite":
            return _open_server(url, lock_timeout_ms)
    except (ArgumentError, ImportError) as error:
        raise ConfigError(f"storage.url: no such database or no driver for it: {error}") from error
    _make_folder(url)
    engine = create_engine(
        url,
        poolclass=StaticPool,
        hide_parameters=True,
        connect_args={"check_same_thread": False, "timeout": lock_timeout_ms / 1000},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # transactions begin where "begin" below says so, not where sqlite3 guesses
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA synchronous = {'FULL' if durability == 'power' else 'NORMAL'}")
        connection.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A transaction that reads first and writes later would fail at once where another process writes in between.
        writes = connection.get_execution_options().get("roland_writes", True)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _open_server(url: str, lock_timeout_ms: int) -> Engine:
    engine = create_engine(url, pool_size=1, max_overflow=1, pool_pre_ping=True, hide_parameters=True)
    if engine.dialect.name == "postgresql":

        @event.listens_for(engine, "connect")
        def prepare(connection: Any, _record: object) -> None:
            with connection.cursor() as cursor:
                cursor.execute(f"SET lock_timeout = {lock_timeout_ms}")
            connection.commit()

    return engine


def _make_folder(url: str) -> None:
    file = make_url(url).database
    if file and file != ":memory:":
        Path(file).parent.mkdir(parents=True, exist_ok=True)


def _outcome(work: Work[Any], connection: Connection) -> Any:
    try:
        return work(connection)
    except RolandError as error:
        return error


def _deliver(jobs: Sequence[_Job], results: Sequence[Any]) -> None:
    for loop in {job.loop for job in jobs}:
        pairs = [(job.done, result) for job, result in zip(jobs, results, strict=True) if job.loop is loop]
        if not loop.is_closed():
            loop.call_soon_threadsafe(_settle, pairs)


def _settle(pairs: Sequence[tuple["asyncio.Future[Any]", Any]]) -> None:
    for done, result in pairs:
        if done.done():
            continue
        if isinstance(result, Exception):
            done.set_exception(result)
        else:
            done.set_result(result)


def _unavailable(error: DBAPIError) -> StorageError:
    # The first line of the driver's message alone: SQLAlchemy adds the statement with its values, PostgreSQL the row.
    reason = next(iter(str(error.orig).splitlines()), "")
    return StorageUnavailableError(f"the database does not answer: {reason}")
