"""Calls as streams of messages over WebSockets: from cloud telephone systems, and from Roland's own page."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import uuid4

import structlog

from assistant.errors import OverloadedError, TrunkError
from assistant.model import CallDetails, CallEnding
from assistant.ports.telephony import Answering, MessageStream, Speaker, StreamCaller
from connectors.telephony.access import is_same
from connectors.telephony.answering import Answered
from connectors.telephony.crossing import Crossing
from connectors.telephony.pace import Pace
from connectors.telephony.stream_leg import StreamLeg
from connectors.telephony.stream_messages import Begun, Dialect, Message, begin
from connectors.telephony.tally import KEPT_OUT, TrunkCounts, told

TRUNK = "stream"
_MOST_WAITING = 500
"""Messages on their way between the two event loops: ten seconds of sound."""
_SEND_WITHIN_S = 10.0
_LAST_WORD_WITHIN_S = 5.0

_log = structlog.get_logger(__name__)

_Incoming = Message | CallEnding
"""A message, or how the other side ended the stream."""


@dataclass(frozen=True, slots=True)
class StreamOptions:
    """What streams may do. Without a ``token`` only Roland's own page, and whoever the web server knows, are heard."""

    token: str = field(default="", repr=False)
    most_calls: int = 50
    most_message_bytes: int = 65_536
    most_messages_a_second: int = 500
    """Far more than sound needs, since after a break of the network a few seconds of it come at once."""
    start_within_s: float = 10.0
    """How long a stream may take to say what call it is."""
    transfer_within_s: float = 40.0
    """How long the other side may try to pass a call on."""
    lost_after_s: float = 30.0
    """How long nothing may come."""


class MessageStreams:
    """The trunk: takes streams from the web server's event loop, and answers them in the one it serves in."""

    def __init__(self, options: StreamOptions) -> None:
        self._options = options
        self._counts: Counter[str] = Counter()
        self._serving: _Serving | None = None

    @property
    def name(self) -> str:
        return TRUNK

    @property
    def counts(self) -> TrunkCounts:
        """What has happened since the start."""
        return TrunkCounts(**self._counts)

    async def ping(self) -> None:
        self._required()

    @asynccontextmanager
    async def serving(self, answering: Answering) -> AsyncIterator[None]:
        if self._serving is not None:
            raise TrunkError("media streams are open already")
        serving = self._serving = _Serving(self._options, self._counts, Answered(answering))
        try:
            async with told(TRUNK, lambda: {name: self._counts[name] for name in KEPT_OUT}):
                yield
        finally:
            self._serving = None
            await serving.close()

    async def take(self, stream: MessageStream, caller: StreamCaller) -> None:
        serving = self._required()
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(serving.admit(), serving.loop))
        outgoing = Crossing[Message](asyncio.get_running_loop(), _MOST_WAITING)
        incoming = Crossing[_Incoming](serving.loop, _MOST_WAITING)
        call = serving.call(caller, incoming, outgoing)
        answered = asyncio.wrap_future(asyncio.run_coroutine_threadsafe(call, serving.loop))
        receiving = asyncio.create_task(_receive(stream, incoming, self._options.most_message_bytes))
        try:
            await _send(outgoing, stream, receiving)
        finally:
            incoming.close()
            receiving.cancel()
            await asyncio.wait([receiving, answered])
        if not answered.cancelled():
            answered.result()

    def show(self, call_id: str, speaker: Speaker, text: str) -> None:
        if (serving := self._serving) is not None:
            serving.loop.call_soon_threadsafe(serving.show, call_id, speaker, text)

    def _required(self) -> "_Serving":
        if self._serving is None:
            raise TrunkError("media streams are not open")
        return self._serving


