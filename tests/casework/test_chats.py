"""Chats on another platform: the same for Chatwoot and Zammad."""

from dataclasses import replace
from datetime import timedelta

import pytest

from assistant.errors import NotTheAgentError
from assistant.handoff.desk import Draft
from assistant.model import CaseSignal, Ending, HandoffState, Mode, NoticeKind
from tests.casework.conftest import JON, MARA, Bridged, ask, spoken
from tests.handoff.conftest import KAYA

pytestmark = pytest.mark.slow


async def test_staff_reads_what_the_packet_tells_and_nothing_that_names_the_person(chats: Bridged) -> None:
    """Questions, service, language and sources are there; no id of Roland's leaves the house."""
    handoff = await ask(chats, "Was kostet ein Reisepass?")
    await chats.sync()
    ref = await chats.ref(handoff.id)
    (note,) = chats.server.notes(ref)
    for part in ("Was kostet ein Reisepass?", "Deutsch", "Reisepass beantragen", "https://www.service.bremen.de/"):
        assert part in note
    everything = repr(chats.server)
    assert handoff.id not in everything
    assert handoff.conversation_id not in everything


async def test_what_is_said_while_waiting_goes_there_once_and_in_order(chats: Bridged) -> None:
    """Messages are forwarded as the person's; what was said to Roland before is in the briefing alone."""
    handoff = await ask(chats, "Was kostet ein Reisepass?")
    await chats.say(handoff, "Hallo?")
    await chats.sync()
    await chats.say(handoff, "Ist da jemand?")
    await chats.sync()
    await chats.sync()
    assert chats.server.said(await chats.ref(handoff.id)) == ["Hallo?", "Ist da jemand?"]


async def test_a_conversation_there_and_back(chats: Bridged) -> None:
    """Staff takes it, both talk, staff ends it: every message once, in order, under the name of who wrote it."""
    handoff = await chats.wait()
    ref = await chats.ref(handoff.id)
    chats.server.assign(ref, *MARA)
    await chats.sync_from_there(handoff)
    assert await chats.mode(handoff) is Mode.WITH_AGENT
    chats.server.answer(ref, *MARA, "Guten Tag")
    await chats.sync_from_there(handoff)
    await chats.say(handoff, "Guten Tag, was kostet das?")
    await chats.sync()
    chats.server.answer(ref, *MARA, "70 Euro.")
    chats.server.answer(ref, *MARA, "Noch etwas?")
    chats.server.set_status(ref, chats.over)
    await chats.sync_from_there(handoff)
    entries = await chats.house.service.transcript(handoff.conversation_id)
    assert spoken(entries) == ["Guten Tag", "Guten Tag, was kostet das?", "70 Euro.", "Noch etwas?"]
    assert {name for name, _ in await chats.heard(handoff)} == {"Frau Lindner"}
    assert await chats.mode(handoff) is Mode.CLOSED
    ended = await chats.house.tools.handoffs.get(handoff.id)
    assert ended.ending is Ending.SOLVED


async def test_the_bot_is_silent_while_staff_answers(chats: Bridged) -> None:
    """Nothing that is said to staff is answered by Roland."""
    handoff = await chats.wait()
    chats.server.answer(await chats.ref(handoff.id), *MARA, "Guten Tag")
    await chats.sync_from_there(handoff)
    before = len(chats.house.dialogue.heard)
    await chats.say(handoff, "Was kostet ein Reisepass?")
    assert len(chats.house.dialogue.heard) == before


async def test_an_answer_of_nobodys_takes_the_chat(chats: Bridged) -> None:
    """Whoever answers first has it, even where nobody was assigned."""
    handoff = await chats.wait()
    chats.server.answer(await chats.ref(handoff.id), *JON, "Moin")
    await chats.sync_from_there(handoff)
    assert await chats.heard(handoff) == [("Herr Petersen", "Moin")]
    assert (await chats.house.tools.handoffs.get(handoff.id)).agent_id == f"{chats.server_name}:8"


async def test_another_colleague_takes_over_there(chats: Bridged) -> None:
    """The person is told who answers now."""
    handoff = await chats.wait()
    ref = await chats.ref(handoff.id)
    chats.server.assign(ref, *MARA)
    await chats.sync_from_there(handoff)
    chats.server.assign(ref, *JON)
    chats.server.answer(ref, *JON, "Ich mache weiter.")
    await chats.sync_from_there(handoff)
    kinds = await chats.house.notices(handoff.conversation_id)
    assert kinds == [NoticeKind.QUEUED, NoticeKind.CLAIMED, NoticeKind.TRANSFERRED, NoticeKind.CLAIMED]
    assert await chats.heard(handoff) == [("Herr Petersen", "Ich mache weiter.")]


