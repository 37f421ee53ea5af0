"""Scenarios held by telephone: misheard, said again, and how they end."""

from pathlib import Path

import pytest

from assistant.dialogue.context import DialogueTools
from assistant.model import Answer, AnswerStatus, Finding, Intent, Language
from evaluation.mishearing.caller import Caller, Ending, ending_of
from evaluation.mishearing.measures import call_measures, misses, way_of
from evaluation.mishearing.run import hold_all, result_of, spoken
from evaluation.results import Measure
from evaluation.scenarios import Scenario, load
from tests.dialogue.conftest import ScriptedNlu, ScriptedRetriever


def scenario(folder: Path, turns: str, keys: str = "") -> Scenario:
    """A German scenario of some turns."""
    path = folder / "x.yaml"
    path.write_text(f"name: x\nlanguage: de\n{keys}\nturns:\n{turns}", encoding="utf-8")
    return load(path)


FEE = '  - {say: "Was kostet ein Reisepass?", expect: {status: answered, service: reisepass}}\n'
HEARD = "was kostet ein reisepass"
PASSPORT = (Finding("reisepass", 0.9),)


@pytest.fixture
def scripted(tools: DialogueTools, nlu: ScriptedNlu, retriever: ScriptedRetriever) -> DialogueTools:
    """A dialogue that understands one question, as it is heard and as it is written."""
    for text in (HEARD, "Was kostet ein Reisepass?"):
        nlu.intents[text] = Intent.ASK_FEE
        retriever.findings[text] = PASSPORT
    return tools


@pytest.mark.slow
async def test_a_caller_is_heard_as_a_recogniser_writes(scripted: DialogueTools, tmp_path: Path) -> None:
    """At no errors the dialogue gets the words without signs, and the call is solved."""
    call = await Caller(scripted, 0.0).hold(scenario(tmp_path, FEE))
    assert call.is_solved
    assert [one.text for one in call.steps[0].heard] == [HEARD]


async def test_in_chat_the_same_is_written(scripted: DialogueTools, tmp_path: Path) -> None:
    """Without a rate nothing is heard: the texts are those of the file."""
    call = await Caller(scripted, None).hold(scenario(tmp_path, FEE))
    assert call.is_solved
    assert not call.steps[0].heard


@pytest.mark.slow
async def test_who_is_not_understood_says_it_once_more(scripted: DialogueTools, tmp_path: Path) -> None:
    """Of many callers some are understood at the second saying only; nobody says anything a third time."""
    turns = scenario(tmp_path, FEE)
    calls = [await Caller(scripted, 0.25, str(number)).hold(turns) for number in range(30)]
    steps = [call.steps[0] for call in calls]
    assert any(step.repeated and step.ending is Ending.RIGHT for step in steps)
    assert any(step.repeated and step.ending is Ending.NOT_UNDERSTOOD for step in steps)
    assert all(len(step.heard) == 1 + step.repeated for step in steps)
    assert all(step.heard[0].heard != step.heard[1].heard or step.heard[1].heard for step in steps if step.repeated)


async def test_what_was_told_wrongly_is_not_repaired(
    scripted: DialogueTools, retriever: ScriptedRetriever, tmp_path: Path
) -> None:
    """A sure answer about another matter ends the call as wrong."""
    retriever.findings[HEARD] = (Finding("personalausweis", 0.9),)
    call = await Caller(scripted, 0.0).hold(scenario(tmp_path, FEE + FEE))
    assert [step.ending for step in call.steps] == [Ending.WRONG]
    assert not call.steps[0].repeated
    assert not call.is_solved


async def test_who_is_asked_keys_what_they_mean(
    scripted: DialogueTools, retriever: ScriptedRetriever, tmp_path: Path
) -> None:
    """Where the right matter is among those asked about, the caller keys it."""
    retriever.findings[HEARD] = (Finding("reisepass", 0.45), Finding("personalausweis", 0.44))
    call = await Caller(scripted, 0.0).hold(scenario(tmp_path, FEE))
    assert call.is_solved
    assert call.steps[0].repeated
    assert len(call.steps[0].heard) == 1


