"""What the talk on the telephone gets from the office behind it, asked from another thread."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from assistant.errors import (
    CallClosedError,
    RolandError,
    StorageUnavailableError,
    TelephoneError,
    TicketError,
    TurnTimeoutError,
)
from assistant.handoff.reception import Reception
from assistant.model import (
    AnswerStatus,
    CallDetails,
    CallEnding,
    Channel,
    Ending,
    HandoffState,
    Language,
    Mode,
    NobodyThere,
    NoticeKind,
    Presence,
    ReplyBy,
    StatusCode,
    SwitchName,
    TicketFilter,
    TicketKind,
    TransferOutcome,
    TransferTarget,
)
from assistant.phone.tools import OfficeRules
from assistant.ports import CallOffice
from assistant.storage.database import Database
from assistant.storage.switches import SqlSwitchBoard
from tests.handoff.conftest import KAYA
from tests.phone.conftest import BTB, NUMBER, Behind, Line, build_behind

FAST = OfficeRules(turn_patience_s=0.2, patience_s=0.2)


def everything_in(folder: Path) -> bytes:
    """All that has been written there."""
    return b"".join(path.read_bytes() for path in folder.iterdir())


async def test_a_call_is_a_conversation(behind: Behind) -> None:
    """It has the telephone's channel and the caller's language, and is answered like any other."""
    office: CallOffice = behind.office
    call = await behind.ring()
    answer = await behind.line.do(office.say(call, "was kostet ein reisepass"))
    assert (answer.status, answer.service_id) == (AnswerStatus.ANSWERED, "reisepass")
    conversation = await behind.service.get(call)
    assert (conversation.channel, conversation.state.language) == (Channel.PHONE, Language.DE)
    assert conversation.state.language_is_chosen
    assert behind.dialogue.heard[-1].channel is Channel.PHONE


async def test_keys_and_languages_reach_the_dialogue(behind: Behind) -> None:
    """A choice, a switch of language and an id that makes repeating harmless are handed on."""
    call = await behind.ring()
    key = {"choice": "act:human", "language": Language.EN, "utterance_id": "u1"}
    first, answer = [await behind.line.do(behind.office.say(call, "", **key)) for _ in range(2)]  # type: ignore[arg-type]
    assert first == answer
    (heard,) = behind.dialogue.heard
    assert (heard.choice, heard.language, heard.id) == ("act:human", Language.EN, "u1")
    assert answer.language is Language.EN


async def test_a_code_told_sign_by_sign_is_kept_nowhere(behind: Behind) -> None:
    """The dialogue reads it, what is stored has it no more, though it came in words."""
    code = next(code for number in range(99) if (code := StatusCode.of_number(number * 987_654_321_987_654_321)))
    call = await behind.ring()
    await behind.line.do(behind.office.say(call, " ".join(code.symbols.lower())))
    assert behind.dialogue.heard[-1].text == code.symbols


async def test_nothing_is_kept_of_who_calls(behind: Behind, tmp_path: Path) -> None:
    """As long as nobody asks for a person, the caller's number is nowhere in the database."""
    call = await behind.ring()
    await behind.line.do(behind.office.say(call, "was kostet ein reisepass"))
    await behind.line.do(behind.office.close(call, CallEnding.CALLER))
    assert NUMBER.removeprefix("+").encode() not in everything_in(tmp_path)


# ── to people ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_caller_is_put_through(behind: Behind) -> None:
    """The conversation waits with the number, the call carries a reference that finds it; the agent takes over."""
    call = await behind.ring()
    handoff = await behind.wish_person(call)
    assert (handoff.caller, handoff.channel) == (NUMBER, Channel.PHONE)
    target = await behind.line.do(behind.office.target(call))
    assert isinstance(target, TransferTarget)
    assert target.address == BTB
    found = await behind.desk.call(target.reference)
    assert found is not None
    assert found.conversation.id == call
    await behind.line.do(behind.office.passed_on(call, TransferOutcome.DONE))
    await behind.line.do(behind.office.passed_on(call, TransferOutcome.DONE))
    await behind.line.do(behind.office.close(call, CallEnding.TRANSFERRED))
    assert await behind.mode(call) is Mode.QUEUED
    await behind.desk.claim(KAYA, handoff.id)
    await behind.desk.close(KAYA, handoff.id, Ending.SOLVED)
    assert await behind.notices(call) == [
        NoticeKind.QUEUED,
        NoticeKind.PASSED_ON,
        NoticeKind.CLAIMED,
        NoticeKind.CLOSED,
    ]
    assert (await behind.tools.handoffs.get(handoff.id)).caller == ""


