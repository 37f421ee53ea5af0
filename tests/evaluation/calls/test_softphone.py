"""The softphone that tests and measurements rest on, calling another one of its kind."""

import asyncio
from dataclasses import replace

import numpy as np
import pytest

from assistant.sound import encode_a_law
from evaluation.calls.call import Call, CallRefusedError, Ended, PhoneOptions, WhenReferred
from evaluation.calls.media import Way
from evaluation.calls.recording import FRAME_S, Recording
from evaluation.calls.softphone import Softphone

QUICK = PhoneOptions(rings_s=0.0)


def tone(ms: int) -> bytes:
    """A tone in A-law."""
    times = np.arange(8 * ms) / 8_000
    return encode_a_law((8_000 * np.sin(2 * np.pi * 440 * times)).astype("<i2").tobytes())


async def connected(caller: Softphone, called: Softphone) -> tuple[Call, Call]:
    """Both ends of a call."""
    call = await caller.call(called.address)
    return call, await called.incoming.get()


async def test_sound_arrives_with_its_times() -> None:
    """What one says the other hears, as long, and not before it was said."""
    async with Softphone(QUICK) as one, Softphone(QUICK) as other:
        call, taken = await connected(one, other)
        said = await call.say(tone(300))
        heard_at = await taken.until_speaking(said.began_at)
        await taken.until_silent(0.1)
    (stretch,) = taken.recording.stretches()
    assert stretch.began_at == heard_at
    assert 0 <= heard_at - said.began_at < 1
    assert len(stretch.pcm) == pytest.approx(0.3 * 16_000, abs=2 * FRAME_S * 16_000)


async def test_hanging_up_is_noticed_by_the_other() -> None:
    """Each end knows who it was, and nothing is left of the call."""
    async with Softphone(QUICK) as one, Softphone(QUICK) as other:
        call, taken = await connected(one, other)
        speaking = taken.say(tone(60_000))
        await call.hang_up()
        assert await taken.over() is Ended.THEM
        assert call.ended is Ended.US
        assert not (await speaking).is_whole
        assert (one.calls, other.calls) == ({}, {})


async def test_who_never_answers_can_be_given_up() -> None:
    """While it rings the caller thinks better of it; the other telephone stops ringing."""
    async with Softphone(QUICK) as one, Softphone(replace(QUICK, rings_s=None)) as other:
        calling = asyncio.create_task(one.call(other.address))
        while not other.calls:  # noqa: ASYNC110 - it has not rung yet
            await asyncio.sleep(0)
        (ringing,) = other.calls.values()
        calling.cancel()
        assert await ringing.over() is Ended.THEM
        assert one.calls == {}


@pytest.mark.slow
async def test_a_call_that_is_unknown_is_answered_so() -> None:
    """A request within a call that the other telephone does not have any more gets its refusal."""
    async with Softphone(QUICK) as one, Softphone(QUICK) as other:
        call, taken = await connected(one, other)
        taken.close(Ended.US)
        bye = call.request("BYE", "z9hG4bKx")
        assert (await one.ask(bye, "z9hG4bKx", "BYE", call.there)).status == 481


@pytest.mark.slow
@pytest.mark.parametrize("lost", [0.0, 0.3])
async def test_a_bad_way_loses_its_share(lost: float) -> None:
    """Packets are missing at about the rate that was asked for; the recording stays as long as it was."""
    async with Softphone(replace(QUICK, way=Way(lost=lost))) as one, Softphone(QUICK) as other:
        call, taken = await connected(one, other)
        said = await call.say(tone(2_000))
        await taken.until_silent(0.1)
    heard = len([at for at in taken.recording.arrivals if said.began_at <= at <= said.ended_at + FRAME_S])
    assert heard / 100 == pytest.approx(1 - lost, abs=0.15)


async def test_a_frozen_telephone_says_nothing_more() -> None:
    """Neither sound nor an answer comes from it."""
    async with Softphone(QUICK) as one, Softphone(QUICK) as other:
        call, taken = await connected(one, other)
        await taken.until_heard(3)
        call.freeze()
        heard = len(taken.recording.packets)
        await call.until_heard(len(call.recording.packets))
        assert len(taken.recording.packets) <= heard + 1
        taken.close(Ended.US)


async def test_whom_to_call_is_noted() -> None:
    """A telephone that takes a REFER and tells no more has still noted whom to call, and with which reference."""
    options = replace(QUICK, when_referred=WhenReferred.SILENT)
    async with Softphone(options) as one, Softphone(QUICK) as other:
        call, taken = await connected(one, other)
        words = "04" + b"R-7".hex()
        refer = taken.request(
            "REFER", "z9hG4bKr", [("Refer-To", f"<sip:desk@127.0.0.1:9?User-to-User={words}%3Bencoding%3Dhex>")]
        )
        assert (await other.ask(refer, "z9hG4bKr", "REFER", taken.there)).status == 202
    (referral,) = call.referrals
    assert (referral.target, referral.reference) == ("sip:desk@127.0.0.1:9", "R-7")


def test_lost_and_swapped_packets_keep_their_place() -> None:
    """The recording is laid out by the packets' own counters: silence where one is missing."""
    recording = Recording()
    loud = tone(20)
    header = b"\x80\x08\x00\x00"
    for place in (0, 2, 1, 4):
        recording.take(header + (160 * place).to_bytes(4, "big") + bytes(4) + loud, at=place * FRAME_S)
    heard = np.abs(np.frombuffer(recording.pcm(), "<i2")).reshape(5, 160).max(axis=1)
    assert list(heard > 1_000) == [True, True, True, False, True]


async def test_a_busy_telephone_refuses() -> None:
    """Whoever calls it is told the status."""
    async with Softphone(QUICK) as one, Softphone(replace(QUICK, refuses_with="486 Busy Here")) as other:
        with pytest.raises(CallRefusedError) as refused:
            await one.call(other.address)
    assert refused.value.status == 486
