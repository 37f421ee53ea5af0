"""Tickets as the back office sees them: above all, how much time is left."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from assistant.http.desk.shown import Moment, Showing
from assistant.http.services import AppServices
from assistant.model import Language, Ticket, TicketEvent

_SOON = timedelta(hours=8)

Clock = Literal["calm", "soon", "late", "kept", "broken"]


@dataclass(frozen=True, slots=True)
class TicketLine:
    """A ticket in a line. ``clock`` says how its promise stands, ``left`` says it in words, ``due`` when it is due."""

    id: str
    what: str
    kind: str
    state: str
    office: str
    language: str
    channel: str
    created: Moment
    due: Moment
    left: str
    clock: Clock


@dataclass(frozen=True, slots=True)
class EventLine:
    """A line of a ticket's history."""

    what: str
    at: Moment
    by: str
    text: str
    is_note: bool


class TicketShowing:
    """Makes tickets ready for the desk's templates."""

    def __init__(self, services: AppServices, showing: Showing) -> None:
        self._services = services
        self._showing = showing
        self._word = showing.word

    def line(self, ticket: Ticket) -> TicketLine:
        """The ticket in a line."""
        service = self._services.catalogue.service(ticket.service_id) if ticket.service_id else None
        kind = self._word(f"tickets.kind.{ticket.kind}")
        clock = self._clock(ticket)
        return TicketLine(
            id=ticket.id,
            what=service.text(Language.DE).title if service else kind,
            kind=kind,
            state=self._word(f"tickets.state.{ticket.state}"),
            office=ticket.office_name or self._word("tickets.no_office"),
            language=self._word(f"language.{ticket.language}"),
            channel=self._word(f"channel.{ticket.channel}"),
            created=self._showing.moment(ticket.created_at),
            due=self._showing.moment(ticket.due_at),
            left=self._left(ticket, clock),
            clock=clock,
        )

    def settled(self, ticket: Ticket) -> Moment | None:
        """When it was settled."""
        return self._showing.moment(ticket.settled_at) if ticket.settled_at else None

    def event(self, event: TicketEvent) -> EventLine:
        """A line of its history."""
        is_note = event.kind == "note"
        text = event.text
        return EventLine(
            self._word(f"tickets.event.{event.kind}"), self._showing.moment(event.at), event.by, text, is_note
        )

    def _clock(self, ticket: Ticket) -> Clock:
        is_kept = ticket.is_kept(self._services.clock.now())
        if not ticket.is_open:
            return "kept" if is_kept else "broken"
        if is_kept is False:
            return "late"
        return "soon" if ticket.due_at - self._services.clock.now() <= _SOON else "calm"

    def _left(self, ticket: Ticket, clock: Clock) -> str:
        if clock in {"kept", "broken"}:
            return self._word(f"tickets.clock_{clock}")
        left = ticket.due_at - self._services.clock.now()
        span = self._span(abs(left))
        return self._word("tickets.clock_late" if clock == "late" else "tickets.clock_left", span=span)

    def _span(self, span: timedelta) -> str:
        """Days and hours where there are days, else hours and minutes."""
        hours, minutes = divmod(int(span.total_seconds() // 60), 60)
        days, rest = divmod(hours, 24)
        if days:
            return self._word("tickets.span_days", days=days, hours=rest)
        return self._word("tickets.span_hours", hours=hours, minutes=minutes)