async def test_notes_of_staff_never_come_to_the_person(chats: Bridged) -> None:
    """What staff writes for itself neither is told nor takes the chat."""
    handoff = await chats.wait()
    chats.server.answer(await chats.ref(handoff.id), *MARA, "Sehr unfreundlich.", private=True)
    await chats.sync_from_there(handoff)
    assert await chats.heard(handoff) == []
    assert await chats.mode(handoff) is Mode.QUEUED


async def test_staff_gives_back_to_the_bot(chats: Bridged) -> None:
    """Roland answers again; what the person says now stays here."""
    handoff = await chats.wait()
    ref = await chats.ref(handoff.id)
    chats.server.answer(ref, *MARA, "Roland kann das besser.")
    chats.server.set_status(ref, chats.back)
    await chats.sync_from_there(handoff)
    assert await chats.mode(handoff) is Mode.WITH_BOT
    assert await chats.heard(handoff) == [("Frau Lindner", "Roland kann das besser.")]
    await chats.say(handoff, "Was kostet ein Reisepass?")
    await chats.sync()
    assert chats.server.said(ref) == []


async def test_a_case_that_staff_ends_without_a_word_ends_here(chats: Bridged) -> None:
    """Nobody waits for a case that is closed there."""
    handoff = await chats.wait()
    chats.server.set_status(await chats.ref(handoff.id), chats.over)
    await chats.sync_from_there(handoff)
    assert await chats.mode(handoff) is Mode.CLOSED


async def test_the_person_leaves(chats: Bridged) -> None:
    """The case ends there, with the reason for staff; a late answer finds nobody."""
    handoff = await chats.wait()
    ref = await chats.ref(handoff.id)
    await chats.house.reception.leave(handoff.conversation_id)
    await chats.sync()
    assert "wollte nicht länger warten" in chats.server.notes(ref)[-1]
    chats.server.answer(ref, *MARA, "Hallo?")
    await chats.sync_from_there(handoff)
    assert await chats.heard(handoff) == []
    assert await chats.mode(handoff) is Mode.WITH_BOT


async def test_the_person_deletes_the_conversation(chats: Bridged) -> None:
    """Staff is told to delete it too."""
    handoff = await chats.wait()
    ref = await chats.ref(handoff.id)
    await chats.house.service.delete(handoff.conversation_id)
    await chats.sync()
    assert "gelöscht" in chats.server.notes(ref)[-1]
    assert (await chats.link(handoff.id)).closed_at is not None


async def test_an_agent_of_rolands_own_desk_is_quicker(chats: Bridged) -> None:
    """The case ends there; when that agent lets go, it is offered there anew with what was said since."""
    handoff = await chats.wait()
    first = await chats.ref(handoff.id)
    await chats.house.arrive(KAYA)
    await chats.house.desk.claim(KAYA, handoff.id)
    await chats.sync()
    assert "in Roland übernommen" in chats.server.notes(first)[-1]
    await chats.house.desk.say(KAYA, handoff.id, Draft("Ich frage nach."))
    chats.house.clock.advance(timedelta(seconds=5))
    await chats.house.desk.pass_on(KAYA, handoff.id, reason="Feierabend")
    await chats.say(handoff, "Und jetzt?")
    await chats.sync()
    second = await chats.ref(handoff.id)
    assert second != first
    assert "Feierabend" in chats.server.notes(second)[0]
    assert chats.server.said(second) == ["Und jetzt?"]


async def test_the_watch_leaves_people_without_a_desk_alone(chats: Bridged) -> None:
    """Somebody who answers elsewhere gives no sign of life here, and keeps the chat."""
    handoff = await chats.wait()
    chats.server.assign(await chats.ref(handoff.id), *MARA)
    await chats.sync_from_there(handoff)
    chats.house.clock.advance(timedelta(minutes=10))
    await chats.house.watch.look()
    assert (await chats.house.tools.handoffs.get(handoff.id)).state is HandoffState.CLAIMED


async def test_people_there_count_as_present(chats: Bridged) -> None:
    """As long as the platform answers, the chat is offered; when it is silent, soon no longer."""
    assert not (await chats.house.reception.availability()).can_connect
    await chats.casework.report_who_is_there()
    assert (await chats.house.reception.availability()).agents == 1
    chats.server.status = 500
    chats.house.clock.advance(timedelta(minutes=2))
    await chats.casework.report_who_is_there()
    assert not (await chats.house.reception.availability()).can_connect


async def test_danger_while_waiting_is_told_to_staff(chats: Bridged) -> None:
    """A message that speaks of danger to life is marked."""
    handoff = await chats.wait()
    await chats.say(handoff, "Meine Wohnung brennt!")
    await chats.sync()
    assert "in Gefahr" in chats.server.notes(await chats.ref(handoff.id))[-1]


