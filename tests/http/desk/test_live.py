"""What streams to the desk: the queue, what is said, who writes; and how it resumes."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from assistant.bus import topic_of
from assistant.handoff.desk import Draft
from assistant.model import Language
from assistant.service import Message
from tests.fakes_translator import FakeTranslator, pretend
from tests.workplace import BERG, KAYA, Floor, send, wait_for_person


@contextmanager
def following(
    client: httpx.Client, seen: str = "", **headers: str
) -> Iterator[Iterator[tuple[str, dict[str, object], str]]]:
    """The events of a desk: name, data, id."""
    with client.stream("GET", "/desk/events", params={"seen": seen}, headers=headers) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        yield events(response.iter_lines())


def events(lines: Iterator[str]) -> Iterator[tuple[str, dict[str, object], str]]:
    """Events out of the lines of a stream; comments are left out."""
    event: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(": ")
        if line and name:
            event[name] = value
        elif event:
            yield event["event"], json.loads(event["data"]), event.get("id", "")
            event = {}


def until(stream: Iterator[tuple[str, dict[str, object], str]], name: str) -> tuple[dict[str, object], str]:
    """Data and id of the next event of that name."""
    return next((data, mark) for event, data, mark in stream if event == name)


def claimed(floor: Floor, client: httpx.Client, *said: str, language: Language = Language.DE) -> tuple[str, str]:
    """A chat that the agent in that browser has taken over."""
    ids = floor.run(wait_for_person(floor, *said, language=language))
    send(client, f"/desk/chats/{ids[1]}/claim")
    return ids


def seen(floor: Floor, handoff: str) -> str:
    """A page that has been told everything."""
    return f"{handoff}:{floor.run(floor.workplace.desk.look_at(handoff)).revision}"


@pytest.mark.slow
def test_a_claim_disappears_for_everybody(floor: Floor, kaya: httpx.Client) -> None:
    """Who looks at the queue sees a chat come, and go when a colleague takes it."""
    with following(kaya) as stream, floor.client(BERG) as berg:
        assert until(stream, "queue")[0]["waiting"] == []
        _, handoff = floor.run(wait_for_person(floor, "Was kostet ein Pass?"))
        data, _ = until(stream, "queue")
        assert data["waiting"] == [handoff]
        assert "Was kostet ein Pass?" in str(data["html"])
        send(berg, f"/desk/chats/{handoff}/claim")
        assert until(stream, "queue")[0]["waiting"] == []


def test_what_is_said_comes_by_itself(floor: Floor, kaya: httpx.Client) -> None:
    """A message of the person arrives with its place in the conversation, and what stands beside it with it."""
    conversation, handoff = claimed(floor, kaya, "Was kostet ein Pass?")
    with following(kaya, seen(floor, handoff)) as stream:
        until(stream, "queue")
        floor.run(floor.services.conversations.say(conversation, Message("Sind Sie da?")))
        told: dict[str, object] = {}
        while not told.get("entries"):
            told, _ = until(stream, "entries")
    assert "Sind Sie da?" in str(told["entries"])
    assert "Sind Sie da?" in str(told["panel"]), "it is not answered yet"


def test_who_was_away_gets_exactly_what_was_missed(floor: Floor, kaya: httpx.Client) -> None:
    """A stream that begins anew with the last event's id tells what came after it, and nothing before."""
    conversation, handoff = claimed(floor, kaya)
    say = floor.services.conversations.say
    with following(kaya, seen(floor, handoff)) as stream:
        until(stream, "queue")
        floor.run(say(conversation, Message("eins")))
        mark = next(mark for _, data, mark in stream if "eins" in str(data.get("entries")))
    floor.run(say(conversation, Message("zwei")))
    floor.run(floor.workplace.desk.say(KAYA, handoff, Draft("drei")))
    with following(kaya, **{"Last-Event-ID": mark}) as stream:
        data, _ = until(stream, "entries")
    texts = str(data["entries"])
    assert ("zwei" in texts, "drei" in texts, "eins" in texts) == (True, True, False)


