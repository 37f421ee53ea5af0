"""What can be looked at on the desk.

| request | template | what |
|---|---|---|
| GET /desk | desk.html | queue and own chats; ``?look=`` a preview, ``?chat=`` the one in front |
| GET /desk/chats/{id}/transfer, /close | let_go.html | the forms of the dialogs, for browsers without a script |
| GET /desk/events | – | what happens, as it happens (``live``) |
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, Response, StreamingResponse

from assistant.errors import ConversationNotFoundError, HandoffNotFoundError
from assistant.handoff.board import Snapshot
from assistant.handoff.desk import OpenChat
from assistant.http.desk.auth import SignedIn, looking_on, require
from assistant.http.desk.live import DeskFeed, seen_before
from assistant.http.desk.refusals import Refusal
from assistant.http.desk.views import DeskViews
from assistant.http.desk.workplace import Workplace
from assistant.http.problems import Problem
from assistant.model import Agent, AgentRole, HandoffState

AgentIn = Annotated[SignedIn, Depends(require(AgentRole.AGENT))]


async def agent_looking_on(signed: Annotated[SignedIn, Depends(looking_on)]) -> SignedIn:
    """An agent's page that asks by itself; raises Problem 403 for somebody else's."""
    if not signed.agent.may(AgentRole.AGENT):
        raise Problem(403, "not_allowed")
    return signed


LookingOn = Annotated[SignedIn, Depends(agent_looking_on)]
NOTICES = frozenset(
    {"taken", "full", "not_yours", "not_found", "passed", "returned", "ended", "presence", "noted", "empty"}
    | {"reason", "stale", "overloaded", "too_long", "on_the_phone", "released", "callback", "no_number"}
)


class DeskPages:
    """Shows the desk to the agent who asks."""

    def __init__(self, workplace: Workplace, views: DeskViews, feed: DeskFeed, *, longest: int) -> None:
        """``longest``: the characters that a message may have."""
        self._workplace = workplace
        self._longest = longest
        self._views = views
        self._feed = feed

    def router(self) -> APIRouter:
        """The addresses that only show something."""
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/desk", self.show, methods=["GET"])
        router.add_api_route("/desk/events", self.follow, methods=["GET"])
        for name in ("transfer", "close"):
            router.add_api_route(f"/desk/chats/{{handoff_id}}/{name}", self.let_go, methods=["GET"])
        return router

    async def show(self, signed: AgentIn, chat: str = "", look: str = "", notice: str = "") -> Response:
        """The desk."""
        await self._workplace.desk.seen(signed.agent)
        snapshot = await self._workplace.board.snapshot()
        preview = await self._look(signed, look) if look else None
        chats = await self._chats(snapshot, signed.agent)
        ids = [one.handoff.id for one in chats]
        current = "look" if preview else chat if chat in ids else "queue"
        told = self._notice(notice)
        return HTMLResponse(await self._views.desk(signed, snapshot, chats, preview, current=current, notice=told))

    async def let_go(self, request: Request, signed: AgentIn, handoff_id: str, problem: str = "") -> Response:
        """The form for passing a chat on, or for closing it."""
        chat = await own_chat(self._workplace, signed.agent, handoff_id)
        return HTMLResponse(
            await self._views.page(
                "desk/let_go.html",
                signed,
                pane=self._views.showing.pane(chat, signed.agent),
                colleagues=await self._views.colleagues(signed.agent),
                what=request.url.path.rpartition("/")[2],
                problem=self._notice(problem),
            )
        )

    async def follow(
        self, request: Request, signed: LookingOn, seen: Annotated[str, Query()] = ""
    ) -> StreamingResponse:
        """The queue and the agent's chats as they change, from what the page has seen already."""
        return self._feed.stream(request, signed, seen_before(request.headers.get("last-event-id") or seen))

    def _notice(self, name: str) -> str | None:
        if name not in NOTICES:
            return None
        return self._views.showing.word(
            f"notice_{name}", count=self._workplace.rules.chats_per_agent, limit=self._longest
        )

    async def _chats(self, snapshot: Snapshot, me: Agent) -> tuple[OpenChat, ...]:
        chats = []
        for handoff in snapshot.of(me.id):
            try:
                chats.append(await self._workplace.desk.look_at(handoff.id))
            except (HandoffNotFoundError, ConversationNotFoundError):
                continue  # deleted by the person while the page was made
        return tuple(chats)

    async def _look(self, signed: SignedIn, handoff_id: str) -> OpenChat | None:
        """A preview of what waits for anybody, or for this agent; kept in the log of looks."""
        try:
            chat = await self._workplace.desk.look_at(handoff_id)
        except (HandoffNotFoundError, ConversationNotFoundError):
            return None
        if chat.handoff.state is not HandoffState.WAITING or chat.handoff.agent_id not in (None, signed.agent.id):
            return None
        await self._workplace.audit.looked_at(signed.agent, "handoff", handoff_id, address=signed.address)
        return chat


async def own_chat(workplace: Workplace, me: Agent, handoff_id: str) -> OpenChat:
    """The chat, if that agent answers there; raises Refusal otherwise."""
    try:
        chat = await workplace.desk.look_at(handoff_id)
    except (HandoffNotFoundError, ConversationNotFoundError) as error:
        raise Refusal(404, "not_found") from error
    if chat.handoff.state is not HandoffState.CLAIMED or chat.handoff.agent_id != me.id:
        raise Refusal(409, "not_yours")
    return chat
