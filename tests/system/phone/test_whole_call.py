"""A whole call over the served line, as a caller and an agent live it: spoken, heard, passed on, nothing stubbed."""

import asyncio
import re
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from rapidfuzz import fuzz

from assistant.model import Language
from assistant.own_yaml import read_yaml
from assistant.sound import decode_a_law
from evaluation.calls.call import Ended, PhoneOptions, Referral
from evaluation.calls.ear import Ear
from evaluation.calls.mouth import utterance
from evaluation.calls.softphone import Softphone
from evaluation.calls.story import THE_CALL, hold
from tests.system.installation import ROOT, Installation
from tests.system.phone.baresip import RATE, Baresip
from tests.system.phone.line import DeskBrowser, Line, serving_line, voice_model
from tests.system.phone.sipp import free_port
from voice.prompts import Prompts
from voice.spoken.verbalise import verbalise

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

BREMEN = ROOT / "knowledge" / "bremen"
ALIKE = 85.0
"""From which likeness of letters (0-100) a sentence counts as heard: the ear gets a letter wrong here and there."""
_LONGEST_GAP_MS = 2_000
_GREETING, *_ = THE_CALL
_LEAD_S, _ANSWER_S = 12, 10


def letters(text: str) -> str:
    """What is left of a text when the ear may part words as it likes."""
    return re.sub(r"[^a-zäöüß]", "", text.lower())


def is_heard(sentence: str, heard: str) -> bool:
    """Whether a sentence is in what was heard."""
    return fuzz.partial_ratio(letters(sentence), letters(heard)) >= ALIKE


def section(service: str, kind: str) -> str:
    """The German text of a section of the catalogue, as its file has it."""
    entry = read_yaml((BREMEN / "services" / f"{service}.yaml").read_text(encoding="utf-8"))
    return str(next(one["text"] for one in entry["texts"]["de"]["sections"] if one["kind"] == kind))


def spoken_bold(text: str, count: int) -> list[str]:
    """The first figures that stand in bold type in a text, in words."""
    return [verbalise(found, Language.DE) for found in re.findall(r"\*\*([^*]*\d[^*]*)\*\*", text)[:count]]


@dataclass(frozen=True)
class Held:
    """The call when it is over: what the caller's telephone heard, and what the others saw of it."""

    greeting: str
    answers: tuple[str, ...]
    gaps_ms: tuple[float, ...]
    ended: Ended | None
    referrals: tuple[Referral, ...]
    desk_address: str
    reference: str
    desk_heard: int
    screen: str

    def answer_to(self, words: str) -> str:
        """What was heard after the caller said this."""
        return self.answers[[step.words for step in THE_CALL].index(words)]


@pytest.fixture(scope="module")
def model() -> Path:
    """What hears on both ends."""
    return voice_model()


@pytest.fixture(scope="module")
def desk() -> PhoneOptions:
    """The telephone at the desk."""
    return PhoneOptions(user="btb", port=free_port())


@pytest.fixture(scope="module")
def line(
    prepared: Installation, desk: PhoneOptions, model: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Line]:
    """One server for all calls."""
    bremen = prepared.copy(tmp_path_factory.mktemp("line") / "data")
    with serving_line(bremen, f"sip:{desk.user}@{desk.host}:{desk.port}", model) as served:
        yield served


@pytest.fixture(scope="module")
def held(line: Line, desk: PhoneOptions, model: Path) -> Held:
    """The call, held once; every test looks at one part of it."""
    with DeskBrowser.signed_in(line.server) as browser:
        browser.be_there()
        return asyncio.run(hold_call(line, desk, Ear(model), browser))


async def hold_call(line: Line, desk_options: PhoneOptions, ear: Ear, browser: DeskBrowser) -> Held:
    """Call, say what there is to say, and wait for the telephone at the desk to ring."""
    async with Softphone() as phone, Softphone(desk_options) as desk:
        call = await phone.call(line.address)
        turns = [turn async for turn in hold(call)]
        put_through = await asyncio.wait_for(desk.incoming.get(), 10)
        ended = await asyncio.wait_for(call.over(), 10)
        await put_through.until_heard(25)
        screen = await asyncio.to_thread(browser.screen_pop, put_through.reference)
        greeting = call.recording.pcm(until=turns[0].said.began_at)
        return Held(
            greeting=await ear.words(greeting),
            answers=tuple([await ear.words(turn.pcm) for turn in turns]),
            gaps_ms=tuple(turn.gap_ms for turn in turns),
            ended=ended,
            referrals=tuple(call.referrals),
            desk_address=desk.address,
            reference=put_through.reference,
            desk_heard=len(put_through.recording.packets),
            screen=screen,
        )


