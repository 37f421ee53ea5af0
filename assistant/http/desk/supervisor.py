"""What supervisors see and switch.

| request | template | what |
|---|---|---|
| GET /desk/supervisor | supervisor.html | how the day goes, who is there, the switches |
| GET /desk/supervisor/figures | _figures.html | the same figures anew, for the script |
| POST /desk/supervisor/switches | – | the chat with people, or Roland's answers, off with a message, or on again |
"""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from assistant.http.chat import clean
from assistant.http.desk.auth import SignedIn, looking_on, require
from assistant.http.desk.views import DeskViews
from assistant.http.desk.workplace import Workplace
from assistant.http.problems import Problem
from assistant.http.services import AppServices
from assistant.model import AgentRole, AuditAction, SwitchName

_LONGEST_MESSAGE = 500

SupervisorIn = Annotated[SignedIn, Depends(require(AgentRole.SUPERVISOR))]


async def supervisor_looking_on(signed: Annotated[SignedIn, Depends(looking_on)]) -> SignedIn:
    """A supervisor's page that asks by itself; raises Problem 403 for somebody else's."""
    if not signed.agent.may(AgentRole.SUPERVISOR):
        raise Problem(403, "not_allowed")
    return signed


class DeskSupervision:
    """The supervisors' page."""

    def __init__(self, services: AppServices, workplace: Workplace, views: DeskViews) -> None:
        self._services = services
        self._workplace = workplace
        self._views = views

    def router(self) -> APIRouter:
        """The page, its figures and its switches."""
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/desk/supervisor", self.show, methods=["GET"])
        router.add_api_route("/desk/supervisor/figures", self.figures, methods=["GET"])
        router.add_api_route("/desk/supervisor/switches", self.switch, methods=["POST"])
        return router

    async def show(self, signed: SupervisorIn, notice: str = "", problem: str = "") -> Response:
        """The whole page."""
        told = self._views.showing.word(f"notice_{notice}") if notice in {"switched", "reason"} else None
        switches = [await self._workplace.switches.state(name) for name in SwitchName]
        moments = [one.changed_at and self._views.showing.moment(one.changed_at) for one in switches]
        return HTMLResponse(
            await self._views.page(
                "desk/supervisor.html",
                signed,
                notice=told,
                switches=list(zip(switches, moments, strict=True)),
                missing=problem if problem in set(SwitchName) else "",
                **await self._figures(),
            )
        )

    async def figures(self, signed: Annotated[SignedIn, Depends(supervisor_looking_on)]) -> Response:
        """The figures alone."""
        return HTMLResponse(self._views.part("desk/_figures.html", signed, **await self._figures()))

    async def switch(
        self,
        signed: SupervisorIn,
        name: Annotated[SwitchName, Form()],
        turn: Annotated[Literal["on", "off"], Form()],
        message: Annotated[str, Form()] = "",
    ) -> Response:
        """On or off; who switches off says why."""
        told = clean(message)[:_LONGEST_MESSAGE]
        if turn == "off" and not told:
            return RedirectResponse(f"/desk/supervisor?problem={name}", 303)
        now = self._services.clock.now()
        is_on = turn == "on"
        await self._workplace.switches.turn(name, on=is_on, message="" if is_on else told, by=signed.agent.name, at=now)
        await self._workplace.audit.did(
            signed.agent, AuditAction.CHANGED, "switch", name, address=signed.address, detail=turn
        )
        return RedirectResponse("/desk/supervisor?notice=switched", 303)

    async def _figures(self) -> dict[str, object]:
        figures = await self._workplace.overview.figures()
        showing = self._views.showing
        return {
            "figures": figures,
            "longest": showing.span(figures.longest_wait) if figures.longest_wait is not None else None,
            "loads": [(load, load.seen_at and showing.moment(load.seen_at)) for load in figures.agents],
            "most_chats": self._workplace.rules.chats_per_agent,
            "promises": await self._workplace.promises(),
        }