async def test_nothing_is_lost_while_the_platform_is_down(chats: Bridged) -> None:
    """What is said meanwhile waits in the outbox and goes there in its order; then all is done."""
    chats.server.status = 500
    handoff = await chats.house.wait_in_queue()
    for text in ("eins", "zwei", "drei"):
        await chats.say(handoff, text)
        await chats.sync()
    assert await chats.tools.outbox.undone()
    chats.server.status = 200
    chats.house.clock.advance(timedelta(minutes=10))
    await chats.sync()
    chats.house.clock.advance(timedelta(minutes=10))
    await chats.sync()
    assert chats.server.said(await chats.ref(handoff.id)) == ["eins", "zwei", "drei"]
    assert not await chats.tools.outbox.undone()


async def test_a_break_in_the_middle_doubles_nothing(chats: Bridged) -> None:
    """A case whose opening was never confirmed is found again."""
    chats.server.forget_reply = True
    handoff = await chats.house.wait_in_queue()
    await chats.say(handoff, "Hallo?")
    await chats.sync()
    chats.house.clock.advance(timedelta(minutes=1))
    await chats.sync()
    cases = chats.server.conversations if hasattr(chats.server, "conversations") else chats.server.tickets
    assert len(cases) == 1
    assert chats.server.said(await chats.ref(handoff.id)) == ["Hallo?"]


async def test_what_is_refused_is_a_dead_letter_without_words(chats: Bridged) -> None:
    """Somebody has to look at it; what was said is not in it."""
    chats.server.status = 422
    handoff = await chats.house.wait_in_queue()
    await chats.say(handoff, "Geheimes")
    await chats.sync()
    (letter,) = await chats.tools.outbox.dead()
    assert "422" in letter.last_error
    assert "Geheimes" not in repr(letter)
    chats.server.status = 200
    await chats.tools.outbox.revive(letter.id, chats.house.clock.now())
    await chats.sync()
    assert chats.server.said(await chats.ref(handoff.id)) == ["Geheimes"]


async def test_a_signal_twice_is_one_look(chats: Bridged) -> None:
    """A webhook that is delivered again changes nothing; one about a foreign case neither."""
    handoff = await chats.wait()
    ref = await chats.ref(handoff.id)
    chats.server.answer(ref, *MARA, "Guten Tag")
    for _ in range(3):
        await chats.casework.heard(chats.server_name, CaseSignal("d-1", ref))
    assert len(await chats.tools.outbox.undone()) == 1
    await chats.casework.heard(chats.server_name, CaseSignal("d-2", "99/99"))
    await chats.sync()
    await chats.casework.heard(chats.server_name, CaseSignal("d-1", ref))
    await chats.sync()
    assert await chats.heard(handoff) == [("Frau Lindner", "Guten Tag")]


async def test_a_lost_signal_is_made_up_for(chats: Bridged) -> None:
    """Every open case is looked at now and then, also when its system says nothing."""
    handoff = await chats.wait()
    chats.server.answer(await chats.ref(handoff.id), *MARA, "Guten Tag")
    await chats.sync()
    assert await chats.heard(handoff) == []
    chats.house.clock.advance(timedelta(minutes=1))
    await chats.sync()
    assert await chats.heard(handoff) == [("Frau Lindner", "Guten Tag")]


async def test_an_end_that_comes_before_the_last_answer_loses_nothing(chats: Bridged) -> None:
    """Webhooks overtake each other; what counts is how the case stands."""
    handoff = await chats.wait()
    ref = await chats.ref(handoff.id)
    chats.server.answer(ref, *MARA, "Auf Wiedersehen")
    chats.server.set_status(ref, chats.over)
    await chats.casework.heard(chats.server_name, CaseSignal("the-end", ref))
    await chats.sync()
    await chats.casework.heard(chats.server_name, CaseSignal("the-answer", ref))
    await chats.sync()
    assert await chats.heard(handoff) == [("Frau Lindner", "Auf Wiedersehen")]


async def test_two_workers_at_one_case_do_nothing_twice(chats: Bridged) -> None:
    """While one has a case, the other one leaves it alone."""
    handoff = await chats.house.wait_in_queue()
    now = chats.house.clock.now()
    await chats.sync()
    link = await chats.link(handoff.id)
    held = await chats.tools.links.hold(link, now, now + timedelta(minutes=1))
    assert held is not None
    await chats.say(handoff, "Hallo?")
    await chats.sync()
    assert chats.server.said(link.ref or "") == []
    await chats.tools.links.let_go(link.system, link.own_id)
    chats.house.clock.advance(timedelta(seconds=10))
    await chats.sync()
    assert chats.server.said(link.ref or "") == ["Hallo?"]


async def test_nobody_there_may_speak_where_somebody_here_does(chats: Bridged) -> None:
    """The state machine is the only way: an answer from there does not get past an agent's claim."""
    handoff = await chats.wait()
    await chats.house.arrive(KAYA)
    await chats.house.desk.claim(KAYA, handoff.id)
    stranger = replace(KAYA, id=f"{chats.server_name}:7")
    with pytest.raises(NotTheAgentError):
        await chats.house.desk.say(stranger, handoff.id, Draft("Ich bin auch da."))
