"""The filled form as PDF: made when it is asked for, never kept, and gone with the values it is made of."""

import asyncio
from pathlib import Path

import structlog
from fastapi import APIRouter, Request, Response
from pypdf.errors import PyPdfError

from assistant.forms.filled import fill
from assistant.forms.official import fill_official
from assistant.forms.pdf import draw
from assistant.http.chat import ConversationId
from assistant.http.pages import View
from assistant.http.problems import Problem
from assistant.http.services import AppServices
from assistant.http.session import Session
from assistant.model import Conversation, Form, Language, Walk, WalkMode

_log = structlog.get_logger(__name__)
_TYPE = "application/pdf"


def form_pdf_api(services: AppServices) -> APIRouter:
    """For programs: of a conversation by its id."""
    router = APIRouter(prefix="/api/v1/conversations", tags=["conversations"])

    @router.get("/{conversation_id}/form.pdf", response_class=Response, responses={200: {"content": {_TYPE: {}}}})
    async def form_pdf(conversation_id: ConversationId) -> Response:
        """The form that is being filled in, with the values so far; 404 where none is."""
        return await _response(await services.conversations.get(conversation_id), services)

    return router


def form_pdf_page(services: AppServices, session: Session) -> APIRouter:
    """For the pages: of this browser's conversation."""
    router = APIRouter(include_in_schema=False)

    @router.get("/chat/form.pdf")
    async def form_pdf(request: Request, view: View = "chat") -> Response:
        conversation_id = session.own(request, view)
        return await _response(await services.conversations.get(conversation_id), services)

    return router


async def _response(conversation: Conversation, services: AppServices) -> Response:
    walk, library = conversation.state.walk, services.forms
    if walk is None or walk.mode is not WalkMode.FILL or library is None:
        raise Problem(404, "not_found")
    form = await asyncio.to_thread(library.form, walk.form_id)
    if form is None:
        raise Problem(404, "not_found")
    content = await asyncio.to_thread(_made, form, walk, conversation.state.language, services)
    disposition = f'attachment; filename="{form.id}.pdf"'
    return Response(
        content, media_type=_TYPE, headers={"Content-Disposition": disposition, "Cache-Control": "no-store"}
    )


def _made(form: Form, walk: Walk, language: Language, services: AppServices) -> bytes:
    """The official PDF filled in where the city has it, else a sheet of Roland's own."""
    messages = services.messages
    filled = fill(form, walk, messages, language)
    sheet = draw(filled, messages, services.clock.now().astimezone(services.zone).date())
    official = _official(form, services.settings.forms.pdfs)
    if official is None:
        return sheet
    try:
        return fill_official(form, walk, messages, official.read_bytes(), sheet)
    except (OSError, PyPdfError) as error:
        _log.error("official_form_unusable", form_id=form.id, error=type(error).__name__)
        return sheet


def _official(form: Form, folder: Path | None) -> Path | None:
    if folder is None or form.acro_form is None:
        return None
    path = folder / f"{form.id}.pdf"
    return path if path.is_file() else None
