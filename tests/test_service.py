"""The conversation service: order, durability, masking, and nothing lost."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from assistant.bus import LocalBus, topic_of
from assistant.errors import ConversationClosedError, ConversationNotFoundError, OverloadedError
from assistant.model import Channel, Language, Register, Utterance
from assistant.service import ConversationService, Message
from assistant.storage.conversations import SqlConversationStore
from assistant.storage.database import Database
from tests.fakes import EchoDialogue, FixedClock, MailMasker


class Room:
    """A service with everything around it within reach."""

    def __init__(self, database: Database, most_at_once: int = 64) -> None:
        self.database = database
        self.store = SqlConversationStore(database)
        self.dialogue = EchoDialogue()
        self.bus = LocalBus()
        self.clock = FixedClock()
        self.service = ConversationService(
            self.store, self.dialogue, MailMasker(), self.bus, self.clock, most_at_once=most_at_once
        )


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    """A service over an empty store."""
    async with Database(f"sqlite:///{tmp_path / 'conversations.db'}") as database:
        yield Room(database)


async def started(room: Room) -> str:
    """The id of a fresh conversation."""
    return (await room.service.start(Channel.WEB)).id


async def test_ids_cannot_be_guessed(room: Room) -> None:
    """Conversation ids carry at least 128 random bits."""
    ids = {await started(room) for _ in range(100)}
    assert len(ids) == 100
    assert min(map(len, ids)) * 6 >= 128


async def test_dialogue_hears_the_text_and_the_store_keeps_the_mask(room: Room) -> None:
    """Personal data reaches the dialogue and nothing that is kept: neither text, nor button, nor reason."""
    name = await started(room)
    turn = await room.service.say(name, Message("Ich bin a@b.de", choice="say:a@b.de"))
    await room.service.rate(name, turn.utterance.id, helpful=False, reason="schreiben Sie a@b.de")
    assert room.dialogue.heard[0].text == "Ich bin a@b.de"
    assert turn.utterance.text == "Ich bin [EMAIL]"
    kept = (await room.service.turns(name))[0].utterance
    assert (kept.text, kept.choice) == ("Ich bin [EMAIL]", "[EMAIL]")
    assert (await room.service.feedback(name))[0].reason == "schreiben Sie [EMAIL]"


async def test_same_id_is_answered_once(room: Room) -> None:
    """A message sent twice, even at the same time, is one turn with one answer."""
    name = await started(room)
    first, second = await asyncio.gather(
        room.service.say(name, Message("Hallo", id="m1")), room.service.say(name, Message("Hallo", id="m1"))
    )
    assert first == second
    assert len(room.dialogue.heard) == 1


async def test_turns_of_a_conversation_wait_for_each_other(room: Room) -> None:
    """The second message is worked on only after the first is answered, and knows of it."""
    name = await started(room)
    await asyncio.gather(*(room.service.say(name, Message(f"{number}")) for number in range(20)))
    assert [heard.text for heard in room.dialogue.heard] == [str(number) for number in range(20)]
    assert room.dialogue.before == list(range(20))
    assert (await room.service.get(name)).state.failures == 20


async def test_conversations_do_not_wait_for_each_other(room: Room) -> None:
    """A slow answer in one conversation holds up no other."""
    room.dialogue.gate.clear()
    names = [await started(room) for _ in range(3)]
    waiting = [asyncio.create_task(room.service.say(name, Message("Hallo"))) for name in names]
    await room.dialogue.has_heard(3)
    room.dialogue.gate.set()
    assert all(turn.answer for turn in await asyncio.gather(*waiting))


async def test_submit_returns_when_durable(room: Room) -> None:
    """A message can be accepted without waiting for its answer; the answer follows and is told on the bus."""
    name = await started(room)
    room.dialogue.gate.clear()
    async with room.bus.subscribe(topic_of(name)) as events:
        turn = await room.service.submit(name, Message("Hallo", id="m1"))
        assert turn.answer is None
        assert (await room.service.turns(name))[0].answer is None
        room.dialogue.gate.set()
        assert await anext(events) == {"type": "turn", "id": "m1"}
    assert (await room.service.turns(name))[0].answer


async def test_who_leaves_loses_nothing(room: Room) -> None:
    """A message whose sender has gone away is answered all the same."""
    name = await started(room)
    room.dialogue.gate.clear()
    sending = asyncio.create_task(room.service.say(name, Message("Hallo")))
    await room.dialogue.has_heard(1)
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    async with room.bus.subscribe(topic_of(name)) as events:
        room.dialogue.gate.set()
        await anext(events)
    assert (await room.service.turns(name))[0].answer


@pytest.mark.slow
async def test_overload_is_refused_clearly(room: Room) -> None:
    """Beyond the limit a message is refused before it is accepted; the ones within it are answered."""
    room = Room(room.database, most_at_once=2)
    name = await started(room)
    room.dialogue.gate.clear()
    within = [asyncio.create_task(room.service.say(name, Message("Hallo"))) for _ in range(2)]
    await room.dialogue.has_heard(1)
    with pytest.raises(OverloadedError):
        await room.service.say(name, Message("zu viel"))
    room.dialogue.gate.set()
    await asyncio.gather(*within)
    assert [turn.utterance.text for turn in await room.service.turns(name)] == ["Hallo", "Hallo"]
    assert (await room.service.say(name, Message("jetzt geht es"))).answer


async def test_what_a_crash_left_is_answered(room: Room) -> None:
    """Turns accepted before a crash are answered at the next start, from the masked text and in their order."""
    name = await started(room)
    for number in range(3):
        at = room.clock.now() - timedelta(seconds=3 - number)
        await room.store.accept(name, Utterance(f"{number}", Channel.WEB, at, f"m{number}"))
    assert await room.service.recover() == 3
    assert [heard.text for heard in room.dialogue.heard] == ["0", "1", "2"]
    assert room.dialogue.before == [0, 1, 2]
    assert await room.service.recover() == 0


async def test_recovery_survives_a_broken_turn(room: Room) -> None:
    """One turn that cannot be answered does not keep the others waiting."""
    name = await started(room)
    for number, text in enumerate(("kaputt", "heil")):
        at = room.clock.now() - timedelta(seconds=2 - number)
        await room.store.accept(name, Utterance(text, Channel.WEB, at, text))
    assert await room.service.recover() == 1
    assert [bool(turn.answer) for turn in await room.service.turns(name)] == [False, True]


async def test_what_was_left_is_answered_before_the_next_message(room: Room) -> None:
    """Who goes on talking gets the answers that are still open first, in their order; broken ones are passed over."""
    name = await started(room)
    for number, text in enumerate(("eins", "kaputt", "zwei")):
        at = room.clock.now() - timedelta(seconds=3 - number)
        await room.store.accept(name, Utterance(text, Channel.WEB, at, text))
    assert (await room.service.say(name, Message("drei"))).answer
    assert [heard.text for heard in room.dialogue.heard] == ["eins", "kaputt", "zwei", "drei"]
    assert [bool(turn.answer) for turn in await room.service.turns(name)] == [True, False, True, True]
    assert (await room.service.get(name)).state.failures == 3


async def test_what_a_full_disk_left_is_answered_later(room: Room) -> None:
    """A running server looks again for what it could not answer, but leaves alone what is hardly accepted yet."""
    name = await started(room)
    await room.store.accept(name, Utterance("offen", Channel.WEB, room.clock.now(), "m1"))
    async with room.service.running(recover_every=timedelta(milliseconds=1)):
        room.clock.advance(timedelta(seconds=1))
        await room.dialogue.has_heard(1)
        assert await room.service.recover(overdue=timedelta(minutes=1)) == 0
    assert (await room.service.turns(name))[0].answer


async def test_a_failed_turn_can_be_sent_again(room: Room) -> None:
    """A message whose answer failed is accepted; sending it again tries again with what came before it."""
    name = await started(room)
    with pytest.raises(RuntimeError):
        await room.service.say(name, Message("kaputt", id="m1"))
    turn = await room.service.say(name, Message("heil", id="m1"))
    assert turn.answer
    assert room.dialogue.before == [0, 0]


async def test_running_recovers_and_purges(room: Room) -> None:
    """While the server runs, what a crash left is answered and what is due is removed; leaving waits for answers."""
    old = await started(room)
    room.clock.advance(timedelta(days=31))
    name = await started(room)
    at = room.clock.now() - timedelta(seconds=1)
    await room.store.accept(name, Utterance("offen", Channel.WEB, at, "m1"))
    async with room.service.running():
        await room.dialogue.has_heard(1)
        room.dialogue.gate.clear()
        await room.service.submit(name, Message("spät"))
        asyncio.get_running_loop().call_soon(room.dialogue.gate.set)
    assert all(turn.answer for turn in await room.service.turns(name))
    with pytest.raises(ConversationNotFoundError):
        await room.service.get(old)


async def test_switching_language_keeps_the_conversation(room: Room) -> None:
    """Language and register can be switched outside a turn; the choice sticks."""
    name = await started(room)
    await room.service.switch(name, language=Language.AR)
    state = (await room.service.switch(name, register=Register.PLAIN)).state
    assert (state.language, state.language_is_chosen, state.register) == (Language.AR, True, Register.PLAIN)


async def test_closed_means_closed(room: Room) -> None:
    """In a closed conversation nothing more can be said, but everything can be read; closing twice is harmless."""
    name = await started(room)
    await room.service.say(name, Message("Hallo"))
    await room.service.close(name)
    await room.service.close(name)
    with pytest.raises(ConversationClosedError):
        await room.service.say(name, Message("noch etwas"))
    assert len(await room.service.turns(name)) == 1


async def test_deleted_is_gone(room: Room) -> None:
    """After deletion nothing can be said and nothing be read."""
    name = await started(room)
    await room.service.delete(name)
    for way in (room.service.say(name, Message("Hallo")), room.service.get(name), room.service.delete(name)):
        with pytest.raises(ConversationNotFoundError):
            await way
