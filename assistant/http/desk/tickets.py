"""The back office: concerns that wait for their answer.

| request | template | what |
|---|---|---|
| GET /desk/tickets | tickets.html | what is owed, what is due first at the beginning; by office, kind and state |
| GET /desk/tickets/{id} | ticket.html | one of them with its history |
| POST /desk/tickets/{id}/answer, /note, /close, /forward | – | what is done with it; 303 back |

Every look at a ticket is in the log of looks; what is done with it stands in its history.
"""

from collections.abc import Awaitable
from enum import StrEnum
from typing import Annotated, TypeVar

from fastapi import APIRouter, Depends, Form, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from assistant.errors import TicketChangedError, TicketNotFoundError
from assistant.http.chat import clean
from assistant.http.desk.auth import SignedIn
from assistant.http.desk.history import may_read
from assistant.http.desk.refusals import Refusal
from assistant.http.desk.ticket_views import TicketShowing
from assistant.http.desk.views import DeskViews
from assistant.http.desk.workplace import Workplace
from assistant.http.schemas import MessageId
from assistant.http.services import AppServices
from assistant.model import ClosingReason, TicketFilter, TicketKind, TicketState
from assistant.tickets.desk import TicketDesk
from assistant.tickets.draft import MOST_CHARACTERS

_NOTICES = frozenset({"answered", "noted", "closed", "forwarded", "changed", "no_text", "no_reason", "no_office"})
_MOST = 200

E = TypeVar("E", bound=StrEnum)
Worker = Annotated[SignedIn, Depends(may_read)]
Text = Annotated[str, Form(max_length=MOST_CHARACTERS)]
Choice = Annotated[str, Query(max_length=200)]


class DeskTickets:
    """Shows tickets to the back office, and takes what is done with them."""

    def __init__(self, services: AppServices, workplace: Workplace, views: DeskViews, desk: TicketDesk) -> None:
        self._services = services
        self._workplace = workplace
        self._views = views
        self._desk = desk
        self._showing = TicketShowing(services, views.showing)

    def router(self) -> APIRouter:
        """The addresses under /desk/tickets."""
        router = APIRouter(prefix="/desk/tickets", include_in_schema=False)
        router.add_api_route("", self.list, methods=["GET"])
        router.add_api_route("/{ticket_id}", self.show, methods=["GET"])
        for path, take in (
            ("/{ticket_id}/answer", self.answer),
            ("/{ticket_id}/note", self.write_note),
            ("/{ticket_id}/close", self.close),
            ("/{ticket_id}/forward", self.forward),
        ):
            router.add_api_route(path, take, methods=["POST"])
        return router

    async def list(
        self, signed: Worker, office: Choice = "", kind: Choice = "", state: Choice = TicketState.OPEN.value
    ) -> Response:
        """What is owed; with a filter also what is settled."""
        wanted = TicketFilter(office or None, _one_of(TicketKind, kind), _one_of(TicketState, state))
        found = await self._desk.find(wanted)
        known = await self._desk.find(TicketFilter())
        return HTMLResponse(
            await self._views.page(
                "desk/tickets.html",
                signed,
                lines=[self._showing.line(ticket) for ticket in found[:_MOST]],
                rest=max(0, len(found) - _MOST),
                wanted={"office": office, "kind": kind, "state": state},
                offices=sorted({(one.office_name, one.office_id) for one in known if one.office_id}),
                kinds=tuple(TicketKind),
                states=tuple(TicketState),
            )
        )

    async def show(self, signed: Worker, ticket_id: str, notice: str = "") -> Response:
        """One ticket with its history, and what can be done with it."""
        try:
            ticket, history = await self._desk.look_at(ticket_id)
        except TicketNotFoundError as error:
            raise Refusal(404, "not_found") from error
        await self._workplace.audit.looked_at(signed.agent, "ticket", ticket_id, address=signed.address)
        return HTMLResponse(
            await self._views.page(
                "desk/ticket.html",
                signed,
                ticket=ticket,
                line=self._showing.line(ticket),
                settled=self._showing.settled(ticket),
                history=[self._showing.event(event) for event in history],
                offices=sorted((one.name, one.id) for one in self._services.catalogue.offices()),
                reasons=tuple(reason for reason in ClosingReason if reason.is_chosen),
                most_characters=MOST_CHARACTERS,
                notice=self._views.showing.word(f"tickets.notice_{notice}") if notice in _NOTICES else None,
            )
        )

    async def answer(self, signed: Worker, ticket_id: str, text: Text = "") -> Response:
        """Answer the citizen."""
        told = clean(text)
        if not told:
            return _back(ticket_id, "no_text")
        return await _done(ticket_id, "answered", self._desk.answer(signed.agent, ticket_id, told))

    async def write_note(
        self,
        signed: Worker,
        ticket_id: str,
        text: Text = "",
        id: Annotated[MessageId | None, Form()] = None,  # noqa: A002 - the name of the form's field
    ) -> Response:
        """Write something down for colleagues."""
        note = clean(text)
        if not note:
            return _back(ticket_id, "no_text")
        return await _done(ticket_id, "noted", self._desk.write_note(signed.agent, ticket_id, note, id or ""))

    async def close(
        self, signed: Worker, ticket_id: str, reason: Annotated[str, Form()] = "", remark: Text = ""
    ) -> Response:
        """Close without an answer, for a reason."""
        given = _one_of(ClosingReason, reason)
        if given is None or not given.is_chosen:
            return _back(ticket_id, "no_reason")
        return await _done(ticket_id, "closed", self._desk.close(signed.agent, ticket_id, given, clean(remark)))

    async def forward(
        self, signed: Worker, ticket_id: str, office: Annotated[str, Form()] = "", remark: Text = ""
    ) -> Response:
        """Let another office answer."""
        known = self._services.catalogue.office(office) if office else None
        if known is None:
            return _back(ticket_id, "no_office")
        return await _done(ticket_id, "forwarded", self._desk.forward(signed.agent, ticket_id, known, clean(remark)))


async def _done(ticket_id: str, notice: str, work: Awaitable[object]) -> Response:
    """Do it, and show the ticket as it is then; where a colleague was quicker, that is told instead."""
    try:
        await work
    except TicketChangedError:
        return _back(ticket_id, "changed")
    except TicketNotFoundError as error:
        raise Refusal(404, "not_found") from error
    return _back(ticket_id, notice)


def _back(ticket_id: str, notice: str) -> Response:
    return RedirectResponse(f"/desk/tickets/{ticket_id}?notice={notice}", 303)


def _one_of(kind: type[E], value: str) -> E | None:
    """The member of that value, where there is one."""
    return kind(value) if value in {member.value for member in kind} else None
