"""The telephone line: takes calls from the trunks, as many at once as it can serve, and ends them when it must."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import structlog

from assistant.errors import RolandError
from assistant.model import CallEnding, Voice
from assistant.ports import CallOffice, EmergencyDetector, MediaLeg, SpeechRecognizer, SpeechSynthesizer, VoiceActivity
from voice.prompts import SPOKEN, Prompts
from voice.session.call import Call
from voice.session.directory import Directory
from voice.session.moves import EndReason
from voice.session.observe import CallBegan, CallFinished, CallObserver, LogObserver, Observers
from voice.session.options import SessionOptions
from voice.session.talk import SPARE_PROMPTS, Talk
from voice.session.tools import CallTools
from voice.session.wording import Wording
from voice.spoken.answer import Sentence

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class LineOptions:
    """The limits of the line.

    Up to ``most_calls`` at once are talked with; up to ``most_answered`` more hear that there are too many, and are
    passed on or asked to call again; beyond, a call is hung up at once. ``closing_s``: how long calls may take to end
    when the line closes.
    """

    session: SessionOptions = field(default_factory=SessionOptions)
    most_calls: int = 50
    most_answered: int = 150
    closing_s: float = 20.0


@dataclass(frozen=True, slots=True)
class LineTools:
    """What the line needs; ``activity`` makes the voice activity of one call."""

    office: CallOffice
    recognizer: SpeechRecognizer
    speaker: SpeechSynthesizer
    activity: Callable[[], VoiceActivity]
    wording: Wording
    prompts: Prompts
    directory: Directory
    emergency: EmergencyDetector


class PhoneLine:
    """All calls of a process; belongs to one event loop. ``answer`` is the ``Answering`` of its trunks."""

    def __init__(self, tools: LineTools, options: LineOptions, observers: Sequence[CallObserver] = ()) -> None:
        self._tools = tools
        self._options = options
        self._observers = Observers((LogObserver(), *observers))
        self._spare: dict[Sentence, bytes] = {}
        self._talks: dict[Call, asyncio.Task[CallEnding]] = {}
        self._turned_away: dict[Call, asyncio.Task[CallEnding]] = {}
        self._is_closing = False

    @property
    def running(self) -> int:
        """How many are talked with."""
        return len(self._talks)

    @property
    def turned_away(self) -> int:
        """How many hear that there are too many."""
        return len(self._turned_away)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Take calls while inside; leaving tells those still talking so, and returns when they have ended."""
        await self._prepare()
        try:
            yield
        finally:
            await self._close()

    async def answer(self, leg: MediaLeg) -> None:
        """One call from its first second to its last."""
        if self._is_closing or self.turned_away >= self._options.most_answered:
            await leg.hang_up()
            return
        is_talk = self.running < self._options.most_calls
        calls = self._talks if is_talk else self._turned_away
        call = self._call(leg, self._tools.activity() if is_talk else _Unheeding())
        began = self._now
        calls[call] = asyncio.create_task(call.run(is_turned_away=not is_talk))
        taken = CallBegan(leg.details.trunk, self.running, leg.details.external_id)
        self._observers.notice(leg.details.id, began, taken)
        try:
            ending = await self._over(calls[call])
        finally:
            del calls[call]
        self._observers.notice(leg.details.id, self._now, CallFinished(ending, self._now - began, call.turns))

    async def _over(self, running: "asyncio.Task[CallEnding]") -> CallEnding:
        """How it ended; who is not waited for any more is cut off."""
        try:
            await asyncio.wait((running,))
        except asyncio.CancelledError:
            running.cancel()
            await asyncio.wait((running,))
            raise
        return CallEnding.ROLAND if running.cancelled() else running.result()

    def _call(self, leg: MediaLeg, activity: VoiceActivity) -> Call:
        tools, options = self._tools, self._options.session
        talk = Talk(leg.details, tools.prompts, tools.wording, tools.directory, tools.emergency, options)
        shared = CallTools(tools.office, tools.recognizer, tools.speaker, self._observers, self._spare)
        return Call(leg, talk, activity, shared, options)

    async def _prepare(self) -> None:
        """Make the sentences that must be heard even when nothing can speak any more."""
        for language in SPOKEN:
            for key in SPARE_PROMPTS:
                sentence = Sentence(self._tools.prompts.text(key, language), language)
                try:
                    self._spare[sentence] = await self._tools.speaker.speak(sentence.text, Voice(language))
                except RolandError as error:
                    _log.warning("no spare sentence", step=key, language=language.value, error=error.code)

    async def _close(self) -> None:
        self._is_closing = True
        for call in (*self._talks, *self._turned_away):
            call.end(EndReason.CLOSING_DOWN)
        tasks = (*self._talks.values(), *self._turned_away.values())
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=self._options.closing_s)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    @property
    def _now(self) -> float:
        return asyncio.get_running_loop().time()


class _Unheeding:
    """The voice activity of a call that is not listened to."""

    def hear(self, pcm: bytes) -> float:
        return 0.0

    def reset(self) -> None:
        """Nothing is remembered anyway."""
