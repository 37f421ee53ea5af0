"""Calls from Asterisk, against a PBX that sends byte for byte what Asterisk does."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from uuid import UUID, uuid4

import pytest

from assistant.errors import TrunkError
from assistant.model import FRAME_BYTES, CallEnded, CallEnding, KeyPressed, LegEvent, Sound, TransferOutcome
from assistant.ports.telephony import MediaLeg
from connectors.telephony.audiosocket import AudioSocketOptions, AudioSocketTrunk
from tests.connectors.telephony.fake_pbx import TONE, FakePbx, frame, request
from tests.server import quiet_log

OPTIONS = AudioSocketOptions(port=0, agi_port=0, token="geheim", most_calls=3)
SILENCE = bytes(FRAME_BYTES)


@dataclass
class Office:
    """Answers calls: keeps the leg for the test, and what came from the caller."""

    legs: "asyncio.Queue[MediaLeg]" = field(default_factory=asyncio.Queue)
    events: list[LegEvent] = field(default_factory=list)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self, leg: MediaLeg) -> None:
        """Listen until the end."""
        self.legs.put_nowait(leg)
        async for event in leg.events():
            self.events.append(event)
        self.over.set()

    async def leg(self) -> MediaLeg:
        """The leg of the next call."""
        async with asyncio.timeout(5):
            return await self.legs.get()

    async def ending(self) -> CallEnding:
        """How the call ended; nothing came after it."""
        async with asyncio.timeout(5):
            await self.over.wait()
        (end,) = [event for event in self.events if isinstance(event, CallEnded)]
        assert self.events[-1] is end
        return end.ending

    @property
    def sound(self) -> bytes:
        """All that was heard."""
        return b"".join(event.pcm for event in self.events if isinstance(event, Sound))


@dataclass
class Line:
    """An open trunk with somebody who answers, and the PBX before it."""

    trunk: AudioSocketTrunk
    office: Office
    pbx: FakePbx


@asynccontextmanager
async def open_line(options: AudioSocketOptions = OPTIONS) -> AsyncIterator[Line]:
    """A trunk on free ports."""
    trunk, office = AudioSocketTrunk(options), Office()
    with quiet_log():
        async with trunk.serving(office.answer), asyncio.timeout(20):
            yield Line(trunk, office, FakePbx(*trunk.ports))


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    """A trunk with usual options."""
    async with open_line() as opened:
        yield opened


# ── a call ───────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_call_is_known_by_what_the_dialplan_told(line: Line) -> None:
    """The numbers and Asterisk's own id come with the call; Roland's id is what it connected with."""
    async with line.pbx.call() as (call_id, _):
        details = (await line.office.leg()).details
    assert (details.id, details.external_id, details.caller, details.called) == (
        call_id,
        "1763780042.7",
        "042112345",
        "115",
    )
    assert details.trunk == "audiosocket"
    assert details.returns_after is None


@pytest.mark.parametrize("withheld", [{"agi_callerid": "unknown"}, {"agi_callingpres": "32"}])
async def test_a_withheld_number_is_none(line: Line, withheld: dict[str, str]) -> None:
    """A number that the caller hides is not used, even where the trunk signals it."""
    async with line.pbx.call(**withheld):
        assert (await line.office.leg()).details.caller is None


@pytest.mark.slow
async def test_sound_goes_both_ways(line: Line) -> None:
    """What the caller says is heard unchanged, and what is played arrives in frames of 20 ms."""
    async with line.pbx.call() as (_, channel):
        leg = await line.office.leg()
        leg.play(TONE + TONE)
        channel.say()
        channel.say(TONE[::-1])
        frames = [await channel.receive() for _ in range(50)]
        channel.send(frame(0x00))
        assert await line.office.ending() is CallEnding.CALLER
    assert line.office.sound == TONE + TONE[::-1]
    assert {(kind, len(pcm)) for kind, pcm in frames} == {(0x10, FRAME_BYTES)}
    assert [pcm for _, pcm in frames if pcm != SILENCE] == [TONE, TONE]


async def test_sound_goes_out_at_its_pace(line: Line) -> None:
    """Two seconds of sound are not sent in one: what waits can still be taken back."""
    async with line.pbx.call() as (_, channel):
        leg = await line.office.leg()
        leg.play(TONE * 100)
        for _ in range(10):
            await channel.receive()
        assert 1_500 <= leg.queued_ms <= 1_800
        assert leg.clear() >= 1_500
        await leg.played()
        assert SILENCE in [(await channel.receive())[1] for _ in range(5)]


@pytest.mark.parametrize("size", [1, 100, 322, 323, 324, 1_000])
async def test_a_stream_of_bytes_has_no_borders(line: Line, size: int) -> None:
    """Frames that come in pieces, or several at once, are the same frames."""
    sent = frame(0x10, TONE) + frame(0x03, b"5") + frame(0x10, TONE[::-1]) + frame(0x00)
    async with line.pbx.call() as (_, channel):
        for at in range(0, len(sent), size):
            channel.send(sent[at : at + size])
            await channel.writer.drain()
            await asyncio.sleep(0)
        await line.office.ending()
    assert [type(event) for event in line.office.events] == [Sound, KeyPressed, Sound, CallEnded]
    assert line.office.sound == TONE + TONE[::-1]


async def test_sound_of_any_size_is_cut_into_frames(line: Line) -> None:
    """A sender with frames of 30 ms, or with half samples at its borders, is heard all the same."""
    spoken = TONE * 3
    async with line.pbx.call() as (_, channel):
        for at in range(0, len(spoken), 333):
            channel.say(spoken[at : at + 333])
        channel.send(frame(0x00))
        await line.office.ending()
    assert line.office.sound == spoken
    assert {len(event.pcm) for event in line.office.events if isinstance(event, Sound)} == {FRAME_BYTES}


async def test_keys_come_once_each(line: Line) -> None:
    """Every key of the keypad is told, in order."""
    async with line.pbx.call() as (_, channel):
        channel.send(*(frame(0x03, key.encode()) for key in "0159*#d"))
        channel.send(frame(0x00))
        await line.office.ending()
    assert [event.key for event in line.office.events if isinstance(event, KeyPressed)] == list("0159*#D")


async def test_unknown_kinds_are_skipped(line: Line) -> None:
    """What newer releases of Asterisk may send does no harm."""
    async with line.pbx.call() as (_, channel):
        channel.send(frame(0x16, TONE), frame(0x7F), frame(0x02, b"x" * 65_535))
        channel.say()
        channel.send(frame(0x00))
        assert await line.office.ending() is CallEnding.CALLER
    assert line.office.sound == TONE


# ── ends ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_closed_connection_is_a_caller_who_left(line: Line) -> None:
    """Asterisk may just close its side; Roland then closes the other half."""
    async with line.pbx.call() as (_, channel):
        await line.office.leg()
        channel.writer.write_eof()
        assert await line.office.ending() is CallEnding.CALLER
        assert await channel.is_closed()


@pytest.mark.parametrize(
    ("code", "ending"), [(b"\x01", CallEnding.CALLER), (b"\x02", CallEnding.LOST), (b"", CallEnding.LOST)]
)
async def test_an_error_of_asterisk_ends_the_call(line: Line, code: bytes, ending: CallEnding) -> None:
    """Its first code is a caller who hung up, all others are its own trouble."""
    async with line.pbx.call() as (_, channel):
        channel.send(frame(0xFF, code))
        assert await line.office.ending() is ending


async def test_a_broken_connection_is_a_lost_call(line: Line) -> None:
    """A reset is told apart from a caller who hangs up."""
    async with line.pbx.call() as (_, channel):
        channel.say()
        leg = await line.office.leg()
        channel.reset()
        assert await line.office.ending() is CallEnding.LOST
        assert await leg.transfer("115", "abc") is TransferOutcome.REFUSED
        await leg.hang_up()
    assert line.trunk.counts.lost == 1


async def test_roland_hangs_up(line: Line) -> None:
    """The connection ends with a frame that says so, and the dialplan is told to hang up."""
    async with line.pbx.call() as (call_id, channel):
        leg = await line.office.leg()
        await leg.hang_up()
        await channel.until(0x00)
        assert await channel.is_closed()
        assert await line.office.ending() is CallEnding.ROLAND
        assert await line.pbx.ask("next", call_id) == {"ROLAND_NEXT": "hangup"}
        leg.play(TONE)
        await leg.hang_up()
    assert leg.queued_ms == 0


async def test_who_answers_and_fails_hangs_up() -> None:
    """A fault in the talk does not leave the caller in silence, nor does it touch the trunk."""

    async def fail(leg: MediaLeg) -> None:
        raise RuntimeError("broken")

    trunk = AudioSocketTrunk(OPTIONS)
    with quiet_log():
        async with trunk.serving(fail), asyncio.timeout(10):
            pbx = FakePbx(*trunk.ports)
            for _ in range(2):
                async with pbx.call() as (_, channel):
                    await channel.until(0x00)


async def test_leaving_ends_calls_and_frees_the_ports() -> None:
    """After a stop nothing is going on, whoever answers has noticed, and the same ports can be opened again."""
    async with open_line() as line:
        ports = line.trunk.ports
        channel = await line.pbx.connect((await line.pbx.ask("call"))["ROLAND_CALL"])
        await line.office.leg()
    assert await line.office.ending() is CallEnding.ROLAND
    assert await channel.is_closed()
    channel.writer.close()
    with pytest.raises(TrunkError):
        await line.trunk.ping()
    async with open_line(replace(OPTIONS, port=ports[0], agi_port=ports[1])) as again:
        await again.trunk.ping()
        with pytest.raises(TrunkError, match=str(ports[0])):
            async with open_line(replace(OPTIONS, port=ports[0])):
                pass


# ── passing on ───────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_call_is_passed_on(line: Line) -> None:
    """The dialplan is told where and with what reference; when it has asked, the transfer is done."""
    async with line.pbx.call() as (call_id, channel):
        leg = await line.office.leg()
        passing = asyncio.create_task(leg.transfer("sip:btb@example.org", "K7RM-4XQ2"))
        await channel.until(0x00)
        assert await line.pbx.ask("next", call_id) == {
            "ROLAND_TARGET": "sip:btb@example.org",
            "ROLAND_REFERENCE": "K7RM-4XQ2",
            "ROLAND_NEXT": "transfer",
        }
        assert await passing is TransferOutcome.DONE
        assert await line.office.ending() is CallEnding.TRANSFERRED
    assert await line.pbx.ask("outcome", call_id, "ANSWER") == {"ROLAND_NEXT": "hangup"}
    assert await line.pbx.ask("outcome", call_id, "BUSY") == {"ROLAND_NEXT": "person"}


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("BUSY", TransferOutcome.REFUSED),
        ("CHANUNAVAIL", TransferOutcome.REFUSED),
        ("NOANSWER", TransferOutcome.TIMED_OUT),
    ],
)
async def test_a_call_that_nobody_takes_comes_back(line: Line, status: str, outcome: TransferOutcome) -> None:
    """It is the same call, and it is known why it is here again."""
    async with line.pbx.call() as (call_id, _):
        leg = await line.office.leg()
        passing = asyncio.create_task(leg.transfer("115", ""))
        while (await line.pbx.ask("next", call_id))["ROLAND_NEXT"] != "transfer":
            pass
        await passing
    assert await line.pbx.ask("outcome", call_id, status) == {"ROLAND_NEXT": "talk"}
    channel = await line.pbx.connect(call_id)
    again = (await line.office.leg()).details
    assert again == replace(leg.details, returns_after=outcome)
    channel.writer.close()


async def test_a_dialplan_that_does_not_ask_loses_the_call() -> None:
    """Nobody waits for ever for a PBX that has forgotten its caller."""
    async with open_line(replace(OPTIONS, ask_within_s=0.05)) as line, line.pbx.call() as (_, channel):
        leg = await line.office.leg()
        assert await leg.transfer("115", "") is TransferOutcome.TIMED_OUT
        assert await line.office.ending() is CallEnding.LOST
        assert await channel.is_closed()


@pytest.mark.parametrize(("target", "reference"), [("115,1&SIP/x", ""), ("", ""), ("115", "a b"), ("1" * 201, "")])
async def test_what_a_dialplan_would_misread_is_refused(line: Line, target: str, reference: str) -> None:
    """Nothing that separates arguments gets into a command of the dialplan; the caller is still here."""
    async with line.pbx.call() as (_, channel):
        leg = await line.office.leg()
        assert await leg.transfer(target, reference) is TransferOutcome.REFUSED
        channel.say()
        channel.send(frame(0x00))
        assert await line.office.ending() is CallEnding.CALLER


async def test_a_call_that_roland_does_not_know_goes_to_a_person(line: Line) -> None:
    """After a restart of Roland the dialplan still knows what to do with its callers."""
    assert await line.pbx.ask("next", str(uuid4())) == {"ROLAND_NEXT": "person"}


# ── limits and strangers ─────────────────────────────────────────────────────────────────────────────────────────────


async def test_more_calls_than_allowed_go_to_a_person(line: Line) -> None:
    """Announced calls count as well; the next one is told so at once, and a free place is given again."""
    first = [await line.pbx.ask("call") for _ in range(3)]
    assert await line.pbx.ask("call") == {"ROLAND_NEXT": "person"}
    assert line.trunk.counts.full == 1
    channel = await line.pbx.connect(first[0]["ROLAND_CALL"])
    channel.send(frame(0x00))
    await line.office.ending()
    while (await line.pbx.ask("call"))["ROLAND_NEXT"] != "talk":
        pass
    channel.writer.close()


async def test_an_id_connects_once(line: Line) -> None:
    """Who overhears or guesses an id gets no call."""
    async with line.pbx.call() as (call_id, _):
        await line.office.leg()
        for stranger in (call_id, str(uuid4())):
            channel = await line.pbx.connect(stranger)
            assert await channel.is_closed()
            channel.writer.close()
    assert line.trunk.counts.strangers == 2
    assert line.trunk.counts.calls == 1


async def test_a_wrong_token_is_answered_with_nothing(line: Line) -> None:
    """No id for who does not know the shared word."""
    assert await replace(line.pbx, token="geraten").ask("call") == {}
    assert line.trunk.counts.strangers == 1


async def test_foreign_networks_are_not_heard() -> None:
    """Both ports are closed to whoever is not on the list."""
    async with open_line(replace(OPTIONS, networks=("192.0.2.0/24",))) as line:
        for port in line.trunk.ports:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(frame(0x01, bytes(16)))
            with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
                await reader.readexactly(1)
            writer.close()
        assert line.trunk.counts.strangers == 2


@pytest.mark.parametrize(
    "sent",
    [
        frame(0x10, TONE),
        frame(0x01, b"too short"),
        b"GET / HTTP/1.1\r\n\r\n" * 2_000,
    ],
)
async def test_what_is_no_audiosocket_is_cut_off(line: Line, sent: bytes) -> None:
    """A connection has to begin with the id of a call."""
    reader, writer = await asyncio.open_connection("127.0.0.1", line.trunk.ports[0])
    writer.write(sent)
    with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
        await reader.readexactly(1)
    writer.close()
    assert line.trunk.counts.malformed == 1


async def test_a_connection_that_says_nothing_is_cut_off() -> None:
    """An open port is not a place to stay."""
    async with open_line(replace(OPTIONS, connect_within_s=0.05)) as line:
        reader, writer = await asyncio.open_connection("127.0.0.1", line.trunk.ports[0])
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await reader.readexactly(1)
        writer.close()
        assert line.trunk.counts.malformed == 1


@pytest.mark.parametrize("broken", [frame(0x03, b"x"), frame(0x03, b"12"), frame(0x03), frame(0x01, bytes(16))])
async def test_nonsense_within_a_call_ends_it(line: Line, broken: bytes) -> None:
    """Keys that no telephone has, or a second id: whoever sends that is not trusted with a caller."""
    async with line.pbx.call() as (_, channel):
        channel.send(broken)
        assert await line.office.ending() is CallEnding.LOST
        assert await channel.is_closed()
    assert line.trunk.counts.malformed == 1


async def test_a_frozen_pbx_loses_its_call() -> None:
    """When nothing comes any more, the call is over, even though the connection still stands."""
    async with open_line(replace(OPTIONS, lost_after_s=0.1)) as line, line.pbx.call() as (_, channel):
        assert await line.office.ending() is CallEnding.LOST
        assert await channel.is_closed()
    assert line.trunk.counts.lost == 1


@pytest.mark.slow
async def test_a_pbx_that_does_not_read_loses_its_call() -> None:
    """What is sent to it does not pile up: sound is dropped, and in the end the call is lost."""
    loop = asyncio.get_running_loop()
    async with open_line(replace(OPTIONS, lost_after_s=0.2)) as line:
        call_id = (await line.pbx.ask("call"))["ROLAND_CALL"]
        with socket.socket() as deaf:
            deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
            deaf.setblocking(False)
            await loop.sock_connect(deaf, ("127.0.0.1", line.trunk.ports[0]))
            await loop.sock_sendall(deaf, frame(0x01, UUID(call_id).bytes))
            leg = await line.office.leg()
            leg.play(TONE * 1_000)
            while not line.office.over.is_set():
                with suppress(ConnectionError):
                    await loop.sock_sendall(deaf, frame(0x10, TONE))
                await asyncio.sleep(0.02)
        assert await line.office.ending() is CallEnding.LOST


# ── questions ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "sent",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"agi_network: yes\n" * 101,
        b"agi_network: " + b"x" * 5_000 + b"\n\n",
        request("nonsense", ("geheim",), {}),
        request("call", ("geheim",), {})[:-20],
    ],
)
async def test_what_is_no_question_gets_no_answer(line: Line, sent: bytes) -> None:
    """The port of the questions speaks to Asterisk only."""
    reader, writer = await asyncio.open_connection("127.0.0.1", line.trunk.ports[1])
    writer.write(sent)
    writer.write_eof()
    with suppress(ConnectionError):
        assert await reader.read() == b""
    writer.close()
    assert line.trunk.counts.malformed == 1


async def test_a_caller_who_leaves_while_the_dialplan_asks(line: Line) -> None:
    """Asterisk says HANGUP between two answers, and refuses commands for a channel that is gone."""
    for answers, asked in ((b"HANGUP\n200 result=1\n", 2), (b"511 Command Not Permitted on a dead channel\n", 1)):
        reader, writer = await asyncio.open_connection("127.0.0.1", line.trunk.ports[1])
        writer.write(request("call", ("geheim",), {}))
        commands = [await reader.readline()]
        writer.write(answers)
        while command := await reader.readline():
            commands.append(command)
            writer.write(b"200 result=1\n")
        assert len(commands) == asked
        writer.close()
