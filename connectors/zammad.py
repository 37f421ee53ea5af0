"""Zammad (from 6.0 on): a ticket for each concern, and for each chat where a city's people answer chats there.

All tickets run under one customer, the city's guest account: Zammad is not told who somebody is. It should have no
mail address, so that what staff writes to the person cannot leave as mail.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from hashlib import sha256
from typing import Any, Self

from bs4 import BeautifulSoup
from pydantic import BaseModel, TypeAdapter

from assistant.model import Case, CaseAgent, CaseMessage, CaseSignal, CaseStatus, CaseView
from connectors.json_api import JsonApi
from connectors.signals import delivery_of, parse, require_signature

SYSTEM = "zammad"
_NOBODY = 1
_OVER = frozenset({"closed", "merged", "removed"})
_LONGEST_TITLE = 200


class _Article(BaseModel):
    id: int
    body: str = ""
    content_type: str = "text/html"
    internal: bool = True
    sender: str = ""
    from_: str | None = None
    created_by_id: int | None = None
    message_id: str | None = None

    @property
    def text(self) -> str:
        if "html" not in self.content_type:
            return self.body.strip()
        page = BeautifulSoup(self.body, "html.parser")
        for line in page.find_all("br"):
            line.replace_with("\n")
        for block in page.find_all(["div", "p", "li"]):
            block.append("\n")
        lines = (line.strip() for line in page.get_text().splitlines())
        return "\n".join(line for line in lines if line)

    @property
    def author(self) -> CaseAgent:
        # "Emma Taylor", "Emma Taylor via Service Desk <desk@…>": what follows is the group's.
        name = parseaddr(self.from_ or "")[0] or self.from_ or ""
        return CaseAgent(str(self.created_by_id or ""), name.split(" via ")[0].strip())


class _Ticket(BaseModel):
    id: int
    state: str = ""
    owner_id: int = _NOBODY
    escalation_at: datetime | None = None


class _User(BaseModel):
    firstname: str = ""
    lastname: str = ""


_ANYTHING: TypeAdapter[Any] = TypeAdapter(Any)
_TICKET, _TICKETS, _USER = TypeAdapter(_Ticket), TypeAdapter(list[_Ticket]), TypeAdapter(_User)
_RAW_ARTICLES = TypeAdapter(list[dict[str, Any]])


@dataclass(frozen=True, slots=True)
class Habits:
    """How a city works with Zammad.

    ``customer``: login of the guest account; ``team``: who is there, since Zammad does not tell who is online;
    ``give_back_state``: the state by which staff lets Roland answer again; ``due_field``: a field of tickets that takes
    the promised moment, where the city has added one.
    """

    group: str
    customer: str
    team: str = ""
    give_back_state: str = ""
    due_field: str = ""


class Zammad:
    """Implements ``assistant.ports.TicketSystem`` and ``ChatPlatform``. A case is the ticket's id."""

    name = SYSTEM

    def __init__(self, url: str, token: str, habits: Habits, *, timeout_s: float = 10.0) -> None:
        self._api = JsonApi(SYSTEM, url, {"Authorization": f"Token token={token}"}, timeout_s=timeout_s)
        self._habits = habits
        self._names: dict[int, str] = {}

    # ── what Roland does there ─────────────────────────────────────────────────────────────────────────────────────

    async def open(self, case: Case) -> str:
        found = await self._api.post(_TICKETS, "/api/v1/tickets/search?expand=true", _search(case.id))
        ticket = found[0] if found else await self._api.post(_TICKET, "/api/v1/tickets", self._new(case))
        if case.text:
            await self.forward(str(ticket.id), case.id, case.text)
        return str(ticket.id)

    def _new(self, case: Case) -> dict[str, object]:
        tags = ["roland", _tag(case.id), *(f"{name}-{value}" for name, value in case.facts.items())]
        due = {self._habits.due_field: case.due_at.isoformat()} if self._habits.due_field and case.due_at else {}
        new: dict[str, object] = {
            "title": case.title[:_LONGEST_TITLE],
            "group": self._habits.group,
            "customer": self._habits.customer,
            "priority": "3 high" if case.is_urgent else "2 normal",
            # Commas part tags.
            "tags": ",".join(tag.replace(",", " ") for tag in tags),
            "article": _article(case.id, f"{case.guest}\n\n{case.briefing}", "note", internal=True),
        }
        return new | due

    async def note(self, ref: str, note_id: str, text: str) -> None:
        await self._write(ref, f"note-{note_id}", _article(f"note-{note_id}", text, "note", internal=True))

    async def forward(self, ref: str, message_id: str, text: str) -> None:
        said = _article(f"said-{message_id}", text, "web", internal=False)
        await self._write(ref, f"said-{message_id}", said | {"sender": "Customer"})

    async def _write(self, ref: str, own_id: str, article: Mapping[str, object]) -> None:
        if all(known.message_id != _message_id(own_id) for known in await self._articles(ref)):
            await self._api.post(_ANYTHING, "/api/v1/ticket_articles", {"ticket_id": int(ref)} | dict(article))

    async def close(self, ref: str, note_id: str, text: str) -> None:
        if (await self._ticket(ref)).state not in _OVER:
            await self.note(ref, note_id, text)
            await self._api.put(_ANYTHING, f"/api/v1/tickets/{ref}", {"state": "closed"})

    # ── what is seen there ─────────────────────────────────────────────────────────────────────────────────────────

    async def look(self, ref: str) -> CaseView:
        ticket = await self._ticket(ref)
        messages = tuple(
            CaseMessage(str(article.id), article.author, article.text)
            for article in await self._articles(ref)
            if _is_for_person(article) and article.text
        )
        owner = await self._owner(ticket.owner_id)
        return CaseView(self._status(ticket), owner, messages, ticket.escalation_at)

    def _status(self, ticket: _Ticket) -> CaseStatus:
        if ticket.state == self._habits.give_back_state:
            return CaseStatus.GIVEN_BACK
        return CaseStatus.CLOSED if ticket.state in _OVER else CaseStatus.OPEN

    async def _owner(self, user_id: int) -> CaseAgent | None:
        if user_id == _NOBODY:
            return None
        if user_id not in self._names:
            user = await self._api.get(_USER, f"/api/v1/users/{user_id}")
            self._names[user_id] = f"{user.firstname} {user.lastname}".strip()
        return CaseAgent(str(user_id), self._names[user_id])

    async def agents(self) -> tuple[CaseAgent, ...]:
        await self.ping()
        return (CaseAgent("team", self._habits.team),)

    async def ping(self) -> None:
        await self._api.get(_USER, "/api/v1/users/me")

    async def aclose(self) -> None:
        """Give the connections back."""
        await self._api.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    # ── the requests ───────────────────────────────────────────────────────────────────────────────────────────────

    async def _ticket(self, ref: str) -> _Ticket:
        return await self._api.get(_TICKET, f"/api/v1/tickets/{ref}", expand="true")

    async def _articles(self, ref: str) -> list[_Article]:
        raw = await self._api.get(_RAW_ARTICLES, f"/api/v1/ticket_articles/by_ticket/{ref}", expand="true")
        articles = [_Article.model_validate(article | {"from_": article.get("from")}) for article in raw]
        return sorted(articles, key=lambda article: article.id)


