"""Calls over streams of messages, between two event loops as in the application."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import OverloadedError, TrunkError
from assistant.model import CallEnded, CallEnding, KeyPressed, LegEvent, Sound, TransferOutcome
from assistant.ports import MediaLeg, Speaker, StreamCaller
from assistant.sound import decode_mu_law, encode_mu_law
from connectors.telephony.stream import MessageStreams, StreamOptions
from connectors.telephony.stream_messages import BinaryDialect, JsonDialect, begin
from tests.connectors.telephony.fake_stream import FakeStream, OtherLoop, other_loop
from tests.server import quiet_log

PAYLOADS = Path(__file__).parents[2] / "payloads" / "telephony"
OPTIONS = StreamOptions(token="geheim", most_calls=3)
SOUND = decode_mu_law(bytes(range(160)))
MEDIA = {"event": "media", "media": {"track": "inbound", "payload": base64.b64encode(encode_mu_law(SOUND)).decode()}}
PAGE = {"callSid": "page", "sampleRate": 8000, "mixType": "mono", "metadata": {"transcript": True}}


def payload(name: str) -> list[dict[str, Any]]:
    """The messages of a captured stream."""
    text = (PAYLOADS / f"{name}.jsonl").read_text(encoding="utf-8")
    messages: list[dict[str, Any]] = [json.loads(line) for line in text.splitlines()]
    for message in messages:
        if message.get("event") == "media":
            message["media"]["payload"] = MEDIA["media"]["payload"]  # type: ignore[index]
    return messages


TWILIO, JAMBONZ = payload("twilio"), payload("jambonz")


@dataclass
class Office:
    """Answers in the line's loop: hands the leg to the test, and keeps what came from the caller."""

    here: asyncio.AbstractEventLoop
    legs: "asyncio.Queue[MediaLeg]" = field(default_factory=asyncio.Queue)
    events: list[LegEvent] = field(default_factory=list)

    async def answer(self, leg: MediaLeg) -> None:
        """Listen until the end."""
        self.here.call_soon_threadsafe(self.legs.put_nowait, leg)
        async for event in leg.events():
            self.events.append(event)

    @property
    def sound(self) -> bytes:
        """All that was heard."""
        return b"".join(event.pcm for event in self.events if isinstance(event, Sound))

    @property
    def keys(self) -> str:
        """All keys pressed."""
        return "".join(event.key for event in self.events if isinstance(event, KeyPressed))

    @property
    def ending(self) -> CallEnding:
        """How the one call ended."""
        (end,) = [event for event in self.events if isinstance(event, CallEnded)]
        assert self.events[-1] is end
        return end.ending


@dataclass
class Line:
    """The trunk in its own loop, and who answers."""

    trunk: MessageStreams
    office: Office
    loop: OtherLoop

    @asynccontextmanager
    async def call(
        self, *messages: str | bytes | dict[str, Any], caller: StreamCaller = StreamCaller.UNKNOWN
    ) -> AsyncIterator[FakeStream]:
        """A stream that begins with these messages; at the end of the context its call is over."""
        stream = FakeStream()
        stream.say(*messages)
        taken = asyncio.create_task(self.trunk.take(stream, caller))
        try:
            yield stream
            await taken
        finally:
            taken.cancel()
            await asyncio.gather(taken, return_exceptions=True)

    async def leg(self) -> MediaLeg:
        """The leg of the next call."""
        return await self.office.legs.get()

    async def do(self, work: Callable[[], Any]) -> Any:
        """Do something with a leg where it belongs."""

        async def there() -> Any:
            return work()

        return await self.loop.run(there())


@asynccontextmanager
async def open_line(options: StreamOptions = OPTIONS) -> AsyncIterator[Line]:
    """A trunk that serves in another thread."""
    trunk, office = MessageStreams(options), Office(asyncio.get_running_loop())
    with quiet_log(), other_loop() as loop:
        serving = trunk.serving(office.answer)
        await loop.run(serving.__aenter__())
        try:
            async with asyncio.timeout(20):
                yield Line(trunk, office, loop)
        finally:
            await loop.run(serving.__aexit__(None, None, None))


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    """A trunk with usual options."""
    async with open_line() as opened:
        yield opened


# ── JSON ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_stream_of_twilios_kind(line: Line) -> None:
    """A whole call as captured: its numbers, sound of the caller only, a key, the end."""
    async with line.call(*TWILIO):
        details = (await line.leg()).details
    assert (details.trunk, details.external_id) == ("stream", "CA00000000000000000000000000000001")
    assert (details.caller, details.called) == ("+4942112345", "+49115")
    assert (line.office.sound, line.office.keys, line.office.ending) == (SOUND, "1", CallEnding.CALLER)
    assert line.trunk.counts.calls == 1