async def test_who_presses_for_a_person_waits_at_the_desk_too(behind: Behind) -> None:
    """Asked for a target without a wish before, the office lets the conversation wait, with everything said."""
    call = await behind.ring()
    await behind.line.do(behind.office.say(call, "was kostet ein reisepass"))
    assert await behind.line.do(behind.office.target(call)) is not None
    assert await behind.line.do(behind.office.target(call)) is not None
    (waiting,) = await behind.desk.waiting()
    assert (await behind.desk.look_at(waiting.id)).packet.questions == ("was kostet ein reisepass",)


@pytest.mark.parametrize("outcome", [one for one in TransferOutcome if one is not TransferOutcome.DONE])
async def test_nobody_takes_the_call(behind: Behind, outcome: TransferOutcome) -> None:
    """Refused, not answered, impossible: Roland speaks again, the number is gone, and the desk can see why."""
    call = await behind.ring()
    handoff = await behind.wish_person(call)
    await behind.line.do(behind.office.passed_on(call, outcome))
    ended = await behind.tools.handoffs.get(handoff.id)
    assert (ended.state, ended.ending, ended.caller) == (HandoffState.ENDED, Ending.NOBODY_CAME, "")
    assert await behind.notices(call) == [NoticeKind.QUEUED, NoticeKind.NOT_PASSED_ON]
    assert (await behind.desk.look_at(handoff.id)).call == await behind.calls.of_conversation(call)
    kept = await behind.calls.of_conversation(call)
    assert kept is not None
    assert kept.outcome is outcome
    answer = await behind.line.do(behind.office.say(call, "was kostet ein reisepass"))
    assert answer.status is AnswerStatus.ANSWERED


async def test_an_agent_who_was_quicker_is_told_that_nobody_rings(behind: Behind) -> None:
    """Who took over while it rang loses the conversation, when the call does not come through."""
    call = await behind.ring()
    handoff = await behind.wish_person(call)
    await behind.desk.claim(KAYA, handoff.id)
    await behind.line.do(behind.office.passed_on(call, TransferOutcome.TIMED_OUT))
    assert await behind.mode(call) is Mode.WITH_BOT
    assert await behind.desk.chats_of(KAYA) == ()


async def test_nobody_is_there(behind: Behind) -> None:
    """Without agents, after hours, or switched off, there is no target, and whoever waited speaks with Roland again."""
    call = await behind.ring()
    await behind.wish_person(call)
    await behind.desk.report(KAYA, Presence.PAUSED)
    assert await behind.line.do(behind.office.target(call)) == NobodyThere()
    assert await behind.mode(call) is Mode.WITH_BOT
    await behind.arrive()
    behind.clock.advance(timedelta(hours=8))
    await behind.arrive()
    closed = await behind.line.do(behind.office.target(call))
    assert isinstance(closed, NobodyThere)
    assert closed.opens_at == behind.tools.calendar.next_opening(behind.clock.now())
    assert closed.opens_at is not None
    assert await behind.desk.waiting() == ()


async def test_putting_through_can_be_switched_off(behind: Behind, tmp_path: Path) -> None:
    """A supervisor's switch holds at once; a city without a number to put through to needs none."""
    async with Database(f"sqlite:///{tmp_path / 'phone.db'}") as database:
        board = SqlSwitchBoard(database)
        await board.turn(SwitchName.PHONE, on=False, message="x", by="Frau Lund", at=behind.clock.now())
        for tools in (
            replace(behind.tools, switches=board),
            replace(behind.tools, rules=replace(behind.tools.rules, calls_to="")),
        ):
            assert not (await Reception(tools).availability(Channel.PHONE)).can_connect
        assert (await behind.reception.availability(Channel.PHONE)).can_connect


