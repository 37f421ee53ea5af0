"""The trunk over real sockets."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace

import pytest

from assistant.errors import TrunkError
from assistant.model import CallEnded, CallEnding, Sound
from assistant.ports import Answering, MediaLeg
from assistant.sound import decode_a_law, encode_a_law
from connectors.telephony.sip import message, rtp, sdp
from connectors.telephony.sip.message import Request, Response
from connectors.telephony.sip.options import SipOptions
from connectors.telephony.sip.trunk import SipTrunk
from tests.connectors.telephony.sip.phone import OFFER, OPTIONS
from tests.fakes import FixedClock

REAL = replace(OPTIONS, port=0)
TONE = encode_a_law(bytes([0, 32, 0, 224]) * 80)


class Telephone(asyncio.DatagramProtocol):
    """A telephone on loopback: one port for SIP, one for its sound."""

    def __init__(self, there: tuple[str, int]) -> None:
        self._there = there
        self.got: asyncio.Queue[Request | Response] = asyncio.Queue()
        self._cseq, self._tag, self._own = 0, "", 0
        self._transport: asyncio.DatagramTransport
        self.sound = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sound.bind(("127.0.0.1", 0))
        self.sound.setblocking(False)
        self.their_sound = ("", 0)

    def use(self, transport: asyncio.DatagramTransport) -> None:
        """Send from there."""
        self._transport = transport
        self._own = transport.get_extra_info("sockname")[1]

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        received = message.parse(data)
        self.got.put_nowait(received)
        if isinstance(received, Request):
            echoed = [(name, value) for name, value in received.headers.fields if name in _ECHOED]
            self._transport.sendto(message.write("SIP/2.0 200 OK", echoed), addr)

    def send(self, method: str, body: str = "") -> None:
        """A request of the call."""
        self._cseq += method != "ACK"
        headers = [
            ("Via", f"SIP/2.0/UDP 127.0.0.1:{self._own};branch=z9hG4bK-{method}-{self._cseq};rport"),
            ("From", f"<sip:0421@127.0.0.1>;tag={self._own}"),
            ("To", f"<sip:115@127.0.0.1>{self._tag}"),
            ("Call-ID", f"call-{self._own}"),
            ("CSeq", f"{self._cseq} {method}"),
            ("Contact", f"<sip:0421@127.0.0.1:{self._own}>"),
            *([("Content-Type", "application/sdp")] if body else []),
        ]
        datagram = message.write(f"{method} sip:115@127.0.0.1 SIP/2.0", headers, body.encode())
        self._transport.sendto(datagram, self._there)

    async def final(self) -> Response:
        """The next final answer."""
        while True:
            received = await asyncio.wait_for(self.got.get(), 2)
            if isinstance(received, Response) and received.status >= 200:
                return received

    async def request(self) -> Request:
        """The next request; it has been answered."""
        while True:
            received = await asyncio.wait_for(self.got.get(), 2)
            if isinstance(received, Request):
                return received

    async def call(self) -> None:
        """Call and talk."""
        self.send("INVITE", OFFER.replace("40000", str(self.sound.getsockname()[1])))
        answer = await self.final()
        assert answer.status == 200
        self._tag = f";tag={answer.recipient.tag}"
        agreed = sdp.read(answer.body).agreement
        self.their_sound = (agreed.host, agreed.port)
        self.send("ACK")

    async def packets(self, count: int) -> list[rtp.Packet]:
        """What is heard next."""
        loop = asyncio.get_running_loop()
        got = [rtp.parse(await asyncio.wait_for(loop.sock_recv(self.sound, 2_048), 2)) for _ in range(count)]
        return [packet for packet in got if packet]

    def close(self) -> None:
        """Give both ports back."""
        self._transport.close()
        self.sound.close()


_ECHOED = frozenset({"via", "from", "to", "call-id", "cseq"})


@asynccontextmanager
async def served(answering: Answering, options: SipOptions = REAL) -> AsyncIterator[SipTrunk]:
    """A trunk that takes calls."""
    trunk = SipTrunk(options, FixedClock())
    async with trunk.serving(answering):
        yield trunk


@asynccontextmanager
async def telephone(trunk: SipTrunk) -> AsyncIterator[Telephone]:
    """A telephone that may call it."""
    loop = asyncio.get_running_loop()
    transport, phone = await loop.create_datagram_endpoint(
        lambda: Telephone(trunk.address), local_addr=("127.0.0.1", 0)
    )
    phone.use(transport)
    try:
        yield phone
    finally:
        phone.close()


async def until_the_end(leg: MediaLeg) -> None:
    """Listen until the call is over."""
    async for _ in leg.events():
        pass


async def test_sound_goes_both_ways() -> None:
    """What is played is sent at its pace, and what is said is heard."""
    heard: asyncio.Queue[bytes] = asyncio.Queue()

    async def answering(leg: MediaLeg) -> None:
        leg.play(decode_a_law(TONE) * 3)
        await leg.played()
        async for event in leg.events():
            if isinstance(event, Sound) and any(event.pcm):
                heard.put_nowait(event.pcm)

    async with served(answering) as trunk, telephone(trunk) as phone:
        await phone.call()
        packets = await phone.packets(10)
        assert [packet.payload for packet in packets if packet.payload == TONE] == [TONE] * 3
        phone.sound.sendto(rtp.HEADER.pack(0x80, 8, 1, 1, 1) + TONE, phone.their_sound)
        assert await asyncio.wait_for(heard.get(), 2) == decode_a_law(TONE)
        phone.send("BYE")
        assert (await phone.final()).status == 200
        metrics = trunk.metrics()
        assert (metrics.calls, metrics.answered, metrics.faults) == (0, 1, 0)
        assert metrics.late_ms_p50 <= metrics.late_ms_p99


async def test_the_end_of_the_talk_is_the_end_of_the_call() -> None:
    """When whoever answers has nothing more to say, it is hung up."""

    async def answering(leg: MediaLeg) -> None:
        leg.play(bytes(640))
        await leg.played()

    async with served(answering) as trunk, telephone(trunk) as phone:
        await phone.call()
        assert (await phone.request()).method == "BYE"


async def test_a_talk_that_fails_is_hung_up() -> None:
    """The caller is not left in silence, and the next one is taken."""

    async def answering(leg: MediaLeg) -> None:
        raise ValueError("broken")

    async with served(answering) as trunk:
        for _ in range(2):
            async with telephone(trunk) as phone:
                await phone.call()
                assert (await phone.request()).method == "BYE"


async def test_leaving_ends_calls_and_frees_the_ports() -> None:
    """Everybody is hung up on, every talk ends, and the same address can be used again at once."""
    endings: list[CallEnded] = []

    async def answering(leg: MediaLeg) -> None:
        endings.extend([event async for event in leg.events() if isinstance(event, CallEnded)])

    async with AsyncExitStack() as phones:
        async with served(answering) as trunk:
            address = trunk.address
            phone = await phones.enter_async_context(telephone(trunk))
            await phone.call()
            await phone.packets(1)
        assert (await phone.request()).method == "BYE"
    assert endings == [CallEnded(CallEnding.ROLAND)]
    async with served(answering, replace(REAL, port=address[1])) as again:
        assert again.address == address


async def test_a_talk_that_does_not_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leaving does not wait for ever."""
    monkeypatch.setattr("connectors.telephony.sip.trunk._GOODBYE_S", 0.05)
    cancelled = asyncio.Event()

    async def answering(leg: MediaLeg) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    async with AsyncExitStack() as phones:
        async with served(answering) as trunk:
            phone = await phones.enter_async_context(telephone(trunk))
            await phone.call()
            await phone.packets(1)
            assert not cancelled.is_set()
        assert cancelled.is_set()


async def test_an_address_that_is_taken_is_an_error() -> None:
    """It is named."""
    async with served(until_the_end) as trunk:
        with pytest.raises(TrunkError, match=str(trunk.address[1])):
            async with served(until_the_end, replace(REAL, port=trunk.address[1])):
                pytest.fail("two at one address")


async def test_health_tells_whether_calls_can_come_in() -> None:
    """Before, while and after; and when the socket, or the pace of the sound, is gone."""
    trunk = SipTrunk(REAL, FixedClock())
    assert trunk.name == "sip"
    with pytest.raises(TrunkError):
        await trunk.ping()
    async with trunk.serving(until_the_end):
        await trunk.ping()
        assert trunk._pace
        trunk._pace.cancel()
        await asyncio.wait([trunk._pace])
        with pytest.raises(TrunkError, match="no sound"):
            await trunk.ping()
    async with trunk.serving(until_the_end):
        assert trunk._transport
        trunk._transport.close()
        with pytest.raises(TrunkError):
            await trunk.ping()
    with pytest.raises(TrunkError):
        await trunk.ping()


def test_nothing_is_counted_before_it_serves() -> None:
    """Figures are there all the same."""
    assert SipTrunk(REAL, FixedClock()).metrics().calls == 0
