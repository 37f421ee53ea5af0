"""One utterance on its way to a worker process and, where that is lost, to another one."""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

from assistant.errors import SpeechUnavailableError
from assistant.model import SAMPLE_RATE, Heard, Hypothesis
from voice.workers import EngineError, Message, Worker, WorkerLostError, WorkerPool
from voice.workers.wire import FAILED

_BATCH_BYTES = SAMPLE_RATE // 10 * 2
"""What goes to the worker at once: 100 ms."""
_KEPT = 200
"""How many of those are kept, to be heard again: 20 s."""
_TRIES = 3
"""A sound over which so many workers were lost is given up."""
_UNSURE = 0.5

_numbers = count()


@dataclass(frozen=True, slots=True)
class StreamOptions:
    """How long after its end an utterance may take, in seconds."""

    finish_s: float = 5.0


class WorkerStream:
    """Implements ``assistant.ports.RecognitionStream`` over a pool of workers.

    Phrases restrict what is understood; where that does not fit what was said, the same sound is heard again without.
    """

    def __init__(self, pool: WorkerPool, phrases: Sequence[str], options: StreamOptions) -> None:
        self._pool = pool
        self._phrases = tuple(phrases)
        self._options = options
        self._unsent = bytearray()
        self._sound: deque[bytes] = deque(maxlen=_KEPT)
        self._hearing: _Hearing | None = None
        self._is_over = False

    @property
    def partial(self) -> str:
        return self._hearing.partial if self._hearing else ""

    def feed(self, pcm: bytes) -> None:
        if self._is_over:
            return
        self._unsent += pcm
        if len(self._unsent) >= _BATCH_BYTES:
            self._send()

    async def finish(self) -> Heard:
        try:
            if self._unsent:
                self._send()
            async with asyncio.timeout(self._options.finish_s):
                return await self._result()
        except TimeoutError:
            raise SpeechUnavailableError(f"nothing heard within {self._options.finish_s:.1f} s") from None
        finally:
            self.cancel()

    def cancel(self) -> None:
        self._is_over = True
        self._leave()
        self._sound.clear()

    def _send(self) -> None:
        batch = bytes(self._unsent)
        self._unsent.clear()
        self._sound.append(batch)
        hearing = self._hearing
        if hearing is not None and hearing.is_possible:
            hearing.hear(batch)
        elif worker := self._pool.best():
            self._begin(worker)

    async def _result(self) -> Heard:
        restricted: Message | None = None
        for _ in range(_TRIES):
            hearing = self._hearing
            if hearing is None or not hearing.is_possible:
                hearing = self._begin(await self._pool.ready())
            try:
                reply = await hearing.finish()
            except WorkerLostError:
                continue
            except EngineError as error:
                raise SpeechUnavailableError(str(error)) from error
            if not reply.data["is_restricted"] or _fits(reply, self._phrases):
                return _heard(reply, restricted)
            restricted, self._phrases = reply, ()
            self._leave()
        raise SpeechUnavailableError(f"{_TRIES} workers were lost over one utterance")

    def _begin(self, worker: Worker) -> "_Hearing":
        """Let a worker hear all that was said so far."""
        self._leave()
        self._hearing = hearing = _Hearing(worker, self._phrases)
        for batch in self._sound:
            hearing.hear(batch)
        return hearing

    def _leave(self) -> None:
        if self._hearing is not None:
            self._hearing.leave()
        self._hearing = None


class _Hearing:
    """One worker's go at an utterance."""

    def __init__(self, worker: Worker, phrases: Sequence[str]) -> None:
        self.partial = ""
        self._worker = worker
        self._worker.streams += 1
        self._is_open = True
        self._failure = ""
        self._number = next(_numbers)
        self._post("open", {"phrases": phrases})

    @property
    def is_possible(self) -> bool:
        """Whether the worker is still there, and has not answered yet."""
        return self._is_open and self._worker.is_alive

    def hear(self, sound: bytes) -> None:
        self._post("hear", {}, sound)

    async def finish(self) -> Message:
        """The result, for all sound. Raises EngineError or WorkerLostError."""
        self._close()
        reply = await self._worker.ask(Message("finish", {"stream": self._number}))
        if self._failure:
            raise EngineError(self._failure)
        return reply

    def leave(self) -> None:
        if self._is_open:
            self._post("cancel", {})
            self._close()

    def _close(self) -> None:
        self._is_open = False
        self._worker.streams -= 1

    def _post(self, kind: str, data: dict[str, object], sound: bytes = b"") -> None:
        self._worker.post(Message(kind, {"stream": self._number, **data}, sound), self._understood)

    def _understood(self, reply: Message | None) -> None:
        if reply is None:
            return
        if reply.kind == "heard":
            self.partial = str(reply.data["partial"])
        elif reply.kind == FAILED:
            self._failure = str(reply.data["error"])


def _fits(reply: Message, phrases: Sequence[str]) -> bool:
    """Whether what was said is one of the phrases that it was restricted to."""
    if reply.data["has_unknown"]:
        return False
    text, confidence = reply.data["hypotheses"][0]
    return text in phrases and confidence >= _UNSURE


def _heard(reply: Message, restricted: Message | None) -> Heard:
    found = reply.data["hypotheses"] or (restricted.data["hypotheses"] if restricted else [])
    return Heard(tuple(Hypothesis(str(text), float(confidence)) for text, confidence in found))
