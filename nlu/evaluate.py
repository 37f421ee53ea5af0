"""Measures the engines side by side: cross-validated, and on sentences that were never trained on."""

import asyncio
import json
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Protocol

from assistant.ports import NluEngine
from nlu.folds import folds
from nlu.metrics import Measurement, Prediction, measure
from nlu.rasa_engine import RasaEngine
from nlu.rasa_model import KIND as RASA
from nlu.rasa_model import Calibration
from nlu.rasa_server import RasaServer
from nlu.rasa_train import calibrate, free_port, train_on
from nlu.spacy_engine import SpacyEngine
from nlu.spacy_engine.engine import KIND as SPACY
from nlu.spacy_engine.learn import learn
from nlu.training_data import RASA_PROJECT, Example, TrainingData

Progress = Callable[[str], None]

_PARSE_SECONDS = 30.0


class Trainer(Protocol):
    """Makes an engine of one kind from sentences."""

    @property
    def name(self) -> str:
        """The engine's name."""
        ...

    def trained(self, data: TrainingData) -> AbstractAsyncContextManager[NluEngine]:
        """An engine that has learned these sentences, as long as the context lasts."""
        ...


class SpacyTrainer:
    """Trains the embedded engine."""

    name = SPACY

    @asynccontextmanager
    async def trained(self, data: TrainingData) -> AsyncIterator[NluEngine]:
        yield SpacyEngine(await asyncio.to_thread(learn, data))


class RasaTrainer:
    """Trains Rasa in its own environment and serves the model; calibrates once, for that takes as long again."""

    name = RASA

    def __init__(self, python: Path, project: Path = RASA_PROJECT) -> None:
        self._python, self._project = python, project
        self._calibration: Calibration | None = None

    @asynccontextmanager
    async def trained(self, data: TrainingData) -> AsyncIterator[NluEngine]:
        if self._calibration is None:
            self._calibration = await calibrate(self._python, self._project, data)
        with tempfile.TemporaryDirectory(prefix="roland-rasa-") as work:
            folder = Path(work)
            await asyncio.to_thread(train_on, self._python, self._project, data, folder)
            async with (
                RasaServer(self._python, folder, port=free_port(), log=folder / "server.log") as server,
                RasaEngine(server.url, _PARSE_SECONDS, self._calibration) as engine,
            ):
                yield engine


@dataclass(frozen=True, slots=True)
class EngineReport:
    """One engine: cross-validated, and on held-out sentences after training on everything."""

    engine: str
    cross_validated: Measurement
    held_out: Measurement
    training_seconds: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All engines on the same sentences."""

    sentences: int
    folds: int
    engines: tuple[EngineReport, ...]

    def to_json(self) -> str:
        """All figures as JSON."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=2)


async def evaluate(
    trainers: Sequence[Trainer],
    data: TrainingData,
    held_out: Sequence[Example],
    *,
    count: int = 5,
    progress: Progress = lambda _: None,
) -> Evaluation:
    """Train every engine ``count`` times on part of the sentences, and once on all of them."""
    reports = [await _report(trainer, data, held_out, count, progress) for trainer in trainers]
    return Evaluation(len(data.examples), count, tuple(reports))


async def _report(
    trainer: Trainer, data: TrainingData, held_out: Sequence[Example], count: int, progress: Progress
) -> EngineReport:
    crossed: list[Prediction] = []
    for number, (train, test) in enumerate(folds(data.examples, count), start=1):
        progress(f"{trainer.name}: part {number} of {count}")
        async with trainer.trained(replace(data, examples=train)) as engine:
            crossed += await predict(engine, test)
    progress(f"{trainer.name}: all sentences")
    started = time.perf_counter()
    async with trainer.trained(data) as engine:
        seconds = time.perf_counter() - started
        kept_apart = await predict(engine, held_out)
    return EngineReport(trainer.name, measure(crossed), measure(kept_apart), seconds)


async def predict(engine: NluEngine, examples: Sequence[Example]) -> list[Prediction]:
    """What the engine understands of each sentence, one after the other."""
    predictions = []
    for example in examples:
        started = time.perf_counter()
        understood = await engine.parse(example.text, example.language)
        predictions.append(Prediction(example, understood, time.perf_counter() - started))
    return predictions
