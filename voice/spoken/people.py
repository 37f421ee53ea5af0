"""The ways to a person, and how a ticket stands."""

from datetime import tzinfo

from assistant.model import ContactWays, TicketStanding, TicketState
from voice.spoken.dates import say_day, say_moment
from voice.spoken.script import Pen
from voice.spoken.told import Told


def tell_ways(ways: ContactWays, pen: Pen) -> tuple[Told, ...]:
    """Who can be spoken to now, how long that takes, and until when somebody calls back."""
    if ways.waiting is not None:
        return (*pen.frame("answer.person_open"), *_queue(ways.waiting, ways.wait_minutes, pen))
    if ways.phone_is_open:
        return pen.frame("answer.person_phone")
    if ways.answer_due is None:
        return pen.frame("answer.person_nobody")
    return pen.frame("answer.person_later", due=say_day(ways.answer_due, pen.language))


def tell_ticket(standing: TicketStanding, pen: Pen, zone: tzinfo) -> tuple[Told, ...]:
    """The state of a ticket and until when it is answered; never the answer itself."""
    if standing.state is TicketState.OPEN:
        due = say_moment(standing.due_at.astimezone(zone), pen.language)
        return pen.frame("ticket.late" if standing.is_late else "ticket.open", due=due)
    if standing.state is TicketState.ANSWERED:
        return pen.frame("ticket.answered")
    reason = standing.closing_reason
    return pen.frame(f"ticket.closed_{reason}" if reason is not None else "ticket.closed")


def _queue(waiting: int, minutes: int | None, pen: Pen) -> tuple[Told, ...]:
    queue = pen.frame("answer.person_queue_one") if waiting == 1 else pen.frame("answer.person_queue", count=waiting)
    if not waiting:
        return ()
    if minutes is None:
        return queue
    wait = pen.frame("answer.person_wait", minutes=minutes) if minutes > 1 else pen.frame("answer.person_wait_one")
    return (*queue, *wait)
