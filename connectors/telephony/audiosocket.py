"""Calls from Asterisk: the dialplan asks over FastAGI, the sound comes over AudioSocket."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import structlog

from assistant.errors import TrunkError
from assistant.model import CallEnding
from assistant.ports.telephony import Answering
from connectors.telephony.access import LOOPBACK, Networks
from connectors.telephony.answering import Answered
from connectors.telephony.audiosocket_connection import Connection
from connectors.telephony.audiosocket_leg import AudioSocketLeg
from connectors.telephony.dialplan import TRUNK, Dialplan
from connectors.telephony.fastagi import MOST_LINE_BYTES, AgiError, converse
from connectors.telephony.pace import Pace
from connectors.telephony.switchboard import Switchboard
from connectors.telephony.tally import KEPT_OUT, TrunkCounts, told

_QUESTION_WITHIN_S = 5.0
_MOST_QUESTIONS = 200

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class AudioSocketOptions:
    """Where Asterisk reaches Roland, and who may.

    ``networks`` may use both ports. Where a ``token`` is set, the dialplan has to say it with every question; the sound
    needs none, since it comes with an id that was given out before. Port 0 takes a free one.
    """

    host: str = "127.0.0.1"
    port: int = 9092
    agi_port: int = 4573
    networks: tuple[str, ...] = LOOPBACK
    token: str = field(default="", repr=False)
    most_calls: int = 200
    """Calls at once; more are told to go to a person."""
    connect_within_s: float = 10.0
    """How long after the first question the sound has to come."""
    ask_within_s: float = 5.0
    """How long after the end of the sound the dialplan has to ask what is next."""
    lost_after_s: float = 30.0
    """How long nothing may come from the other side, or be taken by it."""


class AudioSocketTrunk:
    """Both ports, and the calls between them."""

    def __init__(self, options: AudioSocketOptions) -> None:
        """Raises ValueError for networks that are none."""
        self._options = options
        self._networks = Networks(options.networks)
        self._counts: Counter[str] = Counter()
        self._serving: _Serving | None = None

    @property
    def name(self) -> str:
        return TRUNK

    @property
    def counts(self) -> TrunkCounts:
        """What has happened since the start."""
        return TrunkCounts(**self._counts)

    @property
    def ports(self) -> tuple[int, int]:
        """The ports of the sound and of the questions; raises TrunkError while they are not open."""
        if self._serving is None:
            raise TrunkError(f"AudioSocket on {self._options.host} is not open")
        return self._serving.ports

    async def ping(self) -> None:
        if self._serving is None or not self._serving.is_open:
            raise TrunkError(f"AudioSocket on {self._options.host}:{self._options.port} is not open")

    @asynccontextmanager
    async def serving(self, answering: Answering) -> AsyncIterator[None]:
        if self._serving is not None:
            raise TrunkError("AudioSocket is open already")
        serving = _Serving(self._options, self._networks, self._counts, Answered(answering))
        try:
            await serving.open()
            self._serving = serving
            async with told(TRUNK, lambda: {name: self._counts[name] for name in KEPT_OUT}):
                yield
        finally:
            self._serving = None
            await serving.close()


class _Serving:
    """What exists while the ports are open."""

    def __init__(
        self, options: AudioSocketOptions, networks: Networks, counts: Counter[str], answered: Answered
    ) -> None:
        self._options = options
        self._networks = networks
        self._counts = counts
        self._answered = answered
        self._pace = Pace()
        self._switchboard = Switchboard(options.connect_within_s, options.ask_within_s)
        self._dialplan = Dialplan(self._switchboard, options.token, self._has_room, counts)
        self._servers: list[asyncio.Server] = []
        self._connections: set[Connection] = set()
        self._questions: set[asyncio.Task[None]] = set()

    @property
    def ports(self) -> tuple[int, int]:
        sound, questions = (server.sockets[0].getsockname()[1] for server in self._servers)
        return sound, questions

    @property
    def is_open(self) -> bool:
        return all(server.is_serving() for server in self._servers)

    @property
    def connect_within_s(self) -> float:
        return self._options.connect_within_s

    async def open(self) -> None:
        options, loop = self._options, asyncio.get_running_loop()
        try:
            self._servers.append(await loop.create_server(lambda: Connection(self), options.host, options.port))
            self._servers.append(
                await asyncio.start_server(self._asked, options.host, options.agi_port, limit=MOST_LINE_BYTES)
            )
        except OSError as error:
            address = f"{options.host}, ports {options.port} and {options.agi_port}"
            raise TrunkError(f"cannot listen for AudioSocket and FastAGI on {address}: {error.strerror}") from error

    async def close(self) -> None:
        for server in self._servers:
            server.close()
        await self._answered.end()
        self._pace.stop()
        for connection in tuple(self._connections):
            connection.abort()
        for question in self._questions:
            question.cancel()
        await asyncio.gather(*self._questions, return_exceptions=True)
        for server in self._servers:
            await server.wait_closed()

    # ── sound ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def admit(self, connection: Connection, peer: str) -> bool:
        if len(self._connections) >= 2 * self._options.most_calls or not self._is_known(peer):
            return False
        self._connections.add(connection)
        return True

    def dismiss(self, connection: Connection) -> None:
        self._connections.discard(connection)

    def begin(self, call_id: str, transport: asyncio.Transport) -> AudioSocketLeg | None:
        details = self._switchboard.connect(call_id)
        if details is None:
            self._counts["strangers"] += 1
            return None
        leg = AudioSocketLeg(
            details,
            transport,
            self._switchboard,
            lost_after_s=self._options.lost_after_s,
            ask_within_s=self._options.ask_within_s,
            on_leave=lambda left: self._pace.leave(left.send_frame),
            on_end=self._over,
        )
        self._counts["calls"] += 1
        self._pace.join(leg.send_frame)
        self._answered.answer(leg)
        return leg

    def malformed(self, reason: str) -> None:
        self._counts["malformed"] += 1
        _log.warning("a connection does not speak AudioSocket", reason=reason)

    def _over(self, ending: CallEnding) -> None:
        self._counts["lost"] += ending is CallEnding.LOST

    def _has_room(self) -> bool:
        return len(self._answered) + self._switchboard.awaited < self._options.most_calls

    def _is_known(self, peer: str) -> bool:
        is_known = peer in self._networks
        self._counts["strangers"] += not is_known
        return is_known

    # ── questions ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _asked(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._questions) >= _MOST_QUESTIONS or not self._is_known(writer.get_extra_info("peername")[0]):
            writer.transport.abort()
            return
        question = asyncio.create_task(self._answer(reader, writer))
        self._questions.add(question)
        question.add_done_callback(self._questions.discard)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(_QUESTION_WITHIN_S):
                await converse(reader, writer, self._dialplan.answer)
        except (AgiError, TimeoutError) as error:
            self._counts["malformed"] += 1
            _log.warning("a question of the dialplan was not answered", reason=str(error) or "too slow")
        finally:
            writer.close()
