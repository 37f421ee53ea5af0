"""The pages for people: complete without JavaScript, smoother with it.

| request | template | what |
|---|---|---|
| GET / | portal.html | life situations and the chat |
| GET /chat | chat.html | the chat alone |
| GET /widget | widget.html | the chat inside another site's page |
| GET /chat/print | print.html | the conversation on paper |
| GET /chat/delete | delete.html | "really?" |
| GET /chat/transcript | – | the conversation as a text file |
| an error | error.html | ``status``, ``code``, ``detail``, ``trace_id`` |

What the forms on them send is taken by ``assistant.http.forms``; the context of the templates is made in
``assistant.http.views``. ``?view=`` (portal, chat, widget) says where somebody comes from, ``?lang=`` the language.
"""

from contextlib import suppress
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from assistant.config import Settings
from assistant.errors import ConversationNotFoundError
from assistant.http.asked import what_is_asked
from assistant.http.envelope import widget_policy
from assistant.http.language import page_language
from assistant.http.presenter import Presenter
from assistant.http.problems import Problem, ProblemDetails
from assistant.http.services import AppServices
from assistant.http.session import Session
from assistant.http.standing import read, standing_of
from assistant.http.transcript import transcript
from assistant.http.views import Talk, Views
from assistant.model import Language

PATHS = {"portal": "/", "chat": "/chat", "widget": "/widget"}
NOTICES = frozenset({"deleted", "thanks", "language", "register"})

View = Annotated[str, Query(pattern="^(portal|chat|widget)$")]


class Pages:
    """Renders the views with this browser's conversation."""

    def __init__(self, services: AppServices, views: Views, session: Session) -> None:
        self._services = services
        self._views = views
        self._session = session
        self._settings = services.settings

    async def talk(self, request: Request, view: str) -> Talk:
        """This browser's conversation, as far as it still exists."""
        conversation_id = self._session.read(request, view)
        if conversation_id is None:
            return Talk()
        conversations = self._services.conversations
        with suppress(ConversationNotFoundError):
            conversation, transcript = await read(conversations, conversation_id)
            standing = await standing_of(conversation, transcript, self._services.reception)
            asked = await what_is_asked(conversation, transcript, self._services)
            return Talk(conversation, transcript, await conversations.feedback(conversation_id), standing, asked)
        return Talk()

    def language(self, request: Request, talk: Talk) -> Language:
        """The page's language: what the address asks for, else the conversation's, else the browser's."""
        if talk.conversation and "lang" not in request.query_params:
            return talk.conversation.state.language
        return page_language(request, self._settings.city.languages)

    def show(
        self, request: Request, view: str, template: str, talk: Talk, http_status: int = 200, **extra: object
    ) -> HTMLResponse:
        """A page of that view."""
        html = self._views.page(template, view, self.language(request, talk), talk, **extra)
        response = HTMLResponse(html, http_status)
        if view == "widget":
            response.headers["Content-Security-Policy"] = widget_policy(self._settings.http.frame_ancestors)
        return response

    async def error(self, request: Request, problem: ProblemDetails) -> Response:
        """The error page. It knows nothing of the conversation: reading it may be what failed."""
        view = view_of(request)
        response = self.show(
            request,
            view,
            "error.html",
            Talk(),
            problem.status,
            status=problem.status,
            code=problem.code,
            detail=problem.detail,
            trace_id=problem.trace_id,
        )
        response.headers.update(problem.headers)
        return response


# What watches over a site asks for the head only.
_LOOKED_AT = ["GET", "HEAD"]


def pages_router(services: AppServices, pages: Pages, presenter: Presenter) -> APIRouter:
    """All pages that can be looked at."""
    router = APIRouter(include_in_schema=False)

    async def show_view(request: Request, view: str) -> Response:
        require_open(view, services.settings)
        notice = request.query_params.get("notice")
        talk = await pages.talk(request, view)
        known = notice if notice in NOTICES else None
        return pages.show(request, view, f"{view}.html", talk, notice=known, still="still" in request.query_params)

    @router.api_route("/", methods=_LOOKED_AT)
    async def portal(request: Request) -> Response:
        return await show_view(request, "portal")

    @router.api_route("/chat", methods=_LOOKED_AT)
    async def chat(request: Request) -> Response:
        return await show_view(request, "chat")

    @router.api_route("/widget", methods=_LOOKED_AT)
    async def widget(request: Request) -> Response:
        return await show_view(request, "widget")

    @router.get("/chat/print")
    async def on_paper(request: Request, view: View = "chat") -> Response:
        talk = await pages.talk(request, view)
        if talk.conversation is None:
            return back_to(view)
        return pages.show(request, view, "print.html", talk)

    @router.get("/chat/delete")
    async def really(request: Request, view: View = "chat") -> Response:
        return pages.show(request, view, "delete.html", await pages.talk(request, view))

    @router.get("/chat/transcript")
    async def download(request: Request, view: View = "chat") -> Response:
        talk = await pages.talk(request, view)
        if talk.conversation is None:
            return back_to(view)
        return transcript(talk.conversation, talk.transcript, services, presenter)

    return router


def require_open(view: str, settings: Settings) -> None:
    """Raise Problem 404 where the city has not opened that way in."""
    if not (settings.channels.widget if view == "widget" else settings.channels.web):
        raise Problem(404, "channel_off")


def view_of(request: Request) -> str:
    """Which view a request belongs to, for a page that its handler did not get to make."""
    asked = getattr(request.state, "view", None) or request.query_params.get("view")
    by_path = {path: view for view, path in PATHS.items()}.get(request.url.path, "chat")
    return asked if asked in PATHS else by_path


def back_to(view: str, notice: str | None = None) -> RedirectResponse:
    """The way back to a view after a form."""
    query = f"?notice={notice}" if notice else ""
    return RedirectResponse(f"{PATHS[view]}{query}#latest", 303)
