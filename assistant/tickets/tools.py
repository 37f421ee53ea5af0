"""What the tickets work with, and a city's rules for them."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from assistant.attempts import AttemptRules
from assistant.calendar import describe_moment
from assistant.model import Language, ReplyBy, Ticket, TicketEvent, TicketEventKind
from assistant.ports import Catalogue, Clock, Messages, ReplyPromise, TicketStore
from assistant.tickets.codes import Codes
from assistant.tickets.letters import Letters


@dataclass(frozen=True, slots=True)
class TicketRules:
    """How a city keeps its promises.

    ``remind_before``: how long before the promised moment the desk is reminded; ``ways``: how it can answer;
    ``keep_days``: how long a settled ticket can be read.
    """

    attempts: AttemptRules = field(default_factory=AttemptRules)
    remind_before: timedelta = timedelta(hours=4)
    ways: tuple[ReplyBy, ...] = tuple(ReplyBy)
    keep_days: int = 90


@dataclass(frozen=True, slots=True)
class TicketTools:
    """The ports behind TicketService, TicketDesk and TicketWatch, wired by ``assistant.bootstrap``."""

    store: TicketStore
    catalogue: Catalogue
    promise: ReplyPromise
    messages: Messages
    clock: Clock
    zone: ZoneInfo
    codes: Codes
    letters: Letters
    rules: TicketRules = field(default_factory=TicketRules)

    def due_in_words(self, ticket: Ticket, language: Language) -> str:
        """The promised moment as it is told."""
        return describe_moment(ticket.due_at.astimezone(self.zone), self.messages, language)


def event_of(
    ticket_id: str, kind: TicketEventKind, at: datetime, by: str = "", text: str = "", event_id: str = ""
) -> TicketEvent:
    """A line of a ticket's history; ``event_id`` where writing it twice must be harmless."""
    return TicketEvent(event_id or secrets.token_urlsafe(16), ticket_id, kind, at, by, text)