def test_the_person_writes(floor: Floor, kaya: httpx.Client) -> None:
    """While the person writes, their chat's sign is shown; the agent's own writing comes to nobody's desk."""
    conversation, handoff = claimed(floor, kaya)
    publish = floor.services.bus.publish
    with following(kaya, seen(floor, handoff)) as stream:
        until(stream, "entries")
        floor.run(publish(topic_of(conversation), {"type": "typing", "who": "agent"}))
        floor.run(publish(topic_of(conversation), {"type": "typing", "who": "person"}))
        assert until(stream, "typing")[0] == {"chat": handoff}


def test_typing_reaches_the_person(floor: Floor, kaya: httpx.Client) -> None:
    """That the agent writes is told to whoever looks at the conversation, and kept nowhere."""
    conversation, handoff = claimed(floor, kaya)
    before = floor.run(floor.store.transcript(conversation))

    async def hear() -> dict[str, object]:
        async with floor.services.bus.subscribe(topic_of(conversation)) as heard:
            await floor.workplace.desk.typing(KAYA, handoff)
            return await anext(heard)

    assert floor.run(hear()) == {"type": "typing", "who": "agent"}
    assert send(kaya, f"/desk/chats/{handoff}/typing").status_code == 204
    assert floor.run(floor.store.transcript(conversation)) == before


def test_a_person_who_leaves(floor: Floor, kaya: httpx.Client) -> None:
    """When the person goes, the desk is told so, after the last that was said."""
    conversation, handoff = claimed(floor, kaya)
    with following(kaya, seen(floor, handoff)) as stream:
        until(stream, "entries")
        floor.run(floor.reception.leave(conversation))
        told = [(event, data) for event, data, _ in _up_to(stream, "gone")]
    assert told[-1][1] == {"chat": handoff, "text": "Die Person hat das Gespräch verlassen."}
    assert any("nicht länger mit einem Menschen" in str(data.get("entries")) for _, data in told)


def _up_to(
    stream: Iterator[tuple[str, dict[str, object], str]], name: str
) -> Iterator[tuple[str, dict[str, object], str]]:
    for event in stream:
        yield event
        if event[0] == name:
            return


def test_a_chat_taken_over_in_another_window(floor: Floor, kaya: httpx.Client) -> None:
    """A page that does not show a chat of the agent's yet is told of it."""
    with following(kaya) as stream:
        until(stream, "queue")
        _, handoff = claimed(floor, kaya)
        assert until(stream, "opened")[0] == {"chat": handoff}


def test_translations_come_after_the_message(floor: Floor, kaya: httpx.Client, translator: FakeTranslator) -> None:
    """What the person writes arrives at once, and once more with its German beside it, marked as a machine's."""
    conversation, handoff = claimed(floor, kaya, language=Language.TR)
    with following(kaya, seen(floor, handoff)) as stream:
        until(stream, "entries")
        floor.run(floor.services.conversations.say(conversation, Message("pasaport kaç euro")))
        data: dict[str, object] = {}
        while "Maschinell übersetzt" not in str(data.get("entries")):
            data, _ = until(stream, "entries")
    assert "pasaport kaç euro" in str(data["entries"])
    assert pretend("pasaport kaç euro") in str(data["entries"])


def test_the_stream_ends_with_the_session(floor: Floor, kaya: httpx.Client) -> None:
    """Who is signed out while the desk is open is told nothing more."""
    token = floor.tokens["berg"]
    accounts = floor.services.accounts
    assert accounts is not None
    fresh = floor.run(accounts.sessions.begin("berg"))
    with (
        httpx.Client(base_url=floor.url, cookies={"roland_desk": fresh}, timeout=60) as berg,
        following(berg) as stream,
    ):
        until(stream, "queue")
        floor.run(accounts.sessions.end(fresh))
        floor.run(wait_for_person(floor, "geheim"))
        assert list(stream) == []
    assert token != fresh
