"""Chatwoot (from 4.13 on): an API inbox with an agent bot.

The bot's token may do nothing but write into conversations; what is read is read through the inbox's public interface,
which never shows private notes. Only to see who is assigned and who is online, a token of a staff account is needed.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self

from pydantic import BaseModel, TypeAdapter

from assistant.errors import ForgedSignalError
from assistant.model import Case, CaseAgent, CaseMessage, CaseSignal, CaseStatus, CaseView
from connectors.json_api import JsonApi
from connectors.signals import delivery_of, parse, require_signature

SYSTEM = "chatwoot"
_OWN_ID = "roland_id"
_OLDEST_S = 300
_INCOMING, _OUTGOING = 0, 1
_STATUS = {"pending": CaseStatus.GIVEN_BACK, "resolved": CaseStatus.CLOSED}
_THERE = ("online", "available")


class _Person(BaseModel):
    id: int
    name: str | None = None
    available_name: str | None = None
    type: str | None = None
    availability_status: str | None = None

    @property
    def agent(self) -> CaseAgent:
        return CaseAgent(str(self.id), self.available_name or self.name or "")


class _Message(BaseModel):
    id: int
    content: str | None = None
    message_type: int
    content_attributes: dict[str, Any] | None = None
    sender: _Person | None = None

    @property
    def is_from_staff(self) -> bool:
        is_said = self.message_type == _OUTGOING and bool(self.content)
        return is_said and self.sender is not None and self.sender.type == "user"


class _Conversation(BaseModel):
    id: int
    status: str = ""
    messages: list[_Message] = []


class _Contact(BaseModel):
    source_id: str


class _Meta(BaseModel):
    assignee: _Person | None = None


class _StaffView(BaseModel):
    meta: _Meta


_ANYTHING: TypeAdapter[Any] = TypeAdapter(Any)
_CONTACT, _CONVERSATION = TypeAdapter(_Contact), TypeAdapter(_Conversation)
_CONVERSATIONS, _STAFF_VIEW, _PEOPLE = (
    TypeAdapter(list[_Conversation]),
    TypeAdapter(_StaffView),
    TypeAdapter(list[_Person]),
)


class Chatwoot:
    """Implements ``assistant.ports.ChatPlatform``. A case is ``<source id of its contact>/<conversation>``."""

    name = SYSTEM

    def __init__(
        self,
        url: str,
        *,
        account: int,
        inbox: str,
        bot_token: str,
        staff_token: str = "",
        team: str = "",
        timeout_s: float = 10.0,
    ) -> None:
        """``inbox``: the API inbox's identifier; ``team``: who is there where nobody tells who is online."""
        self._public = f"/public/api/v1/inboxes/{inbox}"
        self._private = f"/api/v1/accounts/{account}"
        self._team, self._has_staff = team, bool(staff_token)
        self._bot = JsonApi(SYSTEM, url, {"api_access_token": bot_token}, timeout_s=timeout_s)
        self._staff = JsonApi(SYSTEM, url, {"api_access_token": staff_token}, timeout_s=timeout_s)
        self._anybody = JsonApi(SYSTEM, url, {}, timeout_s=timeout_s)

    # ── what Roland does there ─────────────────────────────────────────────────────────────────────────────────────

    async def open(self, case: Case) -> str:
        known = {"source_id": case.id, "identifier": case.id, "name": case.guest}
        contact = await self._anybody.post(_CONTACT, f"{self._public}/contacts", known)
        place = f"{self._public}/contacts/{contact.source_id}/conversations"
        begun = await self._anybody.get(_CONVERSATIONS, place)
        conversation = begun[0] if begun else await self._begin(place, case)
        ref = f"{contact.source_id}/{conversation.id}"
        # With a bot on the inbox a conversation begins as pending, which no member of staff is shown.
        if not begun or conversation.status == "pending":
            await self.note(ref, case.id, f"{case.title}\n\n{case.briefing}")
            await self._set_status(ref, "open")
        return ref

    async def _begin(self, place: str, case: Case) -> _Conversation:
        facts = dict(case.facts) | ({"urgent": "true"} if case.is_urgent else {})
        return await self._anybody.post(_CONVERSATION, place, {"custom_attributes": facts})

    async def note(self, ref: str, note_id: str, text: str) -> None:
        await self._write(ref, note_id, {"content": text, "message_type": "outgoing", "private": True})

    async def forward(self, ref: str, message_id: str, text: str) -> None:
        there = (await self._read(ref)).messages
        if all((message.content_attributes or {}).get(_OWN_ID) != message_id for message in there):
            await self._write(ref, message_id, {"content": text, "message_type": "incoming", "private": False})

    async def close(self, ref: str, note_id: str, text: str) -> None:
        if (await self._read(ref)).status != "resolved":
            await self.note(ref, note_id, text)
            await self._set_status(ref, "resolved")

    # ── what is seen there ─────────────────────────────────────────────────────────────────────────────────────────

    async def look(self, ref: str) -> CaseView:
        conversation = await self._read(ref)
        messages = tuple(
            CaseMessage(str(message.id), message.sender.agent, message.content or "")
            for message in sorted(conversation.messages, key=lambda message: message.id)
            if message.is_from_staff and message.sender is not None
        )
        status = _STATUS.get(conversation.status, CaseStatus.OPEN)
        return CaseView(status, await self._assignee(ref), messages)

    async def _assignee(self, ref: str) -> CaseAgent | None:
        if not self._has_staff:
            return None
        seen = await self._staff.get(_STAFF_VIEW, f"{self._private}/conversations/{_number(ref)}")
        assignee = seen.meta.assignee
        # The bot itself may be the one that is assigned.
        return assignee.agent if assignee is not None and assignee.type != "agent_bot" else None

    async def agents(self) -> tuple[CaseAgent, ...]:
        if self._has_staff:
            staff = await self._staff.get(_PEOPLE, f"{self._private}/agents")
            return tuple(person.agent for person in staff if person.availability_status in _THERE)
        await self.ping()
        return (CaseAgent("team", self._team),)

    async def ping(self) -> None:
        await self._anybody.get(_ANYTHING, self._public)

    async def aclose(self) -> None:
        """Give the connections back."""
        for api in (self._bot, self._staff, self._anybody):
            await api.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    # ── the requests ───────────────────────────────────────────────────────────────────────────────────────────────

    async def _read(self, ref: str) -> _Conversation:
        source, number = ref.rsplit("/", 1)
        return await self._anybody.get(_CONVERSATION, f"{self._public}/contacts/{source}/conversations/{number}")

    async def _write(self, ref: str, own_id: str, message: Mapping[str, object]) -> None:
        place = f"{self._private}/conversations/{_number(ref)}/messages"
        await self._bot.post(_ANYTHING, place, dict(message) | {"content_attributes": {_OWN_ID: own_id}})

    async def _set_status(self, ref: str, status: str) -> None:
        place = f"{self._private}/conversations/{_number(ref)}/toggle_status"
        await self._bot.post(_ANYTHING, place, {"status": status})


