"""A conversation held with the dialogue core itself, turn by turn, at a set time."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from assistant.attempts import AttemptRules, Attempts
from assistant.dialogue.context import DialogueTools
from assistant.dialogue.run import TurnRunner
from assistant.forms.codes import WalkCodes
from assistant.handoff.packet import Packet, make_packet
from assistant.model import (
    Answer,
    AnswerStatus,
    Canned,
    Channel,
    Conversation,
    DialogueState,
    Handoff,
    HandoffReason,
    Language,
    Register,
    StatusCode,
    Ticket,
    TranscriptEntry,
    Turn,
    Utterance,
    Walk,
)
from assistant.ports import Clock

DEFAULT_TIME = datetime.fromisoformat("2026-11-20T12:00:00+01:00")


class SetClock:
    """A clock that stands where the conversation puts it, and moves a little with every look."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        self._at += timedelta(milliseconds=1)
        return self._at


class MemoryWalkStore:
    """Keeps the walks of one run."""

    def __init__(self) -> None:
        self._walks: dict[str, tuple[Walk, datetime]] = {}

    async def put(self, fingerprint: str, walk: Walk, expires_at: datetime) -> None:
        self._walks[fingerprint] = (walk, expires_at)

    async def take(self, fingerprint: str, now: datetime) -> Walk | None:
        walk, expires_at = self._walks.pop(fingerprint, (None, now))
        return walk if expires_at > now else None

    async def delete_expired(self, now: datetime) -> int:
        return 0


class SetTickets:
    """The tickets that there are in one conversation, by their codes. Implements ``assistant.ports.TicketLookup``."""

    def __init__(self, tickets: Mapping[StatusCode, Ticket], clock: Clock) -> None:
        self._tickets = tickets
        self._clock = clock

    async def status(self, code: StatusCode | str, askers: Sequence[str]) -> Ticket | None:
        read = StatusCode.read(code) if isinstance(code, str) else code
        return self._tickets.get(read) if read is not None else None

    def is_late(self, ticket: Ticket) -> bool:
        return ticket.is_open and ticket.due_at < self._clock.now()


class Talk:
    """One conversation, on the web page or by telephone, in the language it was begun in."""

    def __init__(
        self,
        tools: DialogueTools,
        name: str,
        language: Language,
        at: datetime = DEFAULT_TIME,
        *,
        channel: Channel = Channel.WEB,
        tickets: Mapping[StatusCode, Ticket] | None = None,
    ) -> None:
        self._clock = SetClock(at)
        self._tickets = tickets
        if tickets:
            tools = replace(tools, tickets=SetTickets(tickets, self._clock))
        if tools.luggage is None:
            attempts = Attempts(self._clock, AttemptRules())
            codes = WalkCodes(MemoryWalkStore(), b"talk", self._clock, attempts, timedelta(hours=24))
            tools = replace(tools, luggage=codes)
        self._tools = tools
        self._runner = TurnRunner(replace(tools, clock=self._clock))
        self._catalogue = tools.catalogue
        self._code = ""
        self._forms = tools.forms
        now = self._clock.now()
        self._conversation = Conversation(name, channel, now, now, state=DialogueState(language=language))
        self._turns: tuple[Turn, ...] = ()

    @property
    def channel(self) -> Channel:
        """The way the person reached Roland."""
        return self._conversation.channel

    @property
    def turns(self) -> tuple[Turn, ...]:
        """What was said and answered so far."""
        return self._turns

    @property
    def code(self) -> str:
        """The code last given out, as it was told; empty before."""
        answer = self.last_answer
        told = [block.origin.reckoned for block in answer.blocks if isinstance(block.origin, Canned)] if answer else []
        return next((values[0] for values in told if values), self._code)

    def elsewhere(self) -> "Talk":
        """A new conversation on another device, which knows nothing but the code."""
        name, language = f"{self._conversation.id}-elsewhere", self._conversation.state.language
        other = Talk(self._tools, name, language, channel=self.channel, tickets=self._tickets)
        other._code = self.code
        return other

    @property
    def state(self) -> DialogueState:
        """What is kept in mind by now."""
        return self._conversation.state

    def packet(self) -> Packet:
        """What an agent would be given to read who took over now."""
        state, now = self._conversation.state, self._clock.now()
        reason = HandoffReason.REQUEST
        handoff = Handoff("h", self._conversation.id, reason, state.language, self.channel, now, now)
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
        utterance = Utterance(text, self.channel, self._clock.now(), number, choice, language, register)
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
