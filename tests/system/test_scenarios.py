"""The scenario files are kept by the whole dialogue over trained models."""

from collections import Counter
from pathlib import Path

import pytest

from assistant import bootstrap
from assistant.config import load_settings
from assistant.dialogue.context import DialogueTools
from assistant.model import Language
from evaluation.scenarios import Scenario, ScenarioError, find, load, run
from tests.system.installation import BREMEN, ROOT, Installation

SCENARIOS = ROOT / "tests" / "scenarios"
KEPT = list(find([SCENARIOS / language for language in Language]))
WANTED = list(find([SCENARIOS / "wanted"]))


@pytest.fixture(scope="module")
def tools(prepared: Installation) -> DialogueTools:
    """The dialogue's tools over the prepared data directory."""
    settings = load_settings(BREMEN, data_dir=prepared.data)
    nlu = settings.nlu.model_copy(update={"engine": "spacy", "model_dir": prepared.models})
    return bootstrap.build_tools(settings.model_copy(update={"nlu": nlu}))


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("scenario", KEPT, ids=lambda scenario: f"{scenario.path.parent.name}/{scenario.name}")
async def test_a_scenario_is_kept(scenario: Scenario, tools: DialogueTools) -> None:
    """Every answer is what a person may rightly expect, and an agent who took over would need to ask nothing again."""
    result = await run(scenario, tools)
    assert result.passed, "\n".join(result.faults)


def test_there_are_enough_scenarios_of_each_language() -> None:
    """At least forty German conversations are kept, ten English ones, and one of each other language."""
    counts = Counter(scenario.language for scenario in KEPT)
    assert counts[Language.DE] >= 40
    assert counts[Language.EN] >= 10
    assert set(counts) == set(Language)


@pytest.mark.parametrize("scenario", [*KEPT, *WANTED], ids=lambda scenario: scenario.name)
def test_a_scenario_is_named_like_its_file(scenario: Scenario) -> None:
    """A name in a report leads to its file, and no two files share one."""
    assert scenario.name == scenario.path.stem
    assert sum(other.name == scenario.name for other in (*KEPT, *WANTED)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "name: x",
        "{name: x, language: xx, turns: []}",
        "{name: x, language: de, turns: [{say: a, expect: {status: fine}}]}",
        "{name: x, language: de, turns: [{say: a, expect: {colour: red}}]}",
        "{name: x, language: de, turns: [{say: a, press: b}]}",
        "[",
    ],
)
def test_a_wrong_file_is_refused(tmp_path: Path, text: str) -> None:
    """A misspelt expectation must not pass for a kept promise."""
    path = tmp_path / "x.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"x\.yaml"):
        load(path)
