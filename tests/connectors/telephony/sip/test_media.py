"""The sound of one call, both ways."""

import socket
import struct
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.model import FRAME_BYTES, CallDetails, CallEnding, HoldChanged, KeyPressed, LegEvent, Sound
from assistant.sound import decode_a_law, decode_mu_law, encode_a_law
from connectors.telephony.leg import CallLeg
from connectors.telephony.sip import rtp
from connectors.telephony.sip.media import Media
from connectors.telephony.sip.metrics import SipCounts
from connectors.telephony.sip.sdp import Agreement

DETAILS = CallDetails("id", "sip", "call", datetime(2026, 11, 23, 11, tzinfo=UTC))
SILENCE = Sound(bytes(FRAME_BYTES))
TONE = encode_a_law(struct.pack("<160h", *([8_000, -8_000] * 80)))


class Talk:
    """A call's sound with the other side's port; packets are handed over as if they had arrived."""

    def __init__(self, *, anywhere: bool = False) -> None:
        self.theirs, ours = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
        for udp in (self.theirs, ours):
            udp.bind(("127.0.0.1", 0))
        self.theirs.settimeout(1)
        ours.setblocking(False)
        self.source = self.theirs.getsockname()
        self.counts = SipCounts()
        self.media = Media(ours, self.counts, "127.0.0.1", anywhere=anywhere)
        self.leg = CallLeg(DETAILS)
        self.agreed = Agreement("PCMA", 8, 101, "127.0.0.1", self.source[1])
        self.media.agree(self.agreed, 0.0)
        self.media.start(self.leg, 0.0)
        self.now, self._sequence, self.paused = 0.0, 0, 0

    def put(self, payload: bytes, *, payload_type: int = 8, source: tuple[str, int] | None = None) -> None:
        """A packet arrives in its time."""
        timestamp = (self._sequence + self.paused) * 160
        header = rtp.HEADER.pack(0x80, payload_type, self._sequence & 0xFFFF, timestamp, 1)
        self.media.receive(header + payload, source or self.source, self.now)
        self._sequence += 1
        self.now += 0.02

    def sent(self) -> rtp.Packet:
        """The next packet the other side gets."""
        packet = rtp.parse(self.theirs.recv(2_048))
        assert packet
        return packet

    async def events(self) -> list[LegEvent]:
        """Everything the leg was told, the end left out."""
        self.leg.end(CallEnding.CALLER)
        return [event async for event in self.leg.events()][:-1]

    def close(self) -> None:
        """Give both ports back."""
        self.media.close()
        self.theirs.close()


@pytest.fixture
def talk() -> Iterator[Talk]:
    """A call that has begun."""
    talk = Talk()
    yield talk
    talk.close()


def test_packets_are_numbered_and_marked(talk: Talk) -> None:
    """Silence goes all the time; the marker stands where sound begins after it, and time goes on by frames."""
    talk.media.tick(0.0)
    talk.leg.play(bytes(range(160)) * 4)
    for now in (0.02, 0.04, 0.06):
        talk.media.tick(now)
    packets = [talk.sent() for _ in range(4)]
    assert [packet.marker for packet in packets] == [False, True, False, False]
    assert {(packet.payload_type, packet.source, len(packet.payload)) for packet in packets} == {
        (8, packets[0].source, 160)
    }
    for before, after in pairwise(packets):
        assert (after.sequence - before.sequence) & 0xFFFF == 1
        assert (after.timestamp - before.timestamp) & 0xFFFFFFFF == 160
    assert max(abs(sample) for (sample,) in struct.iter_unpack("<h", decode_a_law(packets[0].payload))) <= 8


def test_what_is_skipped_is_time_without_packets(talk: Talk) -> None:
    """After a stall the timestamp has gone on, the sequence has not, and sound begins anew."""
    talk.leg.play(bytes(FRAME_BYTES * 2))
    talk.media.tick(0.0)
    talk.media.skip(10)
    talk.media.tick(0.22)
    first, second = talk.sent(), talk.sent()
    assert (second.timestamp - first.timestamp) & 0xFFFFFFFF == 160 * 11
    assert (second.sequence - first.sequence) & 0xFFFF == 1
    assert second.marker


async def test_sound_of_any_length_comes_in_frames_of_20_ms(talk: Talk) -> None:
    """10, 30 and 40 ms are cut anew, and no sample is lost or invented."""
    said = TONE * 2 + TONE[:80]
    for start, end in ((0, 80), (80, 320), (320, 400)):
        header = rtp.HEADER.pack(0x80, 8, talk._sequence, start, 1)
        talk.media.receive(header + said[start:end], talk.source, 0.0)
        talk._sequence += 1
    heard = [event.pcm for event in await talk.events() if isinstance(event, Sound)]
    assert b"".join(heard) == decode_a_law(said)[: 2 * FRAME_BYTES]


async def test_the_law_is_the_one_agreed_on(talk: Talk) -> None:
    """After another agreement the other law is spoken and heard."""
    talk.media.agree(replace(talk.agreed, codec="PCMU", payload=0), 0.0)
    talk.put(TONE, payload_type=0)
    talk.put(TONE, payload_type=8)
    talk.media.tick(0.04)
    assert talk.sent().payload_type == 0
    assert await talk.events() == [Sound(decode_mu_law(TONE))]


