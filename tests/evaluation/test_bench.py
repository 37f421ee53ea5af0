"""The benchmark measures what it says: its statistics, its load, its catalogue and its baseline."""

import os
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from assistant.model import Language, Section, SectionKind, Service, ServiceText
from evaluation.bench import baseline, machine
from evaluation.bench.catalogue import SyntheticCatalogue
from evaluation.bench.load import Plan, generate
from evaluation.bench.report import API, BASELINE, IN_PROCESS, REST, SPACY, Report, Row
from evaluation.bench.scale import Growth, measure
from evaluation.bench.stats import Pace, growth
from evaluation.bench.talks import read_talks
from knowledge.encoder.recipe import TrainingSettings
from knowledge.index import build_index, current_index
from knowledge.lexicon import bundled_lexicon
from knowledge.settings import EncoderSettings, RetrievalSettings
from knowledge.snapshot import encoder_folder
from tests.fakes import EchoDialogue
from tests.server import site

PASSPORT = Service(
    "reisepass",
    (
        ServiceText(
            Language.DE,
            "Reisepass beantragen",
            "Mit dem Reisepass reisen Sie.",
            ("Pass",),
            tuple(
                Section(kind, "Der Antrag kostet 70 Euro. Bringen Sie ein Foto zum Termin mit.") for kind in SectionKind
            ),
        ),
    ),
)


def pace(p50_ms: float, per_second: float, failures: int = 0) -> Pace:
    """A pace with these figures."""
    return Pace(100, failures, p50_ms, 2 * p50_ms, per_second)


def row(subject: str, way: str, clients: int, figures: Pace) -> Row:
    """A row of a report with these figures."""
    return Row(subject, way, clients, figures, load=0.5, server_cpu_ms=1.0, client_cpu_ms=0.1)


def report(*rows: Row, growths: tuple[Growth, ...] = ()) -> Report:
    """A report of these figures."""
    return Report({}, rows, growths, 1.0)


def test_pace_tells_percentiles_and_successes_a_second() -> None:
    """Half of the samples are not above p50, 95 of a hundred not above p95, and failures do not count as turns."""
    measured = Pace.of([float(sample) for sample in range(1, 102)], seconds=2.0, failures=3)
    assert (measured.p50_ms, measured.p95_ms) == (51.0, 96.0)
    assert (measured.count, measured.failures, measured.per_second) == (101, 3, 50.5)


def test_pace_of_nothing_is_refused() -> None:
    """Where every turn failed there is no figure to print."""
    with pytest.raises(ValueError, match="nothing succeeded, 7 failed"):
        Pace.of([], seconds=1.0, failures=7)


@pytest.mark.parametrize("exponent", [0.0, 0.5, 1.0, 1.3])
def test_growth_finds_the_exponent(exponent: float) -> None:
    """The power of a power law comes out as it went in, whatever its factor."""
    sizes = [300.0, 3_000.0, 30_000.0]
    assert growth(sizes, [7 * size**exponent for size in sizes]) == pytest.approx(exponent)


def test_ratios_compare_the_same_number_of_clients() -> None:
    """Throughput and latency are set against the baseline's at as many clients; in process there is no comparison."""
    fast, inside = row(SPACY, API, 8, pace(10, 300)), row(SPACY, IN_PROCESS, 8, pace(1, 900))
    slow, alone = row(BASELINE, REST, 8, pace(40, 100)), row(BASELINE, REST, 1, pace(5, 200))
    figures = report(fast, inside, alone, slow)
    assert figures.ratios(fast) == (3.0, 4.0)
    assert figures.ratios(inside) is None
    assert figures.ratios(slow) is None


def test_aims_are_judged_by_the_figures() -> None:
    """An aim is met or missed by what was measured, and left out where nothing was."""
    assert list(report().aims()) == []
    size = Growth(300, 2_000, 1.0, 1.0, 1.0, 1.0, pace(1.0, 1.0))
    sizes = (size, replace(size, services=3_000, query=pace(12.0, 1.0)))
    rows = (row(SPACY, API, 1, pace(12.4, 80)), row(SPACY, API, 8, pace(9, 290)), row(BASELINE, REST, 8, pace(40, 100)))
    judged = [(aim.measured, aim.met) for aim in report(*rows, growths=sizes).aims()]
    assert judged == [("24.8 ms", True), ("2.9 ×", False), ("as its size to the power of 1.08", False)]


