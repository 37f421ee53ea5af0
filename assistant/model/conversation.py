"""A conversation and its state.

Who speaks changes only along these arrows (``transition``):

    with_bot ──► queued ──► with_agent ──► closed
       ▲  ▲       │  ▲        │   │           ▲
       │  └───────┘  └────────┘   │           │
       └──────────────────────────┘           │
    with_bot, queued ─────────────────────────┘

From with_agent back to queued leads a transfer: the next agent has not come yet.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from assistant.model.answer import Answer, QuickReply
from assistant.model.language import Language, Register
from assistant.model.turn import Aspect, Channel, Distress, Utterance
from assistant.model.walk import Walk


class Mode(StrEnum):
    """Who speaks with the person."""

    WITH_BOT = "with_bot"
    QUEUED = "queued"
    WITH_AGENT = "with_agent"
    CLOSED = "closed"

    def leads_to(self, mode: "Mode") -> bool:
        """Whether an arrow goes from here to there."""
        return mode in _ARROWS[self]


_ARROWS = {
    Mode.WITH_BOT: frozenset({Mode.QUEUED, Mode.CLOSED}),
    Mode.QUEUED: frozenset({Mode.WITH_AGENT, Mode.WITH_BOT, Mode.CLOSED}),
    Mode.WITH_AGENT: frozenset({Mode.QUEUED, Mode.WITH_BOT, Mode.CLOSED}),
    Mode.CLOSED: frozenset[Mode](),
}


@dataclass(frozen=True, slots=True)
class DialogueState:
    """What Roland keeps in mind between turns.

    ``service_id`` is the topic, ``aspects`` what was last asked about it, ``open_aspects`` what was asked without a
    topic and waits for one, ``offered`` the choices last shown,
    ``area`` the place the person named (ARS), ``failures`` the number of turns in a row without an answer,
    ``distress`` the need last told of, until the person starts anew, ``walk`` the form gone through.
    """

    language: Language = Language.DE
    language_is_chosen: bool = False
    register: Register = Register.STANDARD
    service_id: str | None = None
    aspects: tuple[Aspect, ...] = ()
    open_aspects: tuple[Aspect, ...] = ()
    offered: tuple[QuickReply, ...] = ()
    area: str | None = None
    failures: int = 0
    distress: Distress | None = None
    walk: Walk | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """One person's conversation; ``id`` is a secret that cannot be guessed."""

    id: str
    channel: Channel
    created_at: datetime
    updated_at: datetime
    mode: Mode = Mode.WITH_BOT
    state: DialogueState = DialogueState()

    def transition(self, mode: Mode, at: datetime) -> "Conversation":
        """The conversation after a change of who speaks; raises ValueError where no arrow leads."""
        if not self.mode.leads_to(mode):
            raise ValueError(f"no way from {self.mode} to {mode}")
        return replace(self, mode=mode, updated_at=at)


@dataclass(frozen=True, slots=True)
class Turn:
    """An accepted utterance and its answer; ``answer`` is None while it is being made.

    ``mode`` says to whom it was said. What is said to Roland is masked already. What is said to people stays as written
    until they have done with it, and has no answer: what they say stands beside it in the transcript.
    """

    utterance: Utterance
    answer: Answer | None = None
    answered_at: datetime | None = None
    mode: Mode = Mode.WITH_BOT

    @property
    def is_pending(self) -> bool:
        """Whether Roland still owes an answer."""
        return self.answer is None and self.mode is Mode.WITH_BOT


@dataclass(frozen=True, slots=True)
class Feedback:
    """What somebody thought of one answer; ``reason`` is masked text or None."""

    conversation_id: str
    utterance_id: str
    helpful: bool
    at: datetime
    reason: str | None = None
