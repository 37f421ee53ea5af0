"""A Redis server of the tests' own: without persistence, reached by its Unix socket, gone afterwards."""

import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from redis import Redis
from redis.exceptions import ConnectionError as NotThere

_PATIENCE_S = 60


def redis_program() -> str | None:
    """The path of redis-server; None where there is none."""
    return shutil.which("redis-server")


class RedisServer:
    """A server that can be killed and started again at the same place."""

    def __init__(self, program: str, folder: Path) -> None:
        self._program = program
        self._folder = folder
        self._socket = folder / "redis.sock"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where clients find it."""
        return f"unix://{self._socket}"

    def start(self) -> None:
        """Return as soon as it answers."""
        options = ("--port", "0", "--unixsocket", str(self._socket), "--save", "", "--appendonly", "no")
        self._process = subprocess.Popen(
            [self._program, *options, "--dir", str(self._folder), "--loglevel", "warning"], stdout=subprocess.DEVNULL
        )
        deadline = time.monotonic() + _PATIENCE_S
        while not self._answers():
            assert self._process.poll() is None, "redis-server has ended"
            assert time.monotonic() < deadline, "redis-server does not answer"
            time.sleep(0.01)

    def kill(self) -> None:
        """End it without a word, as a crash would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def pause(self) -> None:
        """Let it stand still: connections stay open, nothing is answered."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let it work again."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def _answers(self) -> bool:
        with Redis.from_url(self.url) as client:
            try:
                return bool(client.ping())
            except NotThere:
                return False


@contextmanager
def running_redis(program: str) -> Iterator[RedisServer]:
    """A running server, as long as the context lasts."""
    with TemporaryDirectory(prefix="roland-redis-") as name:
        server = RedisServer(program, Path(name))
        server.start()
        try:
            yield server
        finally:
            server.kill()
