"""A scenario held by somebody on the telephone, whose words are misheard and who may say them once more."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from assistant.dialogue.context import DialogueTools
from assistant.http.presenter import Presenter
from assistant.model import Answer, AnswerStatus, Channel, Language
from evaluation.expectations import faults_of, listed, places_of
from evaluation.mishearing import Heard, Recogniser, vocabulary
from evaluation.scenarios import MOST_TIMES, Scenario, Step, choice_of, faults_of_packet, talk_of, told, words_of
from evaluation.talk import Outcome, Talk, outcome

_SERVICE = "service:"


class Ending(StrEnum):
    """How a step ended for the caller."""

    RIGHT = "right"
    NOT_UNDERSTOOD = "not_understood"
    """Roland asked back, or said that it had not understood or found anything."""
    HANDED_OVER = "handed_over"
    """The caller was offered a person, or given the emergency numbers."""
    BESIDE = "beside"
    """The right matter, and not all that was asked of it."""
    WRONG = "wrong"
    """Something else, told as if it were sure."""


@dataclass(frozen=True, slots=True)
class CallStep:
    """One step as it went. ``heard`` is every saying of it, ``repeated`` whether it was said or keyed once more."""

    step: Step
    heard: tuple[Heard, ...]
    ending: Ending
    faults: tuple[str, ...]
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """A scenario as it went up to its first step that did not end right; what comes later leans on it."""

    scenario: Scenario
    language: Language
    steps: tuple[CallStep, ...]
    packet_faults: tuple[str, ...] = ()

    @property
    def is_solved(self) -> bool:
        """Whether the caller got all they wanted, and an agent would be told all of it."""
        whole = len(self.steps) == len(self.scenario.steps)
        return whole and not self.packet_faults and all(step.ending is Ending.RIGHT for step in self.steps)


class Caller:
    """Holds scenarios, one after the other.

    ``rate`` is the word error rate (0–1) at which they are heard by telephone; None: the same in chat, as written,
    where nothing is said twice.
    """

    def __init__(self, tools: DialogueTools, rate: float | None, seed: str = "") -> None:
        self._tools = tools
        self._rate = rate
        self._channel = Channel.WEB if rate is None else Channel.PHONE
        self._seed = seed
        self._presenter = Presenter(tools.messages, tools.city.name)
        self._recognisers: dict[Language, Recogniser] = {}

    async def hold(self, scenario: Scenario) -> Call:
        """One conversation; the same for the same seed."""
        talk = talk_of(scenario, self._tools, self._channel)
        taken: list[CallStep] = []
        for place, step in enumerate(scenario.steps):
            talk = talk.elsewhere() if step.elsewhere else talk
            taken.append(await self._take(step, talk, f"{self._seed} {scenario.name} {self._rate} {place}"))
            if taken[-1].ending is not Ending.RIGHT:
                return Call(scenario, scenario.language, tuple(taken))
        return Call(scenario, scenario.language, tuple(taken), faults_of_packet(talk))

    async def _take(self, step: Step, talk: Talk, seed: str) -> CallStep:
        heard: list[Heard] = []
        for time in range(MOST_TIMES):
            before = talk.last_answer
            choice, fault = choice_of(step, before)
            if fault:
                return CallStep(step, tuple(heard), Ending.NOT_UNDERSTOOD, (fault,))
            answer = await self._say(step, talk, choice, f"{seed} {time}", heard)
            if not self._faults(step.until, answer):
                break
        else:
            return CallStep(step, tuple(heard), Ending.NOT_UNDERSTOOD, (f"not within {MOST_TIMES} times",))
        ending, faults = self._judged(step, before, answer)
        if ending is not Ending.NOT_UNDERSTOOD or self._rate is None or step.until:
            return CallStep(step, tuple(heard), ending, faults)
        again = await self._say(step, talk, _meant(step, choice, answer), f"{seed} again", heard, keys=True)
        ending, faults = self._judged(step, before, again)
        return CallStep(step, tuple(heard), ending, faults, repeated=True)

    async def _say(
        self, step: Step, talk: Talk, choice: str | None, seed: str, heard: list[Heard], *, keys: bool = False
    ) -> Answer:
        """One turn. What was offered is said by its name at first and keyed when it was not understood."""
        text = words_of(step, talk)
        label = _label(choice, talk.last_answer)
        if self._rate is not None and label and step.press is None and not keys:
            text, choice = label, None
        if self._rate is not None and text and choice is None:
            heard.append(self._recogniser(talk.state.language).hear(text, seed))
            text = heard[-1].text
        return await talk.say(text, choice=choice, language=step.language, register=step.register)

    def _recogniser(self, language: Language) -> Recogniser:
        if language not in self._recognisers:
            self._recognisers[language] = Recogniser(vocabulary(language), language, self._rate or 0.0)
        return self._recognisers[language]

    def _judged(self, step: Step, before: Answer | None, answer: Answer) -> tuple[Ending, tuple[str, ...]]:
        expected = step.expected(self._channel)
        faults = self._faults(expected, answer)
        return (ending_of(expected, before, answer) if faults else Ending.RIGHT), faults

    def _faults(self, expected: Mapping[str, object], answer: Answer) -> tuple[str, ...]:
        return faults_of(expected, answer, told(self._presenter, answer, self._channel))


def ending_of(expected: Mapping[str, object], before: Answer | None, answer: Answer) -> Ending:
    """How a step ended whose answer is not what was expected; ``before`` is the answer to the step before it."""
    ended = outcome(answer)
    if ended in {Outcome.HANDOFF, Outcome.EMERGENCY}:
        return Ending.HANDED_OVER
    if ended is not Outcome.ANSWERED:
        return Ending.NOT_UNDERSTOOD
    places = places_of(answer)
    if "at" in expected and places and expected["at"] not in places:
        is_asked_again = before is not None and places == places_of(before)
        return Ending.NOT_UNDERSTOOD if is_asked_again else Ending.WRONG
    is_in_form = before is not None and bool({"at", "form"} & set(expected)) and "service" not in expected
    own = before.service_id if before is not None and is_in_form else answer.service_id
    another = answer.service_id != expected.get("service", own)
    wanted = {outcome(replace(answer, status=AnswerStatus(status))) for status in listed(expected.get("status"))}
    return Ending.WRONG if another or (wanted and ended not in wanted) else Ending.BESIDE


def _label(choice: str | None, answer: Answer | None) -> str:
    """What an offered choice is called."""
    replies = answer.quick_replies if answer is not None else ()
    return next((reply.label for reply in replies if reply.payload == choice), "")


def _meant(step: Step, choice: str | None, answer: Answer) -> str | None:
    """What a caller keys who was not understood: the choice they mean, where it is offered now; None: they repeat."""
    offered = [reply.payload for reply in answer.quick_replies]
    if choice is not None:
        return choice if choice in offered or step.press is not None else None
    service = step.expect.get("service")
    own = [payload for payload in offered if service and payload.partition("#")[0] == f"{_SERVICE}{service}"]
    return own[0] if own else None
