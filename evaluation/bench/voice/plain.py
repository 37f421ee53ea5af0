"""Lines without a dialogue, over the same SIP endpoint: what every turn on the telephone costs at least.

``fixed``  waits for 300 ms of silence, told by loudness alone, and plays one sentence made before: the floor.
``vosk``   gives all sound to Vosk and plays that sentence when Vosk finds an end: the plain telephone bot.

``python -m evaluation.bench.voice.plain KIND HTTP_PORT SIP_PORT RTP_FIRST RTP_LAST MODEL RATE``; over HTTP it
only tells that it is there.
"""

import asyncio
import json
import signal
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from ipaddress import IPv4Network
from typing import Any

import vosk

from assistant.bootstrap.turn import SystemClock
from assistant.model import FRAME_MS, SAMPLE_RATE, CallEnded, Language, Sound, Voice
from assistant.ports import MediaLeg
from connectors.telephony.sip.options import SipOptions, SipPeer
from connectors.telephony.sip.trunk import SipTrunk
from voice.prompts import Prompts
from voice.recognition.upsample import Upsampler
from voice.synthesis.espeak import EspeakSpeaker
from voice.turns import level_db

_PROMPT = "turn.waiting"
_LOUD_DB, _PAUSE_MS = -32.0, 300
_BATCH_BYTES = SAMPLE_RATE // 10 * 2
Talk = Callable[[MediaLeg, bytes], Awaitable[None]]


async def fixed(leg: MediaLeg, sentence: bytes) -> None:
    """One call of the floor."""
    silent_ms = _PAUSE_MS
    async for event in leg.events():
        if isinstance(event, CallEnded):
            return
        if not isinstance(event, Sound):
            continue
        if level_db(event.pcm) >= _LOUD_DB:
            leg.clear()
            silent_ms = 0
        elif silent_ms < _PAUSE_MS:
            silent_ms += FRAME_MS
            if silent_ms >= _PAUSE_MS:
                leg.play(sentence)


async def by_vosk(model: Any, rate: int, leg: MediaLeg, sentence: bytes) -> None:
    """One call of the plain telephone bot."""
    recognizer, upsampler = vosk.KaldiRecognizer(model, float(rate)), Upsampler(rate // SAMPLE_RATE)
    batch = bytearray()
    async for event in leg.events():
        if isinstance(event, CallEnded):
            return
        if isinstance(event, Sound):
            batch += event.pcm
        if len(batch) >= _BATCH_BYTES:
            is_end = await asyncio.to_thread(recognizer.AcceptWaveform, upsampler.feed(bytes(batch)))
            batch.clear()
            if is_end and json.loads(recognizer.Result())["text"]:
                leg.clear()
                leg.play(sentence)


async def serve(port: int, sip: SipOptions, talk: Talk) -> None:
    """Take calls until ended."""
    over = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, over.set)
    async with EspeakSpeaker() as speaker:
        sentence = await speaker.speak(Prompts({}).text(_PROMPT, Language.DE), Voice(Language.DE))
    taking = SipTrunk(sip, SystemClock()).serving(lambda leg: talk(leg, sentence))
    async with taking, await asyncio.start_server(_tell, "127.0.0.1", port):
        await over.wait()


async def _tell(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
    writer.close()


def main() -> None:
    """Read the arguments and serve."""
    kind, (port, sip_port, first, last) = sys.argv[1], map(int, sys.argv[2:6])
    peer = SipPeer("bench", (IPv4Network("127.0.0.0/8"),), most_calls=1_000, calls_a_second=1_000.0)
    sip = SipOptions(host="127.0.0.1", port=sip_port, rtp_ports=(first, last), peers=(peer,), most_calls=200)
    if kind == "fixed":
        talk: Talk = fixed
    else:
        vosk.SetLogLevel(-1)
        talk = partial(by_vosk, vosk.Model(sys.argv[6]), int(sys.argv[7]))
    asyncio.run(serve(port, sip, talk))


if __name__ == "__main__":
    main()
