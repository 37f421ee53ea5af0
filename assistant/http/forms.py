"""What the forms on the pages send.

Without a script the answer is 303 back to the view. A script sends the same forms with ``Accept: application/json``
and gets the turn rendered by ``_entry.html``, so there is one rendering. A foreign site can neither send these forms
nor read what comes back: the conversation's id lives in a cookie out of its reach, and the Origin is checked.
"""

from contextlib import suppress
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import JSONResponse, Response
from pydantic import ValidationError

from assistant.errors import ConversationClosedError, ConversationNotFoundError, RolandError
from assistant.http.chat import MessageGate, clean
from assistant.http.fragments import Fragments
from assistant.http.language import page_language
from assistant.http.limits import client_of
from assistant.http.live import LiveConversations
from assistant.http.pages import Pages, View, back_to, require_open
from assistant.http.problems import Problem, describe, wants_page
from assistant.http.schemas import MessageId, MessageIn
from assistant.http.services import AppServices
from assistant.http.session import Session, same_site
from assistant.http.views import Talk
from assistant.model import Channel, Language, Register, Turn
from assistant.service import Message

_PATIENCE_S = 20
_CHANNELS = {"portal": Channel.WEB, "chat": Channel.WEB, "widget": Channel.WIDGET}

FormView = Annotated[Literal["portal", "chat", "widget"], Form()]


