"""The engine in a Rasa server: ``POST /model/parse`` on loopback."""

import asyncio
from pathlib import Path
from types import TracebackType
from typing import Annotated, Self

import httpx
import numpy as np
from pydantic import BaseModel, Field, ValidationError

from assistant.errors import NluModelMissingError, NluUnavailableError
from assistant.model import Entity, EntityKind, Intent, Language, ScoredIntent, Understanding
from nlu.calibration import temper
from nlu.models import ModelShelf
from nlu.rasa_model import AS_IT_COMES, KIND, Calibration, read_calibration

_MOST_INTENTS = 5
_MOST_CHARACTERS = 2_000
_PING_SECONDS = 1.0
_CONNECTIONS = httpx.Limits(max_connections=32, max_keepalive_connections=8)
_KNOWN_INTENTS = frozenset(Intent)
_KNOWN_ENTITIES = frozenset(EntityKind)

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Place = Annotated[int, Field(ge=0)]


class _Intent(BaseModel):
    name: str
    confidence: Share


class _Entity(BaseModel):
    entity: str
    value: str
    start: Place
    end: Place


class _Parsed(BaseModel):
    intent_ranking: list[_Intent] = Field(min_length=1)
    entities: list[_Entity] = []

    @property
    def intents(self) -> list[_Intent]:
        """Those Roland knows."""
        return [found for found in self.intent_ranking if found.name in _KNOWN_INTENTS]


class RasaEngine:
    """Implements ``assistant.ports.NluEngine`` over a Rasa server; close it with ``aclose``."""

    name = KIND

    def __init__(self, url: str, timeout_s: float, calibration: Calibration = AS_IT_COMES) -> None:
        self._timeout = timeout_s
        self._calibration = calibration
        # Loopback needs no proxy, whatever the environment says.
        self._client = httpx.AsyncClient(base_url=url, timeout=timeout_s, limits=_CONNECTIONS, trust_env=False)

    @classmethod
    def load(cls, directory: Path, url: str, timeout_s: float) -> "RasaEngine":
        """An engine with the calibration of the model below the folder given to ``nlu.train.train_rasa``.

        Without such a model – the server may run elsewhere, with one of its own – what Rasa says is taken as it comes.
        """
        try:
            calibration = read_calibration(ModelShelf(directory, KIND).current())
        except NluModelMissingError:
            calibration = AS_IT_COMES
        return cls(url, timeout_s, calibration)

    async def parse(self, text: str, language: Language) -> Understanding:
        if not text.strip():
            return Understanding(text, language, (), engine=self.name)
        asked = text[:_MOST_CHARACTERS]
        parsed = await self._ask(asked)
        chances = temper(np.array([found.confidence for found in parsed.intents]), self._calibration.temperature)
        scored = [ScoredIntent(Intent(r.name), float(c)) for r, c in zip(parsed.intents, chances, strict=True)]
        best = sorted(scored, key=lambda intent: intent.confidence, reverse=True)[:_MOST_INTENTS]
        return Understanding(text, language, tuple(best), self._entities(parsed, asked), self.name)

    async def ranking(self, text: str) -> dict[Intent, float]:
        """What Rasa says of every intent, before calibration."""
        return {Intent(found.name): found.confidence for found in (await self._ask(text)).intents}

    async def ping(self) -> None:
        try:
            async with asyncio.timeout(_PING_SECONDS):
                (await self._client.get("/status")).raise_for_status()
        except (httpx.HTTPError, TimeoutError) as error:
            raise NluUnavailableError(f"the Rasa server does not answer: {_reason(error)}") from error

    async def aclose(self) -> None:
        """Give the connections back."""
        await self._client.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def _ask(self, text: str) -> _Parsed:
        try:
            # httpx limits every read, not their sum: a server that drips would keep a citizen waiting.
            async with asyncio.timeout(self._timeout):
                response = await self._client.post("/model/parse", json={"text": text})
            response.raise_for_status()
            parsed = _Parsed.model_validate_json(response.content)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            raise NluUnavailableError(f"the Rasa server does not answer: {_reason(error)}") from error
        except ValidationError as error:
            raise NluUnavailableError(f"Rasa's answer has {error.error_count()} faults") from error
        if not parsed.intents:
            raise NluUnavailableError("Rasa knows none of Roland's intents; which model does it serve?")
        return parsed

    def _entities(self, parsed: _Parsed, text: str) -> tuple[Entity, ...]:
        found = [entity for entity in parsed.entities if entity.entity in _KNOWN_ENTITIES]
        if any(not entity.start < entity.end <= len(text) for entity in found):
            raise NluUnavailableError("Rasa found an entity outside the text")
        return tuple(self._entity(entity, text) for entity in sorted(found, key=lambda entity: entity.start))

    def _entity(self, found: _Entity, text: str) -> Entity:
        """Rasa keeps synonyms in lower case, so the names of the lists are put in here."""
        name = self._calibration.names.get(text[found.start : found.end].casefold(), found.value)
        return Entity(EntityKind(found.entity), name, found.start, found.end)


def _reason(error: Exception) -> str:
    return str(error) or type(error).__name__
