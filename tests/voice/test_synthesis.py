"""What is spoken sounds alike in every voice, and a speaker that dies is not heard to."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator

import numpy as np
import pytest
import pytest_asyncio

from assistant.errors import SpeechUnavailableError
from assistant.model import Language, Voice
from tests.fakes_speech import FakeSpeaker
from tests.voice.sounds import as_pcm, at_level, mixed, noise, spoken
from voice.synthesis import CachedSpeaker, EspeakSpeaker, FallbackSpeaker, SpeakerOptions
from voice.synthesis.polish import polished
from voice.turns import level_db

GERMAN = Voice()


@pytest_asyncio.fixture
async def bleeper() -> AsyncIterator[EspeakSpeaker]:
    """A speaker of two processes that bleep."""
    options = SpeakerOptions(patience_s=0.6, speak_s=20, engine="tests.voice.engines:Bleeper")
    async with EspeakSpeaker(options) as running:
        yield running


async def test_many_sentences_at_once_are_all_spoken(bleeper: EspeakSpeaker) -> None:
    """None is lost and none is taken for another."""
    sentences = ["a" * length for length in range(1, 41)]
    sounds = await asyncio.gather(*(bleeper.speak(sentence, GERMAN) for sentence in sentences))
    assert [len(sound) for sound in sounds] == [320 * len(sentence) for sentence in sentences]


@pytest.mark.slow
@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGSTOP])
async def test_a_speaker_lost_underway_is_not_missed(bleeper: EspeakSpeaker, sign: signal.Signals) -> None:
    """What it owed is spoken by another process."""
    lost = bleeper.pids
    speaking = [asyncio.create_task(bleeper.speak(f"Satz {number}", GERMAN)) for number in range(6)]
    for pid in lost:
        os.kill(pid, sign)
    assert all(await asyncio.gather(*speaking))
    assert not set(lost) & set(bleeper.pids)


@pytest.mark.slow
@pytest.mark.parametrize("sentence", ["Nicht hängen!", "Nicht sterben!"])
async def test_a_sentence_that_no_speaker_survives_is_given_up(bleeper: EspeakSpeaker, sentence: str) -> None:
    """It fails for itself alone; the next one is spoken."""
    with pytest.raises(SpeechUnavailableError):
        await bleeper.speak(sentence, GERMAN)
    assert await bleeper.speak("Weiter.", GERMAN)


async def test_a_sentence_the_engine_refuses_is_an_error(bleeper: EspeakSpeaker) -> None:
    """Its reason is told, and no process is lost for it."""
    pids = bleeper.pids
    with pytest.raises(SpeechUnavailableError, match="no such voice"):
        await bleeper.speak("scheitern", GERMAN)
    assert bleeper.pids == pids


@pytest.mark.slow
async def test_there_is_an_end_to_waiting_for_a_speaker() -> None:
    """Where nothing is spoken in time, that is an error."""
    options = SpeakerOptions(workers=1, patience_s=60, speak_s=0.2, engine="tests.voice.engines:Bleeper")
    async with EspeakSpeaker(options) as speaker:
        os.kill(speaker.pids[0], signal.SIGSTOP)
        with pytest.raises(SpeechUnavailableError):
            await speaker.speak("Hallo", GERMAN)


async def test_a_stopped_speaker_says_that_it_is_none() -> None:
    """Its health can be asked before and after."""
    speaker = EspeakSpeaker(SpeakerOptions(workers=1, engine="tests.voice.engines:Bleeper"))
    with pytest.raises(SpeechUnavailableError, match="not started"):
        await speaker.ping()
    async with speaker:
        await speaker.ping()
    with pytest.raises(SpeechUnavailableError, match="stopped"):
        await speaker.ping()


@pytest.mark.parametrize("rate", [8_000, 22_050])
@pytest.mark.parametrize("level", [-45.0, -20.0, -6.0])
def test_every_sentence_is_as_loud(level: float, rate: int) -> None:
    """However loud an engine speaks, a caller hears the usual level, and not a sample too loud."""
    voice = at_level(np.sin(np.arange(rate) * 2 * np.pi * 300 / rate), level)
    assert level_db(polished(as_pcm(voice), rate)[1_600:-1_600]) == pytest.approx(-20, abs=0.3)


def test_volume_is_a_factor_of_loudness() -> None:
    """Twice as loud is 6 dB more; peaks are rounded, not cut."""
    voice = as_pcm(at_level(spoken("Guten Tag, was kann ich für Sie tun?"), -20))
    usual, louder = polished(voice, 8_000), polished(voice, 8_000, volume=2)
    assert level_db(louder) - level_db(usual) == pytest.approx(6, abs=1)
    peaks = abs(np.frombuffer(polished(voice, 8_000, volume=30), "<i2").astype(int))
    assert peaks.max() <= 32_767
    assert len(usual) == len(louder)


def test_silence_at_the_ends_is_cut_and_that_within_stays() -> None:
    """A sentence begins with its first sound; a pause for breath is part of it."""
    word = noise(300, -20)
    cut = polished(as_pcm(mixed(3_000, (700, word), (1_400, word))), 8_000)
    assert len(cut) / 16 == pytest.approx(1_000, abs=60)
    assert polished(bytes(16_000), 8_000) == polished(b"", 22_050) == b""


async def test_a_fixed_sentence_is_made_once() -> None:
    """However many callers want it, and even at the same time; in another voice it is another one."""
    speaker = FakeSpeaker()
    cached = CachedSpeaker(speaker)
    assert await cached.warm(["Guten Tag.", "Guten Tag.", "Auf Wiederhören."], GERMAN) == 2
    sounds = await asyncio.gather(*(cached.speak("Guten Tag.", GERMAN) for _ in range(5)))
    assert len(set(sounds)) == 1
    slow = Voice(speed=0.8)
    await asyncio.gather(*(cached.speak("Guten Tag.", slow) for _ in range(5)))
    assert speaker.spoken == [("Guten Tag.", GERMAN), ("Auf Wiederhören.", GERMAN), ("Guten Tag.", slow)]


async def test_what_was_not_named_is_not_kept() -> None:
    """A sentence about a caller is made anew each time, and leaves nothing behind."""
    speaker = FakeSpeaker()
    cached = CachedSpeaker(speaker)
    for _ in range(2):
        await cached.speak("Ihre Nummer ist 0 4 2 1.", GERMAN)
    assert len(speaker.spoken) == 2
    assert cached.kept_bytes == 0


async def test_the_least_used_goes_first() -> None:
    """The cache has a size; what does not fit at all is never kept."""
    speaker = FakeSpeaker()
    size = len(await speaker.speak("1", GERMAN))
    cached = CachedSpeaker(speaker, most_bytes=2 * size)
    await cached.warm(["1", "2"], GERMAN)
    await cached.speak("1", GERMAN)
    await cached.warm(["3", "viel zu lang"], GERMAN)
    assert cached.kept_bytes == 2 * size
    speaker.spoken.clear()
    for sentence in ("1", "3", "2"):
        await cached.speak(sentence, GERMAN)
    assert [sentence for sentence, _ in speaker.spoken] == ["2"]


async def test_a_caller_who_hangs_up_takes_no_sentence_from_the_others() -> None:
    """A sentence being made for several is made to its end."""
    speaker = FakeSpeaker()
    cached = CachedSpeaker(speaker)
    await cached.warm(["Guten Tag."], Voice(speed=0.8))
    speaker.may_speak.clear()
    speaker.is_asked.clear()
    first, second = (asyncio.create_task(cached.speak("Guten Tag.", GERMAN)) for _ in range(2))
    await speaker.is_asked.wait()
    first.cancel()
    speaker.may_speak.set()
    assert await second
    assert len(speaker.spoken) == 2


async def test_what_could_not_be_made_is_tried_again() -> None:
    """A failure is not remembered."""
    speaker = FakeSpeaker()
    cached = CachedSpeaker(speaker)
    speaker.broken = True
    assert await cached.warm(["Guten Tag."], GERMAN) == 0
    speaker.broken = False
    assert await cached.speak("Guten Tag.", GERMAN)


async def test_the_second_speaker_answers_for_the_first() -> None:
    """Where the first fails or has no voice for the language; both together speak what either does."""
    first, second = FakeSpeaker("erste", (Language.DE,)), FakeSpeaker("zweite", (Language.DE, Language.EN))
    both = FallbackSpeaker(first, second)
    assert both.languages == (Language.DE, Language.EN)
    await both.speak("Hallo", GERMAN)
    await both.speak("Hello", Voice(Language.EN))
    first.broken = True
    await both.speak("Noch mal", GERMAN)
    assert [sentence for sentence, _ in first.spoken] == ["Hallo"]
    assert [sentence for sentence, _ in second.spoken] == ["Hello", "Noch mal"]
    await both.ping()
    second.broken = True
    with pytest.raises(SpeechUnavailableError):
        await both.ping()
    with pytest.raises(SpeechUnavailableError):
        await both.speak("Hallo", GERMAN)