def _number(ref: str) -> str:
    return ref.rsplit("/", 1)[1]


class _ContactInbox(BaseModel):
    source_id: str


class _Place(BaseModel):
    id: int
    contact_inbox: _ContactInbox


class _Event(BaseModel):
    event: str
    # Of an event about a conversation, these two are the conversation itself.
    id: int | None = None
    contact_inbox: _ContactInbox | None = None
    conversation: _Place | None = None
    message_type: str = ""
    private: bool = False
    user: _Person | None = None
    is_private: bool = False


_EVENT = TypeAdapter(_Event)
_ABOUT_CONVERSATION = ("conversation_status_changed", "conversation_updated")


class ChatwootSignals:
    """Implements ``assistant.ports.SignalReader`` for the webhook of an API inbox, or of an account."""

    system = SYSTEM

    def __init__(self, secret: str) -> None:
        self._secret = secret

    def read(self, headers: Mapping[str, str], body: bytes, now: datetime) -> CaseSignal | None:
        sent_at = headers.get("x-chatwoot-timestamp", "")
        signed = f"{sent_at}.".encode() + body
        require_signature(self._secret, "sha256", signed, headers.get("x-chatwoot-signature", ""))
        if not sent_at.isdecimal() or abs(now.timestamp() - int(sent_at)) > _OLDEST_S:
            raise ForgedSignalError("it is too old")
        event = parse(_EVENT, body)
        ref = _ref(event)
        if ref is None:
            return None
        typing = event.user.agent if event.event == "conversation_typing_on" and event.user else None
        return CaseSignal(delivery_of(headers.get("x-chatwoot-delivery", ""), body), ref, typing)


def _ref(event: _Event) -> str | None:
    """The case that has changed; None where nothing has that concerns the person."""
    if event.event in _ABOUT_CONVERSATION and event.id is not None and event.contact_inbox is not None:
        return f"{event.contact_inbox.source_id}/{event.id}"
    place = event.conversation
    if place is None:
        return None
    is_answer = event.event == "message_created" and event.message_type == "outgoing" and not event.private
    is_typing = event.event == "conversation_typing_on" and not event.is_private
    by_staff = event.user is not None and event.user.type == "user"
    return f"{place.contact_inbox.source_id}/{place.id}" if is_answer or (is_typing and by_staff) else None
