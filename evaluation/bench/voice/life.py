"""What one caller after the other does: listens, asks, waits for the answer, thinks, sometimes interrupts."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from assistant.model import SAMPLE_RATE
from evaluation.bench.voice.turns import Outcome, Turn
from evaluation.calls.call import Call, CallRefusedError, Ended, PhoneOptions
from evaluation.calls.mouth import SPEAKERS, Speaker, background, utterance
from evaluation.calls.recording import FRAME_S
from evaluation.calls.softphone import Softphone

_QUIET_S = 0.8
_HUSHED_S = 0.4
_LOOK_S = 0.05
_SPEAKING_S = 2 * FRAME_S
_NOISES_DB = (None, 30.0, 25.0, 20.0)
_REST_S = 1.0


@dataclass(frozen=True, slots=True)
class Habits:
    """What callers do. Times are seconds, shares 0-1, ranges are drawn from evenly.

    ``listens_s`` is the longest time they listen, ``interrupts`` the share of answers and greetings that they
    interrupt, after so many seconds of sound (the first words of the greeting cannot be interrupted). ``patience_s``:
    how long they wait for a sound.
    """

    questions_a_call: tuple[int, int] = (3, 7)
    listens_s: float = 40.0
    interrupts_greeting_after_s: tuple[float, float] = (11.0, 16.0)
    interrupts: float = 0.4
    interrupts_after_s: tuple[float, float] = (1.0, 2.5)
    thinks_s: tuple[float, float] = (3.0, 8.0)
    patience_s: float = 8.0


class Life:
    """One telephone and whoever uses it, one call after the other, until it is told to stop."""

    def __init__(self, address: str, number: int, questions: Sequence[str], habits: Habits, outcome: Outcome) -> None:
        self._address, self._questions, self._habits, self._outcome = address, questions, habits, outcome
        self._random = Random(number)  # noqa: S311 - a fixed seed is the point
        noise_db = _NOISES_DB[number % len(_NOISES_DB)]
        voice = SPEAKERS[number % len(SPEAKERS)].voice
        self._speaker = Speaker(voice, self._random.randint(130, 160), self._random.randint(40, 60), noise_db)
        self._loop = asyncio.get_running_loop()
        self._measures_from = 0.0
        self._stops_at = 0.0

    def prepare(self) -> None:
        """Say everything once, so that nothing has to be made during the call."""
        background(self._speaker)
        for question in self._questions:
            utterance(question, self._speaker)

    async def live(self, begins_in_s: float, measures_from: float, stops_at: float) -> None:
        """Call after a while; what is asked between two times of the loop is measured."""
        self._measures_from, self._stops_at = measures_from, stops_at
        await asyncio.sleep(begins_in_s)
        options = PhoneOptions(background=background(self._speaker))
        async with Softphone(options) as phone:
            while self._loop.time() < stops_at:
                await self._call_once(phone)

    async def _call_once(self, phone: Softphone) -> None:
        try:
            call = await phone.call(self._address)
        except CallRefusedError:
            self._outcome.refused += 1
            await asyncio.sleep(_REST_S)
            return
        self._outcome.calls += 1
        try:
            await self._talk(call)
        finally:
            self._outcome.cut_off += call.ended is Ended.THEM
            self._outcome.jitter_ms += call.recording.delays_ms().round(2).tolist()
            await call.hang_up()

    async def _talk(self, call: Call) -> None:
        """The questions of one call."""
        turn = await self._greeted(call)
        for _ in range(self._random.randint(*self._habits.questions_a_call)):
            if turn is None:
                await self._pause(self._random.uniform(*self._habits.thinks_s))
                turn = await self._ask(call)
            while turn is not None and turn.heard_at is not None and await self._wants_in(call):
                turn = await self._ask(call, is_interruption=True)
            if turn is None or call.ended is not None:
                return
            await self._listen(call)
            turn = None

    async def _greeted(self, call: Call) -> Turn | None:
        """The question with which the greeting was interrupted; None where it was listened to."""
        await self._first_sound(call, call.answered_at or self._loop.time())
        if await self._wants_in(call, self._habits.interrupts_greeting_after_s):
            return await self._ask(call, is_interruption=True)
        await self._listen(call)
        return None

    async def _wants_in(self, call: Call, after_s: tuple[float, float] | None = None) -> bool:
        """Whether the caller has heard enough while Roland still speaks."""
        if self._random.random() >= self._habits.interrupts:
            return False
        await self._pause(self._random.uniform(*(after_s or self._habits.interrupts_after_s)))
        last = call.recording.last_loud_at
        return last is not None and self._loop.time() - last <= _SPEAKING_S

    async def _ask(self, call: Call, *, is_interruption: bool = False) -> Turn | None:
        """One question up to the first sound of its answer; None where time is up, or the call is over."""
        if call.ended is not None or self._loop.time() >= self._stops_at:
            return None
        sound = utterance(self._random.choice(self._questions), self._speaker)
        saying = call.say(sound)
        await asyncio.wait((saying,))
        if saying.cancelled():
            return None
        said = saying.result()
        ended_at = said.ended_at - (-len(sound) % int(SAMPLE_RATE * FRAME_S)) / SAMPLE_RATE
        heard_at = await self._first_sound(call, ended_at)
        turn = Turn(
            call_id=call.call_id,
            began_at=said.began_at,
            ended_at=ended_at,
            heard_at=heard_at,
            silent_at=call.recording.offset(said.began_at, _HUSHED_S) if is_interruption else None,
            is_interruption=is_interruption,
        )
        is_measured = self._measures_from <= said.began_at and self._loop.time() < self._stops_at
        if is_measured and call.ended is None:
            self._outcome.turns.append(turn)
        return turn

    async def _first_sound(self, call: Call, since: float) -> float | None:
        until = min(self._stops_at, since + self._habits.patience_s)
        while self._loop.time() < until and call.ended is None:
            last = call.recording.last_loud_at
            if last is not None and last >= since:
                return call.recording.onset(since)
            await asyncio.sleep(_LOOK_S)
        return None

    async def _listen(self, call: Call) -> None:
        """Until Roland has been silent for a moment."""
        until = min(self._stops_at, self._loop.time() + self._habits.listens_s)
        while self._loop.time() < until and call.ended is None:
            last = max(call.recording.last_loud_at or 0.0, call.answered_at or 0.0)
            if self._loop.time() - last >= _QUIET_S:
                return
            await asyncio.sleep(_LOOK_S)

    async def _pause(self, seconds: float) -> None:
        await asyncio.sleep(max(0.0, min(seconds, self._stops_at - self._loop.time())))
