"""Scenario files: conversations with what a person may rightly expect of each answer.

The format is described in tests/scenarios/README.md. A scenario runs on the dialogue core directly, with the clock set
to a Friday noon unless the file says otherwise, so that it runs the same on every channel and every day. One that
belongs to the telephone is spoken: its sentences come as a recogniser writes them that hears every word.
"""

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from assistant.dialogue.context import DialogueTools
from assistant.http.presenter import Presenter
from assistant.model import Answer, Channel, Language, Register, StatusCode, Ticket, TicketKind, TicketState
from assistant.own_yaml import read_yaml
from evaluation.expectations import Expectations, check_keys, faults_of
from evaluation.mishearing import LANGUAGES, said
from evaluation.packets import packet_faults
from evaluation.talk import DEFAULT_TIME, Talk

_KEYS = frozenset({"name", "language", "at", "promises", "turns", "channel", "not_by_phone", "tickets"})
_STEP_KEYS = frozenset(
    {
        "say", "choose", "press", "by_phone", "language", "register", "expect", "expect_by_phone", "until", "elsewhere",
    }
)  # fmt: skip
_CHANNELS = frozenset({Channel.WEB, Channel.PHONE})
MOST_TIMES = 250
_CODE = "{code}"


class ScenarioError(ValueError):
    """A scenario file is wrong; the message names the file and the place."""


@dataclass(frozen=True, slots=True)
class Step:
    """What the person does, and what the answer must then be.

    It is done again and again until the answer is as ``until`` says. ``elsewhere``: in a new conversation from here on.
    ``by_phone`` is what a caller says instead, and ``expect_by_phone`` what they may expect otherwise (None: nothing).
    """

    expect: Expectations
    say: str | None = None
    choose: str | None = None
    press: str | None = None
    by_phone: str | None = None
    expect_by_phone: Expectations = field(default_factory=dict)
    language: Language | None = None
    register: Register | None = None
    until: Expectations = field(default_factory=dict)
    elsewhere: bool = False

    def expected(self, channel: Channel) -> Expectations:
        """What may be expected on that channel."""
        if channel is not Channel.PHONE:
            return self.expect
        both = {**self.expect, **self.expect_by_phone}
        return {key: value for key, value in both.items() if value is not None or key not in self.expect_by_phone}

    @property
    def words(self) -> str:
        """The step as a person would tell it."""
        return self.say or f"[{self.choose or self.press}]"


@dataclass(frozen=True, slots=True)
class Scenario:
    """One conversation. ``not_by_phone`` says why callers cannot hold it; ``tickets`` are those that there are."""

    name: str
    path: Path
    language: Language
    steps: tuple[Step, ...]
    at: datetime = DEFAULT_TIME
    promises: tuple[str, ...] = ()
    channel: Channel = Channel.WEB
    not_by_phone: str | None = None
    tickets: Mapping[StatusCode, Ticket] = field(default_factory=dict)


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
    at = _moment(data["at"]) if "at" in data else DEFAULT_TIME
    channel = Channel(data.get("channel", Channel.WEB))
    if channel not in _CHANNELS:
        raise ScenarioError(f"a conversation is held by {' or '.join(sorted(_CHANNELS))}")
    if channel is Channel.PHONE and "not_by_phone" in data:
        raise ScenarioError("a conversation by phone that is not by phone")
    return Scenario(
        data["name"],
        path,
        Language(data["language"]),
        steps,
        at,
        tuple(data.get("promises", ())),
        channel,
        data.get("not_by_phone"),
        {StatusCode(code.replace("-", "")): _ticket(code, one, at) for code, one in data.get("tickets", {}).items()},
    )


def _moment(value: Any) -> datetime:
    at = datetime.fromisoformat(str(value))
    if at.tzinfo is None:
        raise ScenarioError(f"the time {at} has no time zone")
    return at


def _ticket(code: str, data: Mapping[str, Any], at: datetime) -> Ticket:
    state, due = TicketState(data["state"]), _moment(data["due"])
    return Ticket(code, TicketKind.CONCERN, "", Language.DE, Channel.PHONE, at, due, state=state)


