"""A line over the web with somebody at its other end who is not Roland: quick, and easy to recognise."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np

from assistant.http.services import WebLine
from assistant.model import SAMPLE_RATE, CallEnded, CallEnding, KeyPressed, Sound
from assistant.ports import MediaLeg, Speaker
from connectors.telephony.stream import MessageStreams, StreamOptions
from tests.connectors.telephony.fake_stream import other_loop

TONE_HZ = 440
_HEARD = SAMPLE_RATE // 2 * 2
_LOUD = 500


def tone(ms: int, hz: float = TONE_HZ) -> bytes:
    """A tone as 8 kHz PCM."""
    times = np.arange(SAMPLE_RATE * ms // 1000) / SAMPLE_RATE
    return bytes((8_000 * np.sin(2 * np.pi * hz * times)).astype("<i2").tobytes())


def pitch(pcm: bytes) -> int:
    """The strongest frequency in a sound, in tens of Hz."""
    samples = np.frombuffer(pcm, "<i2").astype(float)
    strongest = int(np.abs(np.fft.rfft(samples * np.hanning(len(samples))))[1:].argmax()) + 1
    return round(strongest * SAMPLE_RATE / len(samples) / 10) * 10


@dataclass
class TuningFork:
    """Answers with a tone, tells the pitch of what it hears and the keys that are pressed, hangs up at ``#``."""

    trunk: MessageStreams
    endings: list[CallEnding] = field(default_factory=list)

    async def answer(self, leg: MediaLeg) -> None:
        """Take a call."""
        leg.play(tone(3_000))
        self.trunk.show(leg.details.id, Speaker.ROLAND, "Moin!")
        heard = b""
        told = 0
        async for event in leg.events():
            match event:
                case Sound(pcm) if np.abs(np.frombuffer(pcm, "<i2")).max() > _LOUD:
                    heard += pcm
                    if len(heard) >= _HEARD and pitch(heard) != told:
                        told = pitch(heard)
                        self.trunk.show(leg.details.id, Speaker.CALLER, f"{told} Hz")
                    heard = heard[-_HEARD:]
                case KeyPressed("#"):
                    await leg.hang_up()
                case KeyPressed(key):
                    self.trunk.show(leg.details.id, Speaker.CALLER, f"Taste {key}")
                case CallEnded(ending):
                    self.endings.append(ending)
                case _:
                    pass


@contextmanager
def web_line(options: StreamOptions | None = None) -> Iterator[tuple[WebLine, TuningFork]]:
    """Such a line, serving in a loop of its own."""
    chosen = options or StreamOptions(token="geheim")
    trunk = MessageStreams(chosen)
    fork = TuningFork(trunk)
    with other_loop() as loop:
        serving = trunk.serving(fork.answer)
        loop.wait(serving.__aenter__())
        try:
            yield WebLine(trunk, token=chosen.token), fork
        finally:
            loop.wait(serving.__aexit__(None, None, None))