async def test_who_speaks_while_being_put_through(behind: Behind) -> None:
    """Is told to be patient; what they say stands at the desk."""
    call = await behind.ring()
    handoff = await behind.wish_person(call)
    answer = await behind.line.do(behind.office.say(call, "sind sie noch da"))
    assert answer.status is AnswerStatus.HANDOFF_QUEUED
    assert (await behind.desk.look_at(handoff.id)).packet.to_people == ("sind sie noch da",)


async def test_a_call_that_comes_back(behind: Behind) -> None:
    """It goes on in its conversation, with Roland; once that is over it is a new one."""
    call = await behind.ring()
    await behind.put_through(call)
    await behind.line.do(behind.office.close(call, CallEnding.TRANSFERRED))
    again = await behind.ring(returns_after=TransferOutcome.TIMED_OUT)
    assert again == call
    assert await behind.mode(call) is Mode.WITH_BOT
    (running,) = await behind.calls.running()
    assert running.outcome is TransferOutcome.TIMED_OUT
    await behind.line.do(behind.office.close(call, CallEnding.CALLER))
    assert await behind.ring(returns_after=TransferOutcome.REFUSED) != call


# ── call-backs ─────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_call_back_is_a_ticket(behind: Behind) -> None:
    """It has number, matter, service, office and a date within a working day; told twice it is one."""
    call = await behind.ring()
    await behind.line.do(behind.office.say(call, "was kostet ein reisepass"))
    first, again = [
        await behind.line.do(behind.office.promise_callback(call, NUMBER, "es geht um meinen pass")) for _ in range(2)
    ]
    assert first == again
    (ticket,) = await behind.tickets.desk.find(TicketFilter())
    assert (ticket.kind, ticket.reply_by, ticket.contact) == (TicketKind.CALLBACK, ReplyBy.PHONE, NUMBER)
    assert (ticket.text, ticket.channel, ticket.conversation_id) == ("es geht um meinen pass", Channel.PHONE, call)
    assert ticket.due_at - behind.clock.now() <= timedelta(hours=24)
    assert first.due_at == ticket.due_at
    assert str(first.due_at.tzinfo) == "Europe/Berlin"
    assert await behind.tickets.service.status(first.code, (call,)) is not None


async def test_what_was_asked_is_the_matter_of_who_says_nothing_more(behind: Behind) -> None:
    """A caller need not tell again what they told Roland already."""
    call = await behind.ring()
    await behind.line.do(behind.office.say(call, "was kostet ein reisepass"))
    await behind.line.do(behind.office.promise_callback(call, NUMBER, ""))
    (ticket,) = await behind.tickets.desk.find(TicketFilter())
    assert ticket.text == "was kostet ein reisepass"


@pytest.mark.parametrize("number", ["12", "anonym", ""])
async def test_a_number_nobody_can_ring_is_no_call_back(behind: Behind, number: str) -> None:
    """It is refused, so that the caller can be asked once more."""
    call = await behind.ring()
    with pytest.raises(TicketError):
        await behind.line.do(behind.office.promise_callback(call, number, "es geht um meinen pass"))


# ── the end ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("waits", [False, True])
async def test_who_hangs_up_is_gone(behind: Behind, *, waits: bool) -> None:
    """The conversation is over, the queue empty, the number gone; closing again is harmless, speaking is not."""
    call = await behind.ring()
    if waits:
        await behind.wish_person(call)
    for _ in range(2):
        await behind.line.do(behind.office.close(call, CallEnding.CALLER))
    assert await behind.mode(call) is Mode.CLOSED
    assert await behind.desk.waiting() == ()
    assert await behind.calls.running() == ()
    with pytest.raises(CallClosedError):
        await behind.line.do(behind.office.say(call, "hallo"))


async def test_a_conversation_that_was_ended_or_deleted(behind: Behind) -> None:
    """By an agent or by the person: the talk is told that it is over, and closing it fails nowhere."""
    call = await behind.ring()
    await behind.service.close(call)
    with pytest.raises(CallClosedError):
        await behind.line.do(behind.office.say(call, "hallo"))
    with pytest.raises(CallClosedError):
        await behind.line.do(behind.office.target(call))
    await behind.service.delete(call)
    with pytest.raises(CallClosedError):
        await behind.line.do(behind.office.say(call, "hallo"))
    await behind.line.do(behind.office.close(call, CallEnding.CALLER))


