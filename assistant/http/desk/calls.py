"""Telephone calls at the desk: who is on the line, what is said there, and the caller that the telephone shows.

| request | template | what |
|---|---|---|
| GET /desk/calls | calls.html | everybody on the line; nothing of what is said |
| GET /desk/calls/list | _calls.html | the same anew, for the script |
| GET /desk/calls/{reference} | call.html | exactly that call, for agents' telephones and their software to open |
| GET /desk/calls/{reference}/events | _call.html | what is said in it, as it is said |
| POST /desk/chats/{id}/release | – | the call has not come to this agent |
| POST /desk/chats/{id}/callback | – | a ticket to ring back |

Every look into a call is in the audit log.
"""

import json
from collections.abc import AsyncIterator, Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Path, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse
from fastapi.sse import format_sse_event

from assistant.bus import topic_of
from assistant.handoff.desk import OpenCall
from assistant.http.chat import clean
from assistant.http.desk.actions import back
from assistant.http.desk.auth import SignedIn, looking_on, still_signed_in
from assistant.http.desk.history import Reader
from assistant.http.desk.live import News
from assistant.http.desk.pages import AgentIn, own_chat
from assistant.http.desk.refusals import Refusal, refusing
from assistant.http.desk.views import DeskViews, Named
from assistant.http.desk.workplace import Workplace
from assistant.http.problems import Problem
from assistant.http.services import AppServices
from assistant.model import AgentRole, AuditAction, Channel, HandoffState, Language, ReplyBy, TicketKind
from assistant.tickets.draft import MOST_CHARACTERS, TicketDraft

_GERMAN = Language.DE

Reference = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,32}$")]


async def reader_looking_on(signed: Annotated[SignedIn, Depends(looking_on)]) -> SignedIn:
    """A reader's page that asks by itself; raises Problem 403 for somebody else's."""
    if not (signed.agent.may(AgentRole.AGENT) or signed.agent.may(AgentRole.SUPERVISOR)):
        raise Problem(403, "not_allowed")
    return signed


ReaderLookingOn = Annotated[SignedIn, Depends(reader_looking_on)]


