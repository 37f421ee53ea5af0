"""Two worker processes over one database, and what citizen, agent and looker-on do with them over HTTP."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.system.installation import ROOT, until

Json = dict[str, Any]
_PATIENCE_S = 180.0


@dataclass(frozen=True)
class Nursery:
    """The process that forks workers; what it needs is loaded once."""

    process: "subprocess.Popen[str]"

    def fork(self, listening: socket.socket) -> int:
        """The number of a new worker on that socket."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(listening.fileno(), file=self.process.stdin, flush=True)
        return int(self.process.stdout.readline())


@dataclass
class Worker:
    """One worker, to be killed and started as often as wanted; its socket outlives it, so nobody gets the port."""

    nursery: Nursery
    listening: socket.socket
    number: int = 0

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.listening.getsockname()[1]}"

    def start(self) -> None:
        """Begin; it answers a little later."""
        self.number = self.nursery.fork(self.listening)

    def kill(self) -> None:
        """End it as kill -9 does."""
        if self.number:
            os.kill(self.number, signal.SIGKILL)
            until(lambda: not Path(f"/proc/{self.number}").exists(), look=0.005)
            self.number = 0

    def call(self, method: str, path: str, **content: Any) -> httpx.Response:
        """A request that is sent again, the same, until the worker has answered it."""
        deadline = time.monotonic() + _PATIENCE_S
        while True:
            with suppress(httpx.TransportError), httpx.Client(trust_env=False, timeout=10) as client:
                response = client.request(method, f"{self.url}{path}", **content)
                if response.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                    assert response.is_success or response.is_redirect, response.text
                    return response
            assert time.monotonic() < deadline, f"{path} is not answered"
            time.sleep(0.05)


@dataclass(frozen=True)
class Pair:
    """Two workers; the citizen speaks to one, the agent to the other."""

    citizens: Worker
    agents: Worker

    def start(self) -> None:
        """Start both."""
        for worker in (self.citizens, self.agents):
            worker.start()

    def kill(self) -> None:
        """Kill both."""
        for worker in (self.citizens, self.agents):
            worker.kill()

    def restart(self) -> None:
        """Kill both and start them again."""
        self.kill()
        self.start()


@contextmanager
def two_workers(
    data: Path, settings: dict[str, str], live_poll_s: float, *, with_forms: bool = False
) -> Iterator[Pair]:
    """Two running workers with the same settings; none is left afterwards. ``with_forms``: they explain forms."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("ROLAND")}
    own |= {name: "yes" for name in ("ROLAND_TEST_FORMS",) if with_forms}
    environment = own | {f"ROLAND__{key.replace('.', '__').upper()}": value for key, value in settings.items()}
    command = [sys.executable, "-m", "tests.system.worker"]
    with (
        socket.create_server(("127.0.0.1", 0)) as one,
        socket.create_server(("127.0.0.1", 0)) as other,
        (data / "workers.log").open("wb") as log,
        subprocess.Popen(
            [*command, str(data), str(time.time()), str(live_poll_s), str(one.fileno()), str(other.fileno())],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            pass_fds=[one.fileno(), other.fileno()],
        ) as process,
    ):
        nursery = Nursery(process)
        pair = Pair(Worker(nursery, one), Worker(nursery, other))
        try:
            pair.start()
            yield pair
        finally:
            pair.kill()


class Follower:
    """A browser that follows a conversation: it comes back whenever it is cut off, with the last id it has seen."""

    def __init__(self, worker: Worker, conversation: str) -> None:
        self._worker = worker
        self._path = f"/api/v1/conversations/{conversation}/events"
        self._is_over = threading.Event()
        self._last_id = ""
        self._response: httpx.Response | None = None
        self.entries: list[tuple[int, Json]] = []
        self.places: list[Json] = []
        self._thread = threading.Thread(target=self._follow, daemon=True)
        self._thread.start()

    def cut(self) -> None:
        """Break the connection."""
        if self._response is not None:
            with suppress(Exception):
                self._response.extensions["network_stream"].get_extra_info("socket").shutdown(2)

    def stop(self) -> None:
        """Look away."""
        self._is_over.set()
        until(self._is_gone, _PATIENCE_S)

    def _is_gone(self) -> bool:
        self.cut()
        return not self._thread.is_alive()

    def wait_for(self, wanted: Callable[[Json], bool]) -> None:
        """Return when an entry has come that fits."""
        until(lambda: any(wanted(entry) for _, entry in self.entries), _PATIENCE_S, look=0.005)

    def _follow(self) -> None:
        while not self._is_over.is_set():
            with suppress(httpx.TransportError, OSError):
                self._listen()
            self._is_over.wait(0.05)

    def _listen(self) -> None:
        headers = {"Last-Event-ID": self._last_id} if self._last_id else {}
        address = f"{self._worker.url}{self._path}"
        with (
            httpx.Client(trust_env=False, timeout=60) as client,
            client.stream("GET", address, headers=headers) as response,
        ):
            self._response = response
            event: dict[str, str] = {}
            for line in response.iter_lines():
                if line:
                    name, _, value = line.partition(": ")
                    event[name] = value
                elif event:
                    self._take(event)
                    event = {}

    def _take(self, event: dict[str, str]) -> None:
        if "id" in event:
            self._last_id = event["id"]
            self.entries.append((int(event["id"]), json.loads(event["data"])))
        elif event.get("event") == "queue":
            self.places.append(json.loads(event["data"]))
