"""Real servers as child processes, on a free port of loopback, stopped when they are not needed any more."""

import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError

_PATIENCE_S = 180.0


class ServerError(RuntimeError):
    """A server did not come up; the message holds the end of what it said."""


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answers on a port of loopback."""

    port: int
    pid: int


def free_port() -> int:
    """A port of loopback that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(
    command: Sequence[str], port: int, ready_path: str, log: Path, environment: Mapping[str, str]
) -> Iterator[Server]:
    """The server while it runs, from its first good answer on ``ready_path``; what it says goes to the file ``log``."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=dict(environment)
        )
    try:
        wait_until_ready(f"http://127.0.0.1:{port}{ready_path}", log, process)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_until_ready(url: str, log: Path, process: subprocess.Popen[bytes] | None = None) -> None:
    """Return when ``url`` answers well; raise ServerError when that takes too long or the process has ended."""
    until = time.monotonic() + _PATIENCE_S
    while not _answers(url):
        if time.monotonic() > until or (process is not None and process.poll() is not None):
            raise ServerError(f"{url} did not answer; the server said:\n{_end_of(log)}")
        time.sleep(0.1)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - always http on loopback
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def _end_of(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")[-2000:]
