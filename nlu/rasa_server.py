"""Runs a Rasa NLU server of one's own: starts it, waits until it is healthy, starts it again when it dies, stops it."""

import asyncio
import contextlib
import os
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx
import structlog

from assistant.errors import NluUnavailableError
from nlu.rasa_model import MODEL_FILE

HOST = "127.0.0.1"
# Ends the server together with this process, even when that is killed: PR_SET_PDEATHSIG (1) with SIGTERM (15).
_BOUND_TO_PARENT = "import ctypes, os, sys; ctypes.CDLL(None).prctl(1, 15); os.execv(sys.argv[1], sys.argv[1:])"
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds to wait: to become healthy, between two looks, before a new start (doubled each time), to stop."""

    health: float = 120.0
    look: float = 0.25
    backoff: float = 1.0
    backoff_limit: float = 60.0
    stop: float = 10.0


USUAL = Patience()


def rasa_environment() -> dict[str, str]:
    """The environment for Rasa: no telemetry, no user texts in its log, nothing about its libraries."""
    return os.environ | {
        "LOG_LEVEL": "WARNING",
        "LOG_LEVEL_LIBRARIES": "ERROR",
        "PYTHONWARNINGS": "ignore",
        "RASA_TELEMETRY_ENABLED": "false",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }


class RasaServer:
    """A Rasa server as a child process on loopback, which never outlives this process; its output goes to ``log``.

    ``model`` is the folder that ``nlu.train.train_rasa`` returned.
    """

    def __init__(self, python: Path, model: Path, *, port: int, log: Path, patience: Patience = USUAL) -> None:
        run = ("-m", "rasa", "run", "--enable-api", "--interface", HOST, "--port", str(port), "--quiet")
        interpreter, file = str(python.absolute()), str((model / MODEL_FILE).absolute())
        self._command = (interpreter, "-c", _BOUND_TO_PARENT, interpreter, *run, "--model", file)
        self._port, self._log_file, self._patience = port, log.absolute(), patience
        self._process: asyncio.subprocess.Process | None = None
        self._keeper: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{HOST}:{self._port}"

    @property
    def pid(self) -> int | None:
        """The process that runs at present."""
        return None if self._process is None or self._process.returncode is not None else self._process.pid

    async def start(self) -> None:
        """Begin; returns at once. Raises NluUnavailableError where something else listens on the port."""
        with contextlib.suppress(OSError):
            _, writer = await asyncio.open_connection(HOST, self._port)
            writer.close()
            raise NluUnavailableError(f"port {self._port} is taken; is another Rasa server running?")
        self._keeper = asyncio.create_task(self._keep_running(), name="rasa server")

    async def wait_until_healthy(self) -> None:
        """Return when the server answers with its model loaded; raise NluUnavailableError when that takes too long."""
        async with httpx.AsyncClient(base_url=self.url, timeout=1.0, trust_env=False) as client:
            try:
                async with asyncio.timeout(self._patience.health):
                    # Another process has no event to wait for.
                    while not await _is_healthy(client):  # noqa: ASYNC110
                        await asyncio.sleep(self._patience.look)
            except TimeoutError as error:
                message = f"the Rasa server was not ready within {self._patience.health:g} s; see {self._log_file}"
                raise NluUnavailableError(message) from error

    async def stop(self) -> None:
        """End the server; forcibly when it does not go by itself."""
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
            self._keeper = None

    async def __aenter__(self) -> Self:
        await self.start()
        try:
            await self.wait_until_healthy()
        except BaseException:
            await self.stop()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def _keep_running(self) -> None:
        pause = self._patience.backoff
        while True:
            started = time.monotonic()
            code = await self._run_once()
            if time.monotonic() - started > self._patience.backoff_limit:
                pause = self._patience.backoff
            _log.warning("rasa server ended", code=code, restart_in_s=pause, log=str(self._log_file))
            await asyncio.sleep(pause)
            pause = min(2 * pause, self._patience.backoff_limit)

    async def _run_once(self) -> int | None:
        """Start the server and wait until it ends; it ends with this coroutine when that is cancelled."""
        self._log_file.parent.mkdir(parents=True, exist_ok=True)
        with self._log_file.open("ab") as log:
            try:
                process = await asyncio.create_subprocess_exec(
                    *self._command,
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    cwd=self._log_file.parent,
                    env=rasa_environment(),
                )
            except OSError as error:
                _log.warning("rasa server cannot be started", reason=str(error))
                return None
        self._process = process
        try:
            return await process.wait()
        finally:
            await self._end(process)

    async def _end(self, process: asyncio.subprocess.Process) -> None:
        if process.returncode is not None:
            return
        process.terminate()
        try:
            async with asyncio.timeout(self._patience.stop):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()


async def _is_healthy(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get("/status")).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False
