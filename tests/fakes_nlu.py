"""Stand-ins for the understanding: an engine to script, and a server that speaks Rasa's protocol or breaks it."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from assistant.errors import NluUnavailableError
from assistant.model import Entity, EntityKind, Intent, Language, ScoredIntent, Understanding

_REASONS = {200: "OK", 500: "Internal Server Error"}


class FakeNlu:
    """Takes a question with "kost" for one after the fee, anything else for a need; fails while ``broken`` is set.

    ``gate`` holds answers back until it is set; ``entered`` is set when a question arrives.
    """

    def __init__(self, name: str = "fake", *, broken: bool = False) -> None:
        self.name = name
        self.broken = broken
        self.asked: list[str] = []
        self.entered = asyncio.Event()
        self.gate = asyncio.Event()
        self.gate.set()

    async def parse(self, text: str, language: Language) -> Understanding:
        self.asked.append(text)
        self.entered.set()
        await self.gate.wait()
        await self.ping()
        if not text.strip():
            return Understanding(text, language, (), engine=self.name)
        first, second = Intent.ASK_FEE, Intent.STATE_NEED
        if "kost" not in text.lower():
            first, second = second, first
        start = text.find("Bremen")
        place = Entity(EntityKind.PLACE, "Bremen", start, start + len("Bremen"))
        intents = (ScoredIntent(first, 0.8), ScoredIntent(second, 0.2))
        return Understanding(text, language, intents, (place,) if start >= 0 else (), self.name)

    async def ping(self) -> None:
        if self.broken:
            raise NluUnavailableError("the fake is broken")


def rasa_reply(text: str) -> dict[str, object]:
    """What a Rasa server says of a text, in the form its HTTP API documents."""
    ranking = [
        {"name": "ask_fee" if "kost" in text.lower() else "state_need", "confidence": 0.7},
        {"name": "ask_where", "confidence": 0.1},
        *({"name": name, "confidence": 0.05} for name in ("ask_how", "greet", "thanks", "nlu_fallback")),
    ]
    start = text.find("Bremen")
    place = {"entity": "place", "start": start, "end": start + 6, "value": "bremen", "confidence_entity": 0.98}
    entities = [place | {"extractor": "CRFEntityExtractor"}] if start >= 0 else []
    return {"text": text, "intent": ranking[0], "entities": entities, "text_tokens": [], "intent_ranking": ranking}


@dataclass
class FakeRasa:
    """A Rasa server on loopback; ``body`` replaces its answers, ``delay_s`` and ``drip`` slow them."""

    status: int = 200
    body: bytes | None = None
    delay_s: float = 0.0
    drip: bool = False
    asked: list[str] = field(default_factory=list)
    connections: int = 0
    url: str = ""
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    @asynccontextmanager
    async def running(self) -> AsyncIterator["FakeRasa"]:
        """The server at work, on a port of its own."""
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
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
        self._tasks.add(asyncio.create_task(self._serve(reader, writer)))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while request := await reader.readline():
                length = 0
                while (line := (await reader.readline()).strip()) != b"":
                    if line.lower().startswith(b"content-length:"):
                        length = int(line.split(b":")[1])
                await self._answer(request.decode(), await reader.readexactly(length), writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()

    async def _answer(self, request: str, content: bytes, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(self.delay_s)
        reply = b'{"model_file": "model.tar.gz"}'
        if request.startswith("POST /model/parse "):
            text = json.loads(content)["text"]
            self.asked.append(text)
            reply = json.dumps(rasa_reply(text)).encode() if self.body is None else self.body
        head = f"HTTP/1.1 {self.status} {_REASONS[self.status]}\r\nContent-Type: application/json\r\n"
        writer.write(f"{head}Content-Length: {len(reply)}\r\n\r\n".encode())
        if self.drip:
            for byte in reply:
                writer.write(bytes([byte]))
                await writer.drain()
                await asyncio.sleep(0.02)
        else:
            writer.write(reply)
        await writer.drain()
