"""An installation under test: a data directory, and the ``roland`` command run on it as an operator would."""

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx

from nlu.rasa_train import free_port

ROOT = Path(__file__).parents[2]
ROLAND = Path(sys.executable).with_name("roland")
BREMEN = ROOT / "config" / "bremen.toml"
_START_S, _STOP_S, _LOOK_S = 300.0, 40.0, 0.05
_WORTH_LINKING = 10_000_000


def until(condition: Callable[[], bool], seconds: float = 120.0, *, look: float = _LOOK_S) -> None:
    """Return as soon as the condition holds, looked at every ``look`` seconds; fail when it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds:g} s"
        time.sleep(look)


@dataclass(frozen=True)
class Server:
    """A running ``roland serve``; its output goes to ``log`` unless the test sends it elsewhere."""

    url: str
    process: "subprocess.Popen[bytes]"
    log: Path

    def client(self) -> httpx.Client:
        """A client that opens a connection for every request, so that any worker may get it."""
        return httpx.Client(
            base_url=self.url, timeout=60, trust_env=False, limits=httpx.Limits(max_keepalive_connections=0)
        )

    def signal(self, number: int) -> None:
        """Send a signal to the server itself."""
        self.process.send_signal(number)

    def stop(self) -> int:
        """Ask it to end, as an operator does, and return its exit code."""
        self.process.terminate()
        return self.process.wait(_STOP_S)

    def limit_file_size(self, most: int = resource.RLIM_INFINITY) -> None:
        """From now on no file of this process may grow beyond so many bytes, as on a disk without room."""
        resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))

    def events(self, name: str) -> list[dict[str, Any]]:
        """The lines of the log that tell of that event."""
        lines = (line for line in self.log.read_text(encoding="utf-8").splitlines() if line.startswith("{"))
        return [entry for entry in map(json.loads, lines) if entry["event"] == name]

    def children(self, word: str) -> list[int]:
        """The running processes below the server whose command line holds that word."""
        return [pid for pid in _below(self.process.pid) if word in _command_line(pid)]


@dataclass(frozen=True)
class Installation:
    """A data directory with trained models, and the settings that go before those of the city's file."""

    data: Path
    models: Path
    config: Path = BREMEN
    settings: Mapping[str, object] = field(default_factory=dict)

    def having(self, settings: Mapping[str, object]) -> "Installation":
        """The same with further settings, ``{"http.workers": 2}``."""
        return replace(self, settings={**self.settings, **settings})

    def copy(self, folder: Path) -> "Installation":
        """A copy of what was set up, without conversations; large files are linked where the disk allows it."""
        shutil.copytree(self.data, folder, copy_function=_link, ignore=shutil.ignore_patterns("*.db*", "secret.key"))
        shutil.copy(self.data / "catalogue.db", folder)
        return replace(self, data=folder)

    def run(self, *arguments: str, data: bool = True) -> "subprocess.CompletedProcess[str]":
        """A command of ``roland``, run to its end."""
        return subprocess.run(
            self.command(*arguments, data=data), cwd=ROOT, env=self.environment, capture_output=True, text=True,
            check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip

    @contextmanager
    def serving(self, settings: Mapping[str, object] | None = None, output: Path | None = None) -> Iterator[Server]:
        """A server of this installation, ready to answer; afterwards nothing of it is left."""
        chosen = self.having(settings or {})
        port = chosen.settings.get("http.port") or free_port()
        log = output or self.data.parent / f"serve-{port}.log"
        environment = chosen.having({"http.port": port}).environment
        with log.open("ab") as stream:
            process = subprocess.Popen(
                self.command("serve"),
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=stream,
                start_new_session=True,
            )
        server = Server(f"http://127.0.0.1:{port}", process, log)
        try:
            until(lambda: _answers(server), _START_S)
            yield server
        finally:
            _end(process)

    def command(self, *arguments: str, data: bool = True) -> list[str]:
        """The command line of a command on this installation."""
        where = ["--config", str(self.config), *(["--data", str(self.data)] if data else [])]
        return [str(ROLAND), *arguments, *where]

    @property
    def environment(self) -> dict[str, str]:
        """The environment variables it runs with: the settings, and none of a developer's own."""
        own = {name: value for name, value in os.environ.items() if not name.startswith("ROLAND")}
        for key, value in {"nlu.model_dir": self.models, **self.settings}.items():
            own[f"ROLAND__{key.replace('.', '__').upper()}"] = str(value)
        return own


def _link(source: str, target: str) -> None:
    """Only the encoder's matrices are worth it; what is linked must never be written to in place."""
    if Path(source).stat().st_size > _WORTH_LINKING:
        with suppress(OSError):
            os.link(source, target)
            return
    shutil.copy2(source, target)


def _answers(server: Server) -> bool:
    """Whether the server answers yet; fails when it has ended instead."""
    assert server.process.poll() is None, f"roland serve ended: {server.log.read_text(encoding='utf-8')[-2_000:]}"
    with suppress(httpx.TransportError):
        return httpx.get(f"{server.url}/health", trust_env=False, timeout=60).status_code == httpx.codes.OK
    return False


def _end(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(_STOP_S)
    # What it left in its session, stopped children included, goes as well.
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _below(pid: int) -> Iterator[int]:
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            for child in map(int, task.read_text(encoding="ascii").split()):
                yield child
                yield from _below(child)


def _command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8").replace("\0", " ")
    except OSError:
        return ""
