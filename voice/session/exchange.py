"""Saying and hearing on one leg: a question played, interrupted, gone on with, and what the caller makes of it.

``hear`` runs beside everything else, frame by frame, and stops Roland the moment the caller speaks. What it finds waits
in an inbox for ``ask``.
"""

import asyncio
from collections.abc import Callable

from assistant.errors import SpeechUnavailableError
from assistant.model import CallEnded, CallEnding, HoldChanged, KeyPressed, Sound, Voice
from assistant.ports import MediaLeg, VoiceActivity
from voice.session.hearing import Hearing, Utterance
from voice.session.moves import Ask, Deaf, EndReason, Keyed, MustEnd, Mute, Reaction, Said, Silent, Tell, Unheard
from voice.session.observe import CallerKeyed, CallerSaid, CallEvent, Faltered, Interrupted, RolandSaid
from voice.session.options import SessionOptions
from voice.session.speaking import Speaking
from voice.session.stopwatch import Stopwatch
from voice.session.tools import CallTools
from voice.spoken.answer import Sentence
from voice.turns import Pace, Playback

_MOST_RESUMED = 3
_MOST_WAITING = 100
"""Keys typed ahead; what presses more is a machine."""


class _Began:
    """The caller begins to speak."""


class _HoldChanged:
    """The call was put on hold, or taken back."""


_News = _Began | Utterance | Keyed | _HoldChanged | MustEnd


