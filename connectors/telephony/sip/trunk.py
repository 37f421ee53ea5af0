"""The SIP endpoint as a way calls come in."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from functools import partial

import structlog

from assistant.errors import TrunkError
from assistant.ports import Answering, Clock
from connectors.telephony.sip.call import SipCall, SipLeg
from connectors.telephony.sip.endpoint import SipEndpoint
from connectors.telephony.sip.metrics import SipCounts, SipMetrics
from connectors.telephony.sip.options import SipOptions
from connectors.telephony.sip.ports import open_signalling
from connectors.telephony.sip.ticker import Ticker
from connectors.telephony.sip.transaction import Endpoint
from connectors.telephony.tally import told

_LOG = structlog.get_logger(__name__)
_CHECK_S = 1.0
_GOODBYE_S = 2.0
_TOLD = ("refused", "strangers", "malformed", "flooded", "faults", "stalls")


class SipTrunk:
    """Takes calls by SIP over UDP; an adapter of ``Trunk``."""

    def __init__(self, options: SipOptions, clock: Clock) -> None:
        self._options, self._clock = options, clock
        self._transport: asyncio.DatagramTransport | None = None
        self._endpoint: SipEndpoint | None = None
        self._pace: asyncio.Task[None] | None = None
        self._talks: set[asyncio.Task[None]] = set()

    @property
    def name(self) -> str:
        return self._options.name

    @property
    def address(self) -> Endpoint:
        """Where calls come in; raises TrunkError while they cannot."""
        transport = self._transport
        if transport is None or transport.is_closing():
            raise TrunkError(f"no calls come in at {self._options.host}:{self._options.port}")
        host, port = transport.get_extra_info("sockname")
        return str(host), int(port)

    async def ping(self) -> None:
        host, port = self.address
        if self._pace is None or self._pace.done():
            raise TrunkError(f"no sound is sent any more at {host}:{port}")

    def metrics(self) -> SipMetrics:
        """What was counted since calls could come in."""
        endpoint = self._endpoint
        return endpoint.counts.snapshot(len(endpoint.calls)) if endpoint else SipCounts().snapshot(0)

    def serving(self, answering: Answering) -> AbstractAsyncContextManager[None]:
        return self._serving(answering)

    @asynccontextmanager
    async def _serving(self, answering: Answering) -> AsyncIterator[None]:
        udp = open_signalling(self._options.host, self._options.port)
        loop = asyncio.get_running_loop()
        talking, port = partial(self._talk, answering), udp.getsockname()[1]
        endpoint = SipEndpoint(self._options, port, self._send, loop, self._clock, talking, _unwatch)
        self._transport, _ = await loop.create_datagram_endpoint(lambda: _Signalling(endpoint.receive), sock=udp)
        self._endpoint = endpoint
        ticker = Ticker(lambda: [call.media for call in endpoint.calls], endpoint.counts, loop.time())
        self._pace = asyncio.create_task(ticker.run())
        checks = asyncio.create_task(_check(endpoint))
        try:
            async with told(self.name, lambda: {name: getattr(endpoint.counts, name) for name in _TOLD}):
                yield
        finally:
            await self._say_goodbye(endpoint)
            self._pace.cancel()
            checks.cancel()
            await asyncio.gather(self._pace, checks, return_exceptions=True)
            self._transport.close()
            self._transport = None

    def _send(self, datagram: bytes, target: Endpoint) -> None:
        if self._transport and not self._transport.is_closing():
            self._transport.sendto(datagram, target)

    def _talk(self, answering: Answering, call: SipCall) -> None:
        loop = asyncio.get_running_loop()
        loop.add_reader(call.media.fileno(), lambda: call.media.read(loop.time()))
        task = loop.create_task(_answer(answering, call.leg))
        self._talks.add(task)
        task.add_done_callback(self._talks.discard)

    async def _say_goodbye(self, endpoint: SipEndpoint) -> None:
        endpoint.close()
        if self._talks:
            # Every talk has been told that its call is over.
            _, stuck = await asyncio.wait(self._talks, timeout=_GOODBYE_S)
            for task in stuck:
                task.cancel()
            await asyncio.gather(*stuck, return_exceptions=True)
        with suppress(TimeoutError):
            await asyncio.wait_for(endpoint.transactions.settled(), _GOODBYE_S)
        endpoint.transactions.close()


class _Signalling(asyncio.DatagramProtocol):
    def __init__(self, receive: Callable[[bytes, Endpoint], None]) -> None:
        self._receive = receive

    def datagram_received(self, data: bytes, addr: Endpoint) -> None:
        self._receive(data, addr)


async def _answer(answering: Answering, leg: SipLeg) -> None:
    try:
        await answering(leg)
    except Exception as error:  # noqa: BLE001 - the caller is not left in silence, whatever broke
        _LOG.error("call_failed", call_id=leg.details.id, error=type(error).__name__)
    finally:
        await leg.hang_up()


async def _check(endpoint: SipEndpoint) -> None:
    now = asyncio.get_running_loop().time
    while True:
        await asyncio.sleep(_CHECK_S)
        for call in endpoint.calls:
            call.check(now())


def _unwatch(call: SipCall) -> None:
    asyncio.get_running_loop().remove_reader(call.media.fileno())
