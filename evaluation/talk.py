"""A conversation held with the dialogue core itself, turn by turn, at a set time."""

from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from assistant.dialogue.context import DialogueTools
from assistant.dialogue.run import TurnRunner
from assistant.handoff.packet import Packet, make_packet
from assistant.model import (
    Answer,
    AnswerStatus,
    Channel,
    Conversation,
    DialogueState,
    Handoff,
    HandoffReason,
    Language,
    Register,
    TranscriptEntry,
    Turn,
    Utterance,
)

DEFAULT_TIME = datetime.fromisoformat("2026-11-20T12:00:00+01:00")


class SetClock:
    """A clock that stands where the conversation puts it, and moves a little with every look."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        self._at += timedelta(milliseconds=1)
        return self._at


class Talk:
    """One conversation on the web page, in the language the page was opened in."""

    def __init__(self, tools: DialogueTools, name: str, language: Language, at: datetime = DEFAULT_TIME) -> None:
        self._clock = SetClock(at)
        self._runner = TurnRunner(replace(tools, clock=self._clock))
        self._catalogue = tools.catalogue
        self._forms = tools.forms
        now = self._clock.now()
        self._conversation = Conversation(name, Channel.WEB, now, now, state=DialogueState(language=language))
        self._turns: tuple[Turn, ...] = ()

    @property
    def turns(self) -> tuple[Turn, ...]:
        """What was said and answered so far."""
        return self._turns

    @property
    def state(self) -> DialogueState:
        """What is kept in mind by now."""
        return self._conversation.state

    def packet(self) -> Packet:
        """What an agent would be given to read who took over now."""
        state, now = self._conversation.state, self._clock.now()
        reason = HandoffReason.REQUEST
        handoff = Handoff("h", self._conversation.id, reason, state.language, Channel.WEB, now, now)
        entries = [TranscriptEntry(place, place, turn) for place, turn in enumerate(self._turns, start=1)]
        return make_packet(handoff, self._conversation, entries, self._catalogue, forms=self._forms)

    @property
    def last_answer(self) -> Answer | None:
        """The answer of the turn before."""
        return self._turns[-1].answer if self._turns else None

    async def say(
        self,
        text: str,
        *,
        choice: str | None = None,
        language: Language | None = None,
        register: Register | None = None,
    ) -> Answer:
        """One turn: what was said or pressed, and the answer to it."""
        number = f"u{len(self._turns)}"
        utterance = Utterance(text, Channel.WEB, self._clock.now(), number, choice, language, register)
        answer, state = await self._runner.respond(self._conversation, self._turns, utterance)
        self._conversation = replace(self._conversation, state=state, updated_at=self._clock.now())
        self._turns += (Turn(utterance, answer, self._clock.now()),)
        return answer


def page_language(tools: DialogueTools, language: Language) -> Language:
    """The language in which somebody who speaks ``language`` opens the page: their own, where it is offered."""
    return language if language in tools.spoken_languages else Language.DE


class Outcome(StrEnum):
    """How a turn ended, in the few ways that matter to who asked."""

    ANSWERED = "answered"
    CLARIFICATION = "clarification"
    DECLINE = "decline"
    SMALLTALK = "smalltalk"
    HANDOFF = "handoff"
    EMERGENCY = "emergency"
    ERROR = "error"


def outcome(answer: Answer) -> Outcome:
    """The outcome of an answer, by its status."""
    return _OUTCOMES[answer.status]


_OUTCOMES = {
    AnswerStatus.ANSWERED: Outcome.ANSWERED,
    AnswerStatus.ANSWERED_PARTLY: Outcome.ANSWERED,
    AnswerStatus.CLARIFICATION: Outcome.CLARIFICATION,
    AnswerStatus.SMALLTALK: Outcome.SMALLTALK,
    AnswerStatus.UNANSWERABLE_NOT_FOUND: Outcome.DECLINE,
    AnswerStatus.UNANSWERABLE_OUT_OF_SCOPE: Outcome.DECLINE,
    AnswerStatus.UNANSWERABLE_UNCLEAR: Outcome.DECLINE,
    AnswerStatus.REFUSED_ABUSE: Outcome.DECLINE,
    AnswerStatus.REFUSED_TOO_LONG: Outcome.DECLINE,
    AnswerStatus.REFUSED_SWITCHED_OFF: Outcome.DECLINE,
    AnswerStatus.HANDOFF_OFFERED: Outcome.HANDOFF,
    AnswerStatus.HANDOFF_QUEUED: Outcome.HANDOFF,
    AnswerStatus.HANDOFF_EMERGENCY: Outcome.EMERGENCY,
    AnswerStatus.HANDOFF_DISTRESS: Outcome.HANDOFF,
    AnswerStatus.ERROR_TIMEOUT: Outcome.ERROR,
    AnswerStatus.ERROR_INTERNAL: Outcome.ERROR,
    AnswerStatus.ERROR_UNSOURCED: Outcome.ERROR,
}
