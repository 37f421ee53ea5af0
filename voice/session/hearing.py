"""A caller's sound on its way to words: whose turn it is, one recogniser's stream for each turn."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from assistant.errors import RolandError
from assistant.model import Heard, Language
from assistant.ports import RecognitionStream, SpeechRecognizer, VoiceActivity
from voice.session.moves import Deaf, Said, Unheard
from voice.session.options import SessionOptions
from voice.turns import Pace, Playback, SpeechEnded, SpeechGate, SpeechStarted

_SHORT = 3
"""Letters."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """What one turn of the caller was, and when its sound began and ended (times of the loop)."""

    result: Said | Unheard | Deaf
    began_at: float
    ended_at: float


class Hearing:
    """The ears of one call; belongs to the line's loop."""

    def __init__(
        self,
        activity: VoiceActivity,
        recognizer: SpeechRecognizer,
        playback: Playback,
        options: SessionOptions,
        on_start: Callable[[], None],
        on_end: Callable[[Utterance], None],
    ) -> None:
        """``on_start`` is told at once when the caller begins to speak, ``on_end`` what it was."""
        self.language = options.language
        self.vocabulary: tuple[str, ...] = ()
        self._activity = activity
        self._recognizer = recognizer
        self._playback = playback
        self._gate = SpeechGate(options.turns)
        self._options = options
        self._on_start, self._on_end = on_start, on_end
        self._stream: RecognitionStream | None = None
        self._began_at = 0.0
        self._finishing: set[asyncio.Task[None]] = set()
        self._last: asyncio.Task[None] | None = None

    @property
    def is_busy(self) -> bool:
        """Whether the caller speaks, or what they said is not understood yet."""
        return self._gate.is_speaking or bool(self._finishing)

    def expect(self, language: Language, vocabulary: tuple[str, ...], pace: Pace) -> None:
        """What is likely to be said next."""
        spoken = self._recognizer.languages
        self.language = language if language in spoken or not spoken else spoken[0]
        self.vocabulary = vocabulary
        self._gate.pace = pace

    def hear(self, pcm: bytes, queued_ms: int) -> None:
        """One frame of the caller; ``queued_ms`` is what the leg has still to send."""
        playing = self._playback.now(queued_ms)
        change = self._gate.hear(pcm, self._activity.hear(pcm), playing)
        if isinstance(change, SpeechStarted):
            self._start(change.sound)
        elif isinstance(change, SpeechEnded):
            self._end(pcm, change)
        elif self._stream is not None:
            self._stream.feed(pcm)

    def forget(self) -> None:
        """Nothing more comes of what the caller was saying: their sound has stopped coming."""
        if self._stream is not None:
            self._stream.cancel()
            self._stream = None
        self._gate.reset()

    async def close(self) -> None:
        """Forget what is still being understood."""
        self.forget()
        for task in self._finishing:
            task.cancel()
        await asyncio.gather(*self._finishing, return_exceptions=True)

    def _start(self, sound: bytes) -> None:
        self._began_at = asyncio.get_running_loop().time()
        try:
            self._stream = self._recognizer.open(self.language, self.vocabulary)
            self._stream.feed(sound)
        except RolandError:
            self._stream = None
        self._on_start()

    def _end(self, pcm: bytes, change: SpeechEnded) -> None:
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.feed(pcm)
        turns = self._options.turns
        pause_ms = turns.dictation_pause_ms if self._gate.pace is Pace.DICTATION else turns.pause_ms
        ended_at = asyncio.get_running_loop().time() - (0 if change.is_cut else pause_ms / 1000)
        task = asyncio.create_task(self._finish(stream, self._last, ended_at, is_cut=change.is_cut))
        self._last = task
        self._finishing.add(task)
        task.add_done_callback(self._finishing.discard)

    async def _finish(
        self, stream: RecognitionStream | None, before: asyncio.Task[None] | None, ended_at: float, *, is_cut: bool
    ) -> None:
        began_at = self._began_at
        result = await self._understood(stream, is_cut=is_cut)
        if before is not None:
            await asyncio.wait((before,))
        current = asyncio.current_task()
        if current is not None:
            self._finishing.discard(current)
        self._on_end(Utterance(result, began_at, ended_at))

    async def _understood(self, stream: RecognitionStream | None, *, is_cut: bool) -> Said | Unheard | Deaf:
        if stream is None:
            return Deaf()
        try:
            async with asyncio.timeout(self._options.recognition_timeout_s):
                heard = await stream.finish()
        except (RolandError, TimeoutError):
            stream.cancel()
            return Deaf()
        return Said(heard) if self._is_meant(heard) else Unheard(is_cut)

    def _is_meant(self, heard: Heard) -> bool:
        """Whether there were words; noise is easily taken for a short one, which must be clear unless it is awaited."""
        is_short = len(heard.text) <= _SHORT and self._gate.pace is Pace.TALK
        if not is_short or heard.confidence >= self._options.confidence.sure:
            return bool(heard.text)
        return any(heard.text in phrase.split() for phrase in self.vocabulary)
