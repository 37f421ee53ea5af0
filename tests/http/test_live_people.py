"""Following a conversation that people answer."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from assistant.bus import topic_of
from assistant.config import HttpSettings
from assistant.handoff.desk import Draft
from assistant.http.live import LiveConversations
from assistant.http.places import Places
from assistant.http.presenter import Presenter
from assistant.messages import TomlMessages
from assistant.model import (
    AgentMessage,
    Channel,
    Conversation,
    DialogueState,
    Handoff,
    Language,
    Notice,
    NoticeKind,
    Paragraph,
    TranscriptEntry,
)
from assistant.service import Message
from assistant.storage.database import Database
from tests.fakes import NOON, PASSPORT
from tests.handoff.conftest import BERG, KAYA, House, build

PRESENTER = Presenter(TomlMessages(), "Bremen")
Event = tuple[str, int | None, Any]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """The office, empty, on a Monday at noon."""
    async with Database(f"sqlite:///{tmp_path / 'house.db'}") as database:
        yield build(database)


class Stream:
    """What a citizen's browser receives."""

    def __init__(self, chunks: AsyncIterator[bytes]) -> None:
        self._chunks = chunks

    async def next(self) -> Event:
        """The next event as (name, id, data)."""
        chunk = await asyncio.wait_for(anext(self._chunks), 5)
        fields = dict(line.split(": ", 1) for line in chunk.decode().strip().splitlines())
        return fields["event"], int(fields["id"]) if "id" in fields else None, json.loads(fields["data"])

    async def names(self, count: int) -> list[str]:
        """The names of that many events."""
        return [(await self.next())[0] for _ in range(count)]


@asynccontextmanager
async def following(house: House, conversation_id: str, last_event_id: str | None = None) -> AsyncIterator[Stream]:
    """The stream of a conversation."""
    settings = HttpSettings(live_poll_s=0.05)
    live = LiveConversations(house.service, house.tools.bus, settings, Places(house.reception, fresh_s=0))

    def show(entry: TranscriptEntry, conversation: Conversation) -> str:
        return PRESENTER.entry(entry, conversation).model_dump_json(by_alias=True)

    chunks = live._events(conversation_id, last_event_id, show)
    try:
        yield Stream(chunks)
    finally:
        await chunks.aclose()  # type: ignore[attr-defined]


async def waiting(house: House, text: str = "Ich möchte mit einem Menschen sprechen.") -> Handoff:
    """The hand-off of somebody who has just asked for a person."""
    conversation = await house.service.start(Channel.WEB)
    await house.service.say(conversation.id, Message(text))
    (handoff,) = await house.tools.handoffs.of_conversation(conversation.id)
    return handoff


async def test_the_way_to_a_person_is_told(house: House) -> None:
    """Waiting, the agent's coming, typing and answering, and the end arrive one after the other, each once."""
    handoff = await waiting(house)
    async with following(house, handoff.conversation_id) as stream:
        assert await stream.names(3) == ["turn", "notice", "queue"]
        await house.desk.claim(KAYA, handoff.id)
        name, _, notice = await stream.next()
        assert (name, notice["kind"], notice["text"]) == (
            "notice",
            "claimed",
            "Frau Kaya vom Bürgertelefon ist jetzt für Sie da.",
        )
        await house.desk.typing(KAYA, handoff.id)
        assert await stream.next() == ("typing", None, {"who": "agent"})
        await house.desk.say(KAYA, handoff.id, Draft("Guten Tag"))
        name, _, message = await stream.next()
        assert (name, message["agent"], message["text"]) == ("message", "Frau Kaya", "Guten Tag")
        await house.service.say(handoff.conversation_id, Message("Danke"))
        name, _, turn = await stream.next()
        assert (name, turn["text"], turn["to"], turn["pending"], turn["answer"]) == (
            "turn",
            "Danke",
            "with_agent",
            False,
            None,
        )
        await house.service.close(handoff.conversation_id)
        assert await stream.names(2) == ["notice", "closed"]


async def test_a_person_is_not_told_of_their_own_typing(house: House) -> None:
    """Only an agent's typing is shown to the person, and what agents write for each other never."""
    handoff = await waiting(house)
    await house.desk.claim(KAYA, handoff.id)
    async with following(house, handoff.conversation_id) as stream:
        await stream.names(3)
        await house.tools.bus.publish(topic_of(handoff.conversation_id), {"type": "typing", "who": "person"})
        await house.desk.write_note(KAYA, handoff.id, "Ruft gerade zum dritten Mal an.")
        await house.desk.say(KAYA, handoff.id, Draft("Einen Moment bitte"))
        assert (await stream.next())[2]["text"] == "Einen Moment bitte"
    shown = PRESENTER.conversation(
        await house.service.get(handoff.conversation_id), await house.service.transcript(handoff.conversation_id)
    )
    assert "dritten Mal" not in shown.model_dump_json()


