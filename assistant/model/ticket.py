"""A concern that cannot be settled now: a promise with a date.

open ──► answered
   └───► closed (without an answer, for a reason)
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from assistant.model.language import Language
from assistant.model.turn import Channel


class TicketKind(StrEnum):
    """What somebody wants of the city."""

    CONCERN = "concern"
    CALLBACK = "callback"
    COMPLAINT = "complaint"
    PRAISE = "praise"


class ReplyBy(StrEnum):
    """How the answer comes: fetched with the code, by a call, or announced by mail."""

    CODE = "code"
    PHONE = "phone"
    MAIL = "mail"


class TicketState(StrEnum):
    """How far a ticket has come."""

    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"


class ClosingReason(StrEnum):
    """Why a ticket was closed without an answer. Nobody chooses the last one: its retention has ended."""

    SETTLED_OTHERWISE = "settled_otherwise"
    DUPLICATE = "duplicate"
    WITHDRAWN = "withdrawn"
    UNREACHABLE = "unreachable"
    NOT_OURS = "not_ours"
    ABUSE = "abuse"
    EXPIRED = "expired"

    @property
    def is_chosen(self) -> bool:
        """Whether somebody at the desk gives it."""
        return self is not ClosingReason.EXPIRED


@dataclass(frozen=True, slots=True)
class Ticket:
    """A concern with its promise. ``id`` is a secret: the status code is made from it.

    ``contact`` is the telephone number or the address of mail, where ``reply_by`` needs one. ``origin`` makes opening
    it twice harmless. ``revision`` counts its changes. Once its retention has ended, only what the report of promises
    needs is left: no text, no contact, no reply.
    """

    id: str
    kind: TicketKind
    text: str
    language: Language
    channel: Channel
    created_at: datetime
    due_at: datetime
    reply_by: ReplyBy = ReplyBy.CODE
    contact: str = ""
    name: str = ""
    service_id: str | None = None
    office_id: str | None = None
    office_name: str = ""
    conversation_id: str | None = None
    origin: str | None = None
    state: TicketState = TicketState.OPEN
    reply: str = ""
    settled_at: datetime | None = None
    settled_by: str = ""
    closing_reason: ClosingReason | None = None
    reminded_at: datetime | None = None
    escalated_at: datetime | None = None
    revision: int = 0

    @property
    def is_open(self) -> bool:
        """Whether an answer is still owed."""
        return self.state is TicketState.OPEN

    def is_kept(self, now: datetime) -> bool | None:
        """Whether the promise was kept; None as long as it still can be."""
        if self.settled_at is not None:
            return self.settled_at <= self.due_at
        return None if now <= self.due_at else False


class TicketEventKind(StrEnum):
    """What happened to a ticket."""

    OPENED = "opened"
    NOTE = "note"
    FORWARDED = "forwarded"
    ANSWERED = "answered"
    CLOSED = "closed"
    REMINDED = "reminded"
    ESCALATED = "escalated"


@dataclass(frozen=True, slots=True)
class TicketEvent:
    """One line of a ticket's history, for the back office only. ``by`` is empty where nobody did it.

    ``text`` is a note's wording, the office forwarded to, or why it was closed.
    """

    id: str
    ticket_id: str
    kind: TicketEventKind
    at: datetime
    by: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class TicketFilter:
    """Which tickets are wanted; what is None does not matter. Moments are bounds: from, and before.

    ``is_whole``: without those of which only the promise is left.
    """

    office_id: str | None = None
    kind: TicketKind | None = None
    state: TicketState | None = None
    due_from: datetime | None = None
    due_before: datetime | None = None
    limit: int | None = None
    is_whole: bool = False