async def test_sound_is_sent_at_its_pace_and_forgotten_when_cleared(line: Line) -> None:
    """Frames go out one by one in µ-law; clearing also empties what the other side has not played."""
    async with line.call(*TWILIO[:2]) as stream:
        leg = await line.leg()
        await line.do(lambda: leg.play(SOUND * 100))
        sent = [await stream.heard("media") for _ in range(5)]
        assert 1_500 <= await line.do(leg.clear) <= 1_920
        assert await stream.heard("clear") == {"event": "clear", "streamSid": "MZ00000000000000000000000000000001"}
        stream.close()
    assert {message["streamSid"] for message in sent} == {"MZ00000000000000000000000000000001"}
    assert {base64.b64decode(message["media"]["payload"]) for message in sent} == {encode_mu_law(SOUND)}


async def test_played_means_heard_by_the_caller(line: Line) -> None:
    """The other side says when it has played everything; until then it is not over."""
    async with line.call(*TWILIO[:2]) as stream:
        leg = await line.leg()
        await line.do(lambda: leg.play(SOUND))
        playing = asyncio.create_task(line.loop.run(leg.played()))
        mark = await stream.heard("mark")
        assert not playing.done()
        stream.say({"event": "mark", "mark": mark["mark"]})
        await playing
        waiting = asyncio.create_task(line.loop.run(leg.played()))
        await stream.heard("mark")
        stream.close()
        await waiting


async def test_such_a_stream_cannot_pass_on(line: Line) -> None:
    """That is said at once, and the caller is still here."""
    async with line.call(*TWILIO[:2]) as stream:
        leg = await line.leg()
        assert await line.loop.run(leg.transfer("115", "abc")) is TransferOutcome.UNSUPPORTED
        stream.say(*TWILIO[2:])
    assert line.office.ending is CallEnding.CALLER