class Exchange:
    """The sound of one call, both ways; belongs to the line's loop."""

    def __init__(
        self,
        leg: MediaLeg,
        activity: VoiceActivity,
        tools: CallTools,
        options: SessionOptions,
        stopwatch: Stopwatch,
        notice: Callable[[CallEvent], None],
    ) -> None:
        self._leg = leg
        self._options = options
        self._stopwatch = stopwatch
        self._notice = notice
        self._inbox: asyncio.Queue[_News] = asyncio.Queue()
        self._must_end: EndReason | None = None
        self._is_held = False
        self._busy_s = options.turns.longest_ms / 1000 + options.recognition_timeout_s + 1
        playback = Playback(options.turns)
        self._hearing = Hearing(activity, tools.recognizer, playback, options, self._began, self._ended)
        self._speaking = Speaking(leg, tools.speaker, playback, tools.spare, options.synthesis_timeout_s, self._sounded)

    def end(self, reason: EndReason) -> None:
        """From now on every question is answered with that the talk must end."""
        self._must_end = self._must_end or reason
        self._inbox.put_nowait(MustEnd(self._must_end))

    async def close(self) -> None:
        """Leave nothing behind."""
        await self._hearing.close()

    # ── from the caller, at once ───────────────────────────────────────────────────────────────────────────────────

    async def hear(self, *, heeds_sound: bool = True) -> CallEnding:
        """Everything that comes from the leg; how it ended."""
        async for event in self._leg.events():
            match event:
                case Sound() if heeds_sound:
                    self._hearing.hear(event.pcm, self._leg.queued_ms)
                case KeyPressed() if self._inbox.qsize() < _MOST_WAITING:
                    self._notice(CallerKeyed(event.key))
                    self._inbox.put_nowait(Keyed(event.key))
                case HoldChanged():
                    self._is_held = event.is_held
                    self._inbox.put_nowait(_HoldChanged())
                case CallEnded():
                    return event.ending
        return CallEnding.LOST

    def _began(self) -> None:
        if self._speaking.is_speaking:
            self._notice(Interrupted(self._speaking.interrupt()))
        self._inbox.put_nowait(_Began())

    def _ended(self, utterance: Utterance) -> None:
        if isinstance(utterance.result, Said):
            self._notice(CallerSaid(utterance.result.text, utterance.result.confidence))
        elif isinstance(utterance.result, Deaf):
            self._notice(Faltered("recogniser", SpeechUnavailableError.code))
        self._inbox.put_nowait(utterance)

    def _sounded(self, sentence: Sentence) -> None:
        self._notice(RolandSaid(sentence.text))
        if (timed := self._stopwatch.sounded()) is not None:
            self._notice(timed)

    # ── to the caller, and back ────────────────────────────────────────────────────────────────────────────────────

    async def tell(self, tell: Tell) -> Mute | None:
        """Say it to its end; words meanwhile count no more, keys do."""
        try:
            await self._speaking.say(tell.sentences, tell.voice, protected=len(tell.sentences))
        except SpeechUnavailableError as error:
            self._notice(Faltered("speaker", error.code))
            return Mute()
        self.forget_words()
        return None

    async def bridge(self, sentence: Sentence, voice: Voice) -> None:
        """Say something while a result is waited for; raises SpeechUnavailableError."""
        await self._speaking.say((sentence,), voice, protected=1)

    async def ask(self, ask: Ask) -> Reaction:
        """What the caller does about it."""
        pace = Pace.DICTATION if ask.expected.is_dictated else Pace.TALK
        self._hearing.expect(ask.voice.language, ask.vocabulary, pace)
        if (early := await self._under_way()) is not None:
            return early
        place = resumed = 0
        while True:
            is_disturbed = resumed >= _MOST_RESUMED  # noise all the time: said to its end then
            protected = len(ask.sentences) if is_disturbed else max(0, ask.protected - place)
            saying = asyncio.create_task(self._speaking.say(ask.sentences[place:], ask.voice, protected=protected))
            try:
                reaction = await self._reaction(saying, ask.patience_s or self._options.patience_s)
            finally:
                await dropped(saying)
            if not isinstance(reaction, int):
                return reaction
            place, resumed = place + reaction, resumed + 1

    def forget_words(self) -> None:
        """What was said while nobody listened."""
        kept: list[_News] = []
        while not self._inbox.empty():
            news = self._inbox.get_nowait()
            if isinstance(news, Keyed | MustEnd):
                kept.append(news)
        for news in kept:
            self._inbox.put_nowait(news)

    async def _under_way(self) -> Reaction | None:
        """What came, or is just coming, before the question is put."""
        while self._must_end is None and (self._hearing.is_busy or not self._inbox.empty()):
            news = await self._next_news()
            if isinstance(news, Keyed):
                return news
            if isinstance(news, Utterance) and not isinstance(news.result, Unheard):
                return self._words(news)
        return MustEnd(self._must_end) if self._must_end is not None else None

    async def _next_news(self) -> _News | None:
        """The next thing while the caller speaks; None where it never ends, since no sound comes any more."""
        try:
            async with asyncio.timeout(self._busy_s):
                return await self._inbox.get()
        except TimeoutError:
            self._hearing.forget()
            return None

    async def _reaction(self, saying: asyncio.Task[None], patience_s: float) -> Reaction | int:
        """What the caller does; or the sentence at which to go on, where it was nothing."""
        while self._must_end is None:
            news = await self._news(saying, patience_s)
            if isinstance(news, Utterance):
                if (reaction := await self._spoken(news, saying)) is not None:
                    return reaction
                continue
            if isinstance(news, _HoldChanged):
                return await self._held()
            if not isinstance(news, _Began):
                self._stop()
                return Silent() if news is None else news
        self._stop()
        return MustEnd(self._must_end)

    async def _news(self, saying: asyncio.Task[None], patience_s: float) -> _News | Mute | None:
        """The next thing; None when nothing came for so long after the last word was said to them."""
        coming = asyncio.create_task(self._inbox.get())
        try:
            await asyncio.wait((coming, saying), return_when=asyncio.FIRST_COMPLETED)
            if not coming.done() and saying.exception() is not None:
                return self._mute(saying)
            if not coming.done():
                await asyncio.wait((coming,), timeout=self._busy_s if self._hearing.is_busy else patience_s)
            if not coming.done():
                self._hearing.forget()
            return coming.result() if coming.done() else None
        finally:
            await dropped(coming)

    async def _spoken(self, utterance: Utterance, saying: asyncio.Task[None]) -> Reaction | int | None:
        """Words, once what must be heard has been; where there were none, the interrupted sentence, or to go on."""
        place = self._speaking.stopped_at
        if self._is_nothing(utterance.result) and (place is not None or not saying.done()):
            self._speaking.go_on()
            return place
        self._speaking.interrupt()
        await asyncio.wait((saying,))
        if saying.exception() is not None:
            return self._mute(saying)
        return self._words(utterance)

    def _is_nothing(self, result: Said | Unheard | Deaf) -> bool:
        """Noise, or the talk of others."""
        doubtful = self._options.confidence.doubtful
        return isinstance(result, Unheard) or (isinstance(result, Said) and result.confidence < doubtful)

    async def _held(self) -> int:
        """Nothing is said while the other side holds the call; where to go on afterwards."""
        self._stop()
        while self._is_held and self._must_end is None:
            await self._inbox.get()
        return self._speaking.stopped_at or 0

    def _words(self, utterance: Utterance) -> Said | Unheard | Deaf:
        result = utterance.result
        if not isinstance(result, Said):
            return result
        continues = self._stopwatch.goes_on(utterance.began_at, self._options.continues_within_s)
        self._stopwatch.recognised(utterance.ended_at)
        return Said(result.heard, continues)

    def _mute(self, saying: asyncio.Task[None]) -> Mute:
        """Nothing speaks; any other error is nobody's here."""
        error = saying.exception()
        if not isinstance(error, SpeechUnavailableError):
            raise error or RuntimeError("nothing has failed")
        self._notice(Faltered("speaker", error.code))
        return Mute()

    def _stop(self) -> None:
        if self._speaking.is_speaking:
            self._speaking.stop()


async def dropped(task: "asyncio.Task[None] | asyncio.Task[_News]") -> None:
    """Cancel it where it still runs, and see to its end."""
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
