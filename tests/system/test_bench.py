"""The benchmark runs on an installation as it is."""

from pathlib import Path

import pytest

from assistant import bootstrap
from assistant.config import load_settings
from evaluation.bench.report import API, IN_PROCESS, SPACY
from evaluation.bench.run import Bench, Scope
from evaluation.bench.turns import Effort
from tests.system.installation import Installation

_LITTLE = Effort(turns=12, warm_up=3, seconds=60)


@pytest.mark.slow
@pytest.mark.timeout(1500)  # the first of its lane: all that is set up for the others is set up here
def test_benchmark_measures_an_installation(
    prepared: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without Rasa, turns in process and over HTTP and the index are measured, and no conversation is left behind."""
    monkeypatch.setattr(bootstrap, "RASA_PYTHON", tmp_path / "no-rasa")
    monkeypatch.setenv("ROLAND__NLU__MODEL_DIR", str(prepared.models))
    settings = load_settings(prepared.config, data_dir=prepared.data)
    no_lexicon = tmp_path / "lexicon.jsonl"
    no_lexicon.touch()
    scope = Scope(_LITTLE, _LITTLE, clients=(1, 3), sizes=(100,), queries=10, all_subjects=False, lexicon=no_lexicon)
    told: list[str] = []
    report = Bench(settings, prepared.config, scope, told.append).run()
    measured = [(row.subject, row.way, row.clients, row.pace.count) for row in report.rows]
    assert measured == [(SPACY, IN_PROCESS, 1, 12), (SPACY, API, 1, 12), (SPACY, API, 3, 12)]
    assert report.failures == 0
    assert [size.services for size in report.growths] == [100]
    assert any("no baseline" in line for line in told)
    assert not (prepared.data / "conversations.db").exists()