def _is_for_person(article: _Article) -> bool:
    is_ours = (article.message_id or "").endswith(_OURS)
    return article.sender == "Agent" and not article.internal and not is_ours


def _article(own_id: str, text: str, kind: str, *, internal: bool) -> dict[str, object]:
    return {
        "body": text,
        "type": kind,
        "internal": internal,
        "content_type": "text/plain",
        "message_id": _message_id(own_id),
    }


_OURS = "@roland.invalid>"


def _message_id(own_id: str) -> str:
    return f"<{own_id}{_OURS}"


def _tag(case_id: str) -> str:
    # Tags know no capitals.
    return f"roland-{sha256(case_id.encode()).hexdigest()[:20]}"


def _search(case_id: str) -> dict[str, object]:
    return {"condition": {"ticket.tags": {"operator": "contains all", "value": _tag(case_id)}}, "limit": 1}


class _TicketRef(BaseModel):
    id: int


class _Event(BaseModel):
    ticket: _TicketRef


_EVENT = TypeAdapter(_Event)


class ZammadSignals:
    """Implements ``assistant.ports.SignalReader`` for a webhook that a trigger of Zammad's calls.

    Zammad signs no time. One that is sent again makes Roland look again, and nothing else.
    """

    system = SYSTEM

    def __init__(self, secret: str) -> None:
        self._secret = secret

    def read(self, headers: Mapping[str, str], body: bytes, now: datetime) -> CaseSignal | None:
        require_signature(self._secret, "sha1", body, headers.get("x-hub-signature", ""))
        event = parse(_EVENT, body)
        return CaseSignal(delivery_of(headers.get("x-zammad-delivery", ""), body), str(event.ticket.id))
