"""A server on loopback that keeps Chatwoot's state and speaks its interface, as far as Roland uses it."""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.fake_server import FakeServer

PAYLOADS = Path(__file__).parent / "payloads" / "chatwoot"
INBOX, BOT, STAFF = "roland-inbox", "bot-token", "staff-token"
# What a bot may do; anything else is refused it.
_BOTS = re.compile(r"POST /api/v1/accounts/1/conversations/\d+/(messages|toggle_status)$")
_NOT_FOUND = {"error": "Resource could not be found"}
Reply = tuple[int, Any]


def payload(name: str) -> Any:
    """A payload as Chatwoot documents it."""
    return json.loads((PAYLOADS / f"{name}.json").read_text(encoding="utf-8"))


def signed(body: bytes, secret: str, at: int, delivery: str = "d-1") -> dict[str, str]:
    """The headers under which Chatwoot sends a webhook."""
    signature = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return {
        "x-chatwoot-signature": f"sha256={signature}",
        "x-chatwoot-timestamp": str(at),
        "x-chatwoot-delivery": delivery,
    }


@dataclass
class Conversation:
    """What the server keeps of one."""

    id: int
    source_id: str
    facts: dict[str, str]
    status: str
    messages: list[dict[str, Any]] = field(default_factory=list)
    assignee: dict[str, Any] | None = None