# ── when something behind it fails ─────────────────────────────────────────────────────────────────────────────────


async def test_a_dialogue_that_breaks_ends_in_an_apology(behind: Behind) -> None:
    """The caller hears a sentence in their language, and the way to a person."""
    call = await behind.ring()
    broken = await behind.line.do(behind.office.say(call, "kaputt", language=Language.EN))
    assert broken.status is AnswerStatus.ERROR_INTERNAL
    assert "something went wrong" in str(broken.blocks)
    assert broken.quick_replies[0].payload == "act:human"


async def test_a_dialogue_that_hangs_keeps_nobody_waiting(tmp_path: Path, line: Line) -> None:
    """The patience with a turn is longer than its own deadline, but it ends."""
    async with Database(f"sqlite:///{tmp_path / 'phone.db'}") as database:
        behind = build_behind(database, line, FAST)
        async with behind.office.running():
            call = await behind.ring()
            behind.dialogue.hold()
            late = await behind.line.do(behind.office.say(call, "was kostet das"))
            assert late.status is AnswerStatus.ERROR_TIMEOUT
            assert late.error is not None
            assert late.error.retryable
            behind.dialogue.release()


async def test_a_dead_database(tmp_path: Path, line: Line) -> None:
    """It ends in an error at once, not in silence; who wants a person is put through by the opening hours alone."""
    database = Database(f"sqlite:///{tmp_path / 'phone.db'}")
    database.open()
    behind = build_behind(database, line)
    async with behind.office.running():
        call = await behind.ring()
        database.close()
        answer = await behind.line.do(behind.office.say(call, "was kostet ein reisepass"))
        assert answer.status is AnswerStatus.ERROR_INTERNAL
        assert answer.error is not None
        assert answer.error.code == StorageUnavailableError.code
        target = await behind.line.do(behind.office.target(call))
        assert isinstance(target, TransferTarget)
        assert target.address == BTB
        behind.clock.advance(timedelta(hours=10))
        assert isinstance(await behind.line.do(behind.office.target(call)), NobodyThere)
        for work in (
            behind.office.passed_on(call, TransferOutcome.DONE),
            behind.office.promise_callback(call, NUMBER, "pass"),
            behind.office.close(call, CallEnding.CALLER),
        ):
            with pytest.raises(RolandError):
                await behind.line.do(work)


async def test_a_call_that_comes_while_the_database_is_dead(tmp_path: Path, line: Line) -> None:
    """It is answered and put through by the hours; as soon as the database is back it is a conversation like others."""
    database = Database(f"sqlite:///{tmp_path / 'phone.db'}")
    database.open()
    behind = build_behind(database, line)
    async with behind.office.running():
        database.close()
        call = await behind.ring()
        answer = await behind.line.do(behind.office.say(call, "was kostet ein reisepass"))
        assert answer.status is AnswerStatus.ERROR_INTERNAL
        assert isinstance(await behind.line.do(behind.office.target(call)), TransferTarget)
        database.open()
        answer = await behind.line.do(behind.office.say(call, "was kostet ein reisepass"))
        assert answer.status is AnswerStatus.ANSWERED
        (kept,) = await behind.calls.running()
        assert len(await behind.service.turns(kept.conversation_id)) == 1
        target = await behind.line.do(behind.office.target(call))
        assert target == NobodyThere()
        await behind.line.do(behind.office.close(call, CallEnding.CALLER))
        assert await behind.calls.running() == ()
        await database.__aexit__(None, None, None)


