"""What conversations are measured by: how a turn ended, on which service, on which section."""

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.dialogue.context import DialogueTools
from assistant.model import AnswerStatus, Finding, Intent, Language, SectionKind
from evaluation import dialogues, scope
from evaluation.dialogues import LabelledDialogue, LabelledTurn
from evaluation.lines import LineError
from evaluation.questions import LabelledQuestion
from evaluation.results import Confusion, Measure
from evaluation.scope import ScopeQuestion
from evaluation.talk import _OUTCOMES, Outcome, page_language
from tests.dialogue.conftest import ScriptedNlu, ScriptedRetriever

SURE = (Finding("reisepass", 0.9),)
TIE = (Finding("reisepass", 0.4), Finding("personalausweis", 0.35))


def values(measures: list[Measure], metric: str) -> dict[str, float]:
    """The values of one metric by group."""
    return {measure.group: measure.value for measure in measures if measure.metric == metric}


def test_every_status_has_an_outcome() -> None:
    """A new status must be given its meaning here."""
    assert set(_OUTCOMES) == set(AnswerStatus)


def test_a_page_opens_in_a_language_that_is_offered(tools: DialogueTools) -> None:
    """Who speaks another language meets the German page, and is understood by what they write."""
    german = replace(tools, spoken_languages=(Language.DE, Language.TR))
    assert page_language(german, Language.TR) is Language.TR
    assert page_language(german, Language.FA) is Language.DE


async def test_scope_is_measured_by_whole_turns(
    tools: DialogueTools, nlu: ScriptedNlu, retriever: ScriptedRetriever
) -> None:
    """Four ways to handle a first message, and one that was answered though it should have been declined."""
    nlu.intents = {"hallo": Intent.GREET, "mensch": Intent.HUMAN}
    retriever.findings = {"pass beim fußball": SURE}
    asked = [
        ScopeQuestion("hallo", Language.DE, Outcome.SMALLTALK),
        ScopeQuestion("mensch", Language.DE, Outcome.HANDOFF),
        ScopeQuestion("Hilfe, meine Wohnung brennt!", Language.DE, Outcome.EMERGENCY),
        ScopeQuestion("rezept für pizza", Language.EN, Outcome.DECLINE),
        ScopeQuestion("pass beim fußball", Language.EN, Outcome.DECLINE),
    ]
    handled = await scope.ask_scope(asked, tools)
    measures = list(scope.scope_measures(handled))
    assert values(measures, "handled") == {
        "all": 0.8,
        "de": 1.0,
        "en": 0.5,
        "smalltalk": 1.0,
        "handoff": 1.0,
        "emergency": 1.0,
        "decline": 0.5,
    }
    assert Confusion("decline", "answered", 1) in scope.scope_confusions(handled)
    assert scope.misses(handled) == ("[en] pass beim fußball → answered (reisepass); expected decline",)


async def test_refusing_what_has_an_answer_is_counted(tools: DialogueTools, retriever: ScriptedRetriever) -> None:
    """A question back is no refusal; it is reported beside the refusals."""
    retriever.findings = {"a": SURE, "b": TIE}
    asked = [LabelledQuestion(text, Language.DE, frozenset({"reisepass"})) for text in ("a", "b", "c", "d")]
    handled = await scope.ask_answerable(asked, tools)
    measures = list(scope.answerable_measures(handled))
    assert values(measures, "answerable_answered")["all"] == 0.25
    assert values(measures, "answerable_asked_back")["all"] == 0.25
    assert values(measures, "answerable_refused")["de"] == 0.5
    assert {measure.better for measure in measures if measure.metric == "answerable_refused"} == {"less"}
    assert [miss.split(" → ")[0] for miss in scope.misses(handled)] == ["[de] c", "[de] d"]


async def test_what_is_answered_wrongly_costs_precision(tools: DialogueTools, retriever: ScriptedRetriever) -> None:
    """Of two questions answered at once, one on another service; languages without an answer have no precision."""
    retriever.findings = {"a": SURE, "b": SURE}
    gold = (("a", Language.DE, "reisepass"), ("b", Language.DE, "hund-anmelden"), ("c", Language.EN, "reisepass"))
    asked = [LabelledQuestion(text, language, frozenset({service})) for text, language, service in gold]
    measures = list(scope.answerable_measures(await scope.ask_answerable(asked, tools)))
    assert values(measures, "answered_right") == {"all": 0.5, "de": 0.5}


TURNS = (
    LabelledTurn("a", frozenset({"reisepass"}), SectionKind.FEE),
    LabelledTurn("b", frozenset({"reisepass", "personalausweis"}), SectionKind.DEADLINE),
    LabelledTurn("wetter", None, None, Outcome.DECLINE),
    LabelledTurn("c", frozenset({"personalausweis"})),
)


async def test_dialogues_go_on_in_one_conversation(
    tools: DialogueTools, nlu: ScriptedNlu, retriever: ScriptedRetriever
) -> None:
    """The second turn says no service and stands on the first one's; its section is wrong, the last service too."""
    nlu.intents = {"a": Intent.ASK_FEE, "b": Intent.ASK_DURATION, "wetter": Intent.OUT_OF_SCOPE}
    retriever.findings = {"a": SURE, "c": SURE}
    retriever.contents = {"a": ("pass",), "c": ("pass",), "wetter": ("wetter",)}
    held = await dialogues.hold([LabelledDialogue("x", Language.DE, TURNS)], tools)
    assert [one.outcome for one in held][:3] == [Outcome.ANSWERED, Outcome.ANSWERED, Outcome.DECLINE]
    assert [(one.service_right, one.section_right) for one in held] == [
        (True, True),
        (True, False),
        (True, None),
        (False, None),
    ]
    measures = list(dialogues.dialogue_measures(held))
    assert values(measures, "service") == {
        "all": 0.75,
        "de": 0.75,
        "first": 1.0,
        "later": pytest.approx(2 / 3, abs=1e-4),
    }
    assert values(measures, "section")["all"] == 0.5
    assert values(measures, "turn")["all"] == 0.5
    assert values(measures, "whole_dialogue") == {"all": 0.0, "de": 0.0}
    assert [miss.split(" → ")[0] for miss in dialogues.misses(held)] == ["[x/2] b", "[x/4] c"]


@pytest.mark.parametrize(
    ("turns", "reason"),
    [
        ("[]", "without turns"),
        ('[{"user": "a", "gold": []}]', "gold must be null"),
        ('[{"user": "a"}]', "'gold' is missing"),
        ('[{"user": "a", "gold": null, "expected": "joy"}]', "'joy' is not a valid Outcome"),
    ],
)
def test_a_wrong_dialogue_is_named_by_its_line(tmp_path: Path, turns: str, reason: str) -> None:
    """A dialogue that nothing could break is refused."""
    path = tmp_path / "d.jsonl"
    path.write_text(f'{{"id": "x", "lang": "de", "turns": {turns}}}', encoding="utf-8")
    with pytest.raises(LineError, match=f"d.jsonl:1: .*{reason}"):
        dialogues.read_dialogues(path)
