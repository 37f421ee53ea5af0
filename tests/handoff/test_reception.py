"""The citizen's side: is somebody there, where do I stand, what becomes of what I write."""

from datetime import timedelta

from assistant.handoff.wait import expected_wait, usual_length
from assistant.model import Ending, HandoffState, Mode, NoticeKind, Presence, QueuePlace
from assistant.service import Message
from tests.handoff.conftest import BERG, KAYA, House

MINUTE = timedelta(minutes=1)


async def test_nobody_is_there_at_first(house: House) -> None:
    """Within opening hours, but without an agent: open, and nobody will come."""
    there = await house.reception.availability()
    assert (there.is_open, there.agents, there.can_connect) == (True, 0, False)


async def test_an_agent_makes_the_difference(house: House) -> None:
    """Who takes chats counts; who has a break, or has gone, does not."""
    await house.arrive(KAYA)
    await house.desk.report(BERG, Presence.PAUSED)
    there = await house.reception.availability()
    assert (there.agents, there.waiting, there.wait, there.can_connect) == (1, 0, timedelta(), True)
    house.clock.advance(house.tools.rules.gone_after + MINUTE)
    assert not (await house.reception.availability()).can_connect


async def test_after_hours_nobody_is_offered(house: House) -> None:
    """An agent who stays late makes no opening hours."""
    house.clock.advance(timedelta(hours=7))
    await house.arrive(KAYA)
    assert not (await house.reception.availability()).can_connect


async def test_places_in_the_queue(house: House) -> None:
    """Everybody sees their own place, and moves up when somebody before them is taken."""
    await house.arrive(KAYA)
    first, second = await house.wait_in_queue(), await house.wait_in_queue()
    assert await house.reception.place(first.conversation_id) == QueuePlace(1, timedelta())
    assert await house.reception.place(second.conversation_id) == QueuePlace(2, timedelta())
    await house.desk.claim(KAYA, first.id)
    assert await house.reception.place(first.conversation_id) is None
    assert (await house.reception.place(second.conversation_id)) == QueuePlace(1, timedelta())


def test_the_wait_is_reckoned() -> None:
    """Who fits into a free place waits not at all; the others until enough chats have ended."""
    assert expected_wait(1, 1, 3, 6 * MINUTE) == timedelta()
    assert expected_wait(1, 0, 3, 6 * MINUTE) == 2 * MINUTE
    assert expected_wait(4, 1, 3, 6 * MINUTE) == 6 * MINUTE
    assert expected_wait(1, 0, 0, 6 * MINUTE) is None


async def test_the_length_of_a_chat_is_learned(house: House) -> None:
    """After some chats of the day their own length counts."""
    await house.arrive(KAYA)
    assert usual_length(()) == 6 * MINUTE
    for _ in range(5):
        handoff = await house.wait_in_queue()
        await house.desk.claim(KAYA, handoff.id)
        house.clock.advance(2 * MINUTE)
        await house.desk.close(KAYA, handoff.id, Ending.SOLVED)
    ended = await house.tools.handoffs.ended_since(house.clock.now() - timedelta(hours=1))
    assert usual_length(ended) == 2 * MINUTE


async def test_what_is_written_while_waiting_is_kept_for_the_agent(house: House) -> None:
    """Roland says nothing to it; the agent finds it as written; it is masked when all is over."""
    handoff = await house.wait_in_queue()
    turn = await house.service.say(handoff.conversation_id, Message("Schreiben Sie mir: a@b.de"))
    assert (turn.mode, turn.answer) == (Mode.QUEUED, None)
    assert house.dialogue.heard == []
    await house.arrive(KAYA)
    await house.desk.claim(KAYA, handoff.id)
    assert (await house.desk.look_at(handoff.id)).packet.to_people == ("Schreiben Sie mir: a@b.de",)
    await house.desk.close(KAYA, handoff.id, Ending.SOLVED)
    await house.watch.look()
    assert [turn.utterance.text for turn in await house.service.turns(handoff.conversation_id)] == [
        "Schreiben Sie mir: [EMAIL]"
    ]


async def test_danger_is_answered_while_waiting(house: House) -> None:
    """Whoever waits and tells of a fire gets the numbers at once, and is taken first."""
    calm, hurt = await house.wait_in_queue(), await house.wait_in_queue()
    await house.service.say(hurt.conversation_id, Message("Hilfe, es brennt bei mir in der Küche!"))
    assert await house.notices(hurt.conversation_id) == [NoticeKind.QUEUED, NoticeKind.EMERGENCY]
    assert [one.id for one in await house.desk.waiting()] == [hurt.id, calm.id]


async def test_going_back_to_roland(house: House) -> None:
    """Nobody must wait to the end: out of the queue, or from an agent, Roland answers again."""
    await house.arrive(KAYA)
    for claims in (False, True):
        handoff = await house.wait_in_queue()
        if claims:
            await house.desk.claim(KAYA, handoff.id)
        left = await house.reception.leave(handoff.conversation_id)
        assert left is not None
        assert left.ending is (Ending.PERSON_LEFT if claims else Ending.WITHDRAWN)
        turn = await house.service.say(handoff.conversation_id, Message("Was kostet ein Pass?"))
        assert turn.answer is not None
        assert await house.reception.leave(handoff.conversation_id) is None


async def test_was_it_solved(house: House) -> None:
    """The person's word is kept with the last hand-off; without one there is nothing to rate."""
    handoff = await house.wait_in_queue()
    await house.reception.leave(handoff.conversation_id)
    rated = await house.reception.rate(handoff.conversation_id, is_solved=False)
    assert rated is not None
    assert (rated.is_solved, rated.state) == (False, HandoffState.ENDED)
    fresh = await house.service.start(handoff.channel)
    assert await house.reception.rate(fresh.id, is_solved=True) is None
