"""Nobody to whom nobody came is left without a promise."""

import asyncio
from datetime import timedelta
from pathlib import Path

from assistant.handoff.watch import Watch
from assistant.model import Channel, Handoff, Language, Mode, Notice, NoticeKind, ReplyBy, TicketFilter, TicketKind
from assistant.service import Message
from assistant.storage.database import Database
from assistant.tickets.vain_wait import VainWait
from tests.fakes import FixedClock
from tests.handoff.conftest import House, build
from tests.tickets.conftest import Office, draft, make_office


def around(office: Office) -> tuple[House, VainWait]:
    """The way to people over the same database, and what it promises."""
    house = build(office.database, office.clock)
    return house, VainWait(office.service, office.tools, house.tools.conversations)


async def waiting(house: House, *said: str, language: Language = Language.DE, then: tuple[str, ...] = ()) -> Handoff:
    """Somebody asks Roland, waits for a person, and says more while waiting."""
    started = await house.service.start(Channel.WEB, language)
    for text in said:
        await house.service.say(started.id, Message(text))
    conversation = await house.tools.conversations.get(started.id)
    handoff = await house.tools.handoffs.queue(*house.reception.wish(conversation, conversation.state))
    for text in then:
        await house.service.say(started.id, Message(text))
    return handoff


async def told(house: House, conversation_id: str) -> list[Notice]:
    """What was told when nobody came."""
    entries = await house.service.transcript(conversation_id)
    contents = [entry.content for entry in entries]
    return [one for one in contents if isinstance(one, Notice) and one.kind is NoticeKind.NOBODY_CAME]


async def test_a_vain_wait_becomes_a_ticket(office: Office) -> None:
    """The person's own words go with it, those said while waiting too; code and date are told in their language."""
    house, vain_wait = around(office)
    handoff = await waiting(house, "Pasaportum nerede?", language=Language.TR, then=("Acele lütfen",))
    conversation = await house.tools.conversations.get(handoff.conversation_id)
    promised = await vain_wait.promise_for(conversation, handoff)
    ticket = await office.service.status(promised["code"], ())
    assert ticket is not None
    assert ticket.text == "Pasaportum nerede?\n\nAcele lütfen"
    assert (ticket.kind, ticket.language, ticket.reply_by) == (TicketKind.CONCERN, Language.TR, ReplyBy.CODE)
    assert ticket.conversation_id == handoff.conversation_id
    assert promised["due"] == "Salı, 24.11.2026, saat 18:00"


async def test_asked_again_it_is_the_same_promise(office: Office) -> None:
    """Whoever asks for the promise of one hand-off, at once or later, gets the same code and the same date."""
    house, vain_wait = around(office)
    handoff = await waiting(house, "Wo ist mein Pass?")
    conversation = await house.tools.conversations.get(handoff.conversation_id)
    promised = await asyncio.gather(*(vain_wait.promise_for(conversation, handoff) for _ in range(5)))
    office.clock.advance(timedelta(hours=30))
    promised.append(await vain_wait.promise_for(conversation, handoff))
    assert all(one == promised[0] for one in promised)
    assert len(await office.tools.store.find(TicketFilter())) == 1


async def test_nobody_is_left_without_a_promise_outside_hours(office: Office, tmp_path: Path) -> None:
    """However many watches look when the hours end: each who waits is told one code and date, and Roland is back."""
    house, _ = around(office)
    handoffs = [await waiting(house, f"Frage {number}") for number in range(3)]
    async with Database(f"sqlite:///{tmp_path}/conversations.db") as second:
        evening = FixedClock(office.clock.now() + timedelta(hours=8))
        watches = []
        for database in (office.database, second):
            one = make_office(database, evening)
            there, vain_wait = around(one)
            watches.append(Watch(there.tools, vain_wait.promise_for))
        await asyncio.gather(*(watch.look() for watch in watches * 3))
    assert len(await office.tools.store.find(TicketFilter())) == 3
    for number, handoff in enumerate(handoffs):
        (notice,) = await told(house, handoff.conversation_id)
        ticket = await office.service.status(notice.values["code"], ())
        assert ticket is not None
        assert ticket.text == f"Frage {number}"
        assert (await house.tools.conversations.get(handoff.conversation_id)).mode is Mode.WITH_BOT


async def test_who_said_nothing_gets_a_promise_too(office: Office) -> None:
    """A wish for a person without a question is a concern that says so; a very long one is kept from its end."""
    house, vain_wait = around(office)
    silent = await waiting(house)
    conversation = await house.tools.conversations.get(silent.conversation_id)
    promised = await vain_wait.promise_for(conversation, silent)
    ticket = await office.service.status(promised["code"], ())
    assert ticket is not None
    assert "mit einem Menschen sprechen" in ticket.text
    long = await waiting(house, *(f"{number} {'x' * 1900}" for number in range(4)), "zuletzt")
    promised = await vain_wait.promise_for(await house.tools.conversations.get(long.conversation_id), long)
    ticket = await office.service.status(promised["code"], ())
    assert ticket is not None
    assert ticket.text.endswith("zuletzt")


async def test_a_code_said_to_people_is_not_stored(office: Office) -> None:
    """While somebody waits for a person, what they write is kept as written, but for codes."""
    house, _ = around(office)
    _, code = await office.service.open(draft())
    handoff = await waiting(house, "Hallo", then=(f"Mein Code ist {code}",))
    turns = await house.service.turns(handoff.conversation_id)
    assert turns[-1].utterance.text == "Mein Code ist [CODE]"
