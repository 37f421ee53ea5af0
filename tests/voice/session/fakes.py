"""A telephone, ears and a mouth of arithmetic: sound that carries its words, at the pace of the loop's time."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from assistant.errors import CallClosedError, SpeechUnavailableError
from assistant.model import (
    FRAME_BYTES,
    FRAME_MS,
    Answer,
    CallbackPromise,
    CallDetails,
    CallEnded,
    CallEnding,
    Heard,
    HoldChanged,
    Hypothesis,
    KeyPressed,
    Language,
    LegEvent,
    NobodyThere,
    Sound,
    TransferOutcome,
    TransferTarget,
    Voice,
)
from nlu.emergency import PatternEmergencyDetector
from tests.voice.session.script import CALL, CODE, DUE, PROMPTS, TARGET, Book, SmallDirectory
from voice.line import LineOptions, LineTools, PhoneLine
from voice.session.observe import CallEvent

_FRAME_S = FRAME_MS / 1000
_MS_A_CHARACTER = 60
_LOUD, _QUIET = 10_000, 2_000
_NOISE = 29_999
_MOST_S = 7_200.0


def level(value: int, ms: int) -> bytes:
    """So much of one value."""
    return np.full(ms * 8, value, np.int16).tobytes()


class FakeSpeaker:
    """Sixty milliseconds a character. ``is_dead``: nothing comes; ``hangs``: nothing ever comes."""

    name = "speaker"
    languages = (Language.DE, Language.EN)

    def __init__(self) -> None:
        self.is_dead = self.hangs = False
        self.makes_s = 0.01
        self.voices: list[Voice] = []

    async def speak(self, sentence: str, voice: Voice) -> bytes:
        if self.hangs:
            await asyncio.sleep(_MOST_S)
        await asyncio.sleep(self.makes_s)
        if self.is_dead:
            raise SpeechUnavailableError("dead")
        self.voices.append(voice)
        return level(_QUIET, len(sentence) * _MS_A_CHARACTER)

    async def ping(self) -> None:
        """Part of ``Pingable``."""


@dataclass
class FakeStream:
    """Understands the value of the sound."""

    words: dict[int, Heard]
    owner: "FakeRecognizer"
    value: int = 0
    partial: str = ""

    def feed(self, pcm: bytes) -> None:
        loudest = int(np.frombuffer(pcm, np.int16).max(initial=0))
        self.value = max(self.value, loudest)

    async def finish(self) -> Heard:
        if self.owner.hangs:
            await asyncio.sleep(_MOST_S)
        await asyncio.sleep(0.05)
        if self.owner.is_dead:
            raise SpeechUnavailableError("dead")
        return self.words.get(self.value, Heard())

    def cancel(self) -> None:
        """Nothing to be done."""


class FakeRecognizer:
    """Knows what each loudness means."""

    name = "recogniser"
    languages = (Language.DE, Language.EN)

    def __init__(self) -> None:
        self.words: dict[int, Heard] = {}
        self.is_dead = self.hangs = False
        self.opened: list[tuple[Language, Sequence[str]]] = []

    def open(self, language: Language, vocabulary: Sequence[str] = ()) -> FakeStream:
        self.opened.append((language, vocabulary))
        return FakeStream(self.words, self)

    async def ping(self) -> None:
        """Part of ``Pingable``."""


class FakeActivity:
    """Whatever is loud is speech."""

    def hear(self, pcm: bytes) -> float:
        return float(np.frombuffer(pcm, np.int16).max() >= _LOUD)

    def reset(self) -> None:
        """Nothing is remembered."""


class FakeLeg:
    """A telephone at the pace of the loop."""

    def __init__(self, details: CallDetails = CALL) -> None:
        self._details = details
        self._coming: list[LegEvent] = []
        self._values: list[int] = []
        self._until = 0.0
        self._moved = asyncio.Event()
        self.ending: CallEnding | None = None
        self.outcome: TransferOutcome = TransferOutcome.DONE
        self.transfer_hangs = False
        self.is_frozen = False
        self.transferred: list[tuple[str, str]] = []
        self.cleared_at: list[float] = []

    @property
    def details(self) -> CallDetails:
        return self._details

    @property
    def queued_ms(self) -> int:
        return round(max(0.0, self._until - _now()) * 1000)

    @property
    def is_talking(self) -> bool:
        """Whether the caller still has something to say."""
        return bool(self._values)

    async def events(self) -> AsyncIterator[LegEvent]:
        while self.ending is None:
            while self._coming:
                yield self._coming.pop(0)
            await asyncio.sleep(_FRAME_S)
            if self.is_frozen:
                continue
            value = self._values.pop(0) if self._values else 0
            yield Sound(level(value, FRAME_MS))
        yield CallEnded(self.ending)

    def play(self, pcm: bytes) -> None:
        if self.ending is None:
            self._until = max(_now(), self._until) + len(pcm) / FRAME_BYTES * _FRAME_S

    def clear(self) -> int:
        forgotten = self.queued_ms
        self._until = _now()
        self.cleared_at.append(_now())
        self._moved.set()
        return forgotten

    async def played(self) -> None:
        while self.queued_ms and self.ending is None:
            self._moved.clear()
            waiting = asyncio.create_task(self._moved.wait())
            try:
                await asyncio.wait((waiting,), timeout=self._until - _now())
            finally:
                waiting.cancel()
                await asyncio.gather(waiting, return_exceptions=True)

    async def transfer(self, target: str, reference: str) -> TransferOutcome:
        self.transferred.append((target, reference))
        await asyncio.sleep(_MOST_S if self.transfer_hangs else 2.0)
        if self.outcome is TransferOutcome.DONE:
            self.end(CallEnding.TRANSFERRED)
        return self.outcome

    async def hang_up(self) -> None:
        self.end(CallEnding.ROLAND)

    def end(self, ending: CallEnding) -> None:
        """The call is over."""
        self.ending = self.ending or ending
        self._moved.set()

    def sound(self, value: int, seconds: float) -> None:
        """The caller makes a sound."""
        self._values += [value] * round(seconds / _FRAME_S)

    def freeze(self) -> None:
        """No sound comes any more, in the middle of a word."""
        self.is_frozen = True
        self._values.clear()

    def put(self, event: LegEvent) -> None:
        """Something other than sound comes."""
        self._coming.append(event)


@dataclass
class FakeOffice:
    """Answers from a book, in ``takes_s``. ``is_dead``: it raises; ``breaks``: it raises what nobody expects."""

    book: Book
    takes_s: float = 0.05
    is_dead: bool = False
    breaks: bool = False
    target_: TransferTarget | NobodyThere = TARGET
    asked: list[str] = field(default_factory=list)
    outcomes: list[TransferOutcome] = field(default_factory=list)
    promised: list[tuple[str, str]] = field(default_factory=list)
    closed: list[CallEnding] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)

    async def open(self, call: CallDetails, language: Language) -> str:
        await self._work()
        self.opened.append(call.id)
        return "conversation"

    async def say(
        self,
        conversation_id: str,
        text: str,
        *,
        choice: str | None = None,
        language: Language | None = None,
        utterance_id: str = "",
    ) -> Answer:
        await self._work()
        self.asked.append(choice or text)
        return self.book.find(choice or text)

    async def target(self, conversation_id: str) -> TransferTarget | NobodyThere:
        await self._work()
        return self.target_

    async def passed_on(self, conversation_id: str, outcome: TransferOutcome) -> None:
        await self._work()
        self.outcomes.append(outcome)

    async def promise_callback(self, conversation_id: str, number: str, matter: str) -> CallbackPromise:
        await self._work()
        self.promised.append((number, matter))
        return CallbackPromise(CODE, DUE)

    async def close(self, conversation_id: str, ending: CallEnding) -> None:
        self.closed.append(ending)

    async def _work(self) -> None:
        await asyncio.sleep(self.takes_s)
        if self.is_dead:
            raise CallClosedError("gone")
        if self.breaks:
            raise ZeroDivisionError


@dataclass
class Watch:
    """Everything that was noticed, with its time."""

    seen: list[tuple[str, float, CallEvent]] = field(default_factory=list)

    def notice(self, call_id: str, at: float, event: CallEvent) -> None:
        self.seen.append((call_id, at, event))

    def of(self, kind: type) -> list[tuple[float, CallEvent]]:
        """The events of one kind."""
        return [(at, event) for _, at, event in self.seen if isinstance(event, kind)]


class Phone:
    """A caller with a telephone: what a test does with a line."""

    def __init__(self, site: "Site", details: CallDetails = CALL) -> None:
        self.leg = FakeLeg(details)
        self._site = site
        self._read = 0
        self.call = asyncio.create_task(site.line.answer(self.leg))

    @property
    def said(self) -> list[str]:
        """What Roland said to this caller so far."""
        return [
            getattr(event, "text", "")
            for call_id, _, event in self._site.watch.seen
            if call_id == self.leg.details.id and type(event).__name__ == "RolandSaid"
        ]

    async def hears(self, text: str, within_s: float = 120.0) -> None:
        """Waits until a sentence with these words begins, after the one waited for before."""
        until = _now() + within_s
        while True:
            for place, sentence in enumerate(self.said[self._read :], start=self._read + 1):
                if text in sentence:
                    self._read = place
                    return
            assert _now() < until, f"{text!r} was never said, but {self.said[self._read :]}"
            assert not self.call.done(), f"{text!r} was never said, the call is over: {self.said}"
            await asyncio.sleep(_FRAME_S)

    async def listens(self) -> None:
        """Waits until Roland has finished."""
        await asyncio.sleep(0.1)
        while self.leg.queued_ms:  # noqa: ASYNC110  # virtual time
            await asyncio.sleep(_FRAME_S)

    async def says(self, text: str, confidence: float = 0.95, seconds: float = 1.0) -> float:
        """Says something and waits until it is said; when it began."""
        words = self._site.recognizer.words
        value = _LOUD + len(words) * 7 + 1
        words[value] = Heard((Hypothesis(text, confidence),))
        return await self._sounds(value, seconds)

    async def makes_noise(self, seconds: float = 0.6) -> float:
        """Something loud without words; when it began."""
        return await self._sounds(_NOISE, seconds)

    def presses(self, keys: str) -> None:
        """Keys, one after the other."""
        for key in keys:
            self.leg.put(KeyPressed(key))

    def is_held(self, *, held: bool) -> None:
        """The other side puts the call on hold, or takes it back."""
        self.leg.put(HoldChanged(held))

    async def hangs_up(self) -> None:
        """And waits for the line to notice."""
        self.leg.end(CallEnding.CALLER)
        await self.call

    async def _sounds(self, value: int, seconds: float) -> float:
        began = _now()
        self.leg.sound(value, seconds)
        while self.leg.is_talking and self.leg.ending is None:  # noqa: ASYNC110  # virtual time
            await asyncio.sleep(_FRAME_S)
        return began


class Site:
    """A line with everything behind it."""

    def __init__(self, book: Book, options: LineOptions | None = None) -> None:
        self.office = FakeOffice(book)
        self.speaker, self.recognizer, self.watch = FakeSpeaker(), FakeRecognizer(), Watch()
        tools = LineTools(
            self.office,
            self.recognizer,
            self.speaker,
            FakeActivity,
            book,
            PROMPTS,
            SmallDirectory(),
            PatternEmergencyDetector(),
        )
        self.line = PhoneLine(tools, options or LineOptions(), [self.watch])

    def phone(self, details: CallDetails = CALL) -> Phone:
        """Somebody calls."""
        return Phone(self, details)


def _now() -> float:
    return asyncio.get_running_loop().time()
