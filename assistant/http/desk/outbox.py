"""What waits to be done outside, and what was given up: for supervisors.

| request | template | what |
|---|---|---|
| GET /desk/outbox | outbox.html | both, without what is in them |
| POST /desk/outbox/retry, /drop | – | something given up is tried again, or forgotten; kept in the audit log |
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from assistant.accounts.audit import AuditLog
from assistant.http.desk.auth import SignedIn, require
from assistant.http.desk.views import DeskViews
from assistant.model import AgentRole, AuditAction
from assistant.ports import Clock, Outbox

SupervisorIn = Annotated[SignedIn, Depends(require(AgentRole.SUPERVISOR))]
ErrandId = Annotated[str, Form(max_length=100)]
_MOST_SHOWN = 200


class DeskOutbox:
    """The page of the outbox."""

    def __init__(self, outbox: Outbox, audit: AuditLog, clock: Clock, views: DeskViews) -> None:
        self._outbox = outbox
        self._audit = audit
        self._clock = clock
        self._views = views

    def router(self) -> APIRouter:
        """The page and its two forms."""
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/desk/outbox", self.show, methods=["GET"])
        for path, take in (("/desk/outbox/retry", self.retry), ("/desk/outbox/drop", self.drop)):
            router.add_api_route(path, take, methods=["POST"])
        return router

    async def show(self, signed: SupervisorIn, notice: str = "") -> Response:
        """What was given up first."""
        showing = self._views.showing
        told = showing.word(f"outbox.notice_{notice}") if notice in {"retried", "dropped", "gone"} else None
        lists = {"dead": await self._outbox.dead(), "undone": await self._outbox.undone()}
        shown = {
            name: [(one, showing.moment(one.created_at), showing.moment(one.due_at)) for one in errands[:_MOST_SHOWN]]
            for name, errands in lists.items()
        }
        return HTMLResponse(await self._views.page("desk/outbox.html", signed, notice=told, **shown))

    async def retry(self, signed: SupervisorIn, errand: ErrandId) -> Response:
        """Once more from the beginning."""
        there = await self._outbox.revive(errand, self._clock.now())
        return await self._done(signed, AuditAction.TRIED_AGAIN, errand, "retried" if there else "gone")

    async def drop(self, signed: SupervisorIn, errand: ErrandId) -> Response:
        """Never again."""
        there = await self._outbox.drop(errand)
        return await self._done(signed, AuditAction.DROPPED, errand, "dropped" if there else "gone")

    async def _done(self, signed: SignedIn, action: AuditAction, errand: str, notice: str) -> Response:
        if notice != "gone":
            await self._audit.did(signed.agent, action, "errand", errand, address=signed.address)
        return RedirectResponse(f"/desk/outbox?notice={notice}", 303)
