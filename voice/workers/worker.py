"""One worker process, as the event loop sees it."""

import asyncio
import json
import os
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, Self

from voice.workers.wire import FAILED, PING, Message, Unpacker, pack

Answered = Callable[[Message | None], None]
"""Takes the reply to a request; None where the worker was lost before."""
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


class WorkerLostError(Exception):
    """The worker died, or hung and was killed, before it answered."""


class EngineError(Exception):
    """The worker's engine could not do what it was asked, or could not be made; the message says why."""


class Worker(asyncio.Protocol):
    """A running worker process. Make one with ``start``; everything belongs to that event loop."""

    def __init__(self) -> None:
        self.streams = 0
        """How many have settled on this worker for a while; counted by those who do."""
        self.lost = asyncio.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._loop = asyncio.get_running_loop()
        self._unpacker = Unpacker()
        self._waiting: deque[Answered] = deque()
        self._moved_at = self._loop.time()
        self._transport: asyncio.WriteTransport | None = None

    @classmethod
    async def start(cls, engine: str, options: Mapping[str, Any], timeout_s: float) -> Self:
        """A worker whose engine is ready. Raises EngineError where that cannot be made, else WorkerLostError."""
        ours, theirs = socket.socketpair()
        with theirs:
            _, worker = await asyncio.get_running_loop().create_connection(cls, sock=ours)
            try:
                worker.launch(theirs, engine, options)
                async with asyncio.timeout(timeout_s):
                    await worker.word()
            except BaseException as error:
                await worker.stop()
                if isinstance(error, TimeoutError):
                    raise WorkerLostError(f"not ready within {timeout_s:.0f} s") from None
                raise
        return worker

    def launch(self, connection: socket.socket, engine: str, options: Mapping[str, Any]) -> None:
        """Start its process, which takes over the other end of the connection.

        This thread does it, though it waits a moment for it: the process dies with the thread that started it.
        """
        with connection:
            number = str(connection.fileno())
            self._process = subprocess.Popen(
                [sys.executable, "-m", "voice.workers.child", number, engine, json.dumps(dict(options))],
                env={**os.environ, **_ONE_THREAD, "PYTHONPATH": os.pathsep.join(path or "." for path in sys.path)},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[int(number)],
            )

    @property
    def pid(self) -> int:
        """The number of its process."""
        return self._process.pid if self._process else 0

    @property
    def is_alive(self) -> bool:
        """Whether it can be asked."""
        return not self.lost.is_set()

    @property
    def load(self) -> tuple[int, int]:
        """How busy it is, to be compared: who settled on it, then what it has still to answer."""
        return self.streams, len(self._waiting)

    @property
    def silent_s(self) -> float:
        """How long an answer has been due without any coming; 0 where none is."""
        return self._loop.time() - self._moved_at if self._waiting else 0.0

    def post(self, request: Message, answered: Answered) -> None:
        """Send a request and return at once; ``answered`` is called once, in the order of the requests."""
        if self._transport is None or not self.is_alive:
            answered(None)
            return
        if not self._waiting:
            self._moved_at = self._loop.time()
        self._waiting.append(answered)
        self._transport.write(pack(request))

    async def ask(self, request: Message) -> Message:
        """The reply to a request. Raises EngineError or WorkerLostError."""
        reply: asyncio.Future[Message] = self._loop.create_future()
        self.post(request, _settling(reply))
        return await reply

    def check(self) -> None:
        """Ask for a sign of life, where nothing else is being answered."""
        if not self._waiting:
            self.post(Message(PING), lambda _: None)

    def kill(self) -> None:
        """End it at once, whatever it does; who waits for it is told that it is lost."""
        if self._process is not None:
            self._process.kill()
        if self._transport is not None:
            self._transport.abort()

    async def stop(self) -> None:
        """End it and return when it is gone."""
        self.kill()
        await self.lost.wait()
        if self._process is not None:
            await asyncio.to_thread(self._process.wait)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)  # noqa: S101 - a stream's transport always is
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._moved_at = self._loop.time()
        for reply in self._unpacker.feed(data):
            self._waiting.popleft()(reply)

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost.set()
        while self._waiting:
            self._waiting.popleft()(None)

    async def word(self) -> Message:
        """What it says next without being asked: that it is ready. Raises EngineError or WorkerLostError."""
        reply: asyncio.Future[Message] = self._loop.create_future()
        self._waiting.append(_settling(reply))
        return await reply


def _settling(reply: asyncio.Future[Message]) -> Answered:
    def settle(message: Message | None) -> None:
        if reply.done():
            return
        if message is None:
            reply.set_exception(WorkerLostError("the worker process is gone"))
        elif message.kind == FAILED:
            reply.set_exception(EngineError(str(message.data["error"])))
        else:
            reply.set_result(message)

    return settle
