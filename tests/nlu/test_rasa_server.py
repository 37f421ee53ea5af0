"""The Rasa server as a child process, with a stand-in for Rasa that keeps its command line and health page."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.errors import NluUnavailableError
from nlu.rasa_server import Patience, RasaServer
from nlu.rasa_train import free_port

pytestmark = pytest.mark.slow

QUICK = Patience(health=20, look=0.02, backoff=0.05, backoff_limit=0.2, stop=0.5)
STAND_IN = """
import argparse, http.server, os, pathlib, signal, sys
options = argparse.ArgumentParser()
options.add_argument("command")
for name in ("--enable-api", "--quiet"):
    options.add_argument(name, required=True, action="store_true")
for name in ("--interface", "--port", "--model"):
    options.add_argument(name, required=True)
options = options.parse_args()
print("started", os.environ["RASA_TELEMETRY_ENABLED"], flush=True)
if pathlib.Path(options.model).read_text() == "broken":
    sys.exit(3)
if pathlib.Path(options.model).read_text() == "stubborn":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/status" else 404), self.end_headers()
    def log_message(self, *_):
        pass
http.server.HTTPServer((options.interface, int(options.port)), Page).serve_forever()
"""


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], RasaServer]:
    """A server whose model file holds the given word."""
    (tmp_path / "rasa").mkdir()
    (tmp_path / "rasa" / "__main__.py").write_text(STAND_IN, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    def server(kind: str = "good", patience: Patience = QUICK) -> RasaServer:
        (tmp_path / "model.tar.gz").write_text(kind, encoding="utf-8")
        python = Path(sys.executable)
        return RasaServer(python, tmp_path, port=free_port(), log=tmp_path / "log" / "rasa.log", patience=patience)

    return server


def is_alive(pid: int) -> bool:
    """Whether a process with that number runs."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"


async def until(condition: Callable[[], bool]) -> None:
    """Return when the condition holds."""
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 – another process has no event to set
            await asyncio.sleep(0.01)


async def test_it_runs_while_it_is_needed(make: Callable[[str], RasaServer], tmp_path: Path) -> None:
    """Inside the context the server is healthy, on loopback and without telemetry; afterwards it is gone."""
    async with make("good") as server:
        pid = server.pid
        assert pid is not None
        assert server.url.startswith("http://127.0.0.1:")
    assert not is_alive(pid)
    assert (tmp_path / "log" / "rasa.log").read_text(encoding="utf-8") == "started false\n"


async def test_a_dead_server_is_started_again(make: Callable[[str], RasaServer]) -> None:
    """When the process is killed, another takes its place and becomes healthy."""
    async with make("good") as server:
        first = server.pid
        assert first is not None
        os.kill(first, signal.SIGKILL)
        await until(lambda: server.pid not in {None, first})
        await server.wait_until_healthy()


async def test_a_server_that_cannot_start_is_reported(make: Callable[..., RasaServer], tmp_path: Path) -> None:
    """A model that cannot be served is tried again with growing pauses; waiting for it ends with the log's name."""
    server = make("broken", Patience(health=4, look=0.02, backoff=0.05, backoff_limit=0.5, stop=0.5))
    with pytest.raises(NluUnavailableError, match=r"rasa\.log"):
        async with server:
            pytest.fail("a broken server was healthy")
    starts = (tmp_path / "log" / "rasa.log").read_text(encoding="utf-8").count("started")
    assert 2 <= starts <= 15
    assert server.pid is None


async def test_a_missing_environment_is_reported(tmp_path: Path) -> None:
    """Where there is no interpreter, nothing breaks: the server never becomes healthy, and stopping works."""
    patience = Patience(health=0.3, look=0.02, backoff=0.05)
    server = RasaServer(tmp_path / "nowhere", tmp_path, port=free_port(), log=tmp_path / "log", patience=patience)
    with pytest.raises(NluUnavailableError):
        async with server:
            pytest.fail("a server without interpreter was healthy")


async def test_a_stubborn_server_is_killed(make: Callable[[str], RasaServer]) -> None:
    """A process that ignores the request to end is ended."""
    async with make("stubborn") as server:
        pid = server.pid
        assert pid is not None
    assert not is_alive(pid)


async def test_a_taken_port_is_reported(make: Callable[[str], RasaServer], tmp_path: Path) -> None:
    """Another server on the port is not mistaken for one's own."""
    async with make("good") as server:
        port = int(server.url.rsplit(":", 1)[1])
        second = RasaServer(Path(sys.executable), tmp_path, port=port, log=tmp_path / "second.log", patience=QUICK)
        with pytest.raises(NluUnavailableError, match="taken"):
            await second.start()
        await second.stop()


async def test_it_does_not_outlive_a_killed_parent(make: Callable[[str], RasaServer], tmp_path: Path) -> None:
    """Killing the process that started it, with no chance to clean up, ends the server as well."""
    make("good")
    program = f"""
import asyncio, pathlib
from nlu.rasa_server import RasaServer
async def main():
    folder = pathlib.Path({str(tmp_path)!r})
    async with RasaServer(pathlib.Path({sys.executable!r}), folder, port={free_port()}, log=folder / "log") as server:
        print(server.pid, flush=True)
        await asyncio.Event().wait()
asyncio.run(main())
"""
    root = str(Path(__file__).parents[2])
    environment = os.environ | {"PYTHONPATH": f"{tmp_path}{os.pathsep}{root}"}
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, stdout=asyncio.subprocess.PIPE, env=environment
    )
    assert parent.stdout is not None
    pid = int(await parent.stdout.readline())
    assert is_alive(pid)
    parent.kill()
    await parent.wait()
    await until(lambda: not is_alive(pid))
