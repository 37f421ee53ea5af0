"""Concerns that wait for their answer, what is to be done outside, and mail."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from assistant.model import Errand, StatusCode, Ticket, TicketEvent, TicketFilter
from assistant.ports.operation import Pingable


class TicketLookup(Protocol):
    """Tells how a ticket stands."""

    async def status(self, code: StatusCode | str, askers: Sequence[str]) -> Ticket | None:
        """The ticket of a code, or None: whether there was never one, or it is gone, is not told.

        ``askers`` are those whose tries are counted together: the client's address, the conversation. Raises
        TooManyCodesError.
        """
        ...

    def is_late(self, ticket: Ticket) -> bool:
        """Whether its promise is broken and the answer still owed."""
        ...


class TicketStore(Pingable, Protocol):
    """Keeps tickets with their history. Each change is one transaction with its event and the errands it causes."""

    async def open(
        self, ticket: Ticket, fingerprint: str, event: TicketEvent, errands: Sequence[Errand] = ()
    ) -> Ticket:
        """Store a new ticket. Where one of the same origin is there, that one is returned and nothing changes.

        ``fingerprint`` is what is kept of its status code.
        """
        ...

    async def get(self, ticket_id: str) -> Ticket:
        """The ticket; raises TicketNotFoundError."""
        ...

    async def of_fingerprint(self, fingerprint: str) -> Ticket | None:
        """The ticket whose status code has that fingerprint."""
        ...

    async def find(self, wanted: TicketFilter) -> tuple[Ticket, ...]:
        """All that fit, the one due first at the beginning; also those of which only their promise is kept."""
        ...

    async def history(self, ticket_id: str) -> tuple[TicketEvent, ...]:
        """Everything that happened to it, oldest first."""
        ...

    async def change(self, ticket: Ticket, event: TicketEvent, errands: Sequence[Errand] = ()) -> Ticket:
        """Store a changed ticket; returns it with its next revision.

        ``ticket.revision`` is that of the ticket the change began with. Raises TicketChangedError where it has been
        changed since, TicketNotFoundError where it is gone.
        """
        ...

    async def write(self, event: TicketEvent) -> None:
        """Add to the history without a change; the same id twice is one event. Raises TicketNotFoundError."""
        ...

    async def forget(self, now: datetime) -> int:
        """Empty all tickets whose retention has ended down to their promise; later remove that too; how many."""
        ...


class Outbox(Pingable, Protocol):
    """Keeps errands until they are done. Each is handed out again and again until somebody says that it is over."""

    async def put(self, errand: Errand) -> None:
        """Keep an errand; the same id twice is one errand."""
        ...

    async def take(self, kinds: Sequence[str], now: datetime, hold: timedelta, most: int = 10) -> tuple[Errand, ...]:
        """Errands that are due, the longest due first, each counted as tried.

        Nobody else gets them for the time of ``hold``; whoever dies with one in hand leaves it to the next after that.
        """
        ...

    async def done(self, errand_id: str, at: datetime) -> None:
        """It is done: what it was about is forgotten, its id is kept for a while."""
        ...

    async def failed(self, errand_id: str, error: str, again_at: datetime) -> None:
        """It did not work; to be tried again at that moment."""
        ...

    async def give_up(self, errand_id: str, error: str, at: datetime) -> None:
        """It did not work and never will by itself; somebody has to look at it."""
        ...

    async def undone(self) -> tuple[Errand, ...]:
        """Everything that is neither done nor given up, the one due first at the beginning."""
        ...

    async def dead(self) -> tuple[Errand, ...]:
        """Everything given up, the latest first."""
        ...

    async def revive(self, errand_id: str, now: datetime) -> bool:
        """Try something given up once more, from the beginning; whether there was such a thing."""
        ...

    async def drop(self, errand_id: str) -> bool:
        """Let something given up be forgotten; whether there was such a thing."""
        ...

    async def forget(self, now: datetime) -> int:
        """Remove what is past its retention date; how many."""
        ...


class Mailer(Pingable, Protocol):
    """Sends mail."""

    async def send(self, to: str, subject: str, text: str, message_id: str) -> None:
        """Hand one mail to the server; it has taken it when this returns.

        The same ``message_id`` gives the same ``Message-ID``, by which a mail sent twice can be known. Raises
        MailUnavailableError where another try may succeed, MailRefusedError where none will.
        """
        ...
