"""Worker processes of one kind, kept running."""

import asyncio
import contextlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import structlog

from assistant.errors import SpeechUnavailableError
from voice.workers.worker import EngineError, Worker, WorkerLostError

_FIRST_REST_S = 0.5
_LONGEST_REST_S = 30.0

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class WorkerOptions:
    """What the workers of a pool do, and how long they may take; ``engine`` is named ``module:factory``."""

    name: str
    engine: str
    options: Mapping[str, Any] = field(default_factory=dict)
    """Keywords for the factory, as JSON can hold them."""
    count: int = 0
    """How many processes; 0 for one a processor core."""
    start_s: float = 60.0
    """How long one may take to load."""
    patience_s: float = 2.0
    """A worker that owes an answer and gives none for so long is killed and replaced."""


class WorkerPool:
    """Starts workers, kills those that hang, and replaces those that die, more slowly each time in a row."""

    def __init__(self, options: WorkerOptions) -> None:
        self._options = options
        self._workers: list[Worker] = []
        self._keepers: list[asyncio.Task[None]] = []
        self._is_some_ready = asyncio.Event()
        self._failure = "not started"

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @property
    def workers(self) -> tuple[Worker, ...]:
        """Those that can be asked at this moment."""
        return tuple(worker for worker in self._workers if worker.is_alive)

    async def start(self) -> None:
        """Start all and return when all are ready. Raises SpeechUnavailableError where one cannot be."""
        count = self._options.count or len(os.sched_getaffinity(0))
        starting = [asyncio.create_task(self._new()) for _ in range(count)]
        try:
            first = await asyncio.gather(*starting)
        except BaseException as error:
            for task in starting:
                task.cancel()
            await asyncio.gather(*starting, return_exceptions=True)
            await self.stop()
            if isinstance(error, EngineError | WorkerLostError):
                raise SpeechUnavailableError(f"{self._options.name}: {error}") from error
            raise
        self._keepers = [asyncio.create_task(self._keep(worker), name=self._options.name) for worker in first]

    async def stop(self) -> None:
        """End all."""
        for keeper in self._keepers:
            keeper.cancel()
        await asyncio.gather(*self._keepers, return_exceptions=True)
        self._keepers = []
        await asyncio.gather(*(worker.stop() for worker in self._workers))
        self._workers = []
        self._is_some_ready.clear()
        self._failure = "stopped"

    def best(self) -> Worker | None:
        """The least busy worker; None while there is none."""
        return min(self.workers, key=lambda worker: worker.load, default=None)

    async def ready(self) -> Worker:
        """The least busy worker, as soon as there is one."""
        while (worker := self.best()) is None:
            self._is_some_ready.clear()
            await self._is_some_ready.wait()
        return worker

    def check(self) -> None:
        """Return where some worker can be asked; raise SpeechUnavailableError otherwise. From any thread."""
        if not self.workers:
            raise SpeechUnavailableError(f"{self._options.name}: no worker process, {self._failure}")

    async def _new(self) -> Worker:
        worker = await Worker.start(self._options.engine, self._options.options, self._options.start_s)
        self._workers.append(worker)
        self._is_some_ready.set()
        return worker

    async def _keep(self, worker: Worker) -> None:
        """Watch over one worker after the other in this place, for ever."""
        clock = asyncio.get_running_loop().time
        rest_s = 0.0
        while True:
            began = clock()
            await self._watch(worker)
            self._failure = "the last one was lost"
            await worker.stop()
            self._workers.remove(worker)
            rest_s = 0.0 if clock() - began > _LONGEST_REST_S else rest_s
            worker, rest_s = await self._replacement(rest_s)

    async def _watch(self, worker: Worker) -> None:
        """Return when a worker is lost; one that hangs is killed."""
        while worker.is_alive:
            if worker.silent_s > self._options.patience_s:
                _log.warning("speech worker hangs", name=self._options.name, seconds=round(worker.silent_s, 1))
                worker.kill()
            worker.check()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._options.patience_s / 4):
                    await worker.lost.wait()

    async def _replacement(self, rest_s: float) -> tuple[Worker, float]:
        """A new worker, and how long to rest before the next one should this be lost soon."""
        while True:
            _log.warning("speech worker lost", name=self._options.name, seconds=rest_s)
            await asyncio.sleep(rest_s)
            rest_s = min(_LONGEST_REST_S, max(_FIRST_REST_S, 2 * rest_s))
            try:
                return await self._new(), rest_s
            except (EngineError, WorkerLostError, OSError) as error:
                self._failure = str(error)
                _log.warning("speech worker not started", name=self._options.name, error=str(error))
