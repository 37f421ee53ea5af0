"""From the assistant to a person: who waits, who answers, what was said between them.

A hand-off is one stretch of a conversation that people answer. Its states, and the conversation's mode beside them:

    waiting (queued) ──► claimed (with_agent) ──► ended (with_bot | closed)
        ▲  │                    │                   ▲
        └──┼────────────────────┘ transferred       │
           └────────────────────────────────────────┘ withdrawn, nobody could come
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from assistant.model.answer import Block, sources_of
from assistant.model.conversation import Turn
from assistant.model.language import Language
from assistant.model.source import Source
from assistant.model.turn import Channel


class HandoffReason(StrEnum):
    """Why a person is asked for."""

    REQUEST = "request"
    FAILURES = "failures"
    TOPIC = "topic"
    DISTRESS = "distress"


class HandoffState(StrEnum):
    """How far a hand-off has come."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    ENDED = "ended"


class Ending(StrEnum):
    """How a hand-off ended. The first six are an agent's to choose; the others happen."""

    SOLVED = "solved"
    REFERRED = "referred"
    TICKET = "ticket"
    NO_REPLY = "no_reply"
    ABUSE = "abuse"
    OTHER = "other"
    TO_BOT = "to_bot"
    WITHDRAWN = "withdrawn"
    NOBODY_CAME = "nobody_came"
    PERSON_LEFT = "person_left"
    PASSED_ON = "passed_on"
    """A call that people have taken by telephone, and nobody at the desk."""

    @property
    def is_chosen(self) -> bool:
        """Whether an agent gives it as the reason for closing."""
        return self in _CHOSEN


_CHOSEN = frozenset({Ending.SOLVED, Ending.REFERRED, Ending.TICKET, Ending.NO_REPLY, Ending.ABUSE, Ending.OTHER})


@dataclass(frozen=True, slots=True)
class Handoff:
    """One wait for a person and what came of it.

    ``asked_at`` stays over a transfer, so that nobody waits anew; ``waits_since`` is when the latest wait began.
    ``agent_id`` is who answers; while it waits, the only colleague it is meant for, or None for anybody of the
    ``team``. A higher ``priority`` comes first.
    """

    id: str
    conversation_id: str
    reason: HandoffReason
    language: Language
    channel: Channel
    asked_at: datetime
    waits_since: datetime
    team: str = ""
    priority: int = 0
    state: HandoffState = HandoffState.WAITING
    service_id: str | None = None
    agent_id: str | None = None
    remark: str = ""
    """What the one who passed it on wants the next to know; for agents only."""
    claimed_at: datetime | None = None
    ended_at: datetime | None = None
    ending: Ending | None = None
    is_solved: bool | None = None
    """What the person answered to "Is your question solved?"; None where they did not."""
    caller: str = field(default="", repr=False)
    """The number of who calls, to ring back should the call be lost; kept no longer than until the end."""

    @property
    def is_call(self) -> bool:
        """Whether somebody is on the telephone, to be spoken to and not written to."""
        return self.channel is Channel.PHONE


@dataclass(frozen=True, slots=True)
class AgentMessage:
    """What an agent says to the person. ``blocks`` are quoted catalogue sections with their sources.

    ``text`` is what the agent wrote, ``translation`` its machine translation into the conversation's language.
    """

    id: str
    agent_name: str
    text: str
    at: datetime
    language: Language
    blocks: tuple[Block, ...] = ()
    translation: str | None = None

    @property
    def sources(self) -> tuple[Source, ...]:
        """The catalogue sources of what is quoted, each once."""
        return sources_of(self.blocks)


@dataclass(frozen=True, slots=True)
class Note:
    """What agents write down for each other; the person never sees it."""

    id: str
    conversation_id: str
    agent_name: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether a person can be reached now, in the chat or by telephone.

    ``agents``: how many are there, at work or free; ``waiting``: how many people wait; ``wait``: how long one more
    would, None where nobody can say.
    """

    is_open: bool = False
    agents: int = 0
    waiting: int = 0
    wait: timedelta | None = None

    @property
    def can_connect(self) -> bool:
        """Whether somebody will come."""
        return self.is_open and self.agents > 0


@dataclass(frozen=True, slots=True)
class QueuePlace:
    """Where somebody stands in the queue: 1 is the next; ``wait`` as in ``Availability``."""

    place: int
    wait: timedelta | None


class NoticeKind(StrEnum):
    """What happens to a conversation between messages."""

    QUEUED = "queued"
    CLAIMED = "claimed"
    TRANSFERRED = "transferred"
    AGENT_LOST = "agent_lost"
    TO_BOT = "to_bot"
    WITHDRAWN = "withdrawn"
    NOBODY_CAME = "nobody_came"
    CLOSED = "closed"
    EMERGENCY = "emergency"
    CRISIS = "crisis"
    PASSED_ON = "passed_on"
    """The caller has been put through."""
    NOT_PASSED_ON = "not_passed_on"
    """Nobody has taken the call; Roland speaks again."""
    CALL_MISSED = "call_missed"
    """The call has not reached the agent who took over."""
    CALL_LOST = "call_lost"
    """The line broke while the caller waited to be put through."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A line in the conversation that nobody said: who has taken over, that the wait is over.

    ``values`` fill the message ``notice.<kind>``.
    """

    id: str
    kind: NoticeKind
    at: datetime
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TranscriptEntry:
    """One thing in the order in which it happened.

    ``position`` is its place in the conversation from 1 on; ``revision`` grows whenever the conversation changes, also
    when an answer comes to a turn that stands there already: who has seen everything up to a revision has missed what
    has a higher one.
    """

    position: int
    revision: int
    content: Turn | AgentMessage | Notice
