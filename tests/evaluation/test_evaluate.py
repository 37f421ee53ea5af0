"""The commands measure a small city, keep the result and show it."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from assistant import bootstrap
from assistant.cli import app
from assistant.config import Settings
from assistant.dialogue.context import DialogueTools
from assistant.model import ImportedEntry, Intent, Language, Section, SectionKind, Service, ServiceText
from assistant.storage.catalogue import SqlCatalogueStore
from evaluation import others
from evaluation.bench.report import Report, Row
from evaluation.bench.scale import Growth
from evaluation.bench.stats import Pace
from knowledge.encoder.recipe import TrainingSettings
from knowledge.index import build_index
from knowledge.settings import EncoderSettings, RetrievalSettings
from nlu.evaluate import EngineReport, Evaluation
from nlu.metrics import Measurement, Score
from tests.dialogue.conftest import ScriptedNlu

pytestmark = pytest.mark.slow  # trains, indexes or reads large files

ENCODER = EncoderSettings(training=TrainingSettings(steps=2, batch_size=8))
QUESTIONS = (
    {"query": "Reisepass beantragen", "lang": "de", "gold": ["reisepass"], "style": "keyword", "aspect": "fee"},
    {"query": "Hund anmelden", "lang": "de", "gold": ["hund"], "style": "keyword"},
    {"query": "xqz", "lang": "tr", "gold": ["hund"], "style": "typo"},
)


def service(name: str, title: str) -> Service:
    """A service with one section."""
    return Service(name, (ServiceText(Language.DE, title, f"{title}: so geht es.", (), (FEE,)),))


FEE = Section(SectionKind.FEE, "Die Gebühr beträgt 10 Euro.")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with a catalogue of two services and a hardly trained index."""
    folder = tmp_path_factory.mktemp("data")
    catalogue = SqlCatalogueStore(folder / "catalogue.db")
    services = service("hund", "Hund anmelden"), service("reisepass", "Reisepass beantragen")
    catalogue.replace([ImportedEntry(one, one.id) for one in services])
    no_lexicon = folder / "lexicon.jsonl"
    no_lexicon.touch()
    settings = RetrievalSettings(encoder=ENCODER, lexicon=(no_lexicon,), bundled_translations=False)
    build_index(catalogue, folder, settings, lambda *_: None)
    return folder


@pytest.fixture
def city(tmp_path: Path) -> Path:
    """A city that has no development set of its own."""
    config = tmp_path / "city.toml"
    config.write_text('[city]\nname = "Musterstadt"\narea = "010010000000"\n[contact]\nphone = "0"\n', encoding="utf-8")
    return config


def lines(path: Path, records: Sequence[object]) -> Path:
    """A file of JSON lines."""
    path.write_text("\n".join(json.dumps(record) for record in records), encoding="utf-8")
    return path


def roland(*arguments: object) -> Result:
    """``roland evaluate`` with these arguments."""
    return CliRunner(env={"COLUMNS": "200"}).invoke(app, ["evaluate", *map(str, arguments)])


@pytest.mark.slow
def test_retrieval_is_measured_beside_the_baselines(tmp_path: Path, city: Path, data: Path) -> None:
    """Roland and every baseline stand in one result, which is kept with what made it and what was asked."""
    asked = lines(tmp_path / "q.jsonl", QUESTIONS)
    arguments = (asked, "--config", city, "--data", data, "--results", tmp_path / "kept")
    result = roland("retrieval", *arguments, "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert told == json.loads(next((tmp_path / "kept").glob("retrieval-*/result.json")).read_text(encoding="utf-8"))
    recall = {one["subject"]: one["value"] for one in told["measures"] if one["metric"] == "recall_at_1"
              and one["group"] == "de"}  # fmt: skip
    assert set(recall) == {"roland", "BM25 words", "BM25 n-grams", "encoder alone"}
    assert recall["roland"] == recall["BM25 words"] == 1
    assert told["about"]["city"] == "Musterstadt"
    assert len(told["about"]["catalogue"]) > 8
    assert set(told["data"]) == {"q.jsonl"}
    assert sum(one["questions"] for one in told["calibration"]) <= 3
    shown = roland("retrieval", *arguments, "--model", _encoder(data))
    assert "recall at 1" in shown.stdout
    assert _encoder(data).name in shown.stdout


def _encoder(data: Path) -> Path:
    return next((data / "encoders").iterdir())


def test_a_city_without_a_set_must_name_a_file(tmp_path: Path, city: Path, data: Path) -> None:
    """The questions of another city are not asked instead."""
    result = roland("retrieval", "--config", city, "--data", data, "--results", tmp_path)
    assert result.exit_code == 2
    assert "no set for Musterstadt" in result.output


@pytest.mark.parametrize("command", ["retrieval", "scope", "dialogues"])
def test_a_wrong_line_is_a_wrong_use(tmp_path: Path, city: Path, data: Path, command: str) -> None:
    """The line is named on one line, without a stack trace, and nothing is kept."""
    asked = lines(tmp_path / "q.jsonl", [{"nonsense": 1}])
    result = roland(command, asked, "--config", city, "--data", data, "--results", tmp_path / "kept")
    assert result.exit_code == 2
    assert "q.jsonl:1" in result.output
    assert not (tmp_path / "kept").exists()


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch, tools: DialogueTools, nlu: ScriptedNlu) -> ScriptedNlu:
    """The dialogue core of the sample catalogue in place of the city's."""

    def build(_: Settings) -> DialogueTools:
        return tools

    monkeypatch.setattr(bootstrap, "build_tools", build)
    return nlu