def _step(data: Mapping[str, Any]) -> Step:
    if unknown := set(data) - _STEP_KEYS:
        raise ScenarioError(f"unknown keys in a turn: {', '.join(sorted(unknown))}")
    if len({"say", "choose", "press"} & set(data)) != 1:
        raise ScenarioError("a turn needs exactly one of say, choose, press")
    expect, until, by_phone = (data.get(key) or {} for key in ("expect", "until", "expect_by_phone"))
    check_keys(expect)
    check_keys(until)
    check_keys({key: value for key, value in by_phone.items() if value is not None})
    return Step(
        expect=expect,
        say=data.get("say"),
        choose=data.get("choose"),
        press=data.get("press"),
        by_phone=data.get("by_phone"),
        expect_by_phone=by_phone,
        language=Language(data["language"]) if "language" in data else None,
        register=Register(data["register"]) if "register" in data else None,
        until=until,
        elsewhere=bool(data.get("elsewhere")),
    )


async def run(scenario: Scenario, tools: DialogueTools) -> ScenarioResult:
    """Hold the conversation, and compare every answer with what was expected."""
    talk = talk_of(scenario, tools, scenario.channel)
    presenter = Presenter(tools.messages, tools.city.name)
    told_by = partial(told, presenter, channel=scenario.channel)
    results: list[StepResult] = []
    for step in scenario.steps:
        if step.elsewhere:
            talk = talk.elsewhere()
        answer, faults = await _taken(step, talk, told_by)
        results.append(StepResult(step, answer, faults))
        if answer is None:
            break
    return ScenarioResult(scenario, tuple(results), faults_of_packet(talk))


def talk_of(scenario: Scenario, tools: DialogueTools, channel: Channel) -> Talk:
    """The conversation of a scenario before its first turn."""
    return Talk(tools, scenario.name, scenario.language, scenario.at, channel=channel, tickets=scenario.tickets)


def faults_of_packet(talk: Talk) -> tuple[str, ...]:
    """What an agent who took over now would have to ask again, in words."""
    return tuple(packet_faults(talk.packet(), talk.turns, talk.state.walk))


def told(presenter: Presenter, answer: Answer, channel: Channel) -> Container[str]:
    """What an answer says: letter by letter where it is read, word by word where it is heard."""
    text = presenter.answer(answer).text
    return text if channel is not Channel.PHONE or answer.language not in LANGUAGES else _Spoken(text, answer.language)


class _Spoken(Container[str]):
    """A text by ear: capitals, signs and figures make no difference."""

    def __init__(self, text: str, language: Language) -> None:
        self._language = language
        self._words = self._heard(text)

    def __contains__(self, phrase: object) -> bool:
        return isinstance(phrase, str) and self._heard(phrase) in self._words

    def _heard(self, text: str) -> str:
        return " ".join(said(text, self._language))


async def _taken(
    step: Step, talk: Talk, told_by: Callable[[Answer], Container[str]]
) -> tuple[Answer | None, tuple[str, ...]]:
    """The last answer to a step, and what is wrong with it; no answer where the step could not be taken."""
    missing: tuple[str, ...] = ()
    for _ in range(MOST_TIMES):
        choice, fault = choice_of(step, talk.last_answer)
        if fault:
            return None, (fault,)
        words = words_of(step, talk)
        if talk.channel is Channel.PHONE:
            words = " ".join(said(words, talk.state.language))
        answer = await talk.say(words, choice=choice, language=step.language, register=step.register)
        text = told_by(answer)
        if not (missing := faults_of(step.until, answer, text)):
            return answer, faults_of(step.expected(talk.channel), answer, text)
    return None, (f"not within {MOST_TIMES} times: {'; '.join(missing)}",)


def words_of(step: Step, talk: Talk) -> str:
    """What the person writes or says, the code filled in."""
    by_phone = step.by_phone if talk.channel is Channel.PHONE else None
    return (by_phone or step.say or "").replace(_CODE, talk.code)


def choice_of(step: Step, answer: Answer | None) -> tuple[str | None, str | None]:
    """The payload of a pressed button, or what is wrong: it must have been offered by the answer before."""
    if step.press is not None or step.choose is None:
        return step.press, None
    offered = [reply.payload for reply in answer.quick_replies] if answer is not None else []
    matching = [payload for payload in offered if payload.startswith(step.choose)]
    if not matching:
        return None, f"{step.choose} was not offered, only: {', '.join(offered) or 'nothing'}"
    return matching[0], None
