"""The pages of tickets: leave a concern, and ask with the code how it stands. Complete without a script.

| request | template | what |
|---|---|---|
| GET /ticket/new | ticket_new.html | the form; ``?kind=`` says what for, ``?view=`` where somebody comes from |
| POST /ticket/new | ticket_opened.html, or the form with what is wrong | the promise and the code |
| GET /ticket | ticket_status.html | the field for a code |
| POST /ticket | ticket_status.html | how the ticket stands |

The code is shown in the answer to the form and nowhere else: no address and no cookie carries it. The same form sent
twice, by a reload for instance, shows the same ticket.
"""

import secrets
from dataclasses import dataclass, field
from math import ceil
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from assistant.errors import TooManyCodesError
from assistant.http.chat import clean
from assistant.http.forms import FormView, place
from assistant.http.limits import RateLimiter, client_of
from assistant.http.pages import Pages, View, require_open
from assistant.http.problems import Problem, describe
from assistant.http.schemas import MessageId
from assistant.http.services import AppServices
from assistant.http.session import Session, same_site
from assistant.http.views import Talk
from assistant.model import Channel, Language, ReplyBy, Ticket, TicketKind, without_code
from assistant.tickets.draft import MOST_CHARACTERS, MOST_NAME, TicketDraft
from assistant.tickets.service import TicketService

EXAMPLE = "K7RM-4XQ2-9TPA-H"
"""How a code looks; it is none."""
_CHANNELS = {"portal": Channel.WEB, "chat": Channel.WEB, "widget": Channel.WIDGET}
_LONGEST_FIELD = 1000
_LOOKED_AT = ["GET", "HEAD"]

Field = Annotated[str, Form(max_length=_LONGEST_FIELD)]


@dataclass(frozen=True, slots=True)
class TicketForm:
    """What stands in the fields of the form; ``id`` makes sending it twice harmless."""

    kind: TicketKind = TicketKind.CONCERN
    text: str = ""
    reply_by: ReplyBy = ReplyBy.CODE
    phone: str = ""
    mail: str = ""
    name: str = ""
    service: str = ""
    is_from_chat: bool = False
    id: str = field(default_factory=lambda: secrets.token_urlsafe(16))

    @property
    def way(self) -> ReplyBy:
        """How it is answered: who wants to be called is called."""
        return ReplyBy.PHONE if self.kind is TicketKind.CALLBACK else self.reply_by

    def draft(self, language: Language, channel: Channel, talk: Talk) -> TicketDraft:
        """The concern with what is known of the conversation."""
        conversation = talk.conversation
        contact = {ReplyBy.PHONE: self.phone, ReplyBy.MAIL: self.mail, ReplyBy.CODE: ""}[self.way]
        return TicketDraft(
            kind=self.kind,
            text=clean(self.text),
            language=language,
            channel=channel,
            reply_by=self.way,
            contact=contact,
            name=clean(self.name),
            service_id=self.service or None,
            area=conversation.state.area if conversation else None,
            conversation_id=conversation.id if conversation else None,
        )


async def sent(  # noqa: PLR0913, PLR0917 - the fields of the form
    kind: Annotated[TicketKind, Form()] = TicketKind.CONCERN,
    text: Annotated[str, Form()] = "",
    reply_by: Annotated[ReplyBy, Form()] = ReplyBy.CODE,
    phone: Field = "",
    mail: Field = "",
    name: Field = "",
    service: Annotated[str, Form(max_length=200)] = "",
    id: Annotated[MessageId | None, Form()] = None,  # noqa: A002 - the name of the form's field
) -> TicketForm:
    """The fields as they were sent."""
    return TicketForm(kind, text, reply_by, phone, mail, name, service, id=id or secrets.token_urlsafe(16))


