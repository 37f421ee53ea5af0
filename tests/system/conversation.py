"""A citizen's side of a conversation over HTTP, and questions whose answers are known."""

from dataclasses import dataclass
from typing import Any

import httpx

Json = dict[str, Any]


@dataclass(frozen=True)
class Known:
    """A question about Bremen, the service its answer comes from, and words that must stand in it."""

    question: str
    service_id: str
    words: tuple[str, ...]


PASSPORT = Known("Was kostet ein Reisepass?", "reisepass", ("70,00 Euro", "37,50 Euro"))


@dataclass(frozen=True)
class Conversation:
    """One conversation; its messages carry ids of their own, so that sending again is harmless."""

    client: httpx.Client
    id: str

    @classmethod
    def begin(cls, client: httpx.Client) -> "Conversation":
        """A fresh conversation in German."""
        started = client.post("/api/v1/conversations", json={"language": "de"})
        assert started.status_code == httpx.codes.CREATED, started.text
        return cls(client, started.json()["id"])

    @property
    def address(self) -> str:
        """Its address."""
        return f"/api/v1/conversations/{self.id}"

    def with_client(self, client: httpx.Client) -> "Conversation":
        """The same conversation, spoken to in another way."""
        return Conversation(client, self.id)

    def send(self, text: str, message_id: str | None = None) -> httpx.Response:
        """What comes back for a message, whatever it is."""
        body = {"text": text} | ({"id": message_id} if message_id else {})
        return self.client.post(f"{self.address}/messages", json=body)

    def ask(self, text: str, message_id: str | None = None) -> Json:
        """The answer to a message."""
        response = self.send(text, message_id)
        assert response.status_code == httpx.codes.OK, response.text
        answer: Json = response.json()["answer"]
        return answer

    def turns(self) -> list[Json]:
        """All its turns, oldest first."""
        turns: list[Json] = self.client.get(self.address).json()["turns"]
        return turns


def services_of(answer: Json) -> set[str]:
    """The services an answer names as its sources."""
    return {source["service_id"] for source in answer["sources"] if source["service_id"]}


def check_sourced(answer: Json) -> None:
    """Every fact in an answer names a source with an address or a date."""
    assert answer["sources"], answer["text"]
    for block in answer["blocks"]:
        if block["type"] in {"facts", "steps", "office"}:
            assert block["source"] is not None, block
    for source in answer["sources"]:
        assert source["url"] or source["updated_on"], source


def check(answer: Json, known: Known) -> None:
    """The answer is the right one, from the right service."""
    assert answer["status"] == "answered", answer["text"]
    assert services_of(answer) == {known.service_id}, answer["text"]
    for words in known.words:
        assert words in answer["text"], answer["text"]
    check_sourced(answer)


def check_problem(response: httpx.Response, status: int, code: str) -> Json:
    """The response is a problem that tells a citizen what to do, and nothing about its inside."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body: Json = response.json()
    assert body["code"] == code
    assert len(body["detail"]) > 20
    assert "Traceback" not in response.text
    return body
