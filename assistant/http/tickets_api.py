"""The JSON API of tickets."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from assistant.errors import ConversationNotFoundError, TooManyCodesError
from assistant.http.chat import clean
from assistant.http.language import page_language
from assistant.http.limits import RateLimiter, client_of
from assistant.http.problems import Problem
from assistant.http.schemas import MessageId
from assistant.http.services import AppServices
from assistant.http.tickets import askers, too_many
from assistant.model import (
    Channel,
    ClosingReason,
    Conversation,
    Language,
    ReplyBy,
    Ticket,
    TicketKind,
    TicketState,
)
from assistant.tickets.draft import MOST_CHARACTERS, TicketDraft
from assistant.tickets.service import TicketService

ConversationId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{16,64}$")]


class _In(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class _Out(BaseModel):
    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)


class TicketIn(_In):
    """A concern that is to be answered later."""

    kind: TicketKind = TicketKind.CONCERN
    text: str = Field(max_length=20_000)
    language: Language | None = None
    """The language of the answer; by default the conversation's, else the one that the request accepts."""
    channel: Literal["web", "widget", "rest", "phone"] = "rest"
    reply_by: ReplyBy = ReplyBy.CODE
    """How the answer comes. A call back is always answered by `phone`."""
    contact: str = Field(default="", max_length=1000)
    """The telephone number, or the address of mail; left out where the answer is fetched with the code."""
    name: str = Field(default="", max_length=1000)
    service_id: str | None = Field(default=None, max_length=200)
    conversation_id: ConversationId | None = None
    """The conversation that it comes from: gives language, service and area where they are not said."""
    id: MessageId | None = None
    """Chosen by the client: the same ticket sent again with the same id is one ticket, with the same code."""


class TicketOut(_Out):
    """A promise. The code is told here and never again: whoever has it can read the answer."""

    code: str
    kind: TicketKind
    due_at: datetime
    due_text: str
    """The promised moment in words."""
    office: str
    """The responsible office; empty where none is known yet."""


class TicketCodeIn(_In):
    """A status code, as somebody wrote it."""

    code: str = Field(max_length=1000)
    language: Language | None = None
    """The language of what is told in words; the answer itself is in the one it was written in."""
    conversation_id: ConversationId | None = None


class TicketStatusOut(_Out):
    """How a ticket stands."""

    kind: TicketKind
    state: TicketState
    created_at: datetime
    due_at: datetime
    due_text: str
    is_late: bool
    """Whether the answer is still owed although its time has passed."""
    reply: str
    settled_at: datetime | None
    closing_reason: ClosingReason | None
    closing_text: str
    """Why it was closed without an answer, in words; empty where it was not."""


def tickets_router(services: AppServices, tickets: TicketService) -> APIRouter:
    """Tickets: open one, ask how it stands."""
    router = APIRouter(prefix="/api/v1/tickets", tags=["tickets"])
    pace = RateLimiter(services.settings.tickets.new_per_minute)
    messages, languages = services.messages, services.settings.city.languages

    @router.post("", status_code=201)
    async def open_ticket(request: Request, wish: TicketIn) -> TicketOut:
        """Leave a concern, and get a promise with a date, and a code to ask for the answer."""
        conversation = await _conversation(wish.conversation_id)
        spoken = wish.language or (conversation.state.language if conversation else page_language(request, languages))
        draft = _draft(wish, conversation, spoken)
        if faults := draft.tidied().faults(tickets.ways):
            told = " ".join(messages.text(f"ticket.fault_{fault}", spoken, limit=MOST_CHARACTERS) for fault in faults)
            raise Problem(422, "ticket_invalid", faults=told)
        pace.check(client_of(request))
        origin = tickets.origin_of(wish.id, draft) if wish.id else None
        ticket, code = await tickets.open(draft, origin=origin)
        return TicketOut(
            code=str(code),
            kind=ticket.kind,
            due_at=ticket.due_at,
            due_text=tickets.due_in_words(ticket, spoken),
            office=ticket.office_name,
        )

    @router.post("/status")
    async def status(request: Request, asked: TicketCodeIn) -> TicketStatusOut:
        """How the ticket of a code stands. A code is sent in the body, since addresses are kept in many places."""
        try:
            ticket = await tickets.status(asked.code, askers(request, asked.conversation_id))
        except TooManyCodesError as error:
            raise too_many(error) from error
        if ticket is None:
            raise Problem(404, "ticket_not_found", days=tickets.keep_days)
        return _shown(ticket, asked.language or page_language(request, languages))

    async def _conversation(conversation_id: str | None) -> Conversation | None:
        if conversation_id is None:
            return None
        try:
            return await services.conversations.get(conversation_id)
        except ConversationNotFoundError:
            return None

    def _shown(ticket: Ticket, language: Language) -> TicketStatusOut:
        reason = ticket.closing_reason
        return TicketStatusOut(
            kind=ticket.kind,
            state=ticket.state,
            created_at=ticket.created_at,
            due_at=ticket.due_at,
            due_text=tickets.due_in_words(ticket, language),
            is_late=tickets.is_late(ticket),
            reply=ticket.reply,
            settled_at=ticket.settled_at,
            closing_reason=reason,
            closing_text=messages.text(f"ticket.closed_{reason}", language) if reason else "",
        )

    return router


def _draft(wish: TicketIn, conversation: Conversation | None, language: Language) -> TicketDraft:
    state = conversation.state if conversation else None
    return TicketDraft(
        kind=wish.kind,
        text=clean(wish.text),
        language=language,
        channel=Channel(wish.channel),
        reply_by=ReplyBy.PHONE if wish.kind is TicketKind.CALLBACK else wish.reply_by,
        contact=wish.contact,
        name=clean(wish.name),
        service_id=wish.service_id or (state.service_id if state else None),
        area=state.area if state else None,
        conversation_id=conversation.id if conversation else None,
    )
