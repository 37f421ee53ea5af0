"""What the Rasa engine makes of a server's words, and what training Rasa says when it fails."""

import sys
from pathlib import Path
from types import MappingProxyType

import pytest

from assistant.errors import NluError
from assistant.model import EntityKind, Intent, Language
from nlu.models import ModelShelf
from nlu.rasa_engine import RasaEngine
from nlu.rasa_model import Calibration, read_calibration, write_calibration
from nlu.rasa_train import train_model
from nlu.training_data import RASA_PROJECT
from tests.fakes_nlu import FakeRasa

QUESTION = "Was kostet das in Bremen?"


async def test_probabilities_are_tempered() -> None:
    """A temperature above one makes Rasa less sure without changing the order."""
    async with FakeRasa().running() as server:
        async with RasaEngine(server.url, 5.0) as plain:
            as_it_comes = await plain.parse(QUESTION, Language.DE)
        async with RasaEngine(server.url, 5.0, Calibration(temperature=2.0)) as engine:
            tempered = await engine.parse(QUESTION, Language.DE)
    assert tempered.intent is as_it_comes.intent is Intent.ASK_FEE
    assert tempered.confidence < as_it_comes.confidence


async def test_unknown_intents_are_left_out() -> None:
    """An intent only Rasa knows, such as its fallback, is never passed on."""
    async with FakeRasa().running() as server, RasaEngine(server.url, 5.0) as engine:
        assert set(await engine.ranking(QUESTION)) <= set(Intent)


async def test_an_entity_gets_the_name_of_the_lists() -> None:
    """Rasa's value in lower case gives way to the name in the lists, where they have one."""
    names = Calibration(names={"bremen": "Bremen"})
    async with FakeRasa().running() as server, RasaEngine(server.url, 5.0, names) as engine:
        (place,) = (await engine.parse(QUESTION, Language.DE)).entities
    assert (place.kind, place.value) == (EntityKind.PLACE, "Bremen")


async def test_the_calibration_beside_the_model_is_used(tmp_path: Path) -> None:
    """Loading finds the current model's calibration; a server with a model from elsewhere is taken as it comes."""
    calibration = Calibration(2.0, 5, MappingProxyType({"perso": "Personalausweis"}))
    async with FakeRasa().running() as server:
        async with RasaEngine.load(tmp_path, server.url, 5.0) as plain:
            before = (await plain.parse(QUESTION, Language.DE)).confidence
        ModelShelf(tmp_path, "rasa").provide("x", lambda folder: write_calibration(folder, calibration))
        async with RasaEngine.load(tmp_path, server.url, 5.0) as engine:
            assert (await engine.parse(QUESTION, Language.DE)).confidence < before
    assert read_calibration(ModelShelf(tmp_path, "rasa").current()) == calibration


async def test_the_text_is_sent_as_it_is() -> None:
    """Quotes, line breaks and emoji reach the server unharmed."""
    text = '"Bremen"\n😀 \\ kostet'
    server = FakeRasa()
    async with server.running(), RasaEngine(server.url, 5.0) as engine:
        await engine.parse(text, Language.DE)
    assert server.asked == [text]


def test_a_failed_training_tells_what_rasa_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When Rasa exits with an error, its last words are in the message."""
    (tmp_path / "rasa").mkdir()
    (tmp_path / "rasa" / "__main__.py").write_text("raise SystemExit('no such component')", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(NluError, match="no such component"):
        train_model(Path(sys.executable), RASA_PROJECT, RASA_PROJECT / "data", tmp_path / "model")