class DeskCalls:
    """Shows calls, and takes what agents do with them besides what they do with chats."""

    def __init__(self, services: AppServices, workplace: Workplace, views: DeskViews) -> None:
        self._services = services
        self._workplace = workplace
        self._views = views

    def router(self) -> APIRouter:
        """The addresses of calls."""
        router = APIRouter(include_in_schema=False)
        for path, show in (
            ("/desk/calls", self.show),
            ("/desk/calls/list", self.anew),
            ("/desk/calls/{reference}", self.open),
            ("/desk/calls/{reference}/events", self.follow),
        ):
            router.add_api_route(path, show, methods=["GET"])
        router.add_api_route("/desk/chats/{handoff_id}/release", self.release, methods=["POST"])
        router.add_api_route("/desk/chats/{handoff_id}/callback", self.call_back, methods=["POST"])
        return router

    # ── looking ────────────────────────────────────────────────────────────────────────────────────────────────────

    async def show(self, signed: Reader) -> Response:
        """Everybody on the line."""
        return HTMLResponse(await self._views.page("desk/calls.html", signed, calls=await self._list()))

    async def anew(self, signed: ReaderLookingOn) -> Response:
        """The list alone."""
        return HTMLResponse(self._views.part("desk/_calls.html", signed, calls=await self._list()))

    async def open(self, signed: Reader, reference: Reference) -> Response:
        """Where this agent has to do with the call now: in the queue, among their own, after its end, or beside it."""
        found = await self._found(reference)
        handoff, me = found.handoff, signed.agent
        if handoff is not None and me.may(AgentRole.AGENT):
            if handoff.state is HandoffState.WAITING and handoff.agent_id in (None, me.id):
                return RedirectResponse(f"/desk?look={handoff.id}", 303)
            if handoff.state is HandoffState.CLAIMED and handoff.agent_id == me.id:
                return RedirectResponse(f"/desk?chat={handoff.id}", 303)
            if handoff.state is HandoffState.CLAIMED:
                raise Refusal(409, "taken")
        if handoff is not None and handoff.state is HandoffState.ENDED and not found.call.is_running:
            return RedirectResponse(f"/desk/history/{handoff.id}", 303)
        await self._workplace.audit.looked_at(me, "call", reference, address=signed.address)
        shown = await self._shown(found, signed)
        return HTMLResponse(await self._views.page("desk/call.html", signed, call=shown))

    async def follow(self, request: Request, signed: ReaderLookingOn, reference: Reference) -> StreamingResponse:
        """The call as it goes on; who opened it is in the log of looks already, who did not is put there."""
        found = await self._found(reference)
        await self._workplace.audit.looked_at(signed.agent, "call", reference, address=signed.address)
        return StreamingResponse(self._events(request, signed, found), media_type="text/event-stream")

    async def _events(self, request: Request, signed: SignedIn, found: OpenCall) -> AsyncIterator[bytes]:
        told = ""
        async with News(self._services.bus) as news:
            await news.follow(topic_of(found.conversation.id))
            yield b": here\n\n"
            while await still_signed_in(request):
                html = await self._part(signed, found.call.reference)
                if html != told:
                    told = html
                    yield format_sse_event(event="call", data_str=json.dumps({"html": html}))
                await news.wait(self._services.settings.http.live_poll_s)

    async def _part(self, signed: SignedIn, reference: str) -> str:
        """What is said, as a part of the page; a call that was deleted is over."""
        found = await self._workplace.desk.call(reference)
        if found is None:
            return self._views.part("desk/_call.html", signed, call=None)
        return self._views.part("desk/_call.html", signed, call=await self._shown(found, signed))

    async def _found(self, reference: str) -> OpenCall:
        found = await self._workplace.desk.call(reference)
        if found is None:
            raise Refusal(404, "not_found")
        return found

    async def _list(self) -> list[dict[str, object]]:
        names = await self._names()
        return [self._line(call, names) for call in await self._workplace.desk.running_calls()]

    async def _names(self) -> Mapping[str, str]:
        return Named({one.id: one.name for one in await self._workplace.agents.agents()})

    def _line(self, found: OpenCall, names: Mapping[str, str]) -> dict[str, object]:
        showing, state = self._views.showing, found.conversation.state
        service = self._services.catalogue.service(state.service_id) if state.service_id else None
        return {
            "reference": found.call.reference,
            "since": showing.moment(found.call.started_at),
            "language": showing.word(f"language.{state.language}"),
            "service": service.text(_GERMAN).title if service else "",
            "state": showing.call_state(found.call, found.handoff, names),
            "is_running": found.call.is_running,
        }

    async def _shown(self, found: OpenCall, signed: SignedIn) -> dict[str, object]:
        language = found.conversation.state.language
        told = [self._views.showing.told(entry, language, signed.agent) for entry in found.transcript]
        return self._line(found, await self._names()) | {"entries": told}

    # ── doing ──────────────────────────────────────────────────────────────────────────────────────────────────────

    async def release(self, signed: AgentIn, handoff_id: str) -> Response:
        """The call has reached somebody else, or nobody."""
        chat = await own_chat(self._workplace, signed.agent, handoff_id)
        if not chat.handoff.is_call:
            raise Refusal(422, "stale", handoff_id)
        with refusing(handoff_id):
            await self._workplace.desk.release(signed.agent, handoff_id)
        await self._log(signed, AuditAction.PASSED_ON, handoff_id, "call_missed")
        return back("released")

    async def call_back(
        self,
        signed: AgentIn,
        handoff_id: str,
        number: Annotated[str, Form(max_length=64)] = "",
        matter: Annotated[str, Form(max_length=MOST_CHARACTERS)] = "",
    ) -> Response:
        """Promise the caller to ring them; the promise stands among the notes. Sent twice it is one."""
        chat = await own_chat(self._workplace, signed.agent, handoff_id)
        tickets, text = self._services.tickets, clean(matter)
        if tickets is None or not text:
            raise Refusal(422, "empty", handoff_id)
        packet = chat.packet
        draft = TicketDraft(
            kind=TicketKind.CALLBACK,
            text=text,
            language=packet.language,
            channel=Channel.PHONE,
            reply_by=ReplyBy.PHONE,
            contact=number,
            service_id=packet.service_id,
            area=packet.area,
            conversation_id=chat.conversation.id,
        )
        try:
            origin = tickets.origin_of(handoff_id, draft)
            ticket, _ = await tickets.open(draft, origin=origin)
        except ValueError as error:
            raise Refusal(422, "no_number", handoff_id) from error
        noted = self._views.showing.word("call.callback_note", due=tickets.due_in_words(ticket, _GERMAN))
        with refusing(handoff_id):
            await self._workplace.desk.write_note(signed.agent, handoff_id, noted, f"callback-{ticket.id}"[:64])
        await self._log(signed, AuditAction.CHANGED, handoff_id, "callback")
        return back("callback", handoff_id)

    async def _log(self, signed: SignedIn, action: AuditAction, handoff_id: str, detail: str) -> None:
        await self._workplace.audit.did(
            signed.agent, action, "handoff", handoff_id, address=signed.address, detail=detail
        )
