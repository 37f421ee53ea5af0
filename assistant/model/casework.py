"""A city's own case systems beside Roland: what they are given, and what is seen of a case there.

    Roland ── Case, what the person says ──► system ── CaseView ──► Roland

A system's messages about a change only say which case to look at (``CaseSignal``); what counts is what is seen there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from assistant.model.language import Language

_SEPARATOR = ":"


class CaseStatus(StrEnum):
    """How far a case has come. ``GIVEN_BACK``: its people want Roland to answer again."""

    OPEN = "open"
    GIVEN_BACK = "given_back"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class CaseAgent:
    """Somebody who works in the other system. ``id`` is theirs there, ``name`` what people are told."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class CaseMessage:
    """What is meant for the person. Notes of the other system's people are never one."""

    id: str
    agent: CaseAgent
    text: str


@dataclass(frozen=True, slots=True)
class Case:
    """What a system is given to work on. ``id`` makes giving it twice harmless.

    ``briefing`` is for its people only; ``facts`` are the same in a form to sort and search by. ``guest`` names the
    person without saying who they are. ``text`` is what the person wrote, where the case begins with it.
    """

    id: str
    title: str
    guest: str
    briefing: str
    language: Language
    text: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    is_urgent: bool = False
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CaseView:
    """How a case stands in the other system. ``messages`` are all that were ever said there to the person, in order.

    ``agent`` is to whom it is assigned, None for nobody or where the system does not tell; ``escalates_at`` when the
    system's own clock runs out.
    """

    status: CaseStatus
    agent: CaseAgent | None = None
    messages: tuple[CaseMessage, ...] = ()
    escalates_at: datetime | None = None


class CaseKind(StrEnum):
    """What of Roland's became a case."""

    CHAT = "chat"
    TICKET = "ticket"


@dataclass(frozen=True, slots=True)
class CaseLink:
    """A hand-off or a ticket, and its case in the other system.

    ``own_id`` is the hand-off's or the ticket's, ``ref`` the case's there, None until it is open. ``sent`` is up to
    which revision of the conversation the system knows it, ``seen`` the last message of the system's that was taken
    over, ``looked_at`` when its case was seen last.
    """

    system: str
    kind: CaseKind
    own_id: str
    created_at: datetime
    ref: str | None = None
    sent: int = 0
    seen: str = ""
    looked_at: datetime | None = None
    escalates_at: datetime | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CaseSignal:
    """What a system's message says: look at that case. ``delivery`` is the same when it is sent again.

    ``typing``: that somebody is writing there, and nothing else.
    """

    delivery: str
    ref: str
    typing: CaseAgent | None = None


def outside_id(system: str, agent_id: str) -> str:
    """The id under which somebody of another system is known here."""
    return f"{system}{_SEPARATOR}{agent_id}"


def is_outside(agent_id: str | None) -> bool:
    """Whether an agent works in another system and has no desk here."""
    return agent_id is not None and _SEPARATOR in agent_id