async def test_an_answer_that_comes_after_the_end_keeps_no_call_alive(behind: Behind) -> None:
    """Who has hung up gives no sign of life any more."""
    call = await behind.ring()
    behind.dialogue.hold()
    asked = asyncio.run_coroutine_threadsafe(behind.office.say(call, "was kostet das"), behind.line.loop)
    await behind.dialogue.has_heard(1)
    closing = asyncio.run_coroutine_threadsafe(behind.office.close(call, CallEnding.CALLER), behind.line.loop)
    await behind.line.do(asyncio.sleep(0))
    behind.dialogue.gate.set()
    with pytest.raises(CallClosedError):
        await asyncio.wrap_future(asked)
    await asyncio.wrap_future(closing)
    with pytest.raises(CallClosedError):
        await behind.line.do(behind.office.target(call))


async def test_any_name_of_a_call_can_be_kept(behind: Behind) -> None:
    """Other sides name their calls as they like, however long, and with signs that no database takes."""
    call = CallDetails("call-1", "sip", "\0\n" + "x" * 4_000, behind.clock.now())
    conversation_id = await behind.line.do(behind.office.open(call, Language.DE))
    kept = await behind.calls.of_conversation(conversation_id)
    assert kept is not None
    assert kept.external_id == "x" * 255


async def test_a_loop_that_stands_still_holds_no_caller(tmp_path: Path, line: Line) -> None:
    """While the conversations' loop is blocked the line's goes on, and gets its error in time."""
    async with Database(f"sqlite:///{tmp_path / 'phone.db'}") as database:
        behind = build_behind(database, line, FAST)
        async with behind.office.running():
            call = await behind.ring()
            asked = asyncio.run_coroutine_threadsafe(behind.office.say(call, "hallo"), line.loop)
            answer = asked.result(10)  # blocks this loop, which owns the conversations
            assert answer.status is AnswerStatus.ERROR_TIMEOUT
            closing = asyncio.run_coroutine_threadsafe(behind.office.close(call, CallEnding.CALLER), line.loop)
            with pytest.raises(TurnTimeoutError):
                closing.result(10)


async def test_before_and_after_it_is_open(behind: Behind, tmp_path: Path) -> None:
    """A call that comes too early or too late is refused with an error, not left waiting."""
    async with Database(f"sqlite:///{tmp_path / 'phone.db'}") as database:
        closed = build_behind(database, behind.line)
        with pytest.raises(TelephoneError):
            await closed.ring()
        async with closed.office.running():
            await closed.ring()
        with pytest.raises(TelephoneError):
            await closed.ring(name="call-2")


async def test_who_no_longer_asks_stops_the_work(behind: Behind) -> None:
    """A session that ends takes its question back also in the other loop; the turn itself is worked on to the end."""
    call = await behind.ring()
    behind.dialogue.hold()
    asked = asyncio.run_coroutine_threadsafe(behind.office.say(call, "was kostet das"), behind.line.loop)
    await behind.dialogue.has_heard(1)
    asked.cancel()
    behind.dialogue.gate.set()
    answer = await behind.line.do(behind.office.say(call, "und die unterlagen"))
    assert answer.status is AnswerStatus.ANSWERED
    turns = await behind.service.turns(call)
    assert [turn.utterance.text for turn in turns] == ["was kostet das", "und die unterlagen"]
    assert all(turn.answer for turn in turns)


async def test_many_calls_at_once(behind: Behind) -> None:
    """Forty calls speak at the same time, each in its own conversation."""

    async def one(number: int) -> str:
        call = await behind.ring(name=f"call-{number}")
        answer = await behind.line.do(behind.office.say(call, f"frage {number}"))
        assert f"frage {number}" in str(answer.blocks)
        await behind.line.do(behind.office.close(call, CallEnding.CALLER))
        return call

    assert len(set(await asyncio.gather(*(one(number) for number in range(40))))) == 40
    assert await behind.calls.running() == ()


async def test_running_calls_give_signs_of_life(tmp_path: Path, line: Line) -> None:
    """As long as a call is on the line, the database hears of it now and then; no longer when it is over."""
    often = OfficeRules(seen_every=timedelta(milliseconds=1))
    async with Database(f"sqlite:///{tmp_path / 'phone.db'}") as database:
        behind = build_behind(database, line, often)
        async with behind.office.running():
            await behind.ring()
            behind.clock.advance(timedelta(minutes=1))
            while (await behind.calls.running())[0].seen_at < behind.clock.now():  # noqa: ASYNC110
                await asyncio.sleep(0)
