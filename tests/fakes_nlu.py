"""Stand-ins for the understanding: an engine to script, and a server that speaks Rasa's protocol or breaks it."""

import asyncio
import json
from dataclasses import dataclass, field

from assistant.errors import NluUnavailableError
from assistant.model import Entity, EntityKind, Intent, Language, ScoredIntent, Understanding
from tests.fake_server import FakeServer


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
class FakeRasa(FakeServer):
    """A Rasa server on loopback; ``body`` replaces what it says of a text."""

    asked: list[str] = field(default_factory=list)

    def reply(self, method: str, path: str, content: bytes) -> tuple[int, bytes]:
        if (method, path) != ("POST", "/model/parse"):
            return self.status, b'{"model_file": "model.tar.gz"}'
        text = json.loads(content)["text"]
        self.asked.append(text)
        return self.status, json.dumps(rasa_reply(text)).encode() if self.body is None else self.body
