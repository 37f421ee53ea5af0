"""The driver of one call: carries out what the talk wants, in sound and time.

Two tasks: one hears the leg (``Exchange.hear``), the other takes the talk from effect to effect. Nothing is awaited
without an end: the office, the recogniser, the speaker and passing on have their times, the whole call has one, and who
hangs up ends all of it.
"""

import asyncio
from collections.abc import Generator
from contextlib import suppress
from typing import Any

import structlog

from assistant.errors import RolandError, SpeechUnavailableError
from assistant.model import Answer, CallEnding, TransferOutcome
from assistant.ports import MediaLeg, VoiceActivity
from voice.session.behind import Behind
from voice.session.exchange import Exchange
from voice.session.moves import Ask, Consult, Effect, EndReason, FindPerson, PassOn, Promise, Tell
from voice.session.observe import CallEvent, Faltered
from voice.session.options import SessionOptions
from voice.session.stopwatch import Stopwatch
from voice.session.talk import Talk
from voice.session.tools import CallTools

_log = structlog.get_logger(__name__)


class Call:
    """One call from its first second to its last."""

    def __init__(
        self, leg: MediaLeg, talk: Talk, activity: VoiceActivity, tools: CallTools, options: SessionOptions
    ) -> None:
        self._leg = leg
        self._talk = talk
        self._tools = tools
        self._options = options
        self._stopwatch = Stopwatch()
        self._exchange = Exchange(leg, activity, tools, options, self._stopwatch, self._notice)
        self._behind = Behind(leg, tools.office, options, self._notice)
        self._outcome: TransferOutcome | None = None

    @property
    def turns(self) -> int:
        """How often an answer was heard."""
        return self._stopwatch.turns

    async def run(self, *, is_turned_away: bool = False) -> CallEnding:
        """Answer, talk, end; leaves nothing behind. ``is_turned_away``: too many call, there is no talk."""
        self._behind.open()
        hearing = asyncio.create_task(self._exchange.hear(heeds_sound=not is_turned_away))
        talk = self._talk.turned_away() if is_turned_away else self._talk.run()
        talking = asyncio.create_task(self._converse(talk))
        limit = asyncio.get_running_loop().call_later(self._options.longest_call_s, self.end, EndReason.TOO_LONG)
        try:
            await self._until_over(hearing, talking)
        finally:
            limit.cancel()
            ending = self._ending(hearing)
            for task in (hearing, talking):
                task.cancel()
            await asyncio.gather(hearing, talking, return_exceptions=True)
            await self._exchange.close()
            await self._behind.close(ending)
        return ending

    def end(self, reason: EndReason) -> None:
        """Bring the talk to a polite end; who does not let it is cut off after the time of grace."""
        self._exchange.end(reason)

    async def _until_over(self, hearing: "asyncio.Task[CallEnding]", talking: "asyncio.Task[None]") -> None:
        longest = self._options.longest_call_s + self._options.grace_s
        await asyncio.wait((hearing, talking), timeout=longest, return_when=asyncio.FIRST_COMPLETED)
        if hearing.done() and self._behind.is_passing_on:
            await asyncio.wait((talking,), timeout=self._options.closing_timeout_s)
        if not hearing.done():
            with suppress(RolandError, TimeoutError):
                async with asyncio.timeout(self._options.closing_timeout_s):
                    await self._leg.hang_up()

    def _ending(self, hearing: "asyncio.Task[CallEnding]") -> CallEnding:
        """Who ended it: the leg knows, unless it was Roland."""
        if self._outcome is TransferOutcome.DONE:
            return CallEnding.TRANSFERRED
        if not hearing.done() or hearing.cancelled():
            return CallEnding.ROLAND
        if (error := hearing.exception()) is not None:
            self._broke(error)
            return CallEnding.LOST
        return hearing.result()

    async def _converse(self, talk: Generator[Effect, Any, None]) -> None:
        """The talk to its end; where that breaks, what must be said then. Nobody is left on a silent line."""
        try:
            await self._drive(talk)
        except Exception as error:  # noqa: BLE001
            self._broke(error)
            try:
                await self._drive(self._talk.rescue())
            except Exception as again:  # noqa: BLE001
                self._broke(again)

    async def _drive(self, talk: Generator[Effect, Any, None]) -> None:
        try:
            effect = next(talk)
            while True:
                effect = talk.send(await self._carried_out(effect))
        except StopIteration:
            return
        finally:
            talk.close()

    async def _carried_out(self, effect: Effect) -> object:
        match effect:
            case Ask():
                return await self._exchange.ask(effect)
            case Tell():
                return await self._exchange.tell(effect)
            case Consult():
                return await self._consulted(effect)
            case FindPerson():
                return await self._behind.find_person()
            case PassOn():
                self._outcome = await self._behind.pass_on(effect.target)
                self._exchange.forget_words()
                return self._outcome
            case Promise():
                return await self._behind.promise(effect)

    async def _consulted(self, consult: Consult) -> Answer | None:
        """The answer; bridged by a sentence or two where it takes long."""
        if consult.choice is None:
            self._stopwatch.asked()
        work = asyncio.create_task(self._behind.consult(consult))
        try:
            for sentence in consult.waiting:
                await asyncio.wait((work,), timeout=self._options.waiting_after_s)
                if work.done():
                    break
                with suppress(SpeechUnavailableError):
                    await self._exchange.bridge(sentence, consult.voice)
            answer = await work
        finally:
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)
        self._stopwatch.answered()
        return answer

    def _broke(self, error: BaseException) -> None:
        _log.error("call broke", call_id=self._leg.details.id, error=type(error).__name__, exc_info=error)
        self._notice(Faltered("talk", type(error).__name__))

    def _notice(self, event: CallEvent) -> None:
        self._tools.observers.notice(self._leg.details.id, asyncio.get_running_loop().time(), event)
