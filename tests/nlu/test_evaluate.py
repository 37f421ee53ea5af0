"""The evaluation counts right."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import StringIO

import pytest
from rich.console import Console

from assistant.model import Entity, EntityKind, Intent, Language, ScoredIntent, Understanding
from assistant.ports import NluEngine
from nlu.evaluate import SpacyTrainer, evaluate
from nlu.metrics import Confusion, Prediction, Score, measure
from nlu.report import tables
from nlu.training_data import Example, Span, TrainingData
from tests.fakes_nlu import FakeNlu
from tests.nlu_engines import few_sentences

FEE, NEED = Intent.ASK_FEE, Intent.STATE_NEED
PLACE = EntityKind.PLACE


def prediction(meant: Intent, said: Intent, sure: float = 1.0, language: Language = Language.DE) -> Prediction:
    """One sentence of one intent, taken for another or the same."""
    example = Example("x", meant, language)
    return Prediction(example, Understanding("x", language, (ScoredIntent(said, sure),)), 0.002)


def test_figures_of_intents() -> None:
    """Accuracy, precision, recall, F1, languages and confusions follow from the counts."""
    measured = measure(
        [
            prediction(FEE, FEE),
            prediction(FEE, FEE),
            prediction(FEE, NEED, language=Language.EN),
            prediction(NEED, NEED),
        ]
    )
    assert measured.accuracy == 0.75
    assert measured.by_language == {"de": 1.0, "en": 0.0}
    assert measured.by_intent["ask_fee"] == Score(1.0, 2 / 3, 0.8, 3)
    assert measured.by_intent["state_need"] == Score(0.5, 1.0, 2 / 3, 1)
    assert measured.macro_f1 == pytest.approx((0.8 + 2 / 3) / 2)
    assert measured.confusions == (Confusion(FEE, NEED, 1),)
    assert measured.calibration_error == pytest.approx(0.25)
    assert measured.parse_ms_p50 == pytest.approx(2)


def test_figures_of_entities() -> None:
    """An entity counts only with the right kind, start and end."""
    example = Example("Lehe Walle Gete", NEED, Language.DE, (Span(PLACE, 0, 4), Span(PLACE, 5, 10)))
    found = (Entity(PLACE, "Lehe", 0, 4), Entity(PLACE, "Wall", 5, 9), Entity(PLACE, "Gete", 11, 15))
    understood = Understanding(example.text, Language.DE, (ScoredIntent(NEED, 1.0),), found)
    scores = measure([Prediction(example, understood, 0.0)] * 2).entities
    assert scores == {"place": Score(1 / 3, 0.5, 0.4, 4)}


class FakeTrainer:
    """Learns nothing, but remembers what it was given."""

    name = "fake"

    def __init__(self) -> None:
        self.given: list[tuple[Example, ...]] = []

    @asynccontextmanager
    async def trained(self, data: TrainingData) -> AsyncIterator[NluEngine]:
        self.given.append(data.examples)
        yield FakeNlu()


async def test_every_sentence_is_predicted_by_an_engine_that_did_not_learn_it() -> None:
    """Each fold trains on the rest; the last training takes all sentences and predicts the held-out ones."""
    data = few_sentences(5)
    held_out = (Example("Was kostet das?", FEE, Language.DE), Example("Reisepass", NEED, Language.DE))
    trainer = FakeTrainer()
    evaluation = await evaluate([trainer], data, held_out, count=5)
    assert [len(given) for given in trainer.given[:-1]] == [len(data.examples) * 4 // 5] * 5
    assert trainer.given[-1] == data.examples
    (report,) = evaluation.engines
    assert report.held_out.accuracy == 1.0
    assert sum(score.support for score in report.cross_validated.by_intent.values()) == len(data.examples)


async def test_the_report_can_be_read_by_people_and_machines() -> None:
    """The tables name engine and intents; the JSON holds the same figures."""
    evaluation = await evaluate([FakeTrainer()], few_sentences(4), few_sentences(2).examples, count=2)
    console = Console(file=StringIO(), width=120)
    for table in tables(evaluation):
        console.print(table)
    assert isinstance(console.file, StringIO)
    shown = console.file.getvalue()
    assert "fake" in shown
    assert "ask_opening_hours" in shown
    figures = json.loads(evaluation.to_json())
    assert figures["engines"][0]["held_out"]["accuracy"] == evaluation.engines[0].held_out.accuracy


@pytest.mark.slow
async def test_the_embedded_engine_is_worth_its_keep() -> None:
    """Trained on twenty sentences an intent it understands most of the others: far from guessing among 37 intents."""
    data = few_sentences(30)
    train = few_sentences(20)
    rest = tuple(example for example in data.examples if example not in train.examples)
    evaluation = await evaluate([SpacyTrainer()], train, rest, count=2)
    assert evaluation.engines[0].held_out.accuracy > 0.5
