"""Many at once, and those who send what nobody should."""

import asyncio
from typing import Any

import httpx
import pytest

from tests.system.conversation import PASSPORT, Conversation, check, check_problem, services_of
from tests.system.installation import Server

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

# A service each, and what is asked about it next without naming it.
QUESTIONS = (
    ("Was kostet ein Reisepass?", "reisepass"),
    ("Wie beantrage ich einen Personalausweis?", "personalausweis"),
    ("Was kostet die Hundesteuer in Bremen?", "hund-anmelden"),
    ("Wie beantrage ich Elterngeld?", "elterngeld"),
    ("Wie beantrage ich Wohngeld?", "wohngeld"),
    ("Was kostet ein Führungszeugnis?", "fuehrungszeugnis"),
    ("Wie melde ich ein Gewerbe an?", "gewerbe-anmelden"),
    ("Wie kann ich mein Auto abmelden?", "kfz-abmelden"),
    ("Wie beantrage ich Kindergeld?", "kindergeld"),
    ("Was brauche ich für die Einbürgerung?", "einbuergerung"),
)
NEXT = "Welche Unterlagen brauche ich dafür?"
PEOPLE = 100


async def talk(client: httpx.AsyncClient, number: int) -> list[dict[str, Any]]:
    """The answers one person gets to two questions."""
    name = (await client.post("/api/v1/conversations", json={"language": "de"})).json()["id"]
    answers = []
    for text in (QUESTIONS[number % len(QUESTIONS)][0], NEXT):
        said = await client.post(f"/api/v1/conversations/{name}/messages", json={"text": text})
        assert said.status_code == httpx.codes.OK, said.text
        answers.append(said.json()["answer"])
    read = (await client.get(f"/api/v1/conversations/{name}")).json()
    assert [turn["answer"] for turn in read["turns"]] == answers
    return answers


async def test_a_hundred_people_at_once(server: Server) -> None:
    """A hundred conversations in parallel get the very answers they would get alone, none of them another's."""
    limits = httpx.Limits(max_connections=PEOPLE, keepalive_expiry=None)  # the server lets go of what is idle
    async with httpx.AsyncClient(base_url=server.url, timeout=120, limits=limits, trust_env=False) as client:
        alone = [await talk(client, number) for number in range(len(QUESTIONS))]
        together = await asyncio.gather(*(talk(client, number) for number in range(PEOPLE)))
    for (question, service_id), answers in zip(QUESTIONS, alone, strict=True):
        for answer in answers:
            assert services_of(answer) == {service_id}, (question, answer["text"])
    for number, answers in enumerate(together):
        expected = alone[number % len(QUESTIONS)]
        assert [(a["status"], a["text"], a["sources"]) for a in answers] == [
            (a["status"], a["text"], a["sources"]) for a in expected
        ]


def test_a_message_of_one_megabyte(client: httpx.Client) -> None:
    """A megabyte of text is refused as too large, nothing of it is kept, and the conversation goes on."""
    conversation = Conversation.begin(client)
    check_problem(conversation.send("Reisepass " * 100_000), 413, "too_large")
    assert conversation.turns() == []
    check(conversation.ask(PASSPORT.question), PASSPORT)


@pytest.mark.parametrize("body", [b'{"text": "Hal', b"", b"\xff\xfe\x00", b'{"text": "a"}{"text": "b"}', b"[" * 5_000])
def test_malformed_json(client: httpx.Client, body: bytes) -> None:
    """What is no JSON document is refused as malformed, and the conversation goes on."""
    conversation = Conversation.begin(client)
    response = client.post(
        f"{conversation.address}/messages", content=body, headers={"Content-Type": "application/json"}
    )
    check_problem(response, 422 if body == b"" else 400, "invalid" if body == b"" else "malformed")
    check(conversation.ask(PASSPORT.question), PASSPORT)