async def test_silence_is_heard_while_nothing_comes(talk: Talk) -> None:
    """Whoever waits for a pause hears it, a frame every 20 ms; a pause of the sender is not told twice."""
    talk.put(TONE)
    for tick in range(1, 11):
        talk.media.tick(tick * 0.02)
    talk.paused, talk.now = 10, 0.22
    talk.put(TONE)
    heard = await talk.events()
    assert heard[0] == heard[-1] == Sound(decode_a_law(TONE))
    assert heard[1:-1] == [SILENCE] * 10


async def test_what_is_lost_becomes_silence(talk: Talk) -> None:
    """Later sound stands where it belongs in time."""
    talk.put(TONE)
    talk._sequence += 2
    talk.put(TONE)
    for tick in range(3, 6):
        talk.media.tick(tick * 0.02)
    heard = await talk.events()
    assert heard[:4] == [Sound(decode_a_law(TONE)), SILENCE, SILENCE, Sound(decode_a_law(TONE))]
    assert talk.counts.frames_lost == 2


async def test_keys_come_between_the_sound(talk: Talk) -> None:
    """An event is a key once, and no gap in the sound."""
    talk.put(TONE)
    for _ in range(3):
        header = rtp.HEADER.pack(0x80, 101, talk._sequence, 160, 1)
        talk.media.receive(header + struct.pack(">BBH", 7, 0x80, 160), talk.source, 0.02)
        talk._sequence += 1
    assert await talk.events() == [Sound(decode_a_law(TONE)), KeyPressed("7")]
    assert talk.media.has_keys
    assert talk.counts.frames_lost == 0


async def test_on_hold_nothing_goes_either_way(talk: Talk) -> None:
    """Queued sound is kept, the other side's music is not heard, and after it the call goes on."""
    talk.leg.play(bytes(FRAME_BYTES))
    talk.media.agree(replace(talk.agreed, direction="sendonly"), 0.0)
    talk.put(TONE)
    for tick in range(10):
        talk.media.tick(tick * 0.02)
    assert talk.leg.queued_ms == 20
    talk.media.agree(talk.agreed, 0.2)
    talk.media.tick(0.2)
    assert talk.sent().marker
    assert talk.leg.queued_ms == 0
    assert await talk.events() == [HoldChanged(is_held=True), HoldChanged(is_held=False)]


def test_sound_is_answered_to_where_it_comes_from(talk: Talk) -> None:
    """After three packets from another port of the same host, not before; a single stray one moves nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as moved:
        moved.bind(("127.0.0.1", 0))
        moved.settimeout(1)
        there = moved.getsockname()
        for source in (there, there, talk.source, there, there):
            talk.put(TONE, source=source)
        talk.media.tick(0.0)
        assert talk.sent().payload_type == 8
        talk.put(TONE, source=there)
        talk.media.tick(0.02)
        assert rtp.parse(moved.recv(2_048))


@pytest.mark.parametrize("anywhere", [False, True])
async def test_sound_from_other_hosts_is_not_heard(anywhere: bool) -> None:
    """Nobody can talk into a call from outside, unless an operator has said that sound comes from anywhere."""
    talk = Talk(anywhere=anywhere)
    for _ in range(10):
        talk.put(TONE, source=("127.0.0.9", 4_000))
    assert talk.counts.strangers == (2 if anywhere else 10)
    assert bool(await talk.events()) is anywhere
    talk.close()


def test_what_cannot_be_sent_is_counted(talk: Talk) -> None:
    """A network that is gone is no reason to fail."""
    talk.media.agree(replace(talk.agreed, host="255.255.255.255"), 0.0)
    talk.media.tick(0.0)
    assert talk.counts.unsent == 1


def test_waiting_packets_are_taken_in_portions(talk: Talk) -> None:
    """A flood on one port leaves time for all the other calls."""
    for number in range(50):
        header = rtp.HEADER.pack(0x80, 8, number, number * 160, 1)
        talk.theirs.sendto(header + TONE, ("127.0.0.1", talk.media.port))
    talk.media.read(0.0)
    assert len(talk.leg.inbox._waiting) == 32
    talk.media.read(0.0)
    assert len(talk.leg.inbox._waiting) == 50


@given(st.lists(st.binary(max_size=200), max_size=20))
def test_no_bytes_break_the_receiver(datagrams: list[bytes]) -> None:
    """Whatever arrives is heard or counted, with and without a header that looks right."""
    talk = Talk()
    for datagram in datagrams:
        for candidate in (datagram, b"\x80\x08" + datagram, b"\xb0\x65" + datagram):
            talk.media.receive(candidate, talk.source, 0.0)
            talk.media.tick(1.0)
    talk.close()


@pytest.mark.parametrize(
    ("datagram", "payload"),
    [
        (b"", None),
        (bytes(12), None),
        (b"\x80\xc8" + bytes(20), None),
        (b"\x81\x08" + bytes(10), None),
        (b"\x81\x08" + bytes(14) + b"ab", b"ab"),
        (b"\x90\x08" + bytes(10) + b"\xbe\xde\x00\x01" + bytes(4) + b"ab", b"ab"),
        (b"\x90\x08" + bytes(10) + b"\xbe\xde\x00\x09", None),
        (b"\xa0\x08" + bytes(10) + b"ab\x00\x02", b"ab"),
        (b"\xa0\x08" + bytes(10) + b"ab\x00\x09", None),
        (b"\xa0\x08" + bytes(10) + b"ab\x00", None),
    ],
)
def test_headers_are_taken_off(datagram: bytes, payload: bytes | None) -> None:
    """Contributing sources, extensions and padding are no sound; reports and other versions are no packets."""
    packet = rtp.parse(datagram)
    assert (packet and packet.payload) == payload
