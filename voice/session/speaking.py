"""Sentences on their way to a caller: the first is heard while the next one is made; stopped at once, gone on later."""

import asyncio
from collections.abc import Callable, Mapping, Sequence

from assistant.errors import RolandError, SpeechUnavailableError
from assistant.model import SAMPLE_RATE, Voice
from assistant.ports import MediaLeg, SpeechSynthesizer
from voice.spoken.answer import Sentence
from voice.turns import Playback

_PAUSE_MS = 180
_BYTES_A_MS = SAMPLE_RATE // 1000 * 2
Spare = Mapping[Sentence, bytes]
"""Sentences made before at the usual voice, for when nothing can speak any more, or not in time."""


class Speaking:
    """The mouth of one call; belongs to the line's loop."""

    def __init__(
        self,
        leg: MediaLeg,
        speaker: SpeechSynthesizer,
        playback: Playback,
        spare: Spare,
        timeout_s: float,
        on_sentence: Callable[[Sentence], None],
    ) -> None:
        """``on_sentence`` is told when a sentence begins to be heard."""
        self._leg = leg
        self._speaker = speaker
        self._playback = playback
        self._spare = spare
        self._timeout_s = timeout_s
        self._on_sentence = on_sentence
        self._ends: list[int] = []
        self._queued_ms = 0
        self._protected = 0
        self._is_wanted = False
        self._is_speaking = False
        self._stopped_at: int | None = None
        self._ahead: list[asyncio.TimerHandle] = []

    @property
    def is_speaking(self) -> bool:
        """Whether something is said, or about to be."""
        return self._is_speaking

    @property
    def stopped_at(self) -> int | None:
        """The sentence at which it was interrupted; None where it was not."""
        return self._stopped_at

    async def say(self, sentences: Sequence[Sentence], voice: Voice, *, protected: int = 0) -> None:
        """Say them to their end, or until stopped; the first ``protected`` are never stopped.

        Raises SpeechUnavailableError where a sentence cannot be spoken.
        """
        self._ends, self._queued_ms, self._protected = [], 0, protected
        self._stopped_at, self._is_wanted, self._is_speaking = None, False, True
        coming: asyncio.Task[bytes] | None = None
        try:
            for place, sentence in enumerate(sentences):
                pcm = await (coming or self._made(sentence, voice))
                if self._is_stopped():
                    return
                following = sentences[place + 1 : place + 2]
                coming = asyncio.create_task(self._made(following[0], voice)) if following else None
                self._play(sentence, pcm)
                if place + 1 == protected:
                    await self._leg.played()
                    self._end_protection()
            await self._leg.played()
        finally:
            self._is_speaking = False
            self._forget_ahead()
            if coming is not None:
                await _dropped(coming)

    def interrupt(self) -> int:
        """The caller speaks: stop, unless what is said now must be heard; the milliseconds that are not sent."""
        if not self._is_speaking or self._stopped_at is not None:
            return 0
        if self._protected:
            self._is_wanted = True
            return 0
        return self.stop()

    def go_on(self) -> None:
        """Whoever wanted to interrupt what must be heard said nothing."""
        self._is_wanted = False

    def stop(self) -> int:
        """Stop whatever is said; the milliseconds that are not sent."""
        forgotten = self._leg.clear()
        self._playback.clear()
        self._forget_ahead()
        if self._stopped_at is None:
            heard_ms = self._queued_ms - forgotten
            self._stopped_at = sum(end <= heard_ms for end in self._ends)
        return forgotten

    def _is_stopped(self) -> bool:
        return self._stopped_at is not None

    async def _made(self, sentence: Sentence, voice: Voice) -> bytes:
        language = sentence.language if sentence.language in self._speaker.languages else voice.language
        spoken = Voice(language, voice.speed, voice.volume)
        if spoken == Voice(language) and (spare := self._spare.get(sentence)) is not None:
            return spare
        try:
            async with asyncio.timeout(self._timeout_s):
                return await self._speaker.speak(sentence.text, spoken)
        except (RolandError, TimeoutError) as error:
            if (spare := self._spare.get(sentence)) is not None:
                return spare
            raise SpeechUnavailableError("nothing speaks in time") from error

    def _play(self, sentence: Sentence, pcm: bytes) -> None:
        sound = pcm + bytes(_PAUSE_MS * _BYTES_A_MS)
        begins_in_s = self._leg.queued_ms / 1000
        self._leg.play(sound)
        self._playback.play(sound)
        self._queued_ms += len(sound) // _BYTES_A_MS
        self._ends.append(self._queued_ms)
        if begins_in_s:
            loop = asyncio.get_running_loop()
            self._ahead.append(loop.call_later(begins_in_s, self._on_sentence, sentence))
        else:
            self._on_sentence(sentence)

    def _forget_ahead(self) -> None:
        """What was not heard any more was not said."""
        for handle in self._ahead:
            handle.cancel()
        self._ahead.clear()

    def _end_protection(self) -> None:
        self._protected = 0
        if self._is_wanted:
            self.stop()


async def _dropped(task: asyncio.Task[bytes]) -> None:
    """Nobody wants its result any more."""
    task.cancel()
    await asyncio.wait((task,))
    if not task.cancelled():
        task.exception()