@dataclass
class FakeChatwoot(FakeServer):
    """Has an API inbox with a bot, so that new conversations are pending; refuses as the real one does.

    ``forget_reply``: does what it is asked once, and then does not answer.
    """

    contacts: dict[str, str] = field(default_factory=dict)
    conversations: list[Conversation] = field(default_factory=list)
    people: list[dict[str, Any]] = field(default_factory=lambda: payload("agents"))
    requests: list[str] = field(default_factory=list)
    forget_reply: bool = False
    _next: int = 500

    def reply(self, method: str, path: str, content: bytes) -> tuple[int, bytes]:
        self.requests.append(f"{method} {path}")
        if self.status != 200:
            return self.status, json.dumps({"error": "broken on purpose"}).encode()
        status, said = self._route(method, path, json.loads(content) if content else {})
        if self.forget_reply and method == "POST":
            self.forget_reply = False
            raise ConnectionError
        return status, json.dumps(said).encode() if self.body is None else self.body

    # ── what staff does ────────────────────────────────────────────────────────────────────────────────────────────

    def at(self, ref: str) -> Conversation:
        """The conversation of a case."""
        return next(one for one in self.conversations if f"{one.source_id}/{one.id}" == ref)

    def assign(self, ref: str, agent_id: int, name: str) -> None:
        """Somebody takes it."""
        self.at(ref).assignee = self._person(agent_id, name)

    def answer(self, ref: str, agent_id: int, name: str, text: str, *, private: bool = False) -> str:
        """Somebody writes to the person, or for colleagues only."""
        message = self._message(self.at(ref), text, 1, private=private)
        message["sender"] = self._person(agent_id, name)
        return str(message["id"])

    def greet(self, ref: str, text: str) -> None:
        """Chatwoot itself says something by a template."""
        self._message(self.at(ref), text, 3, private=False)

    def set_status(self, ref: str, status: str) -> None:
        """Somebody resolves it, or leaves it to the bot."""
        self.at(ref).status = status

    def said(self, ref: str) -> list[str]:
        """What has come from the person."""
        return [message["content"] for message in self.at(ref).messages if message["message_type"] == 0]

    def notes(self, ref: str) -> list[str]:
        """What only staff reads."""
        return [message["content"] for message in self.at(ref).messages if message["private"]]

    # ── the interface ──────────────────────────────────────────────────────────────────────────────────────────────

    def _route(self, method: str, path: str, body: Mapping[str, Any]) -> Reply:
        if path.startswith(f"/public/api/v1/inboxes/{INBOX}"):
            return self._public(method, path.removeprefix(f"/public/api/v1/inboxes/{INBOX}").strip("/"), body)
        token = self.headers.get("api_access_token")
        if token not in (BOT, STAFF):
            return 401, {"error": "Invalid Access Token"}
        if token == BOT and not _BOTS.match(f"{method} {path}"):
            return 401, {"error": "Access to this endpoint is not authorized for bots"}
        parts = path.removeprefix("/api/v1/accounts/1/").split("/")
        if (method, parts) == ("GET", ["agents"]):
            return 200, self.people
        found = [one for one in self.conversations if str(one.id) == parts[1]] if parts[0] == "conversations" else []
        return self._private(method, parts[2:], found[0], body) if found else (404, _NOT_FOUND)

    def _private(self, method: str, rest: list[str], at: Conversation, body: Mapping[str, Any]) -> Reply:
        match method, rest:
            case "GET", []:
                shown = payload("account_conversation") | {"id": at.id, "status": at.status}
                shown["meta"]["assignee"] = at.assignee
                return 200, shown
            case "POST", ["messages"]:
                kind = {"incoming": 0, "outgoing": 1}[body["message_type"]]
                message = self._message(at, body["content"], kind, private=body["private"])
                message["content_attributes"] = body["content_attributes"]
                return 200, message
            case "POST", ["toggle_status"] if body["status"] in ("open", "resolved", "pending", "snoozed"):
                at.status = body["status"]
                return 200, payload("toggle_status")
            case "POST", ["toggle_status"]:
                return 422, {"error": f"'{body['status']}' is not a valid status"}
        return 404, _NOT_FOUND

    def _public(self, method: str, path: str, body: Mapping[str, Any]) -> Reply:
        if (method, path) == ("GET", ""):
            return 200, payload("inbox")
        parts = path.split("/")
        if (method, parts) == ("POST", ["contacts"]):
            self.contacts[body["source_id"]] = body["name"]
            return 200, payload("contact") | {"source_id": body["source_id"], "name": body["name"]}
        known = len(parts) > 2 and parts[1] in self.contacts
        return self._of_contact(method, parts[1], parts[2:], body) if known else (404, _NOT_FOUND)

    def _of_contact(self, method: str, source_id: str, rest: list[str], body: Mapping[str, Any]) -> Reply:
        theirs = [one for one in self.conversations if one.source_id == source_id]
        match method, rest:
            case "GET", ["conversations"]:
                return 200, [self._shown(one) for one in theirs]
            case "POST", ["conversations"]:
                begun = Conversation(
                    len(self.conversations) + 12, source_id, dict(body["custom_attributes"]), "pending"
                )
                self.conversations.append(begun)
                return 200, self._shown(begun)
            case "GET", ["conversations", number] if number in {str(one.id) for one in theirs}:
                return 200, self._shown(next(one for one in theirs if str(one.id) == number))
        return 404, _NOT_FOUND

    def _shown(self, at: Conversation) -> dict[str, Any]:
        # The public interface leaves private messages out.
        public = [deepcopy(message) for message in at.messages if not message["private"]]
        for message in public:
            del message["private"]
        shown: dict[str, Any] = payload("conversation") | {"id": at.id, "status": at.status, "messages": public}
        return shown

    def _message(self, at: Conversation, text: str, kind: int, *, private: bool) -> dict[str, Any]:
        self._next += 1
        message: dict[str, Any] = payload("message") | {"id": self._next, "content": text, "message_type": kind}
        message |= {"conversation_id": at.id, "private": private}
        message["sender"] = {"id": 2, "name": "Roland", "avatar_url": "", "type": "agent_bot"} if kind == 1 else None
        at.messages.append(message)
        return message

    def _person(self, agent_id: int, name: str) -> dict[str, Any]:
        person: dict[str, Any] = payload("message")["sender"] | {"id": agent_id, "available_name": name}
        return person