async def test_the_place_is_told_when_it_changes(house: House) -> None:
    """Who waits is told the place and the wait at once, and again when somebody before them is taken."""
    first = await waiting(house)
    house.clock.advance(timedelta(seconds=1))
    second = await waiting(house)
    async with following(house, second.conversation_id) as stream:
        await stream.names(2)
        assert await stream.next() == ("queue", None, {"place": 2, "wait_minutes": None})
        await house.arrive(KAYA)
        assert await stream.next() == ("queue", None, {"place": 2, "wait_minutes": 0})
        await house.desk.claim(KAYA, first.id)
        assert await stream.next() == ("queue", None, {"place": 1, "wait_minutes": 0})


async def test_whoever_is_cut_off_anywhere_misses_nothing(house: House) -> None:
    """Cut off after any event and back with its id, a browser has every entry once, whatever came late."""
    conversation = await house.service.start(Channel.WEB)
    house.dialogue.gate.clear()
    late = asyncio.create_task(house.service.say(conversation.id, Message("Mensch", id="late")))
    await house.dialogue.has_heard(1)
    handoff, notice = house.reception.wish(await house.service.get(conversation.id), DialogueState())
    await house.tools.handoffs.queue(handoff, notice)
    house.dialogue.gate.set()  # the answer has a higher revision than the notice, and the lower place
    await late
    await house.desk.claim(BERG, handoff.id)
    for number in range(3):
        await house.desk.say(BERG, handoff.id, Draft(f"Nachricht {number}"))
    seen: list[tuple[int, str]] = []
    last: str | None = None
    for _ in range(6):
        async with following(house, conversation.id, last) as stream:
            name, revision, entry = await stream.next()
            seen.append((entry["position"], name))
            last = str(revision)
    transcript = await house.service.transcript(conversation.id)
    assert sorted(seen) == [
        (entry.position, {"Turn": "turn", "Notice": "notice", "AgentMessage": "message"}[type(entry.content).__name__])
        for entry in transcript
    ]


async def test_the_bus_may_be_silent(house: House) -> None:
    """What is stored without a word on the bus arrives all the same."""
    handoff = await waiting(house)
    async with following(house, handoff.conversation_id) as stream:
        await stream.names(3)
        await house.tools.handoffs.announce(
            handoff.conversation_id, Notice("n1", NoticeKind.EMERGENCY, house.clock.now())
        )
        name, _, notice = await stream.next()
    assert (name, notice["id"]) == ("notice", "n1")


def test_a_translated_message_shows_both_texts() -> None:
    """A machine's translation is what is read, marked as such, with the agent's own words beside it."""
    said = AgentMessage("m", "Frau Kaya", "Bis 15 Uhr", NOON, Language.DE, translation="حتى الساعة 15")
    shown = PRESENTER.message(said, Language.AR)
    assert (shown.language, shown.dir, shown.machine_translated) == (Language.AR, "rtl", True)
    assert shown.original is not None
    assert (shown.original.text, shown.original.language) == ("Bis 15 Uhr", Language.DE)


def test_a_quoted_section_keeps_its_source() -> None:
    """What an agent quotes from the catalogue is shown with its source, as in an answer."""
    quoted = (Paragraph("70,00 Euro", PASSPORT),)
    shown = PRESENTER.message(AgentMessage("m", "Frau Kaya", "", NOON, Language.DE, quoted), Language.DE)
    assert (shown.blocks[0].source, shown.sources[0].service_id) == (0, "reisepass")


def test_what_an_agent_writes_is_text() -> None:
    """Marks and tags of an agent stay visible text, lines stay lines, and a web address can be followed."""
    text = "<b>Hallo</b> *Sie*\nSiehe https://www.bremen.de/a?b=c.\n\nGruß"
    shown = PRESENTER.message(AgentMessage("m", "Frau Kaya", text, NOON, Language.DE), Language.DE)
    assert shown.html == (
        "<p>&lt;b&gt;Hallo&lt;/b&gt; *Sie*<br>Siehe "
        '<a href="https://www.bremen.de/a?b=c" rel="noopener" target="_blank">https://www.bremen.de/a?b=c</a>.</p>'
        "<p>Gruß</p>"
    )


@pytest.mark.parametrize("kind", NoticeKind)
def test_every_notice_has_words(kind: NoticeKind) -> None:
    """No kind of notice leaves a conversation unreadable."""
    values = {"agent": "Frau Kaya", "code": "K7RM", "due": "25.11.2026"}
    for language in Language:
        assert PRESENTER.notice(Notice("n", kind, NOON, values), language).text