class Forms:
    """Takes the forms; a conversation begins with the first one that needs it."""

    def __init__(
        self,
        services: AppServices,
        pages: Pages,
        fragments: Fragments,
        session: Session,
        live: LiveConversations,
        gate: MessageGate,
    ) -> None:
        self._services = services
        self._conversations = services.conversations
        self._pages = pages
        self._fragments = fragments
        self._session = session
        self._live = live
        self._gate = gate

    def router(self) -> APIRouter:
        """The addresses under /chat that forms and scripts use."""
        router = APIRouter(prefix="/chat", include_in_schema=False, dependencies=[Depends(same_site)])
        for path, take in (
            ("/messages", self.say),
            ("/language", self.switch_language),
            ("/register", self.switch_register),
            ("/feedback", self.rate),
            ("/delete", self.delete),
        ):
            router.add_api_route(path, take, methods=["POST"], dependencies=[Depends(place)])
        router.add_api_route("/turns/{turn_id}", self.wait_for_turn, methods=["GET"])
        return router

    async def say(
        self,
        request: Request,
        view: FormView,
        text: Annotated[str, Form()] = "",
        choice: Annotated[str, Form()] = "",
        label: Annotated[str, Form(max_length=300)] = "",
        id: Annotated[str, Form()] = "",  # noqa: A002 - the name of the form's field
    ) -> Response:
        """A message or a button."""
        require_open(view, self._services.settings)
        try:
            sender = self._session.read(request, view) or client_of(request)
            message = self._gate.admit(sender, _message(label if choice else text, choice, id))
            conversation_id, turn = await self._say(request, view, message)
            began = conversation_id != self._session.read(request, view)
        except (RolandError, Problem) as error:
            return await self._refused(request, view, error, draft=text)
        response: Response = back_to(view)
        if not wants_page(request):
            response = JSONResponse(await self._fragments.turn(view, conversation_id, turn, began=began))
        self._session.write(response, view, conversation_id)
        return response

    async def wait_for_turn(self, request: Request, turn_id: MessageId, view: View = "chat") -> Response:
        """A turn whose answer was still missing when the page was made."""
        conversation_id = self._session.own(request, view)
        turn = await self._live.wait_for(conversation_id, turn_id, _PATIENCE_S)
        if turn is None:
            raise Problem(404, "not_found")
        return JSONResponse(await self._fragments.turn(view, conversation_id, turn))

    async def switch_language(
        self, request: Request, view: FormView, language: Annotated[Language, Form()]
    ) -> Response:
        """Another language for the rest of the conversation."""
        return await self._switch(request, view, "language", language=language)

    async def switch_register(
        self, request: Request, view: FormView, register_: Annotated[Register, Form(alias="register")]
    ) -> Response:
        """Plain language, or back."""
        return await self._switch(request, view, "register", register=register_)

    async def rate(
        self,
        request: Request,
        view: FormView,
        id: Annotated[MessageId, Form()],  # noqa: A002 - the name of the form's field
        helpful: Annotated[Literal["yes", "no"], Form()],
        reason: Annotated[str, Form(max_length=2000)] = "",
    ) -> Response:
        """Thumbs up or down."""
        conversation_id = self._session.own(request, view)
        await self._conversations.rate(conversation_id, id, helpful=helpful == "yes", reason=clean(reason) or None)
        if wants_page(request):
            return back_to(view, "thanks")
        language = (await self._conversations.get(conversation_id)).state.language
        thanks = self._services.messages.text("page.feedback_thanks", language)
        return JSONResponse({"ok": True, "message": thanks})

    async def delete(self, request: Request, view: FormView) -> Response:
        """Delete the conversation; one that is gone already is what was wanted."""
        with suppress(ConversationNotFoundError):
            await self._conversations.delete(self._session.own(request, view))
        response: Response = back_to(view, "deleted") if wants_page(request) else JSONResponse({"ok": True})
        self._session.drop(response, view)
        return response

    async def _say(self, request: Request, view: str, message: Message) -> tuple[str, Turn]:
        if known := self._session.read(request, view):
            # What was said in a conversation that is over is over; the person goes on in a new one.
            with suppress(ConversationNotFoundError):
                try:
                    return known, await self._conversations.say(known, message)
                except ConversationClosedError:
                    if (turn := await self._said_before(known, message)) is not None:
                        return known, turn
        fresh = await self._begin(request, view)
        return fresh, await self._conversations.say(fresh, message)

    async def _said_before(self, conversation_id: str, message: Message) -> Turn | None:
        """The turn of a message that came in before the end, and is sent again because its reply was lost."""
        turns = await self._conversations.turns(conversation_id)
        return next((turn for turn in turns if turn.utterance.id == message.id), None)

    async def _begin(self, request: Request, view: str, language: Language | None = None) -> str:
        page = page_language(request, self._services.settings.city.languages)
        started = await self._conversations.start(_CHANNELS[view], language or page, chosen=language is not None)
        return started.id

    async def _switch(
        self,
        request: Request,
        view: str,
        notice: str,
        *,
        language: Language | None = None,
        register: Register | None = None,
    ) -> Response:
        require_open(view, self._services.settings)
        conversation_id = self._session.read(request, view) or await self._begin(request, view, language)
        try:
            await self._conversations.switch(conversation_id, language=language, register=register)
        except ConversationNotFoundError:
            conversation_id = await self._begin(request, view, language)
            await self._conversations.switch(conversation_id, language=language, register=register)
        response: Response = back_to(view, notice) if wants_page(request) else JSONResponse({"ok": True})
        self._session.write(response, view, conversation_id)
        return response

    async def _refused(self, request: Request, view: str, error: RolandError | Problem, *, draft: str) -> Response:
        """The page once more with what the person had written, so that nothing typed is lost."""
        if not wants_page(request):
            raise error
        problem = describe(request, error, self._services)
        talk = Talk() if isinstance(error, RolandError) else await self._pages.talk(request, view)
        page = self._pages.show(request, view, f"{view}.html", talk, problem.status, error=problem.detail, draft=draft)
        page.headers.update(problem.headers)
        return page


async def place(request: Request, view: FormView, lang: Annotated[str, Form()] = "") -> None:
    """Remember where the form was sent from, and in which language the page was."""
    request.state.view = view
    request.state.language = lang


def _message(text: str, choice: str, message_id: str) -> MessageIn:
    try:
        return MessageIn(text=text, choice=choice or None, id=message_id or None)
    except ValidationError as error:
        raise Problem(422, "invalid") from error
