"""Whole calls in virtual time: sound, interruptions, hanging up, and everything that can fail behind a call."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.model import CallEnding, Language, NobodyThere, TransferOutcome, Voice
from tests.voice.session.fakes import Phone, Site
from tests.voice.session.script import CALL, FEE, TARGET, Book, prompt, spoken
from tests.voice.session.virtual import run
from voice.line import LineOptions
from voice.session.observe import CallerKeyed, CallFinished, Faltered, Interrupted, PassedOn, TurnTimed
from voice.session.options import SessionOptions

QUESTION = "was kostet ein reisepass"
LONG = spoken("Das ist ein langer Satz über den Reisepass und seine Kosten.", "Und das ist noch einer darüber.")


def book() -> Book:
    """What the office knows."""
    return Book().add(QUESTION, FEE).add("lang", LONG)


def call(script: Callable[[Site, Phone], Awaitable[None]], options: SessionOptions | None = None) -> Site:
    """One call, and everything ended after it."""

    async def main() -> Site:
        site = Site(book(), LineOptions(session=options or SessionOptions()))
        async with site.line.open():
            phone = site.phone()
            await script(site, phone)
            if not phone.call.done():
                await phone.hangs_up()
        return site

    return run(main())


async def opened(phone: Phone) -> None:
    """The opening is over."""
    await phone.hears(prompt("opening.question"))
    await phone.listens()


# ── a call ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_whole_call() -> None:
    """Greeting, question, answer, offer, a person; the desk knows, and the observer has the times of each turn."""

    async def script(site: Site, phone: Phone) -> None:
        await opened(phone)
        await phone.says(QUESTION)
        await phone.hears("siebzig Euro")
        await phone.hears("Auch die Unterlagen?")
        await phone.listens()
        await phone.says("ja")
        await phone.hears("Ein Foto.")
        await phone.listens()
        await phone.says("mitarbeiter")
        await phone.hears(prompt("transfer.announced"))
        await phone.call

    site = call(script)
    assert site.office.asked == [QUESTION]
    assert site.office.outcomes == [TransferOutcome.DONE]
    assert site.office.closed == [CallEnding.TRANSFERRED]
    (_, timed), *_ = site.watch.of(TurnTimed)
    assert isinstance(timed, TurnTimed)
    assert 300 < timed.recognised_ms < timed.answered_ms <= timed.sounded_ms < 600


def test_what_the_recogniser_is_told_to_expect() -> None:
    """The phrases of the step go with the stream, in the language of the talk."""

    async def script(site: Site, phone: Phone) -> None:
        await opened(phone)
        await phone.says(QUESTION)
        await phone.hears("Auch die Unterlagen?")
        await phone.listens()
        await phone.says("english please")
        await phone.hears("English")
        await phone.listens()
        await phone.says("hello")

    languages, vocabularies = zip(*call(script).recognizer.opened, strict=True)
    assert languages == (Language.DE, Language.DE, Language.EN)
    assert not vocabularies[0]
    assert "ja" in vocabularies[1]


# ── interrupting ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_callers_voice_stops_roland_within_200_ms() -> None:
    """And what was said is answered; what was not heard is not said later."""

    async def script(site: Site, phone: Phone) -> None:
        await opened(phone)
        await phone.says("lang")
        await phone.hears("langer Satz")
        await asyncio.sleep(1.5)
        began = await phone.says(QUESTION)
        assert phone.leg.cleared_at[-1] - began <= 0.2
        await phone.hears("siebzig Euro")

    site = call(script)
    assert len(site.watch.of(Interrupted)) == 1
    assert site.office.asked == ["lang", QUESTION]


def test_noise_stops_roland_only_for_a_moment() -> None:
    """He goes on with the sentence that was interrupted, not from the beginning."""

    async def script(site: Site, phone: Phone) -> None:
        await opened(phone)
        await phone.says("lang")
        await phone.hears("langer Satz")
        await phone.hears("noch einer")
        await asyncio.sleep(0.5)
        await phone.makes_noise()
        await phone.hears("noch einer")
        assert sum("langer Satz" in said for said in phone.said) == 1

    call(script)


def test_noise_all_the_time_does_not_keep_roland_from_saying_it() -> None:
    """After some interruptions by nothing he speaks on."""

    async def script(site: Site, phone: Phone) -> None:
        await opened(phone)
        await phone.says("lang")
        await phone.hears("langer Satz")
        for _ in range(8):
            await phone.makes_noise(0.5)
            await asyncio.sleep(1.0)
        await phone.hears(prompt("turn.question_next"))

    call(script)


def test_the_duty_sentence_is_heard_to_its_end() -> None:
    """Who speaks into it is understood, and answered after it, without the rest of the opening."""

    async def script(site: Site, phone: Phone) -> None:
        await phone.hears(prompt("opening.duty", city="Bremen"))
        await phone.says(QUESTION)
        assert phone.leg.cleared_at == []
        await phone.hears("siebzig Euro")
        assert prompt("opening.what") not in phone.said

    call(script)


def test_noise_in_the_duty_sentence_changes_nothing() -> None:
    """The opening goes on."""

    async def script(site: Site, phone: Phone) -> None:
        await phone.hears(prompt("opening.duty", city="Bremen"))
        await phone.makes_noise()
        await opened(phone)
        assert prompt("repair.not_heard") not in phone.said

    call(script)


def test_a_key_stops_roland_at_once() -> None:
    """And does what it means."""

    async def script(site: Site, phone: Phone) -> None:
        await opened(phone)
        await phone.says("lang")
        await phone.hears("langer Satz")
        phone.presses("#")
        await phone.hears(prompt("menu.lead"), within_s=0.5)

    call(script)


def test_who_speaks_on_is_understood_as_one() -> None:
    """A pause within a sentence ends it too early; what follows at once is put behind it."""

    async def script(site: Site, phone: Phone) -> None:
        await opened(phone)
        await phone.says("was kostet")
        await asyncio.sleep(0.5)
        await phone.says("ein reisepass")
        await phone.hears("siebzig Euro")

    assert call(script).office.asked[-1] == QUESTION


def test_keys_pressed_ahead_are_not_lost() -> None:
    """Who knows the way types it at once."""

    async def script(site: Site, phone: Phone) -> None:
        await opened(phone)
        phone.presses("#5")
        await phone.hears("Sollen wir Sie dort zurückrufen")

    call(script)


def test_a_machine_that_presses_keys_is_not_followed_for_ever() -> None:
    """What is typed while Roland must be heard is kept up to a limit."""

    async def script(site: Site, phone: Phone) -> None:
        await phone.hears(prompt("opening.duty", city="Bremen"))
        phone.presses("1" * 5_000)
        await phone.listens()
        assert len(site.watch.of(CallerKeyed)) < 300
        await phone.hears(prompt("keys.wrong"))

    call(script)


# ── waiting ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_moment_bitte_waits_a_minute_in_silence() -> None:
    """Then Roland says that he is there."""

    async def script(site: Site, phone: Phone) -> None:
        await opened(phone)
        await phone.says("moment bitte")
        await phone.hears(prompt("turn.waiting"))
        await phone.listens()
        began = asyncio.get_running_loop().time()
        await phone.hears(prompt("turn.still_there"))
        assert 59 <= asyncio.get_running_loop().time() - began <= 62
        await phone.listens()
        await phone.says(QUESTION)
        await phone.hears("siebzig Euro")

    call(script)


def test_silence_ends_the_call_politely() -> None:
    """Nobody holds a line for ever."""

    async def script(site: Site, phone: Phone) -> None:
        await phone.hears(prompt("repair.silence"))
        await phone.hears(prompt("repair.silence_keys"))
        await phone.hears(prompt("repair.silence_end"))
        await phone.call

    assert call(script).office.closed == [CallEnding.ROLAND]


def test_a_held_call_hears_nothing_and_goes_on_afterwards() -> None:
    """The interrupted sentence comes again."""

    async def script(site: Site, phone: Phone) -> None:
        await opened(phone)
        await phone.says("lang")
        await phone.hears("langer Satz")
        phone.is_held(held=True)
        await asyncio.sleep(30)
        count = len(phone.said)
        phone.is_held(held=False)
        await phone.hears("langer Satz")
        assert len(phone.said) > count

    call(script)


def test_sound_that_stops_in_the_middle_of_a_word_is_no_reason_to_wait_for_ever() -> None:
    """A call held while the caller speaks: afterwards Roland asks whether they are there."""

    async def script(site: Site, phone: Phone) -> None:
        await opened(phone)
        phone.leg.sound(20_000, 0.4)
        await asyncio.sleep(0.3)
        phone.leg.freeze()
        await phone.hears(prompt("repair.silence"), within_s=40)
        await phone.listens()
        phone.leg.is_frozen = False
        await phone.says(QUESTION)
        await phone.hears("siebzig Euro")

    call(script)


def test_an_answer_that_takes_long_is_bridged() -> None:
    """Nobody sits in silence while the office works."""

    async def script(site: Site, phone: Phone) -> None:
        await opened(phone)
        site.office.takes_s = 4
        await phone.says(QUESTION)
        await phone.hears(prompt("turn.one_moment"), within_s=3)
        await phone.hears("siebzig Euro")

    call(script)


# ── ends ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_longest_call_ends_with_a_sentence() -> None:
    """Also when the caller has just been listening."""
    options = SessionOptions(longest_call_s=60, patience_s=600)

    async def script(site: Site, phone: Phone) -> None:
        await phone.hears(prompt("trouble.longest_call"))
        await phone.call

    assert call(script, options).office.closed == [CallEnding.ROLAND]


def test_a_call_that_does_not_let_itself_be_ended_is_cut() -> None:
    """Transferring for ever is no way to keep a line."""
    options = SessionOptions(longest_call_s=60, grace_s=10, transfer_timeout_s=5_000)

    async def script(site: Site, phone: Phone) -> None:
        await opened(phone)
        phone.leg.transfer_hangs = True
        phone.presses("0")
        await phone.call
        assert asyncio.get_running_loop().time() < 80

    call(script, options)


@pytest.mark.slow
@settings(max_examples=60)
@given(after=st.floats(0.0, 45.0), ending=st.sampled_from([CallEnding.CALLER, CallEnding.LOST]))
def test_hanging_up_at_any_moment_leaves_nothing_behind(after: float, ending: CallEnding) -> None:
    """No task, no conversation: whatever was going on."""

    async def busy(site: Site, phone: Phone) -> None:
        await opened(phone)
        await phone.says(QUESTION)
        await phone.hears("Auch die Unterlagen?")
        await phone.listens()
        await phone.says("rückruf")
        await phone.hears("zurückrufen")
        await phone.listens()
        phone.presses("2")
        await phone.hears(prompt("dictation.phone"))
        phone.presses("0421")
        await asyncio.sleep(8)
        phone.leg.outcome = TransferOutcome.REFUSED
        await phone.says("mitarbeiter")
        await phone.call

    async def script(site: Site, phone: Phone) -> None:
        doing = asyncio.create_task(busy(site, phone))
        await asyncio.sleep(after)
        phone.leg.end(ending)
        await phone.call
        doing.cancel()
        await asyncio.gather(doing, return_exceptions=True)

    assert call(script).office.closed == [ending]


def test_hanging_up_while_being_passed_on_still_tells_the_office() -> None:
    """The desk must not wait for a caller who has gone."""

    async def script(site: Site, phone: Phone) -> None:
        await opened(phone)
        phone.leg.outcome = TransferOutcome.REFUSED
        phone.presses("0")
        await phone.hears(prompt("transfer.wait"))
        await phone.listens()
        await asyncio.sleep(0.5)
        await phone.hangs_up()

    site = call(script)
    assert site.office.outcomes == [TransferOutcome.REFUSED]
    assert site.office.closed == [CallEnding.CALLER]


# ── passing on ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("outcome", [TransferOutcome.REFUSED, TransferOutcome.TIMED_OUT, TransferOutcome.UNSUPPORTED])
def test_who_was_not_taken_gets_a_call_back(outcome: TransferOutcome) -> None:
    """The same caller, the same call."""

    async def script(site: Site, phone: Phone) -> None:
        await opened(phone)
        phone.leg.outcome = outcome
        phone.presses("0")
        await phone.hears(prompt("callback.offer"))
        await phone.listens()
        await phone.says("ja")
        await phone.hears("Sollen wir Sie dort zurückrufen")
        await phone.listens()
        await phone.says("ja")
        await phone.hears(prompt("callback.matter"))
        await phone.listens()
        await phone.says("es geht um meinen pass")
        await phone.hears("Dienstag um zwölf Uhr")

    site = call(script)
    assert site.office.outcomes == [outcome]
    assert site.office.promised == [("04213610", "es geht um meinen pass")]


def test_a_transfer_that_hangs_comes_back() -> None:
    """After its time, with an offer to call back."""

    async def script(site: Site, phone: Phone) -> None:
        await opened(phone)
        phone.leg.transfer_hangs = True
        phone.presses("0")
        await phone.hears(prompt("transfer.timed_out"))

    assert call(script).office.outcomes == [TransferOutcome.TIMED_OUT]


def test_a_call_that_comes_back_keeps_its_conversation() -> None:
    """It begins with the apology."""

    async def main() -> Site:
        site = Site(book())
        async with site.line.open():
            phone = site.phone(replace(CALL, returns_after=TransferOutcome.TIMED_OUT))
            await phone.hears(prompt("opening.returned"))
            await phone.hears(prompt("transfer.timed_out"))
            await phone.hangs_up()
        return site

    assert run(main()).office.opened == [CALL.id]


# ── trouble ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_recogniser_that_hangs_leaves_the_keys() -> None:
    """In time, not after a minute."""

    async def script(site: Site, phone: Phone) -> None:
        site.recognizer.hangs = True
        await opened(phone)
        await phone.says(QUESTION)
        await phone.hears(prompt("trouble.again"), within_s=6)
        await phone.listens()
        await phone.says(QUESTION)
        await phone.hears(prompt("menu.lead"), within_s=12)
        await phone.listens()
        phone.presses("0")
        await phone.call

    site = call(script)
    assert site.office.outcomes == [TransferOutcome.DONE]
    assert {event.what for _, event in site.watch.of(Faltered) if isinstance(event, Faltered)} == {"recogniser"}


@pytest.mark.parametrize("way", ["is_dead", "hangs"])
def test_a_speaker_that_fails_leaves_the_sentences_made_before(way: str) -> None:
    """The caller hears that it does not work, and is passed on."""

    async def script(site: Site, phone: Phone) -> None:
        await opened(phone)
        setattr(site.speaker, way, True)
        await phone.says(QUESTION)
        await phone.hears(prompt("trouble.person"), within_s=12)
        await phone.call

    site = call(script)
    assert site.office.closed == [CallEnding.TRANSFERRED]
    assert [event for _, event in site.watch.of(PassedOn)] == [PassedOn(TransferOutcome.DONE)]


@pytest.mark.parametrize("way", ["is_dead", "breaks", "hangs"])
def test_an_office_that_fails_is_said_so(way: str) -> None:
    """Nobody can be asked for a person either: the caller is asked to call again, and hung up."""

    async def script(site: Site, phone: Phone) -> None:
        await opened(phone)
        if way == "hangs":
            site.office.takes_s = 3_000
        else:
            setattr(site.office, way, True)
        await phone.says(QUESTION)
        await phone.hears(prompt("trouble.call_again"), within_s=40)
        await phone.call

    call(script)


def test_an_office_that_is_dead_from_the_beginning_does_not_keep_the_call_silent() -> None:
    """The opening is heard all the same."""

    async def main() -> Site:
        site = Site(book())
        site.office.is_dead = True
        async with site.line.open():
            phone = site.phone()
            await opened(phone)
            await phone.says(QUESTION)
            await phone.hears(prompt("trouble.call_again"))
            await phone.call
        return site

    assert run(main()).office.closed == []


def test_what_nobody_expects_is_answered_with_a_sentence_and_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    """An error in the talk itself."""

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Book, "answer", broken)

    async def script(site: Site, phone: Phone) -> None:
        await opened(phone)
        await phone.says(QUESTION)
        await phone.hears(prompt("trouble.person"))
        await phone.call

    assert call(script).office.closed == [CallEnding.TRANSFERRED]


def test_a_short_word_heard_unclearly_in_noise_is_none() -> None:
    """It neither stops Roland for good nor goes to the office; one that is waited for counts."""

    async def script(site: Site, phone: Phone) -> None:
        await opened(phone)
        await phone.says("lang")
        await phone.hears("langer Satz")
        await asyncio.sleep(0.5)
        await phone.says("q", 0.7)
        await phone.hears("langer Satz")
        await phone.hears(prompt("turn.question_next"))
        await phone.listens()
        await phone.says("q", 0.7)
        await phone.hears(prompt("repair.not_heard"))
        await phone.listens()
        await phone.says("ja", 0.5)
        await phone.hears(prompt("confirm.done"))

    assert call(script).office.asked == ["lang"]


# ── the line ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.slow
def test_too_many_calls_hear_so_and_are_passed_on() -> None:
    """Two hundred at once at a limit of fifty: nobody hears nothing, and beyond a second limit calls are refused."""

    async def main() -> None:
        site = Site(book(), LineOptions(most_calls=50, most_answered=100))
        async with site.line.open():
            phones = [site.phone(replace(CALL, id=f"call-{number}")) for number in range(200)]
            await asyncio.sleep(0.5)
            assert (site.line.running, site.line.turned_away) == (50, 100)
            await phones[0].hears(prompt("opening.duty", city="Bremen"))
            await phones[60].hears(prompt("trouble.overload"))
            await phones[60].hears(prompt("trouble.overload_person"))
            assert phones[199].call.done()
            assert phones[199].leg.ending is CallEnding.ROLAND
            await asyncio.gather(*(phone.call for phone in phones[50:]))
            assert all(phone.leg.transferred == [(TARGET.address, TARGET.reference)] for phone in phones[50:150])
            for phone in phones[:50]:
                await phone.hangs_up()
            assert site.line.running == 0

    run(main())


def test_too_many_calls_without_a_person_are_asked_to_call_again() -> None:
    """And hung up."""

    async def main() -> None:
        site = Site(book(), LineOptions(most_calls=0))
        site.office.target_ = NobodyThere()
        async with site.line.open():
            phone = site.phone()
            await phone.hears(prompt("trouble.overload"))
            await phone.hears(prompt("trouble.overload_call_again"))
            await phone.call
            assert phone.leg.ending is CallEnding.ROLAND

    run(main())


def test_a_line_that_closes_says_so_to_everybody() -> None:
    """No call is cut in the middle of a word, and no new one is taken."""

    async def main() -> None:
        site = Site(book())
        async with site.line.open():
            phone = site.phone()
            await opened(phone)
        assert phone.said[-1] == prompt("trouble.closing_down")
        assert phone.leg.ending is CallEnding.ROLAND
        late = site.phone()
        await late.call
        assert late.leg.ending is CallEnding.ROLAND
        assert late.said == phone.said  # of the same id; nothing new
        assert [event.ending for _, event in site.watch.of(CallFinished) if isinstance(event, CallFinished)] == [
            CallEnding.ROLAND
        ]

    run(main())


def test_a_line_does_not_wait_for_ever_for_its_calls() -> None:
    """Who is being passed on when it closes is cut off after its time."""

    async def main() -> None:
        site = Site(book(), LineOptions(session=SessionOptions(transfer_timeout_s=9_000), closing_s=15))
        async with site.line.open():
            phone = site.phone()
            await opened(phone)
            phone.leg.transfer_hangs = True
            phone.presses("0")
            await phone.hears(prompt("transfer.wait"))
            await phone.listens()
        assert asyncio.get_running_loop().time() < 120
        assert site.line.running == 0

    run(main())


def test_a_slower_voice_reaches_the_speaker() -> None:
    """What the caller wished for is heard from the next sentence on."""

    async def script(site: Site, phone: Phone) -> None:
        await opened(phone)
        await phone.says("langsamer bitte")
        await phone.hears(prompt("turn.slower"))
        assert site.speaker.voices[-1] == Voice(Language.DE, 0.85)

    call(script)


def test_a_call_back_after_the_trunk_gave_up_ends_cleanly() -> None:
    """Whoever answers a leg may be cancelled at any moment."""

    async def main() -> None:
        site = Site(book())
        async with site.line.open():
            phone = site.phone()
            await opened(phone)
            phone.call.cancel()
            await asyncio.gather(phone.call, return_exceptions=True)
            assert site.line.running == 0
            assert site.office.closed == [CallEnding.ROLAND]

    run(main())
