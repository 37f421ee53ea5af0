"""What helps an agent to answer: ready-made replies, sections of the catalogue, what Roland would say.

| request | template | what |
|---|---|---|
| GET /desk/chats/{id}/replies?q= | _replies.html | ready-made replies in the person's language |
| GET /desk/chats/{id}/sections?q= | _sections.html | services found, each with its sections |
| GET /desk/chats/{id}/suggestion | _suggestion.html | Roland's answer to the last question; nothing of it is kept |
"""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, Response

from assistant.calendar import describe_hours
from assistant.handoff.desk import OpenChat
from assistant.http.desk.attached import Attachments
from assistant.http.desk.auth import SignedIn
from assistant.http.desk.pages import AgentIn, own_chat
from assistant.http.desk.views import DeskViews
from assistant.http.desk.workplace import Workplace
from assistant.http.presenter import Presenter
from assistant.http.services import AppServices
from assistant.messages.replies import Reply
from assistant.model import Agent, Answer, AnswerStatus, Language, SectionKind, Service

_GERMAN = Language.DE
_MOST_SERVICES = 4

Search = Annotated[str, Query(max_length=200)]


class DeskAids:
    """Finds what can be said; saying it is the agent's."""

    def __init__(self, services: AppServices, workplace: Workplace, views: DeskViews, presenter: Presenter) -> None:
        self._services = services
        self._workplace = workplace
        self._views = views
        self._presenter = presenter
        self._attachments = Attachments(services.catalogue, workplace.composer, services.secret)

    def router(self) -> APIRouter:
        """The addresses that the script asks."""
        router = APIRouter(include_in_schema=False)
        for name, show in (("replies", self.replies), ("sections", self.sections), ("suggestion", self.suggestion)):
            router.add_api_route(f"/desk/chats/{{handoff_id}}/{name}", show, methods=["GET"])
        return router

    async def replies(self, signed: AgentIn, handoff_id: str, q: Search = "") -> Response:
        """Ready-made replies whose name or words fit."""
        chat = await own_chat(self._workplace, signed.agent, handoff_id)
        language = chat.packet.language
        fitting = [reply for reply in self._workplace.replies if _fits(reply, q, language)]
        shown = [
            {
                "id": reply.id,
                "title": reply.title,
                "german": self._filled(reply.text(_GERMAN)[0], _GERMAN, signed.agent),
                "text": self._filled(reply.text(language)[0], reply.text(language)[1], signed.agent),
                "language": reply.text(language)[1],
            }
            for reply in fitting
        ]
        return self._part("desk/_replies.html", signed, replies=shown, spoken=language, chat=handoff_id)

    async def sections(self, signed: AgentIn, handoff_id: str, q: Search = "") -> Response:
        """The services a search finds, first of all the one that the conversation is about."""
        chat = await own_chat(self._workplace, signed.agent, handoff_id)
        found = [self._section_list(service, chat) for service in self._found(q.strip(), chat)]
        return self._part("desk/_sections.html", signed, found=[one for one in found if one["sections"]], q=q)

    async def suggestion(self, signed: AgentIn, handoff_id: str) -> Response:
        """What Roland would answer."""
        chat = await own_chat(self._workplace, signed.agent, handoff_id)
        suggestion = await self._workplace.suggester.suggest(chat)
        if suggestion is None:
            return self._part("desk/_suggestion.html", signed, suggestion=None)
        language = suggestion.answer.language
        shown = self._presenter.answer(Answer(AnswerStatus.ANSWERED, language, suggestion.blocks))
        return self._part(
            "desk/_suggestion.html",
            signed,
            suggestion=suggestion,
            answer=shown,
            whole=self._attachments.seal(handoff_id, suggestion.blocks),
            sources=self._attachments.seal(handoff_id, suggestion.sources) if suggestion.sources else "",
        )

    def _found(self, text: str, chat: OpenChat) -> list[Service]:
        if text:
            findings = self._workplace.retriever.search(text, _GERMAN, limit=_MOST_SERVICES)
            ids = [finding.service_id for finding in findings]
        else:
            ids = [chat.packet.service_id] if chat.packet.service_id else []
        services = (self._services.catalogue.service(id_) for id_ in ids)
        return [service for service in services if service is not None]

    def _section_list(self, service: Service, chat: OpenChat) -> dict[str, object]:
        """A service's sections with the words that the person would get, and how old they are."""
        language, register = chat.packet.language, chat.packet.register
        sections = []
        for kind in dict.fromkeys(section.kind for section in service.text(_GERMAN).sections):
            blocks = self._attachments.section(service.id, kind, language, register)
            if blocks:
                quoted = Answer(AnswerStatus.ANSWERED, language, blocks)
                sections.append(
                    {
                        "name": f"section:{service.id}#{kind}",
                        "title": self._title(kind),
                        "answer": self._presenter.answer(quoted),
                    }
                )
        return {"title": service.text(_GERMAN).title, "sections": sections}

    def _title(self, kind: SectionKind) -> str:
        return self._services.messages.text(f"page.section.{kind}", _GERMAN)

    def _filled(self, text: str, language: Language, me: Agent) -> str:
        contact = self._services.settings.contact
        hours = describe_hours(self._services.calendar.hours, self._services.messages, language)
        city = self._services.settings.city.name
        return text.format_map({"agent": me.name, "city": city, "phone": contact.phone, "hours": hours})

    def _part(self, template: str, signed: SignedIn, **extra: object) -> Response:
        return HTMLResponse(self._views.part(template, signed, **extra))


def _fits(reply: Reply, text: str, language: Language) -> bool:
    words = text.casefold().split()
    told = f"{reply.title} {reply.text(_GERMAN)[0]} {reply.text(language)[0]}".casefold()
    return all(word in told for word in words)