def test_the_greeting_tells_who_speaks(held: Held) -> None:
    """The first sentence is that this is a computer program, before anything can be said."""
    duty = Prompts().text("opening.duty", Language.DE, city="Bremen")
    assert is_heard(duty, held.greeting)
    assert letters(held.greeting).startswith(letters(duty)[:20])


def test_the_fee_is_that_of_the_catalogue(held: Held) -> None:
    """Both amounts that the catalogue gives for a passport are heard in the answer, to the letter."""
    heard = letters(held.answer_to("was kostet ein reisepass"))
    amounts = spoken_bold(section("reisepass", "fee"), 2)
    assert len(amounts) == 2
    assert [amount for amount in amounts if letters(amount) in heard] == amounts


def test_the_follow_up_is_about_the_same(held: Held) -> None:
    """Without being named again the passport is what the duration is told of."""
    (weeks,) = spoken_bold(section("reisepass", "duration"), 1)
    heard = held.answer_to("und wie lange dauert das")
    assert letters(weeks) in letters(heard)
    assert is_heard("Ein Reisepass", heard)


def test_a_field_of_the_form_is_explained(held: Held) -> None:
    """The form is named; then its first field is read with the beginning of its explanation."""
    texts = read_yaml((BREMEN / "forms" / "wohngeld-mietzuschuss.yaml").read_text(encoding="utf-8"))["texts"]["de"]
    field = texts["elements"]["antrag/art"]
    assert is_heard(verbalise(texts["title"], Language.DE), held.answer_to("hilfe beim wohngeldantrag"))
    explained = held.answer_to("anfangen")
    assert is_heard(field["label"], explained)
    assert is_heard(verbalise(field["about"].partition(". ")[0], Language.DE), explained)


def test_the_caller_is_put_through(held: Held) -> None:
    """It is announced, the caller's telephone is told to call the desk, and Roland leaves when that has answered."""
    assert is_heard(
        Prompts().text("transfer.announced", Language.DE), held.answer_to("ich möchte mit einem menschen sprechen")
    )
    (referral,) = held.referrals
    assert referral.target == held.desk_address
    assert held.ended is Ended.THEM


def test_the_third_telephone_has_the_caller_and_the_reference(held: Held) -> None:
    """Sound of the caller arrives there, and the call carries what finds it at the desk."""
    assert held.desk_heard >= 25
    assert held.reference == held.referrals[0].reference
    assert len(held.reference) == 16


def test_the_desk_has_the_packet(held: Held) -> None:
    """The page that the reference opens has the caller's questions, the service and the place in the form."""
    for known in ("was kostet ein reisepass", "Wohngeld beantragen", "Was beantragen Sie?", "37,50"):
        assert known in held.screen


def test_no_answer_leaves_the_caller_waiting(held: Held) -> None:
    """Between the caller's last sound and the first of the answer there is never a pause that sounds like a fault."""
    assert len(held.gaps_ms) == len(THE_CALL)
    assert max(held.gaps_ms) < _LONGEST_GAP_MS


async def test_a_real_telephone_is_answered(line: Line, model: Path, tmp_path: Path) -> None:
    """Baresip hears the greeting, its user's question interrupts it, and it hears the fee."""
    question = decode_a_law(utterance("was kostet ein reisepass"))
    ear = Ear(model)
    async with AsyncExitStack() as stack:
        phone = Baresip(tmp_path)
        stack.push_async_callback(phone.close)
        await phone.start(says=bytes(RATE * 2 * _LEAD_S) + question)
        await phone.dial(("127.0.0.1", line.port))
        await phone.until(lambda: phone.heard_s > _LEAD_S + _ANSWER_S, 60)
        await phone.hang_up()
        await phone.until(lambda: phone.has_recording)
        heard = await ear.words(phone.recording())
    assert is_heard(Prompts().text("opening.duty", Language.DE, city="Bremen"), heard)
    fee, _ = spoken_bold(section("reisepass", "fee"), 2)
    assert letters(fee) in letters(heard)


def test_what_was_not_said_is_not_heard() -> None:
    """The measure these tests rest on tells sentences apart."""
    said = "sie sprechen mit einem computer programm der stadt bremen"
    assert is_heard("Sie sprechen mit einem Computerprogramm der Stadt Bremen.", said)
    assert not is_heard("Ich verbinde Sie jetzt. Unser Gespräch wird mitgegeben.", said)
    assert not is_heard("Ein Reisepass kostet siebzig Euro", said)
