"""The citizens' side of tickets: say what it is about, get a date and a code, ask with the code."""

import secrets
from collections.abc import Sequence
from dataclasses import replace

from assistant.attempts import Attempts
from assistant.calendar import describe_moment
from assistant.model import Channel, Language, Office, Service, StatusCode, Ticket, TicketEventKind
from assistant.tickets.draft import TicketDraft
from assistant.tickets.tools import TicketTools, event_of


class TicketService:
    """Opens tickets and tells how they stand."""

    def __init__(self, tools: TicketTools) -> None:
        self._tools = tools
        self._attempts = Attempts(tools.clock, tools.rules.attempts)
        self.ways = tools.rules.ways
        self.keep_days = tools.rules.keep_days

    async def open(self, draft: TicketDraft, *, origin: str | None = None) -> tuple[Ticket, StatusCode]:
        """A ticket with its promise, and the code to ask for the answer.

        The same ``origin`` again gives the same ticket and the same code. Raises ValueError for a draft with faults.
        """
        draft = draft.tidied()
        if faults := draft.faults(self.ways):
            raise ValueError(f"not a ticket: {', '.join(faults)}")
        ticket = self._ticket(draft, origin)
        code = self._tools.codes.code_of(ticket.id)
        opened = event_of(ticket.id, TicketEventKind.OPENED, ticket.created_at)
        errands = self._tools.letters.received(ticket, code, ticket.created_at)
        ticket = await self._tools.store.open(ticket, self._tools.codes.fingerprint(code), opened, errands)
        return ticket, self.code_of(ticket)

    def origin_of(self, nonce: str, draft: TicketDraft) -> str:
        """The origin of a form that is sent once, or twice by mistake; another draft is another ticket.

        Who guesses a nonce learns nothing: without the same words and contact it is another origin.
        """
        draft = draft.tidied()
        parts = (nonce, draft.kind, draft.text, draft.reply_by, draft.contact, draft.name, draft.conversation_id or "")
        return self._tools.codes.origin_of(*parts)

    def code_of(self, ticket: Ticket) -> StatusCode:
        """The code of a ticket, to be shown only to who opened it."""
        return self._tools.codes.code_of(ticket.id)

    def due_now(self, channel: Channel, language: Language) -> str:
        """Until when an answer would be promised to who asks now, in words."""
        now = self._tools.clock.now()
        due = self._tools.promise.due(now, channel)
        return describe_moment(due.astimezone(self._tools.zone), self._tools.messages, language)

    def due_in_words(self, ticket: Ticket, language: Language) -> str:
        """The promised moment of a ticket as it is told."""
        return self._tools.due_in_words(ticket, language)

    def is_late(self, ticket: Ticket) -> bool:
        """Whether its promise is broken and the answer still owed."""
        return ticket.is_open and ticket.is_kept(self._tools.clock.now()) is False

    async def status(self, code: StatusCode | str, askers: Sequence[str]) -> Ticket | None:
        """The ticket of a code, or None: whether there was never one, or it is gone, is not told.

        ``askers`` are those whose tries are counted together: the client's address, the conversation. Raises
        TooManyCodesError.
        """
        self._attempts.check(askers)
        read = StatusCode.read(code) if isinstance(code, str) else code
        found = await self._tools.store.of_fingerprint(self._tools.codes.fingerprint(read)) if read else None
        self._attempts.count(askers, is_right=found is not None)
        return replace(found, due_at=found.due_at.astimezone(self._tools.zone)) if found else None

    def _ticket(self, draft: TicketDraft, origin: str | None) -> Ticket:
        now = self._tools.clock.now()
        service = self._tools.catalogue.service(draft.service_id) if draft.service_id else None
        office = self._office(service, draft.area) if service else None
        return Ticket(
            id=secrets.token_urlsafe(16),
            kind=draft.kind,
            text=draft.text,
            language=draft.language,
            channel=draft.channel,
            created_at=now,
            due_at=self._tools.promise.due(now, draft.channel),
            reply_by=draft.reply_by,
            contact=draft.contact,
            name=draft.name,
            service_id=service.id if service else None,
            office_id=office.id if office else None,
            office_name=office.name if office else "",
            conversation_id=draft.conversation_id,
            origin=origin,
        )

    def _office(self, service: Service, area: str | None) -> Office | None:
        """The first of the service's offices that works for the area; any of them where none does."""
        known = [self._tools.catalogue.office(office_id) for office_id in service.office_ids]
        offices = [office for office in known if office is not None]
        near = [office for office in offices if area is None or not office.areas or area in office.areas]
        return next(iter(near or offices), None)