class TicketPages:
    """Shows the forms, and takes them."""

    def __init__(self, services: AppServices, tickets: TicketService, pages: Pages, session: Session) -> None:
        self._services = services
        self._tickets = tickets
        self._pages = pages
        self._session = session
        self._pace = RateLimiter(services.settings.tickets.new_per_minute)

    def router(self) -> APIRouter:
        """The addresses under /ticket."""
        router = APIRouter(prefix="/ticket", include_in_schema=False, dependencies=[Depends(same_site)])
        router.add_api_route("/new", self.show_form, methods=_LOOKED_AT)
        router.add_api_route("/new", self.open, methods=["POST"], dependencies=[Depends(place)])
        router.add_api_route("", self.show_status, methods=_LOOKED_AT)
        router.add_api_route("", self.look_up, methods=["POST"], dependencies=[Depends(place)])
        return router

    async def show_form(self, request: Request, view: View = "chat", kind: TicketKind = TicketKind.CONCERN) -> Response:
        """The form, with the last question of this browser's conversation in it."""
        require_open(view, self._services.settings)
        talk = await self._pages.talk(request, view)
        asked = next((turn.utterance.text for turn in reversed(talk.turns) if turn.utterance.choice is None), "")
        service = talk.conversation.state.service_id if talk.conversation else None
        form = TicketForm(kind, without_code(asked), service=service or "", is_from_chat=bool(asked))
        return self._form(request, view, talk, form)

    async def open(self, request: Request, view: FormView, form: Annotated[TicketForm, Depends(sent)]) -> Response:
        """A ticket; or the form again with what is wrong, and all that was typed."""
        require_open(view, self._services.settings)
        talk = await self._pages.talk(request, view)
        draft = form.draft(self._pages.language(request, talk), _CHANNELS[view], talk)
        if faults := draft.tidied().faults(self._tickets.ways):
            return self._form(request, view, talk, form, faults)
        try:
            self._pace.check(client_of(request))
        except Problem as problem:
            return self._form(request, view, talk, form, problem=problem)
        ticket, code = await self._tickets.open(draft, origin=self._tickets.origin_of(form.id, draft))
        return self._pages.show(
            request, view, "ticket_opened.html", talk, ticket=ticket, code=code, due=self._due(ticket, draft.language)
        )

    async def show_status(self, request: Request, view: View = "chat") -> Response:
        """The field for a code."""
        require_open(view, self._services.settings)
        return self._status(request, view, await self._pages.talk(request, view))

    async def look_up(
        self, request: Request, view: FormView, code: Annotated[str, Form(max_length=_LONGEST_FIELD)] = ""
    ) -> Response:
        """How the ticket of a code stands; an unknown code is told in the same words whatever is wrong with it."""
        require_open(view, self._services.settings)
        talk = await self._pages.talk(request, view)
        try:
            ticket = await self._tickets.status(code, askers(request, self._session.read(request, view)))
        except TooManyCodesError as error:
            return self._status(request, view, talk, code, problem=too_many(error))
        if ticket is None:
            return self._status(request, view, talk, code, is_unknown=True)
        return self._status(request, view, talk, code, ticket)

    def _form(
        self,
        request: Request,
        view: str,
        talk: Talk,
        form: TicketForm,
        faults: tuple[str, ...] = (),
        problem: Problem | None = None,
    ) -> Response:
        language = self._pages.language(request, talk)
        service = self._services.catalogue.service(form.service) if form.service else None
        details = describe(request, problem, self._services) if problem else None
        page = self._pages.show(
            request,
            view,
            "ticket_new.html",
            talk,
            details.status if details else 422 if faults else 200,
            filled=form,
            faults=faults,
            problem=details.detail if details else None,
            kinds=tuple(TicketKind),
            ways=self._tickets.ways,
            service_title=service.text(language).title if service else None,
            due=self._tickets.due_now(_CHANNELS[view], language),
            keep_days=self._tickets.keep_days,
            most_characters=MOST_CHARACTERS,
            most_name=MOST_NAME,
        )
        page.headers.update(details.headers if details else {})
        return page

    def _status(
        self,
        request: Request,
        view: str,
        talk: Talk,
        code: str = "",
        ticket: Ticket | None = None,
        *,
        is_unknown: bool = False,
        problem: Problem | None = None,
    ) -> Response:
        language = self._pages.language(request, talk)
        details = describe(request, problem, self._services) if problem else None
        page = self._pages.show(
            request,
            view,
            "ticket_status.html",
            talk,
            details.status if details else 404 if is_unknown else 200,
            ticket=ticket,
            typed="" if ticket else code,
            is_unknown=is_unknown,
            is_late=ticket is not None and self._tickets.is_late(ticket),
            due=self._due(ticket, language) if ticket else "",
            zone=self._services.zone,
            problem=details.detail if details else None,
            keep_days=self._tickets.keep_days,
            example=EXAMPLE,
        )
        page.headers.update(details.headers if details else {})
        return page

    def _due(self, ticket: Ticket, language: Language) -> str:
        return self._tickets.due_in_words(ticket, language)


def askers(request: Request, conversation_id: str | None) -> tuple[str, ...]:
    """Those whose tries at codes are counted together: the address, and the conversation where there is one."""
    return tuple(filter(None, (client_of(request), conversation_id)))


def too_many(error: TooManyCodesError) -> Problem:
    """The refusal of one who has tried too many codes."""
    return Problem(429, "too_many_codes", retry_after=error.wait_s, minutes=max(1, ceil(error.wait_s / 60)))
