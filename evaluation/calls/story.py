"""A call as somebody holds it who has a question, a follow-up, a form, and wants a person in the end."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass

from evaluation.calls.call import Call
from evaluation.calls.media import Said
from evaluation.calls.mouth import SPEAKERS, Speaker, utterance

_PAUSE_S = 1.1
"""Roland has finished when nothing more came for so long; between two sentences there is less."""


@dataclass(frozen=True, slots=True)
class Step:
    """What the caller says.

    ``interrupts_after_s``: while Roland still speaks, so long after it began; None: when Roland has finished.
    """

    words: str
    interrupts_after_s: float | None = None


THE_CALL = (
    Step("was kostet ein reisepass", interrupts_after_s=10.0),
    Step("und wie lange dauert das"),
    Step("hilfe beim wohngeldantrag", interrupts_after_s=5.5),
    Step("anfangen"),
    Step("ich möchte mit einem menschen sprechen"),
)
"""The last step but one explains the first field of the form; the last one ends with another telephone ringing."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One step as it went; ``answered_at`` is when the first sound of Roland's answer came, ``pcm`` the answer."""

    step: Step
    said: Said
    answered_at: float
    pcm: bytes

    @property
    def gap_ms(self) -> float:
        """What the caller waited for the answer, from their own last sound to its first, both at their telephone."""
        return (self.answered_at - self.said.ended_at) * 1000


async def hold(
    call: Call,
    steps: Sequence[Step] = THE_CALL,
    speaker: Speaker = SPEAKERS[0],
    says: Callable[[str], None] = lambda _: None,
) -> AsyncIterator[Turn]:
    """Every step when Roland has answered it; fewer where the call ends before. ``says`` is told what is said."""
    sounds = [await asyncio.to_thread(utterance, step.words, speaker) for step in steps]
    said: tuple[Step, Said] | None = None
    spoke_at = await call.until_speaking(call.answered_at)
    for step, sound in zip(steps, sounds, strict=True):
        over_at = await _finished(call, spoke_at, step.interrupts_after_s)
        if said is not None:
            yield Turn(*said, spoke_at, call.recording.pcm(said[1].ended_at, over_at))
        if call.ended is not None:
            return
        says(step.words)
        said = step, await call.say(sound)
        spoke_at = await call.until_speaking(said[1].ended_at)
    if said is not None:
        over_at = await _finished(call, spoke_at, None)
        yield Turn(*said, spoke_at, call.recording.pcm(said[1].ended_at, over_at))


async def _finished(call: Call, spoke_at: float, interrupts_after_s: float | None) -> float:
    """Wait until it is the caller's turn, or the caller takes it; when that is."""
    loop = asyncio.get_running_loop()
    if interrupts_after_s is None:
        await call.until_silent(_PAUSE_S)
    else:
        await asyncio.sleep(max(0.0, spoke_at + interrupts_after_s - loop.time()))
    return loop.time()