# ── binary ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def tone(rate: int, ms: int = 200) -> bytes:
    """A tone of 440 Hz."""
    times = np.arange(rate * ms // 1000) / rate
    return bytes((10_000 * np.sin(2 * np.pi * 440 * times)).astype("<i2").tobytes())


def loudness(pcm: bytes, rate: int, hz: float) -> float:
    """How much of a tone is in a sound."""
    samples = np.frombuffer(pcm, "<i2").astype(float)
    return float(abs(np.exp(-2j * np.pi * hz * np.arange(len(samples)) / rate) @ samples) * 2 / len(samples))


async def test_a_stream_of_jambonz_kind(line: Line) -> None:
    """Sound at 16 kHz in frames of any size is heard at the telephone's rate, and answered at the stream's."""
    spoken = tone(16_000)
    async with line.call(JAMBONZ[0]) as stream:
        details = (leg := await line.leg()).details
        stream.say(*(spoken[at : at + 642] for at in range(0, len(spoken), 642)), JAMBONZ[1])
        await line.do(lambda: leg.play(tone(8_000)))
        answered = b""
        while len(answered) < len(spoken):
            message = await stream.going.get()
            assert isinstance(message, bytes)
            answered += message
        stream.close()
    assert (details.external_id, details.caller) == ("d5d1dffb-0000-0000-0000-000000000001", "+4942112345")
    assert (len(line.office.sound), line.office.keys) == (3_200, "1")
    assert loudness(line.office.sound[640:], 8_000, 440) == pytest.approx(10_000, rel=0.02)
    assert loudness(answered[1_280:], 16_000, 440) == pytest.approx(10_000, rel=0.02)


@pytest.mark.parametrize("rate", [16_000, 48_000])
def test_a_changed_rate_leaves_no_seams(rate: int) -> None:
    """Cut into frames a tone stays a tone: nothing else is heard, whichever way it goes."""
    dialect = BinaryDialect({"sampleRate": rate})
    frame = rate // 50 * 2
    down = tone(rate)
    heard = b"".join(dialect.read(down[at : at + frame]).pcm for at in range(0, len(down), frame))  # type: ignore[union-attr]
    said = dialect.sound(tone(8_000))
    assert isinstance(said, bytes)
    assert (len(heard), len(said)) == (3_200, len(down))
    samples = np.frombuffer(heard[640:], "<i2").astype(float)
    spectrum = np.abs(np.fft.rfft(samples * np.blackman(len(samples))))
    peak = int(spectrum.argmax())
    loudest = spectrum.max()
    spectrum[max(0, peak - 8) : peak + 9] = 0
    assert spectrum.max() < 0.001 * loudest


async def test_a_stream_that_passes_calls_on(line: Line) -> None:
    """It is told where and with what reference; when it ends then, the caller has been passed on."""
    async with line.call(JAMBONZ[0]) as stream:
        leg = await line.leg()
        passing = asyncio.create_task(line.loop.run(leg.transfer("+494213610", "K7RM")))
        told = await stream.heard("transfer")
        stream.close()
        assert await passing is TransferOutcome.DONE
    assert told == {"event": "transfer", "target": "+494213610", "reference": "K7RM"}
    assert line.office.ending is CallEnding.TRANSFERRED


async def test_a_call_that_nobody_takes(line: Line) -> None:
    """The caller is still here, and a second try is possible."""
    async with line.call(JAMBONZ[0]) as stream:
        leg = await line.leg()
        for _ in range(2):
            passing = asyncio.create_task(line.loop.run(leg.transfer("115", "")))
            await stream.heard("transfer")
            stream.say({"event": "transfer", "outcome": "refused"})
            assert await passing is TransferOutcome.REFUSED
        stream.say(SOUND * 2)
        stream.close()
    assert line.office.ending is CallEnding.CALLER


async def test_nobody_answers_in_time() -> None:
    """Silence of the other side is no transfer."""
    async with open_line(replace(OPTIONS, transfer_within_s=0.05)) as line, line.call(JAMBONZ[0]) as stream:
        leg = await line.leg()
        assert await line.loop.run(leg.transfer("115", "")) is TransferOutcome.TIMED_OUT
        stream.close()


async def test_roland_hangs_up(line: Line) -> None:
    """The other side is told, nothing is sent after it, and the stream is over."""
    async with line.call(JAMBONZ[0]) as stream:
        leg = await line.leg()
        await line.do(lambda: leg.play(SOUND * 50))
        await line.loop.run(leg.hang_up())
        await stream.heard("disconnect")
    assert stream.going.empty()
    assert line.office.ending is CallEnding.ROLAND


# ── the page ─────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_the_page_shows_what_is_said(line: Line) -> None:
    """Text goes to the page that asked for it, from whichever thread; not to a call that has ended."""
    async with line.call(PAGE, caller=StreamCaller.PAGE) as stream:
        details = (await line.leg()).details
        line.trunk.show(details.id, Speaker.ROLAND, "Guten Tag")
        assert await stream.heard("text") == {"type": "text", "speaker": "roland", "text": "Guten Tag"}
        stream.close()
    assert details.trunk == "page"
    line.trunk.show(details.id, Speaker.CALLER, "zu spät")
    assert stream.going.empty()


async def test_who_does_not_want_text_gets_none(line: Line) -> None:
    """A telephone system is not sent what it does not understand."""
    async with line.call(JAMBONZ[0]) as stream:
        leg = await line.leg()
        line.trunk.show(leg.details.id, Speaker.ROLAND, "Guten Tag")
        await line.loop.run(leg.hang_up())
        await stream.heard("disconnect")
        assert stream.going.empty()


# ── strangers, limits, nonsense ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["twilio", "jambonz"])
async def test_a_stream_without_the_word_is_not_answered(line: Line, name: str) -> None:
    """A wrong token, or none, ends the stream before anybody answers."""
    text = "\n".join(map(json.dumps, payload(name))).replace("geheim", "geraten")
    async with line.call(*text.splitlines()):
        pass
    assert line.office.legs.empty()
    assert line.trunk.counts.strangers == 1


async def test_no_token_lets_no_stranger_in() -> None:
    """An empty word is none, also for who says nothing."""
    begun = JAMBONZ[0] | {"metadata": {"token": ""}}
    async with open_line(replace(OPTIONS, token="")) as line:
        async with line.call(begun):
            pass
        assert line.trunk.counts.strangers == 1
        async with line.call(begun, caller=StreamCaller.KNOWN) as stream:
            await line.leg()
            stream.close()


@pytest.mark.parametrize(
    "messages",
    [
        ["no json"],
        ["[]"],
        ["[" * 60_000],
        [b"\0\0"],
        [{"event": "media"}],
        [{"callSid": "x", "sampleRate": 44_100}],
        [{"callSid": "x", "sampleRate": 16_000.0}],
        [{"callSid": "x", "sampleRate": [8_000]}],
        [{"callSid": "x", "sampleRate": 8_000, "mixType": "stereo"}],
        [{"event": "start", "start": {"mediaFormat": {"encoding": "audio/opus"}}}],
        [PAGE, b"\0"],
        [PAGE, {"event": "dtmf", "dtmf": "x"}],
        [PAGE, "no json"],
        [*TWILIO[:2], {"event": "media", "media": {"payload": "no base64!"}}],
        [*TWILIO[:2], TWILIO[1]],
        [{"event": "connected"}, None],
    ],
)
async def test_what_is_no_stream_ends(line: Line, messages: list[str | bytes | dict[str, Any]]) -> None:
    """Whoever does not speak the protocol is cut off, before or within a call, and counted."""
    async with line.call(*messages, caller=StreamCaller.KNOWN):
        pass
    assert line.trunk.counts.malformed == 1


async def test_a_message_beyond_all_measure_ends_the_call(line: Line) -> None:
    """Nobody's sound is that long."""
    async with line.call(PAGE, bytes(65_538), caller=StreamCaller.PAGE):
        pass
    assert line.trunk.counts.lost == 1


async def test_a_flood_ends_the_call() -> None:
    """More messages than anybody speaks are not listened to."""
    async with open_line(replace(OPTIONS, most_messages_a_second=50)) as line:
        async with line.call(PAGE, *[b"\0\0"] * 100, caller=StreamCaller.PAGE):
            pass
        assert line.trunk.counts.malformed == 1
        assert line.office.ending is CallEnding.LOST


async def test_a_stream_that_says_nothing_ends() -> None:
    """An open connection is not a place to stay."""
    async with open_line(replace(OPTIONS, start_within_s=0.05)) as line:
        async with line.call():
            pass
        assert line.trunk.counts.malformed == 1


async def test_a_frozen_caller_is_lost() -> None:
    """When nothing comes any more, the call is over, even though the stream still stands."""
    async with open_line(replace(OPTIONS, lost_after_s=0.1)) as line:
        async with line.call(PAGE, caller=StreamCaller.PAGE):
            pass
        assert line.office.ending is CallEnding.LOST
        assert line.trunk.counts.lost == 1


async def test_a_broken_stream_is_a_lost_call(line: Line) -> None:
    """A broken connection is told apart from a caller who hangs up."""
    async with line.call(PAGE, caller=StreamCaller.PAGE) as stream:
        await line.leg()
        stream.break_off()
    assert line.office.ending is CallEnding.LOST


@pytest.mark.slow
async def test_a_stream_that_cannot_be_sent_to_is_lost(line: Line) -> None:
    """Where sending fails the call ends, although nothing was noticed in the other direction."""
    async with line.call(PAGE, caller=StreamCaller.PAGE) as stream:
        leg = await line.leg()
        stream.is_broken = True
        await line.do(lambda: leg.play(SOUND))
    assert line.office.ending is CallEnding.LOST


async def test_who_hangs_up_while_sound_is_sent_is_not_lost(line: Line) -> None:
    """Sending may fail before it is read that the other side has ended the call properly."""
    async with line.call(PAGE, caller=StreamCaller.PAGE) as stream:
        leg = await line.leg()
        stream.takes_nothing = True
        await line.do(lambda: leg.play(SOUND))
        await stream.refused.wait()
        stream.close()
    assert line.office.ending is CallEnding.CALLER


async def test_too_many_calls_are_refused(line: Line) -> None:
    """One more than allowed is told so; when somebody leaves there is room again."""
    streams = [FakeStream() for _ in range(3)]
    taken = []
    for stream in streams:
        stream.say(PAGE)
        taken.append(asyncio.create_task(line.trunk.take(stream, StreamCaller.PAGE)))
        await line.leg()
    with pytest.raises(OverloadedError):
        await line.trunk.take(FakeStream(), StreamCaller.PAGE)
    for stream in streams:
        stream.close()
    await asyncio.gather(*taken)
    async with line.call(PAGE, caller=StreamCaller.PAGE) as stream:
        stream.close()
    assert (line.trunk.counts.full, line.trunk.counts.calls) == (1, 4)


async def test_the_end_of_the_trunk_ends_its_calls() -> None:
    """Streams that are open end, those that come are refused, and nothing is left running."""
    async with open_line() as line:
        stream, silent = FakeStream(), FakeStream()
        stream.say(PAGE)
        taken = [asyncio.create_task(line.trunk.take(one, StreamCaller.PAGE)) for one in (stream, silent)]
        await line.leg()
        await line.trunk.ping()
    await asyncio.gather(*taken)
    assert line.office.ending is CallEnding.ROLAND
    with pytest.raises(TrunkError):
        await line.trunk.take(FakeStream(), StreamCaller.PAGE)
    with pytest.raises(TrunkError):
        await line.trunk.ping()


FIELDS = ["event", "start", "media", "dtmf", "mark", "sampleRate", "callSid", "mixType", "metadata"]
WITHIN = st.dictionaries(st.sampled_from(["payload", "digit", "name", "mediaFormat", "token"]), st.text())
VALUES = st.one_of(st.sampled_from(["start", "media", "dtmf", "mark", "stop", 8_000]), st.integers(), WITHIN)
SHAPES = st.dictionaries(st.sampled_from(FIELDS), VALUES).map(json.dumps)


@pytest.mark.slow
@given(st.one_of(st.text(), st.binary(), SHAPES))
def test_nothing_but_a_value_error_escapes(message: str | bytes) -> None:
    """Whatever a stream says, it is understood, skipped or refused."""
    for read in (begin, JsonDialect().read, BinaryDialect(PAGE).read):
        try:
            read(message)
        except ValueError:
            continue