async def test_an_offered_choice_is_said_by_its_name(scripted: DialogueTools, tmp_path: Path) -> None:
    """A button is words for a caller, and its words are taken for it."""
    turns = FEE + '  - {choose: "service:reisepass#", expect: {service: reisepass}}\n'
    call = await Caller(scripted, 0.0).hold(scenario(tmp_path, turns))
    assert call.is_solved
    assert call.steps[1].heard[0].said


async def test_callers_may_be_told_otherwise(scripted: DialogueTools, tmp_path: Path) -> None:
    """What differs by telephone stands in the file; nothing else may."""
    turns = """
  - say: Was kostet ein Reisepass?
    by_phone: was kostet ein Reisepass
    expect: {status: unanswerable_not_found, service: reisepass}
    expect_by_phone: {status: null}
"""
    told = scenario(tmp_path, turns)
    assert (await Caller(scripted, 0.0).hold(told)).is_solved
    assert not (await Caller(scripted, None).hold(told)).is_solved


@pytest.mark.parametrize(
    ("expected", "answer", "ending"),
    [
        ({"service": "a"}, Answer(AnswerStatus.ANSWERED, Language.DE, (), service_id="b"), Ending.WRONG),
        ({"service": "a", "says": "b"}, Answer(AnswerStatus.ANSWERED, Language.DE, (), service_id="a"), Ending.BESIDE),
        ({"status": "answered"}, Answer(AnswerStatus.ANSWERED_PARTLY, Language.DE, ()), Ending.BESIDE),
        ({"status": "smalltalk"}, Answer(AnswerStatus.ANSWERED, Language.DE, ()), Ending.WRONG),
        ({"status": "answered"}, Answer(AnswerStatus.CLARIFICATION, Language.DE, ()), Ending.NOT_UNDERSTOOD),
        ({"status": "answered"}, Answer(AnswerStatus.ERROR_TIMEOUT, Language.DE, ()), Ending.NOT_UNDERSTOOD),
        ({"status": "answered"}, Answer(AnswerStatus.HANDOFF_EMERGENCY, Language.DE, ()), Ending.HANDED_OVER),
    ],
)  # fmt: skip
def test_how_a_step_ended(expected: dict[str, object], answer: Answer, ending: Ending) -> None:
    """A wrong answer told as sure is apart from a question back and from a hand-over."""
    assert ending_of(expected, None, answer) is ending


async def test_measures_tell_shares_with_intervals(scripted: DialogueTools, tmp_path: Path) -> None:
    """Every way has its share of solved calls, and the word errors as they were, not as they were asked for."""
    chosen = [scenario(tmp_path, FEE)]
    held = await hold_all(chosen, scripted, [0.0, 0.25], 5, lambda _: None)
    assert {way: len(calls) for way, calls in held.items()} == {"chat": 1, "phone 0%": 1, "phone 25%": 5}
    measures = {one.key: one for one in call_measures(held)}
    assert _of(measures, "chat", "solved").value == 1.0
    assert _of(measures, "phone 0%", "word_errors").value == 0.0
    assert 0.0 < _of(measures, "phone 25%", "word_errors").value < 0.6
    shares = [_of(measures, "phone 25%", f"steps_{ending}").value for ending in Ending]
    assert sum(shares) == pytest.approx(1.0, abs=1e-3)
    assert _of(measures, "phone 25%", "solved").low is not None
    assert len(misses(held)) == sum(not call.is_solved for calls in held.values() for call in calls)
    assert result_of(held, chosen, {}).data.keys() == {"scenarios"}


def _of(measures: dict[tuple[str, str, str, str], Measure], way: str, metric: str) -> Measure:
    return measures["roland", "way", way, metric]


def test_what_cannot_be_held_by_telephone_is_told(tmp_path: Path) -> None:
    """Nothing is left out without its reason."""
    by_phone, left_out = spoken([scenario(tmp_path, FEE, "not_by_phone: It needs a page.")])
    assert not by_phone
    assert [one.not_by_phone for one in left_out] == ["It needs a page."]


def test_ways_are_named() -> None:
    """By their rate, or as the chat."""
    assert [way_of(rate) for rate in (None, 0.0, 0.25)] == ["chat", "phone 0%", "phone 25%"]
