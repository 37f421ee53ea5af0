"""The sound of one call of the softphone: A-law over RTP, a frame every 20 ms, over a way that may be bad."""

import asyncio
import random
import secrets
import struct
from collections import deque
from dataclasses import dataclass, field

from evaluation.calls.recording import FRAME_S, SILENCE, Recording

FRAME = 160
_HEADER = struct.Struct(">BBHII")
_EVENT = struct.Struct(">BBH")
_A_LAW, _EVENTS = 8, 101
_MARKER = 0x80
_KEYS = "0123456789*#ABCD"
_KEY_FRAMES, _KEY_ENDS, _KEY_GAP = 5, 3, 4
_VOLUME, _END = 10, 0x80
SILENT_FRAME = bytes([SILENCE]) * FRAME


@dataclass(frozen=True, slots=True)
class Way:
    """How bad the way is, in both directions: shares of packets (0-1) that are lost or come after the next one.

    ``delay_s``: between which two times a packet takes longer, drawn for each, so that they overtake each other too.
    """

    lost: float = 0.0
    swapped: float = 0.0
    delay_s: tuple[float, float] = (0.0, 0.0)
    seed: int = 1

    @property
    def is_good(self) -> bool:
        """Whether nothing happens to packets."""
        return not (self.lost or self.swapped or any(self.delay_s))


@dataclass(frozen=True, slots=True)
class Said:
    """When the first and the last frame of something said left the telephone (the loop's clock).

    ``is_whole``: whether all of it did, before the speaker was hushed or the call ended.
    """

    began_at: float
    ended_at: float
    is_whole: bool = True


@dataclass(slots=True)
class _Task:
    """Something to be sent: A-law sound, or the packets of a key."""

    sound: bytes
    key: int | None
    done: asyncio.Future[Said]
    began_at: float = 0.0
    place: int = 0

    def end(self, now: float, *, is_whole: bool) -> None:
        """Tell whoever waits for it."""
        if not self.done.done():
            self.done.set_result(Said(self.began_at or now, now, is_whole))


@dataclass
class Media(asyncio.DatagramProtocol):
    """Sends from ``start`` to ``close`` without a break: what is to be said, else ``background`` over and over."""

    way: Way
    background: bytes = SILENT_FRAME
    recording: Recording = field(default_factory=Recording)
    is_frozen: bool = False

    def __post_init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._random = random.Random(self.way.seed)  # noqa: S311 – no secret
        self._transport: asyncio.DatagramTransport | None = None
        self._remote = ("", 0)
        self._timer: asyncio.TimerHandle | None = None
        self._tasks: deque[_Task] = deque()
        self._source, self._sequence = secrets.randbits(32), secrets.randbits(16)
        self._timestamp = secrets.randbits(32)
        self._due = 0.0
        self._at_background = 0

    async def open(self, host: str) -> int:
        """Take a port; which one."""
        self._transport, _ = await self._loop.create_datagram_endpoint(lambda: self, local_addr=(host, 0))
        return int(self._transport.get_extra_info("sockname")[1])

    def start(self, remote: tuple[str, int]) -> None:
        """Begin to send; harmless when it has begun."""
        self._remote = remote
        if self._timer is None:
            self._due = self._loop.time()
            self._tick()

    def say(self, coded: bytes) -> asyncio.Future[Said]:
        """Send A-law sound after what is still to be said."""
        return self._add(_Task(coded, None, self._loop.create_future()))

    def press(self, key: str) -> asyncio.Future[Said]:
        """Press a key (RFC 4733) after what is still to be said."""
        return self._add(_Task(b"", _KEYS.index(key), self._loop.create_future()))

    def hush(self) -> None:
        """Stop speaking at once."""
        now = self._loop.time()
        while self._tasks:
            self._tasks[0].end(now, is_whole=False)
            self._tasks.popleft()

    def close(self) -> None:
        """Stop and give the port back."""
        self.hush()
        if self._timer:
            self._timer.cancel()
        if self._transport:
            self._transport.close()

    def datagram_received(self, data: bytes, addr: object) -> None:
        """Hear a packet."""
        if self.is_frozen:
            return
        if self.way.is_good:
            self.recording.take(data, self._loop.time())
        elif self._random.random() >= self.way.lost:
            self._loop.call_later(self._delay(), self._hear, data)

    def _hear(self, packet: bytes) -> None:
        self.recording.take(packet, self._loop.time())

    def _add(self, task: _Task) -> asyncio.Future[Said]:
        self._tasks.append(task)
        return task.done

    def _tick(self) -> None:
        now = self._loop.time()
        while self._due <= now:
            if not self.is_frozen:
                self._send_next(now)
            self._timestamp = self._timestamp + FRAME & 0xFFFFFFFF
            self._due += FRAME_S
        self._timer = self._loop.call_at(self._due, self._tick)

    def _send_next(self, now: float) -> None:
        if not self._tasks:
            self._send(_A_LAW, self._next_background(), self._timestamp)
            return
        task = self._tasks[0]
        task.began_at = task.began_at or now
        is_last = self._send_sound(task) if task.key is None else self._send_key(task, task.key)
        task.place += 1
        if is_last:
            self._tasks.popleft()
            task.end(now, is_whole=True)

    def _send_sound(self, task: _Task) -> bool:
        begin = task.place * FRAME
        frame = task.sound[begin : begin + FRAME]
        marker = _MARKER if task.place == 0 else 0
        self._send(_A_LAW | marker, frame.ljust(FRAME, bytes([SILENCE])), self._timestamp)
        return begin + FRAME >= len(task.sound)

    def _send_key(self, task: _Task, key: int) -> bool:
        """Five packets while it is down, three that tell of its end, a short pause before the next one."""
        place = task.place
        if place < _KEY_FRAMES + _KEY_ENDS:
            duration = min(place + 1, _KEY_FRAMES) * FRAME
            end = _END if place >= _KEY_FRAMES else 0
            marker = _MARKER if place == 0 else 0
            pressed_at = self._timestamp - place * FRAME & 0xFFFFFFFF
            self._send(_EVENTS | marker, _EVENT.pack(key, _VOLUME | end, duration), pressed_at)
        else:
            self._send(_A_LAW, self._next_background(), self._timestamp)
        return place + 1 >= _KEY_FRAMES + _KEY_ENDS + _KEY_GAP

    def _next_background(self) -> bytes:
        begin = self._at_background
        self._at_background = begin + FRAME if begin + 2 * FRAME <= len(self.background) else 0
        return self.background[begin : begin + FRAME]

    def _send(self, kind: int, payload: bytes, timestamp: int) -> None:
        packet = _HEADER.pack(0x80, kind, self._sequence, timestamp, self._source) + payload
        self._sequence = self._sequence + 1 & 0xFFFF
        if self.way.is_good:
            self._put(packet)
        elif self._random.random() >= self.way.lost:
            self._loop.call_later(self._delay(), self._put, packet)

    def _delay(self) -> float:
        swapped = 1.5 * FRAME_S if self._random.random() < self.way.swapped else 0.0
        return self._random.uniform(*self.way.delay_s) + swapped

    def _put(self, packet: bytes) -> None:
        if self._transport and not self._transport.is_closing():
            self._transport.sendto(packet, self._remote)
