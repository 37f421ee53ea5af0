"""A server on loopback that keeps Zammad's state and speaks its interface, as far as Roland uses it."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.fake_server import FakeServer

PAYLOADS = Path(__file__).parent / "payloads" / "zammad"
TOKEN, GROUP, GUEST = "zammad-token", "Bürgertelefon", "roland-gast"
_NOT_FOUND = {"error": "Couldn't find record"}
_KNOWN = {
    "group": {GROUP},
    "customer": {GUEST},
    "priority": {"1 low", "2 normal", "3 high"},
    "state": {"new", "open", "pending reminder", "pending close", "closed", "merged", "zurück an Roland"},
    "type": {"note", "web", "phone", "email", "chat"},
    "sender": {"Agent", "Customer", "System"},
}
Reply = tuple[int, Any]


def payload(name: str) -> Any:
    """A payload as Zammad documents it."""
    return json.loads((PAYLOADS / f"{name}.json").read_text(encoding="utf-8"))


def signed(body: bytes, secret: str, delivery: str = "d-1") -> dict[str, str]:
    """The headers under which Zammad sends a webhook."""
    signature = hmac.new(secret.encode(), body, hashlib.sha1).hexdigest()
    return {"x-hub-signature": f"sha1={signature}", "x-zammad-delivery": delivery, "x-zammad-trigger": "Roland"}


@dataclass
class FakeZammad(FakeServer):
    """Keeps tickets with articles; names that it does not know are refused, as the real one does.

    ``forget_reply``: does what it is asked once, and then does not answer.
    """

    tickets: dict[int, dict[str, Any]] = field(default_factory=dict)
    articles: list[dict[str, Any]] = field(default_factory=list)
    tags: dict[int, list[str]] = field(default_factory=dict)
    users: dict[int, str] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    forget_reply: bool = False

    def reply(self, method: str, path: str, content: bytes) -> tuple[int, bytes]:
        self.requests.append(f"{method} {path}")
        if self.status != 200:
            return self.status, json.dumps({"error": "broken on purpose"}).encode()
        if self.headers.get("authorization") != f"Token token={TOKEN}":
            return 401, json.dumps({"error": "Authentication required"}).encode()
        status, said = self._route(method, path.partition("?")[0], json.loads(content) if content else {})
        if self.forget_reply and method == "POST" and not path.startswith("/api/v1/tickets/search"):
            self.forget_reply = False
            raise ConnectionError
        return status, json.dumps(said).encode() if self.body is None else self.body

    # ── what staff does ────────────────────────────────────────────────────────────────────────────────────────────

    def assign(self, ref: str, agent_id: int, name: str) -> None:
        """Somebody becomes the owner."""
        self.users[agent_id] = name
        self.tickets[int(ref)] |= {"owner_id": agent_id, "owner": name}

    def answer(self, ref: str, agent_id: int, name: str, text: str, *, private: bool = False) -> str:
        """Somebody writes an article, public or internal."""
        self.users[agent_id] = name
        said = {"body": text, "internal": private, "from": f"{name} via {GROUP}", "created_by_id": agent_id}
        return str(self._article(int(ref), said)["id"])

    def set_status(self, ref: str, status: str) -> None:
        """Somebody sets the state."""
        self.tickets[int(ref)]["state"] = status

    def of(self, ref: str) -> list[dict[str, Any]]:
        """The articles of a ticket."""
        return [article for article in self.articles if str(article["ticket_id"]) == ref]

    def said(self, ref: str) -> list[str]:
        """What has come from the person."""
        return [article["body"] for article in self.of(ref) if article["sender"] == "Customer"]

    def notes(self, ref: str) -> list[str]:
        """What only staff reads."""
        return [article["body"] for article in self.of(ref) if article["internal"]]

    # ── the interface ──────────────────────────────────────────────────────────────────────────────────────────────

    def _route(self, method: str, path: str, body: Mapping[str, Any]) -> Reply:
        parts = path.removeprefix("/api/v1/").split("/")
        return self._read(parts) if method == "GET" else self._write(method, parts, body)

    def _read(self, parts: list[str]) -> Reply:
        match parts:
            case ["users", "me"]:
                return 200, payload("user") | {"firstname": "Roland", "lastname": ""}
            case ["users", number]:
                first, _, last = self.users[int(number)].partition(" ")
                return 200, payload("user") | {"id": int(number), "firstname": first, "lastname": last}
            case ["tickets", number] if int(number) in self.tickets:
                return 200, self.tickets[int(number)]
            case ["ticket_articles", "by_ticket", number] if int(number) in self.tickets:
                return 200, self.of(number)
        return 404, _NOT_FOUND

    def _write(self, method: str, parts: list[str], body: Mapping[str, Any]) -> Reply:
        match method, parts:
            case "POST", ["tickets", "search"]:
                return 200, self._search(body)
            case "POST", ["tickets"]:
                return self._create(body)
            case "PUT", ["tickets", number] if int(number) in self.tickets:
                return self._checked(body) or (200, self._update(int(number), body))
            case "POST", ["ticket_articles"] if body.get("ticket_id") in self.tickets:
                return self._checked(body) or (201, self._article(body["ticket_id"], body))
        return 404, _NOT_FOUND

    def _checked(self, body: Mapping[str, Any]) -> Reply | None:
        for name, known in _KNOWN.items():
            if name in body and body[name] not in known:
                return 422, payload("error")
        return None

    def _create(self, body: Mapping[str, Any]) -> Reply:
        article = body["article"]
        if (refusal := self._checked(body) or self._checked(article)) is not None:
            return refusal
        number = 81 + len(self.tickets)
        kept = {name: value for name, value in body.items() if name not in ("article", "tags")}
        self.tickets[number] = payload("ticket") | {"id": number, "number": str(10_000 + number)} | kept
        self.tags[number] = body["tags"].split(",")
        self._article(number, article)
        return 201, self.tickets[number]

    def _update(self, number: int, body: Mapping[str, Any]) -> dict[str, Any]:
        self.tickets[number] |= body
        return self.tickets[number]

    def _search(self, body: Mapping[str, Any]) -> list[dict[str, Any]]:
        condition = body["condition"]["ticket.tags"]
        assert condition["operator"] == "contains all"
        return [ticket for number, ticket in self.tickets.items() if condition["value"] in self.tags[number]]

    def _article(self, number: int, body: Mapping[str, Any]) -> dict[str, Any]:
        article: dict[str, Any] = payload("article") | {"created_by_id": 9, "from": "Roland"} | dict(body)
        article |= {"id": 104 + len(self.articles), "ticket_id": number}
        self.articles.append(article)
        return article
