"""Scenario files: conversations with what a person may rightly expect of each answer.

The format is described in tests/scenarios/README.md. A scenario runs on the dialogue core directly, with the clock set
to a Friday noon unless the file says otherwise, so that it runs the same on every channel and every day.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from assistant.dialogue.context import DialogueTools
from assistant.http.presenter import Presenter
from assistant.model import (
    CHECKLIST,
    OVERVIEW,
    REVIEW,
    Answer,
    AnswerStatus,
    Aspect,
    Block,
    FormChecklist,
    FormOverview,
    FormReview,
    FormStep,
    FormTerm,
    Language,
    OfficeCard,
    Register,
    SectionKind,
    SourceKind,
)
from assistant.own_yaml import read_yaml
from evaluation.packets import packet_faults
from evaluation.talk import DEFAULT_TIME, Talk

_EXPECTATIONS = frozenset(
    {"status", "service", "aspects", "says", "says_not", "sections", "office", "offers", "language", "form", "at"}
)
_KEYS = frozenset({"name", "language", "at", "promises", "turns"})
_STEP_KEYS = frozenset({"say", "choose", "press", "language", "register", "expect", "until", "elsewhere"})
_MOST_TIMES = 250
_CODE = "{code}"


class ScenarioError(ValueError):
    """A scenario file is wrong; the message names the file and the place."""


@dataclass(frozen=True, slots=True)
class Step:
    """What the person does, and what the answer must then be.

    It is done again and again until the answer is as ``until`` says. ``elsewhere``: in a new conversation from here on.
    """

    expect: Mapping[str, Any]
    say: str | None = None
    choose: str | None = None
    press: str | None = None
    language: Language | None = None
    register: Register | None = None
    until: Mapping[str, Any] = field(default_factory=dict)
    elsewhere: bool = False

    @property
    def words(self) -> str:
        """The step as a person would tell it."""
        return self.say or f"[{self.choose or self.press}]"


@dataclass(frozen=True, slots=True)
class Scenario:
    """One conversation."""

    name: str
    path: Path
    language: Language
    steps: tuple[Step, ...]
    at: datetime = DEFAULT_TIME
    promises: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StepResult:
    """One step as it went; ``faults`` says in words what was expected and missing."""

    step: Step
    answer: Answer | None
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScenarioResult:
    """A scenario as it went; later steps are left out once a button to press was not offered."""

    scenario: Scenario
    steps: tuple[StepResult, ...] = field(default=())
    packet_faults: tuple[str, ...] = ()
    """What an agent who took over now would have to ask again."""

    @property
    def passed(self) -> bool:
        """Whether every step was taken and met its expectations, and an agent would be told all of it."""
        return len(self.steps) == len(self.scenario.steps) and not self.faults

    @property
    def faults(self) -> tuple[str, ...]:
        """Everything that was expected and missing, in words."""
        told = [f"{step.step.words}: {fault}" for step in self.steps for fault in step.faults]
        return (*told, *self.packet_faults)


def find(paths: Sequence[Path]) -> Iterator[Scenario]:
    """The scenarios of files and folders, in the order of their names."""
    for path in paths:
        for file in sorted(path.rglob("*.yaml")) if path.is_dir() else [path]:
            yield load(file)


def load(path: Path) -> Scenario:
    """A scenario file; raises ScenarioError for unknown keys, a status or section that does not exist, and the like."""
    try:
        return _scenario(path, read_yaml(path.read_text(encoding="utf-8")))
    except (KeyError, TypeError, ValueError, yaml.YAMLError) as error:
        raise ScenarioError(f"{path}: {type(error).__name__}: {error}") from error


def _scenario(path: Path, data: Mapping[str, Any]) -> Scenario:
    if unknown := set(data) - _KEYS:
        raise ScenarioError(f"unknown keys: {', '.join(sorted(unknown))}")
    steps = tuple(_step(step) for step in data["turns"])
    if not any(step.expect for step in steps):
        raise ScenarioError("nothing is expected of any answer")
    at = datetime.fromisoformat(str(data["at"])) if "at" in data else DEFAULT_TIME
    if at.tzinfo is None:
        raise ScenarioError(f"the time {at} has no time zone")
    return Scenario(data["name"], path, Language(data["language"]), steps, at, tuple(data.get("promises", ())))


def _step(data: Mapping[str, Any]) -> Step:
    if unknown := set(data) - _STEP_KEYS:
        raise ScenarioError(f"unknown keys in a turn: {', '.join(sorted(unknown))}")
    if len({"say", "choose", "press"} & set(data)) != 1:
        raise ScenarioError("a turn needs exactly one of say, choose, press")
    expect, until = data.get("expect") or {}, data.get("until") or {}
    if unknown := (set(expect) | set(until)) - _EXPECTATIONS:
        raise ScenarioError(f"unknown expectations: {', '.join(sorted(unknown))}")
    for status in _listed(expect.get("status")):
        AnswerStatus(status)
    for aspect in _listed(expect.get("aspects")):
        Aspect(aspect)
    for section in _listed(expect.get("sections")):
        SectionKind(section)
    return Step(
        expect=expect,
        say=data.get("say"),
        choose=data.get("choose"),
        press=data.get("press"),
        language=Language(data["language"]) if "language" in data else None,
        register=Register(data["register"]) if "register" in data else None,
        until=until,
        elsewhere=bool(data.get("elsewhere")),
    )


async def run(scenario: Scenario, tools: DialogueTools) -> ScenarioResult:
    """Hold the conversation, and compare every answer with what was expected."""
    talk = Talk(tools, scenario.name, scenario.language, scenario.at)
    presenter = Presenter(tools.messages, tools.city.name)
    results: list[StepResult] = []
    for step in scenario.steps:
        if step.elsewhere:
            talk = talk.elsewhere()
        answer, faults = await _taken(step, talk, presenter)
        results.append(StepResult(step, answer, faults))
        if answer is None:
            break
    return ScenarioResult(scenario, tuple(results), tuple(packet_faults(talk.packet(), talk.turns, talk.state.walk)))


async def _taken(step: Step, talk: Talk, presenter: Presenter) -> tuple[Answer | None, tuple[str, ...]]:
    """The last answer to a step, and what is wrong with it; no answer where the step could not be taken."""
    missing: tuple[str, ...] = ()
    for _ in range(_MOST_TIMES):
        choice, fault = _choice(step, talk.last_answer)
        if fault:
            return None, (fault,)
        text = (step.say or "").replace(_CODE, talk.code)
        answer = await talk.say(text, choice=choice, language=step.language, register=step.register)
        told = presenter.answer(answer).text
        if not (missing := _faults(step.until, answer, told)):
            return answer, _faults(step.expect, answer, told)
    return None, (f"not within {_MOST_TIMES} times: {'; '.join(missing)}",)


def _choice(step: Step, answer: Answer | None) -> tuple[str | None, str | None]:
    """The payload of a pressed button, or what is wrong: it must have been offered by the answer before."""
    if step.press is not None or step.choose is None:
        return step.press, None
    offered = [reply.payload for reply in answer.quick_replies] if answer is not None else []
    matching = [payload for payload in offered if payload.startswith(step.choose)]
    if not matching:
        return None, f"{step.choose} was not offered, only: {', '.join(offered) or 'nothing'}"
    return matching[0], None


def _faults(expect: Mapping[str, Any], answer: Answer, text: str) -> tuple[str, ...]:
    faults = (fault for key, wanted in expect.items() for fault in _CHECKS[key](wanted, answer, text))
    return tuple(faults)


def _status(wanted: Any, answer: Answer, _text: str) -> Iterator[str]:
    if answer.status not in _listed(wanted):
        yield f"status {answer.status}, expected {' or '.join(_listed(wanted))}"


def _service(wanted: str | None, answer: Answer, _text: str) -> Iterator[str]:
    if answer.service_id != wanted:
        yield f"service {answer.service_id}, expected {wanted}"


def _aspects(wanted: Any, answer: Answer, _text: str) -> Iterator[str]:
    missing = [aspect for aspect in _listed(wanted) if aspect not in answer.aspects]
    if missing:
        yield f"aspects {', '.join(answer.aspects)}, missing {', '.join(missing)}"


def _says(wanted: Any, _answer: Answer, text: str) -> Iterator[str]:
    yield from (f"does not say {phrase!r}" for phrase in _listed(wanted) if phrase not in text)


def _says_not(wanted: Any, _answer: Answer, text: str) -> Iterator[str]:
    yield from (f"says {phrase!r}" for phrase in _listed(wanted) if phrase in text)


def _sections(wanted: Any, answer: Answer, _text: str) -> Iterator[str]:
    quoted = {source.section for source in answer.sources if source.kind is SourceKind.SERVICE}
    missing = [section for section in _listed(wanted) if section not in quoted]
    if missing:
        yield f"quotes no section {', '.join(missing)}"


def _office(wanted: Any, answer: Answer, _text: str) -> Iterator[str]:
    shown = [block.office.id for block in answer.blocks if isinstance(block, OfficeCard)]
    yield from (f"shows no office {office}, only {shown}" for office in _listed(wanted) if office not in shown)


def _offers(wanted: Any, answer: Answer, _text: str) -> Iterator[str]:
    payloads = [reply.payload for reply in answer.quick_replies]
    for prefix in _listed(wanted):
        if not any(payload.startswith(prefix) for payload in payloads):
            yield f"does not offer {prefix}, only: {', '.join(payloads) or 'nothing'}"


def _language(wanted: str, answer: Answer, _text: str) -> Iterator[str]:
    if answer.language != wanted:
        yield f"language {answer.language}, expected {wanted}"


def _form(wanted: str, answer: Answer, _text: str) -> Iterator[str]:
    shown = [source.entry_id for source in answer.sources if source.kind is SourceKind.FORM]
    if wanted not in shown:
        yield f"tells of the forms {shown}, expected {wanted}"


def _at(wanted: str, answer: Answer, _text: str) -> Iterator[str]:
    places = [place for block in answer.blocks if (place := _place(block)) is not None]
    if wanted not in places:
        yield f"at {', '.join(places) or 'no form'}, expected {wanted}"


def _place(block: Block) -> str | None:
    """Where in a form a block is: a step's key, or the kind of the block."""
    match block:
        case FormStep():
            return block.key
        case FormOverview():
            return OVERVIEW
        case FormReview():
            return REVIEW
        case FormChecklist():
            return CHECKLIST
        case FormTerm(word):
            return f"term {word}"
        case _:
            return None


def _listed(value: Any) -> list[str]:
    if value is None:
        return []
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]


_CHECKS: dict[str, Callable[[Any, Answer, str], Iterator[str]]] = {
    "status": _status,
    "service": _service,
    "aspects": _aspects,
    "says": _says,
    "says_not": _says_not,
    "sections": _sections,
    "office": _office,
    "offers": _offers,
    "language": _language,
    "form": _form,
    "at": _at,
}
