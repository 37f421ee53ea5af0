"""What the desk's forms send.

Without a script the answer is 303 back to the desk; a script asks for JSON. Messages
and notes carry their own id, so that sending one twice is harmless. That a form is one of this session is seen to by
``assistant.http.desk.auth``.
"""

import secrets
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from assistant.handoff.desk import Draft, OpenChat
from assistant.http.chat import clean
from assistant.http.desk.attached import Attachments
from assistant.http.desk.auth import SignedIn
from assistant.http.desk.pages import AgentIn, LookingOn, own_chat
from assistant.http.desk.refusals import Refusal, refusing
from assistant.http.desk.views import DeskViews
from assistant.http.desk.workplace import Workplace
from assistant.http.problems import wants_page
from assistant.http.services import AppServices
from assistant.model import AuditAction, Ending, Language, Presence

_LONGEST_REASON = 500
_ROLAND, _TEAM, _AGENT = "roland", "team", "agent"

SomeId = Annotated[str, Form(pattern=r"^[A-Za-z0-9_-]{0,64}$")]


class DeskActions:
    """Takes the forms."""

    def __init__(self, services: AppServices, workplace: Workplace, views: DeskViews) -> None:
        self._services = services
        self._workplace = workplace
        self._desk = workplace.desk
        self._views = views
        self._attachments = Attachments(services.catalogue, workplace.composer, services.secret)

    def router(self) -> APIRouter:
        """The addresses that change something."""
        router = APIRouter(include_in_schema=False)
        for path, take in (
            ("/desk/presence", self.report),
            ("/desk/chats/{handoff_id}/claim", self.claim),
            ("/desk/chats/{handoff_id}/messages", self.say),
            ("/desk/chats/{handoff_id}/notes", self.write_note),
            ("/desk/chats/{handoff_id}/typing", self.typing),
            ("/desk/chats/{handoff_id}/transfer", self.transfer),
            ("/desk/chats/{handoff_id}/close", self.close),
        ):
            router.add_api_route(path, take, methods=["POST"])
        return router

    # ── being there, taking over ───────────────────────────────────────────────────────────────────────────────────

    async def report(self, signed: AgentIn, presence: Annotated[Presence, Form()]) -> Response:
        """Available, on a break, gone."""
        await self._desk.report(signed.agent, presence)
        return back("presence")

    async def claim(self, signed: AgentIn, handoff_id: str) -> Response:
        """Take over what waits."""
        with refusing():
            if await self._desk.is_too_much(signed.agent, handoff_id):
                raise Refusal(409, "full", count=self._workplace.rules.chats_per_agent)
            await self._desk.claim(signed.agent, handoff_id)
        await self._log(signed, AuditAction.CLAIMED, handoff_id)
        return back(chat=handoff_id)

    # ── answering ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def say(
        self,
        request: Request,
        signed: AgentIn,
        handoff_id: str,
        text: Annotated[str, Form()] = "",
        language: Annotated[Language, Form()] = Language.DE,
        id: SomeId = "",  # noqa: A002 - the name of the form's field
        attach: Annotated[tuple[str, ...], Form()] = (),
    ) -> Response:
        """Answer the person."""
        chat = await own_chat(self._workplace, signed.agent, handoff_id)
        if chat.handoff.is_call:
            raise Refusal(409, "on_the_phone", handoff_id)
        draft = await self._draft(chat, self._admitted(text, handoff_id), language, attach)
        if not draft.text and not draft.blocks:
            raise Refusal(422, "empty", handoff_id)
        with refusing(handoff_id):
            message = await self._desk.say(signed.agent, handoff_id, replace(draft, id=id))
        if wants_page(request):
            return back(chat=handoff_id)
        return JSONResponse({"id": message.id, "next_id": secrets.token_urlsafe(16)})

    async def _draft(self, chat: OpenChat, text: str, language: Language, attach: tuple[str, ...]) -> Draft:
        person, register = chat.packet.language, chat.packet.register
        blocks = self._attachments.blocks(chat.handoff.id, attach, person, register)
        # The page offers two languages; anything else would be told under a wrong name.
        spoken = language if language is person else Language.DE
        interpreter = self._workplace.interpreter
        translation = await interpreter.translate(text, spoken, person) if interpreter and text else None
        return Draft(text, blocks=blocks, language=spoken, translation=translation)

    async def typing(self, signed: LookingOn, handoff_id: str) -> Response:
        """The agent is writing."""
        with refusing(handoff_id):
            await self._desk.typing(signed.agent, handoff_id)
        return Response(status_code=204)

    async def write_note(
        self,
        request: Request,
        signed: AgentIn,
        handoff_id: str,
        note: Annotated[str, Form()] = "",
        id: SomeId = "",  # noqa: A002 - the name of the form's field
    ) -> Response:
        """A note for colleagues; its field has another name than a reply's, so that none can be taken for the other."""
        await own_chat(self._workplace, signed.agent, handoff_id)
        text = self._admitted(note, handoff_id)
        if not text:
            raise Refusal(422, "empty", handoff_id)
        with refusing(handoff_id):
            await self._desk.write_note(signed.agent, handoff_id, text, id)
        if wants_page(request):
            return back("noted", handoff_id)
        chat = await own_chat(self._workplace, signed.agent, handoff_id)
        pane = self._views.showing.pane(chat, signed.agent)
        notes = self._views.part("desk/_notes.html", signed, pane=pane)
        return JSONResponse({"html": notes, "next_id": secrets.token_urlsafe(16)})

    # ── letting go ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def transfer(
        self,
        signed: AgentIn,
        handoff_id: str,
        to: Annotated[str, Form()],
        reason: Annotated[str, Form()] = "",
    ) -> Response:
        """To a colleague, to a team, or back to Roland."""
        why = clean(reason)[:_LONGEST_REASON]
        if not why:
            return RedirectResponse(f"/desk/chats/{handoff_id}/transfer?problem=reason", 303)
        way, _, name = to.partition(":")
        with refusing(handoff_id):
            if way == _ROLAND:
                if (await own_chat(self._workplace, signed.agent, handoff_id)).handoff.is_call:
                    raise Refusal(422, "stale", handoff_id)  # the caller is not on Roland's line any more
                await self._desk.give_back(signed.agent, handoff_id, reason=why)
                await self._log(signed, AuditAction.GAVE_BACK, handoff_id)
                return back("returned")
            if way == _TEAM and name in self._workplace.rules.teams:
                await self._desk.pass_on(signed.agent, handoff_id, reason=why, team=name)
                await self._log(signed, AuditAction.PASSED_ON, handoff_id, to)
                return back("passed")
            colleague = next((one for one, _ in await self._views.colleagues(signed.agent) if one.id == name), None)
            if way != _AGENT or colleague is None:
                raise Refusal(422, "stale", handoff_id)
            await self._desk.pass_on(signed.agent, handoff_id, reason=why, to=colleague)
        await self._log(signed, AuditAction.PASSED_ON, handoff_id, to)
        return back("passed")

    async def close(
        self,
        signed: AgentIn,
        handoff_id: str,
        ending: Annotated[Ending | None, Form()] = None,
        remark: Annotated[str, Form()] = "",
    ) -> Response:
        """End the conversation, with the reason."""
        if ending is None or not ending.is_chosen:
            return RedirectResponse(f"/desk/chats/{handoff_id}/close?problem=reason", 303)
        with refusing(handoff_id):
            await self._desk.close(signed.agent, handoff_id, ending, clean(remark)[:_LONGEST_REASON])
        await self._log(signed, AuditAction.CLOSED, handoff_id, ending)
        return back("ended")

    async def _log(self, signed: SignedIn, action: AuditAction, handoff_id: str, detail: str = "") -> None:
        await self._workplace.audit.did(
            signed.agent, action, "handoff", handoff_id, address=signed.address, detail=detail
        )

    def _admitted(self, text: str, chat: str) -> str:
        longest = self._services.settings.http.max_message_chars
        cleaned = clean(text)
        if len(cleaned) > longest:
            raise Refusal(422, "too_long", chat, limit=longest)
        return cleaned


def back(notice: str = "", chat: str = "") -> RedirectResponse:
    """Back to the desk, to a chat, with a word of what has happened."""
    query = "&".join(f"{name}={value}" for name, value in (("chat", chat), ("notice", notice)) if value)
    return RedirectResponse(f"/desk?{query}" if query else "/desk", 303)
