"""Following a conversation by server-sent events."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import httpx

from assistant.model import Channel, DialogueState, Utterance
from assistant.storage.conversations import SqlConversationStore
from assistant.storage.database import Database
from tests.fakes import NOON, echo
from tests.server import site

Event = dict[str, str]


@contextmanager
def following(client: httpx.Client, conversation: str, **headers: str) -> Iterator[Iterator[Event]]:
    """The events of a conversation."""
    with client.stream("GET", f"{conversation}/events", headers=headers) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        yield events(response.iter_lines())


def events(lines: Iterator[str]) -> Iterator[Event]:
    """Events out of the lines of a stream; a comment is an event named "comment"."""
    event: Event = {}
    for line in lines:
        if line:
            name, _, value = line.partition(": ")
            event[name or "comment"] = value
        elif event:
            yield event
            event = {}


def ask(client: httpx.Client, conversation: str, text: str) -> str:
    """Say something; the id of the turn."""
    return str(client.post(f"{conversation}/messages", json={"text": text}).json()["id"])


def turn_id(event: Event) -> str:
    """The id of the turn that an event carries."""
    return str(json.loads(event["data"])["id"])


def test_replay_and_live(client: httpx.Client, conversation: str) -> None:
    """Who follows gets the turns so far, then each new one as it is answered, in the API's own form."""
    first = ask(client, conversation, "eins")
    with following(client, conversation) as stream:
        assert turn_id(next(stream)) == first
        second = ask(client, conversation, "zwei")
        event = next(stream)
    read = client.get(conversation).json()
    assert event["event"] == "turn"
    assert json.loads(event["data"]) == read["transcript"][1]
    assert int(event["id"]) == read["transcript"][1]["revision"]
    assert client.get(f"{conversation}/messages/{second}").json().items() <= read["transcript"][1].items()


def test_resume(client: httpx.Client, conversation: str) -> None:
    """Who was away gets exactly what was missed."""
    turns = [ask(client, conversation, text) for text in ("eins", "zwei", "drei")]
    with following(client, conversation) as stream:
        seen = next(stream)["id"]
    with following(client, conversation, **{"Last-Event-ID": seen}) as stream:
        assert [turn_id(next(stream)) for _ in range(2)] == turns[1:]


def test_resume_after_an_id_of_an_earlier_version(client: httpx.Client, conversation: str) -> None:
    """Who names the last message instead of a revision gets what came after it; one that says nothing gets all."""
    turns = [ask(client, conversation, text) for text in ("eins", "zwei")]
    with following(client, conversation, **{"Last-Event-ID": turns[0]}) as stream:
        assert turn_id(next(stream)) == turns[1]
    for nonsense in ("unknown", "٣", "-1", "9" * 40):
        with following(client, conversation, **{"Last-Event-ID": quote(nonsense)}) as stream:
            assert turn_id(next(stream)) == turns[0]


def test_deletion_ends_the_stream(client: httpx.Client, conversation: str) -> None:
    """When the conversation is deleted, whoever follows is told, and the stream ends."""
    ask(client, conversation, "eins")
    with following(client, conversation) as stream:
        next(stream)
        client.delete(conversation)
        assert [event["event"] for event in stream] == ["deleted"]


async def answer_elsewhere(database_url: str, conversation_id: str) -> None:
    """Store an answered turn as another process would."""
    async with Database(database_url) as database:
        other = SqlConversationStore(database)
        said = Utterance("von nebenan", Channel.WEB, NOON, "m1")
        await other.accept(conversation_id, said)
        await other.answer(conversation_id, "m1", echo(said), DialogueState(), NOON)


def test_turns_of_other_processes_arrive(tmp_path: Path) -> None:
    """A turn that another worker stored arrives without an event on this worker's bus."""
    with site(tmp_path, http={"live_poll_s": 0.05}) as here, httpx.Client(base_url=here.url, timeout=60) as client:
        name = client.post("/api/v1/conversations").json()["id"]
        with following(client, f"/api/v1/conversations/{name}") as stream:
            asyncio.run(answer_elsewhere(here.services.settings.database_url, name))
            assert turn_id(next(stream)) == "m1"


def test_signs_of_life(tmp_path: Path) -> None:
    """A silent stream sends a comment now and then, so that nobody in between closes it."""
    with site(tmp_path, http={"live_heartbeat_s": 0.05}) as here, httpx.Client(base_url=here.url, timeout=60) as client:
        name = client.post("/api/v1/conversations").json()["id"]
        with following(client, f"/api/v1/conversations/{name}") as stream:
            assert next(stream) == {"comment": "still here"}


def test_unknown_conversation(client: httpx.Client) -> None:
    """There is nothing to follow in a conversation that is not there."""
    assert client.get("/api/v1/conversations/unknown-but-well-formed/events").status_code == 404
