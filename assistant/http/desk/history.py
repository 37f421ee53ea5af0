"""Conversations that are over: found by words, service, agent and period, as long as they are kept.

| request | template | what |
|---|---|---|
| GET /desk/history | history.html | the search |
| GET /desk/history/{id} | ended.html | one of them |

Every search and every look is in the audit log.
"""

from datetime import date, datetime, time, timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, Response

from assistant.errors import ConversationNotFoundError, HandoffNotFoundError
from assistant.http.desk.auth import SignedIn, signed_in
from assistant.http.desk.refusals import Refusal
from assistant.http.desk.views import DeskViews
from assistant.http.desk.workplace import Workplace
from assistant.http.problems import Problem
from assistant.http.services import AppServices
from assistant.model import AgentRole, ArchiveQuery, AuditAction, Handoff, HandoffState, Language

_MOST = 50


async def may_read(signed: Annotated[SignedIn, Depends(signed_in)]) -> SignedIn:
    """Those who answer, and those who look after them; raises Problem 403 for others."""
    if not (signed.agent.may(AgentRole.AGENT) or signed.agent.may(AgentRole.SUPERVISOR)):
        raise Problem(403, "not_allowed")
    return signed


Reader = Annotated[SignedIn, Depends(may_read)]
Text = Annotated[str, Query(max_length=200)]


class DeskHistory:
    """Searches what is over."""

    def __init__(self, services: AppServices, workplace: Workplace, views: DeskViews) -> None:
        self._services = services
        self._workplace = workplace
        self._views = views

    def router(self) -> APIRouter:
        """The search, and what it finds."""
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/desk/history", self.search, methods=["GET"])
        router.add_api_route("/desk/history/{handoff_id}", self.read, methods=["GET"])
        return router

    async def search(
        self,
        request: Request,
        signed: Reader,
        text: Text = "",
        service: Text = "",
        agent: Text = "",
        since: str = "",
        until: str = "",
    ) -> Response:
        """The form, and what fits; nothing is searched before it was asked for."""
        asked = bool(request.query_params)
        last = _day(until)
        query = ArchiveQuery(text.strip(), service, agent, self._begin(_day(since)), self._begin(last, 1))
        found: tuple[Handoff, ...] = ()
        if asked:
            await self._workplace.audit.did(signed.agent, AuditAction.SEARCHED, "handoff", address=signed.address)
            found = await self._workplace.archive.search(query, _MOST + 1)
        names = {one.id: one.name for one in await self._workplace.agents.agents()}
        return HTMLResponse(
            await self._views.page(
                "desk/history.html",
                signed,
                asked=asked,
                lines=[self._line(handoff, names) for handoff in found[:_MOST]],
                most=_MOST if len(found) > _MOST else None,
                wanted={"text": text, "service": service, "agent": agent, "since": since, "until": until},
                services=sorted((one.text(Language.DE).title, one.id) for one in self._services.catalogue.services()),
                agents=sorted((name, id_) for id_, name in names.items()),
                back=urlencode(request.query_params),
            )
        )

    async def read(self, request: Request, signed: Reader, handoff_id: str) -> Response:
        """One conversation that is over."""
        try:
            chat = await self._workplace.desk.look_at(handoff_id)
        except (HandoffNotFoundError, ConversationNotFoundError) as error:
            raise Refusal(404, "not_found") from error
        if chat.handoff.state is not HandoffState.ENDED:
            raise Refusal(404, "not_found")
        await self._workplace.audit.looked_at(signed.agent, "handoff", handoff_id, address=signed.address)
        names = {one.id: one.name for one in await self._workplace.agents.agents()}
        return HTMLResponse(
            await self._views.page(
                "desk/ended.html",
                signed,
                pane=self._views.showing.pane(chat, signed.agent),
                line=self._line(chat.handoff, names),
                back=request.url.query,
            )
        )

    def _line(self, handoff: Handoff, names: dict[str, str]) -> dict[str, object]:
        showing = self._views.showing
        service = self._services.catalogue.service(handoff.service_id) if handoff.service_id else None
        solved = {None: "solved_unknown", True: "solved_yes", False: "solved_no"}[handoff.is_solved]
        return {
            "id": handoff.id,
            "what": showing.what(handoff, service.text(Language.DE).title if service else None),
            "agent": names.get(handoff.agent_id or "", handoff.agent_id) or showing.word("history.nobody"),
            "ended": showing.moment(handoff.ended_at or handoff.asked_at),
            "ending": showing.word(f"ending.{handoff.ending}") if handoff.ending else "",
            "remark": handoff.remark,
            "solved": showing.word(f"history.{solved}"),
        }

    def _begin(self, day: date | None, days: int = 0) -> datetime | None:
        """When a day begins in the city, or the one so many days later."""
        return datetime.combine(day + timedelta(days), time(), self._services.zone) if day else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