def test_scope_is_measured_with_what_it_costs(tmp_path: Path, city: Path, data: Path, scripted: ScriptedNlu) -> None:
    """What should be declined and what should not stand in one result, and both files are hashed."""
    scripted.intents = {"hallo": Intent.GREET}
    asked = lines(tmp_path / "s.jsonl", [{"query": "hallo", "lang": "de", "expected": "smalltalk"}])
    answerable = lines(tmp_path / "a.jsonl", QUESTIONS)
    result = roland(
        "scope", asked, "--answerable", answerable, "--config", city, "--data", data, "--results", tmp_path, "--json"
    )
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    overall = {one["metric"]: one["value"] for one in told["measures"] if one["group"] == "all"}
    assert (overall["handled"], overall["answerable_refused"], overall["answerable_answered"]) == (1, 1, 0)
    assert set(told["data"]) == {"s.jsonl", "a.jsonl"}


def test_dialogues_are_measured(tmp_path: Path, city: Path, data: Path, scripted: ScriptedNlu) -> None:
    """A conversation of small talk is right from end to end; the report then tells of it."""
    scripted.intents = {"hallo": Intent.GREET}
    turns = [{"user": "hallo", "gold": None, "expected": "smalltalk"}] * 2
    asked = lines(tmp_path / "d.jsonl", [{"id": "x", "lang": "de", "turns": turns}])
    result = roland("dialogues", asked, "--config", city, "--data", data, "--results", tmp_path)
    assert result.exit_code == 0, result.output
    assert "whole dialogue" in result.stdout
    made = roland("report", "--results", tmp_path)
    assert made.stdout.strip() == f"{tmp_path / 'report.html'}: 1 measurements"
    assert "dialogues · Musterstadt · d.jsonl" in (tmp_path / "report.html").read_text(encoding="utf-8")


SCORE = Score(0.5, 1.0, 0.66, 10)
MEASURED = Measurement(0.9, 0.8, {"de": 0.95}, {"ask_fee": SCORE}, {"place": SCORE}, 0.03, (), 1.0, 2.0)


def test_understanding_is_kept_beside_the_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The figures are those of ``roland nlu evaluate``, cross-validated and held out told apart."""

    async def evaluate(engines: Sequence[str], held_out: Sequence[Path], folds: int, _: object) -> Evaluation:
        assert (list(engines), [path.name for path in held_out], folds) == (["spacy"], ["h.jsonl"], 3)
        return Evaluation(10, folds, (EngineReport("spacy", MEASURED, MEASURED, 1.0),))

    monkeypatch.setattr(bootstrap, "evaluate_nlu", evaluate)
    held_out = lines(tmp_path / "h.jsonl", [{}])
    result = roland(
        "nlu", "--engine", "spacy", "--held-out", held_out, "--folds", 3, "--results", tmp_path, "--json"
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    told = {(one["group"], one["metric"]): one["value"] for one in json.loads(result.stdout)["measures"]}
    assert told["all", "accuracy"] == told["all", "held_out_accuracy"] == 0.9
    assert told["ask_fee", "f1"] == 0.66


PACE = Pace(100, 0, 5.0, 9.0, 200.0)


def test_latency_is_kept_and_failures_are_none() -> None:
    """Rows become figures of which less is better, throughput more; a run with failed turns is refused."""
    row = Row("roland", "API", 8, PACE, 0.1, 1.0, 0.1)
    report = Report({}, (row,), (Growth(300, 900, 2.0, 1.0, 1.0, 1.0, PACE),), 1.0)
    measures = {(one.group, one.metric): one for one in others.latency_measures(report)}
    assert measures["API, clients: 8", "p50_ms"].better == "less"
    assert measures["API, clients: 8", "turns_per_second"].value == 200
    assert measures["300 services", "build_seconds"].value == 2
