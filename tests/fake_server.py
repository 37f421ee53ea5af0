"""An HTTP server on loopback for tests, simple enough to misbehave on purpose."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Self

_DRIP_S = 0.02


@dataclass
class FakeServer(ABC):
    """``delay_s`` lets every answer wait, ``drip`` sends it byte by byte; ``url``, with ``prefix``, is known at work.

    ``status`` and ``body`` are what a server may answer instead of the truth, ``half`` breaks off in the middle of it,
    ``extra`` are headers that it sends. ``headers`` are those of the request that is answered, names in small letters.
    """

    status: int = 200
    body: bytes | None = None
    delay_s: float = 0.0
    drip: bool = False
    half: bool = False
    extra: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    prefix: str = ""
    connections: int = 0
    url: str = ""
    news: asyncio.Event = field(default_factory=asyncio.Event)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def until(self, is_so: Callable[[], object]) -> None:
        """Return as soon as that is so; looked at whenever somebody connects or is answered."""
        async with asyncio.timeout(20):
            while not is_so():
                self.news.clear()
                await self.news.wait()

    @abstractmethod
    def reply(self, method: str, path: str, content: bytes) -> tuple[int, bytes]:
        """Status and JSON of the answer to a request."""

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Self]:
        """The server at work, on a port of its own."""
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}{self.prefix}"
        try:
            yield self
        finally:
            server.close()
            await server.wait_closed()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.news.set()
        self._tasks.add(asyncio.create_task(self._serve(reader, writer)))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while request := await reader.readline():
                headers: dict[str, str] = {}
                while (line := (await reader.readline()).strip()) != b"":
                    name, _, value = line.decode().partition(":")
                    headers[name.lower()] = value.strip()
                method, path, _ = request.decode().split(" ")
                content = await reader.readexactly(int(headers.get("content-length", 0)))
                self.headers = headers
                await asyncio.sleep(self.delay_s)
                await self._send(writer, *self.reply(method, path, content))
                self.news.set()
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()

    async def _send(self, writer: asyncio.StreamWriter, status: int, content: bytes) -> None:
        head = f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\nContent-Type: application/json\r\n"
        head += "".join(f"{name}: {value}\r\n" for name, value in self.extra.items())
        writer.write(f"{head}Content-Length: {len(content)}\r\n\r\n".encode())
        if self.half:
            writer.write(content[: len(content) // 2])
            await writer.drain()
            raise ConnectionError
        for piece in (content[at : at + 1] for at in range(len(content))) if self.drip else (content,):
            writer.write(piece)
            await writer.drain()
            if self.drip:
                await asyncio.sleep(_DRIP_S)