class _Serving:
    """What exists while streams are taken; belongs to the event loop it was made in."""

    def __init__(self, options: StreamOptions, counts: Counter[str], answered: Answered) -> None:
        self.loop = asyncio.get_running_loop()
        self._options = options
        self._counts = counts
        self._answered = answered
        self._pace = Pace()
        self._streams = 0
        self._calls: set[asyncio.Task[object]] = set()
        self._shown: dict[str, StreamLeg] = {}

    async def close(self) -> None:
        await self._answered.end()
        self._pace.stop()
        for call in tuple(self._calls):
            call.cancel()
        await asyncio.gather(*self._calls, return_exceptions=True)

    async def admit(self) -> None:
        """Keep a place for one more call; raises OverloadedError where there is none."""
        if self._streams >= self._options.most_calls:
            self._counts["full"] += 1
            raise OverloadedError("too many calls")
        self._streams += 1

    def show(self, call_id: str, speaker: Speaker, text: str) -> None:
        if (leg := self._shown.get(call_id)) is not None:
            leg.show(speaker, text)

    async def call(self, caller: StreamCaller, incoming: Crossing[_Incoming], outgoing: Crossing[Message]) -> None:
        """One call that was admitted, from its first message to its end."""
        task = asyncio.current_task()
        if task is not None:
            self._calls.add(task)
            task.add_done_callback(self._calls.discard)
        pace = _MessagePace(self._options.most_messages_a_second)
        try:
            async with asyncio.timeout(self._options.start_within_s):
                dialect, begun = await _begin(incoming, pace)
            if self._is_known(caller, begun):
                await self._talk(self._leg(caller, dialect, begun, outgoing), incoming, pace)
        except (ValueError, TimeoutError) as error:
            self._counts["malformed"] += 1
            _log.warning("a connection is no media stream", reason=str(error) or "it has not said what call it is")
        finally:
            self._streams -= 1
            outgoing.close()

    async def _talk(self, leg: StreamLeg, incoming: Crossing[_Incoming], pace: "_MessagePace") -> None:
        answered = self._answered.answer(leg)
        try:
            while (message := await incoming.get()) is not None:
                pace.count()
                if isinstance(message, CallEnding):
                    leg.gone(message)
                else:
                    leg.hear(message)
        finally:
            leg.end(CallEnding.LOST)
            await answered

    def _leg(self, caller: StreamCaller, dialect: Dialect, begun: Begun, outgoing: Crossing[Message]) -> StreamLeg:
        details = CallDetails(
            id=str(uuid4()),
            trunk=StreamCaller.PAGE if caller is StreamCaller.PAGE else TRUNK,
            external_id=begun.external_id,
            started_at=datetime.now(UTC),
            caller=begun.caller,
            called=begun.called,
        )
        leg = StreamLeg(
            details,
            dialect,
            outgoing,
            lost_after_s=self._options.lost_after_s,
            transfer_within_s=self._options.transfer_within_s,
            on_end=self._over,
        )
        self._counts["calls"] += 1
        self._pace.join(leg.send_frame)
        if begun.wants_text:
            self._shown[details.id] = leg
        return leg

    def _over(self, leg: StreamLeg, ending: CallEnding) -> None:
        self._pace.leave(leg.send_frame)
        self._shown.pop(leg.details.id, None)
        self._counts["lost"] += ending is CallEnding.LOST

    def _is_known(self, caller: StreamCaller, begun: Begun) -> bool:
        token = self._options.token
        is_known = caller is not StreamCaller.UNKNOWN or (bool(token) and is_same(token, begun.token))
        self._counts["strangers"] += not is_known
        return is_known


class _MessagePace:
    """Counts messages, second by second."""

    def __init__(self, most_a_second: int) -> None:
        self._most = most_a_second
        self._now = asyncio.get_running_loop().time
        self._since, self._seen = self._now(), 0

    def count(self) -> None:
        """One more; raises ValueError where they come faster than anybody speaks."""
        now = self._now()
        if now - self._since >= 1:
            self._since, self._seen = now, 0
        self._seen += 1
        if self._seen > self._most:
            raise ValueError("too many messages")


async def _begin(incoming: Crossing[_Incoming], pace: _MessagePace) -> tuple[Dialect, Begun]:
    dialect: Dialect | None = None
    while (message := await incoming.get()) is not None and not isinstance(message, CallEnding):
        pace.count()
        if dialect is None:
            dialect, begun = begin(message)
        else:
            read = dialect.read(message)
            begun = read if isinstance(read, Begun) else None
        if begun is not None:
            return dialect, begun
    raise ValueError("it ended before it began")


async def _receive(stream: MessageStream, incoming: Crossing[_Incoming], most_bytes: int) -> None:
    ending = CallEnding.LOST
    try:
        while (message := await stream.receive()) is not None:
            if len(message) > most_bytes or not incoming.put(message):
                return
        ending = CallEnding.CALLER
    except ConnectionError:
        pass
    finally:
        incoming.put(ending)
        incoming.close()


async def _send(outgoing: Crossing[Message], stream: MessageStream, receiving: asyncio.Task[None]) -> None:
    """Send until nothing more comes; a side that does not take anything is gone.

    Who hangs up is met while sound is sent to them: how they ended it has come, but is read after that.
    """
    try:
        while (message := await outgoing.get()) is not None:
            async with asyncio.timeout(_SEND_WITHIN_S):
                await stream.send(message)
    except (ConnectionError, TimeoutError):
        await asyncio.wait((receiving,), timeout=_LAST_WORD_WITHIN_S)
        outgoing.close()
