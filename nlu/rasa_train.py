"""Trains Rasa in its own environment, and finds out how far its probabilities can be trusted."""

import asyncio
import socket
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from assistant.errors import NluError
from assistant.own_yaml import read_yaml
from nlu.calibration import fit_temperature
from nlu.folds import folds
from nlu.rasa_engine import RasaEngine
from nlu.rasa_model import MODEL_FILE, Calibration, write_calibration
from nlu.rasa_server import HOST, RasaServer, rasa_environment
from nlu.training_data import Example, TrainingData, load_training_data, to_rasa

_CALIBRATION_PARTS = 5
_PARSE_SECONDS = 30.0
_AT_ONCE = 4
_LAST_LINES = 2_000
# What finds entities plays no part in telling intents.
_ENTITY_COMPONENTS = frozenset({"LexicalSyntacticFeaturizer", "CRFEntityExtractor", "EntitySynonymMapper"})


def train_model(python: Path, project: Path, data: Path, folder: Path, *, intents_only: bool = False) -> None:
    """Train a model from the sentences in ``data`` into ``folder``; ``project`` holds settings and intents."""
    with tempfile.TemporaryDirectory(prefix="roland-rasa-") as work:
        config = Path(work) / "config.yml"
        config.write_text(_config(project, intents_only=intents_only), encoding="utf-8")
        inputs = ("--config", str(config), "--domain", str((project / "domain.yml").absolute()))
        output = ("--nlu", str(data.absolute()), "--out", str(folder.absolute()), "--fixed-model-name", "model")
        done = subprocess.run(
            [str(python.absolute()), "-m", "rasa", "train", "nlu", *inputs, *output, "--quiet"],
            cwd=work,
            env=rasa_environment() | {"RASA_CACHE_DIRECTORY": str(Path(work) / "cache")},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
    if done.returncode != 0 or not (folder / MODEL_FILE).exists():
        raise NluError(f"Rasa could not be trained (exit status {done.returncode}): …{done.stdout[-_LAST_LINES:]}")


def train_on(python: Path, project: Path, data: TrainingData, folder: Path, *, intents_only: bool = False) -> None:
    """Train a model from sentences that stand in no file."""
    with tempfile.TemporaryDirectory(prefix="roland-rasa-") as work:
        (Path(work) / "nlu.yml").write_text(to_rasa(data), encoding="utf-8")
        train_model(python, project, Path(work), folder, intents_only=intents_only)


async def calibrate(python: Path, project: Path, data: TrainingData) -> Calibration:
    """Train without a fifth of the sentences, ask for these, and see how sure Rasa should have been."""
    train, test = next(iter(folds(data.examples, _CALIBRATION_PARTS)))
    part = TrainingData(train, data.lookups, data.synonyms, data.patterns)
    with tempfile.TemporaryDirectory(prefix="roland-rasa-") as work:
        folder = Path(work)
        await asyncio.to_thread(train_on, python, project, part, folder, intents_only=True)
        rankings = await _rankings(python, folder, test)
    labels = sorted({example.intent for example in data.examples})
    chances = np.array([[ranking.get(label, 0.0) for label in labels] for ranking in rankings])
    temperature = fit_temperature(chances, [labels.index(example.intent) for example in test])
    return Calibration(temperature, len(test), data.synonyms)


def build_model(python: Path, project: Path, folder: Path, progress: Callable[[str], None]) -> None:
    """The model of a project with its calibration."""
    progress("training Rasa on four fifths of the sentences, to calibrate it on the rest")
    calibration = asyncio.run(calibrate(python, project, load_training_data(project)))
    progress("training Rasa on all sentences")
    train_model(python, project, project / "data", folder)
    write_calibration(folder, calibration)


def free_port() -> int:
    """A port on loopback that nobody listens on at present."""
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return int(listener.getsockname()[1])


async def _rankings(python: Path, model: Path, examples: Sequence[Example]) -> list[dict[Any, float]]:
    turns = asyncio.Semaphore(_AT_ONCE)

    async def ask(engine: RasaEngine, text: str) -> dict[Any, float]:
        async with turns:
            return await engine.ranking(text)

    async with (
        RasaServer(python, model, port=free_port(), log=model / "server.log") as server,
        RasaEngine(server.url, _PARSE_SECONDS) as engine,
    ):
        return await asyncio.gather(*(ask(engine, example.text) for example in examples))


def _config(project: Path, *, intents_only: bool) -> str:
    config: dict[str, Any] = read_yaml((project / "config.yml").read_text(encoding="utf-8"))
    if intents_only:
        config["pipeline"] = [part for part in config["pipeline"] if part["name"] not in _ENTITY_COMPONENTS]
    return yaml.safe_dump(config, sort_keys=False)