def test_failures_of_all_rows_are_counted() -> None:
    """A run with a failed turn says so."""
    rows = row(SPACY, API, 1, pace(1, 1, failures=2)), row(BASELINE, REST, 1, pace(1, 1, failures=1))
    assert report(*rows).failures == 3


def test_processor_time_counts_descendants_and_nobody_else() -> None:
    """The time of a process includes its own, and a process that does not exist has used none."""
    assert machine.cpu_seconds(os.getpid()) > 0
    assert machine.cpu_seconds(2**31 - 1) == 0


def test_synthetic_catalogue_is_varied_and_always_the_same() -> None:
    """A catalogue has the size it was asked for, keeps the sample, repeats itself by seed, and its titles differ."""
    catalogue = SyntheticCatalogue((PASSPORT,), bundled_lexicon(), 200)
    services = list(catalogue.services())
    assert services == list(catalogue.services())
    assert services[0] == PASSPORT
    assert len({service.texts[0].title for service in services}) == 200
    sections = [len(service.texts[0].sections) for service in services[1:]]
    assert 5 < sum(sections) / len(sections) < 7
    assert services[1:] != list(replace(catalogue, seed=7).services())[1:]
    assert len(set(catalogue.questions(50))) > 40


def test_baseline_answers_every_intent() -> None:
    """Each intent of Roland's training data has its rule and its sentence in the plain bot."""
    project = baseline._project("same")
    ruled = {rule["rule"] for rule in project["rules.yml"]["rules"]}
    assert ruled | {"restart"} == set(project["domain.yml"]["intents"])
    assert {f"utter_{intent}" for intent in ruled | {"restart"}} == set(project["domain.yml"]["responses"])


@pytest.mark.slow
@pytest.mark.parametrize("dialect", ["roland", "rest"])
def test_load_generator_holds_the_planned_turns(tmp_path: Path, dialect: str) -> None:
    """Every planned turn is held with the real server over either way, and measured after the warm-up only."""
    freely = {"messages_per_minute": 100_000, "requests_per_minute": 100_000}
    with site(tmp_path, EchoDialogue(hands_over=False), http=freely, channels={"rest": True}) as server:
        port = urlsplit(server.url).port
        plan = Plan(port or 0, dialect, clients=4, turns=40, warm_up=10, seconds=60.0, talks=read_talks())  # type: ignore[arg-type]
        outcome = generate(plan)
    assert (len(outcome.samples_ms), outcome.failures, outcome.first_failure) == (40, 0, "")
    assert outcome.client_cpu_seconds > 0
    assert min(outcome.samples_ms) > 0


@pytest.mark.slow
def test_load_generator_tells_failures(tmp_path: Path) -> None:
    """An answer that is none is no sample: the failures are counted, and the first one is told."""
    with site(tmp_path, channels={"rest": True}) as server:
        port = urlsplit(server.url).port or 0
        talks = (("zu lang " * 1_000,), ("Guten Tag",))
        outcome = generate(Plan(port, "rest", clients=1, turns=10, warm_up=0, seconds=60.0, talks=talks))
    assert (len(outcome.samples_ms), outcome.failures) == (5, 5)
    assert outcome.first_failure.startswith("422")


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_growth_is_measured_on_a_real_index(tmp_path: Path) -> None:
    """Building and asking an index of a synthetic catalogue gives figures for all that is printed."""
    quick = EncoderSettings(training=TrainingSettings(steps=2))
    catalogue = SyntheticCatalogue((PASSPORT,), bundled_lexicon(), 20)
    no_lexicon = tmp_path / "lexicon.jsonl"
    no_lexicon.touch()
    settings = RetrievalSettings(encoder=quick, lexicon=(no_lexicon,), bundled_translations=False)
    build_index(catalogue, tmp_path, settings, lambda *_: None)
    size = measure(100, encoder_folder(current_index(tmp_path)), queries=20, lexicon=no_lexicon)
    assert (size.services, size.query.count, size.query.failures) == (100, 20, 0)
    assert size.passages > 400
    assert min(size.build_seconds, size.build_peak_mb, size.disk_mb, size.query_peak_mb, size.query.p50_ms) > 0
