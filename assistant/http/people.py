"""What the page sends and asks while somebody waits for a person or writes with one.

| request | what |
|---|---|
| POST /chat/leave | wait no longer, or end the conversation with the agent |
| POST /chat/solved | "Is your question solved?" |
| POST /chat/typing | the person is writing; nothing is kept of it |
| GET /chat/events | what is said and happens, as it happens, from after ``Last-Event-ID`` or ``?after=`` |
| GET /chat/news | the same at once, for who cannot hold a stream open |

The forms work without a script like those in ``assistant.http.forms``; with one they are answered with the news.
"""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Form, Header, Query, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from assistant.bus import topic_of
from assistant.http.forms import FormView, place
from assistant.http.fragments import Fragments
from assistant.http.live import LiveConversations
from assistant.http.pages import View, back_to
from assistant.http.problems import wants_page
from assistant.http.services import AppServices
from assistant.http.session import Session, same_site
from assistant.model import Mode

Seen = Annotated[int, Query(ge=0, le=999_999_999)]
"""The revision up to which a page shows everything."""


class PeopleForms:
    """The citizen's side of the way to a person."""

    def __init__(self, services: AppServices, fragments: Fragments, session: Session, live: LiveConversations) -> None:
        self._services = services
        self._fragments = fragments
        self._session = session
        self._live = live

    def router(self) -> APIRouter:
        """The addresses under /chat."""
        router = APIRouter(prefix="/chat", include_in_schema=False, dependencies=[Depends(same_site)])
        for path, take in (("/leave", self.leave), ("/solved", self.rate), ("/typing", self.type)):
            router.add_api_route(path, take, methods=["POST"], dependencies=[Depends(place)])
        router.add_api_route("/events", self.follow, methods=["GET"])
        router.add_api_route("/news", self.news, methods=["GET"])
        return router

    async def leave(self, request: Request, view: FormView, after: Annotated[int, Form(ge=0)] = 0) -> Response:
        """Back to Roland; where there is nothing to leave any more, that is what was wanted."""
        conversation_id = self._session.own(request, view)
        if self._services.reception is not None:
            await self._services.reception.leave(conversation_id)
        return await self._done(request, view, conversation_id, after)

    async def rate(
        self,
        request: Request,
        view: FormView,
        solved: Annotated[Literal["yes", "no"], Form()],
        after: Annotated[int, Form(ge=0)] = 0,
    ) -> Response:
        """Whether the question is solved; the latest word counts."""
        conversation_id = self._session.own(request, view)
        if self._services.reception is not None:
            await self._services.reception.rate(conversation_id, is_solved=solved == "yes")
        return await self._done(request, view, conversation_id, after)

    async def type(self, request: Request, view: FormView) -> Response:
        """Let the agent see that the person is writing."""
        conversation_id = self._session.own(request, view)
        conversation = await self._services.conversations.get(conversation_id)
        if conversation.mode is Mode.WITH_AGENT:
            await self._services.bus.publish(topic_of(conversation_id), {"type": "typing", "who": "person"})
        return Response(status_code=204)

    async def follow(
        self,
        request: Request,
        view: View = "chat",
        after: Seen = 0,
        last_event_id: Annotated[str | None, Header()] = None,
    ) -> StreamingResponse:
        """What is said and happens in this browser's conversation."""
        conversation_id = self._session.own(request, view)
        await self._services.conversations.get(conversation_id)
        show, show_place = self._fragments.event(view), self._fragments.place(view)
        return self._live.stream(conversation_id, last_event_id or str(after), show, show_place)

    async def news(self, request: Request, view: View = "chat", after: Seen = 0) -> dict[str, Any]:
        """What has come since the page was made, and how things stand."""
        return await self._fragments.news(view, self._session.own(request, view), after)

    async def _done(self, request: Request, view: str, conversation_id: str, after: int) -> Response:
        if wants_page(request):
            return back_to(view)
        return JSONResponse(await self._fragments.news(view, conversation_id, after))
