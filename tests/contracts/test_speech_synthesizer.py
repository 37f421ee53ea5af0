"""What every ``SpeechSynthesizer`` promises."""

import asyncio
import ctypes.util
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio

from assistant.errors import RolandError, SpeechUnavailableError
from assistant.model import Language, Voice
from assistant.ports import SpeechSynthesizer
from tests.fakes_speech import FakeSpeaker
from tests.voice.piper_site import PiperSite
from voice.synthesis import CachedSpeaker, EspeakSpeaker, FallbackSpeaker, PiperSpeaker, SpeakerOptions

GREETINGS = {
    Language.DE: "Guten Tag, Sie sprechen mit der Stadt Bremen.",
    Language.EN: "Good morning, how can I help you?",
    Language.TR: "Merhaba, size nasıl yardımcı olabilirim?",
    Language.AR: "مرحبا، كيف يمكنني مساعدتك؟",
    Language.RU: "Здравствуйте, чем могу помочь?",
    Language.UK: "Добрий день, чим можу допомогти?",
    Language.FR: "Bonjour, comment puis-je vous aider ?",
    Language.PL: "Dzień dobry, w czym mogę pomóc?",
    Language.FA: "سلام، چطور می‌توانم کمک کنم؟",
}


@pytest_asyncio.fixture(params=["fake", "cached", "fallback", "piper", "espeak"])
async def speaker(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[SpeechSynthesizer]:
    """A speaker of each kind."""
    match request.param:
        case "fake":
            yield FakeSpeaker()
        case "cached":
            cached = CachedSpeaker(FakeSpeaker())
            await cached.warm(GREETINGS.values(), Voice())
            yield cached
        case "fallback":
            broken = FakeSpeaker()
            broken.broken = True
            yield FallbackSpeaker(broken, FakeSpeaker())
        case "piper":
            async with PiperSpeaker(PiperSite.install(tmp_path).options()) as piper:
                yield piper
        case "espeak":
            if ctypes.util.find_library("espeak-ng") is None:
                pytest.skip("no espeak-ng on this machine")
            async with EspeakSpeaker(SpeakerOptions(workers=1)) as espeak:
                yield espeak


@pytest_asyncio.fixture(params=["fake", "cached", "fallback", "piper", "espeak"])
async def dead(request: pytest.FixtureRequest, tmp_path: Path) -> SpeechSynthesizer:
    """A speaker of each kind that does not work."""
    fake = FakeSpeaker()
    fake.broken = True
    site = PiperSite.install(tmp_path)
    site.program.unlink()
    kinds: dict[str, SpeechSynthesizer] = {
        "fake": fake,
        "cached": CachedSpeaker(fake),
        "fallback": FallbackSpeaker(fake, fake),
        "piper": PiperSpeaker(site.options()),
        "espeak": EspeakSpeaker(SpeakerOptions(workers=1, speak_s=0.05)),
    }
    return kinds[request.param]


@pytest.mark.slow
async def test_every_language_it_names_it_speaks(speaker: SpeechSynthesizer) -> None:
    """Sound in whole samples, not silence, and another sound for another sentence."""
    sounds = [await speaker.speak(GREETINGS[language], Voice(language)) for language in speaker.languages]
    assert Language.DE in speaker.languages
    assert len(set(sounds)) == len(sounds)
    for sound in sounds:
        assert len(sound) % 2 == 0
        assert 0.5 < len(sound) / 16_000 < 6
        assert abs(np.frombuffer(sound, "<i2").astype(int)).max() > 2_000


@pytest.mark.slow
async def test_no_silence_stands_at_the_ends(speaker: SpeechSynthesizer) -> None:
    """What follows a sentence can follow at once."""
    sound = abs(np.frombuffer(await speaker.speak(GREETINGS[Language.DE], Voice()), "<i2").astype(int))
    loud = np.flatnonzero(sound > sound.max() / 10)
    assert loud[0] < 8_000 * 0.1
    assert len(sound) - loud[-1] < 8_000 * 0.15


@pytest.mark.slow
async def test_slower_takes_longer(speaker: SpeechSynthesizer) -> None:
    """The speed is a factor of the usual one."""
    usual, slow = [len(await speaker.speak(GREETINGS[Language.DE], Voice(speed=speed))) for speed in (1.0, 0.7)]
    assert slow > 1.2 * usual


@pytest.mark.slow
async def test_louder_is_louder(speaker: SpeechSynthesizer) -> None:
    """The volume is a factor of the usual one."""
    usual, loud = [
        np.frombuffer(await speaker.speak(GREETINGS[Language.DE], Voice(volume=volume)), "<i2").astype(float).std()
        for volume in (1.0, 1.6)
    ]
    assert loud > 1.3 * usual


@pytest.mark.slow
@pytest.mark.parametrize("sentence", ["", "  ", "…", "\n"])
async def test_nothing_to_say_is_no_sound(speaker: SpeechSynthesizer, sentence: str) -> None:
    """An empty sentence is no error."""
    assert await speaker.speak(sentence, Voice()) == b""


@pytest.mark.slow
async def test_what_is_asked_for_at_once_is_not_mixed_up(speaker: SpeechSynthesizer) -> None:
    """Everybody hears their own sentence, as long as when asked alone."""
    sentences = [f"Ihre Nummer ist {number}." for number in range(1, 9)]
    alone = [len(await speaker.speak(sentence, Voice())) for sentence in sentences]
    at_once = await asyncio.gather(*(speaker.speak(sentence, Voice()) for sentence in sentences))
    assert [len(sound) for sound in at_once] == [pytest.approx(length, rel=0.03) for length in alone]


@pytest.mark.slow
async def test_a_sentence_of_several_lines_is_one(speaker: SpeechSynthesizer) -> None:
    """Whatever white space a text has, one sound comes back, and the next one is not disturbed by it."""
    assert await speaker.speak("Guten\nTag,\nBremen.", Voice())
    following = await speaker.speak("Danke.", Voice())
    assert len(following) == pytest.approx(len(await speaker.speak("Danke.", Voice())), rel=0.05)


@pytest.mark.slow
async def test_a_long_sentence_is_spoken_to_its_end(speaker: SpeechSynthesizer) -> None:
    """Nothing is cut off, and nothing of it comes with the next one."""
    short = await speaker.speak("Ihre Nummer ist eins zwei drei.", Voice())
    long = await speaker.speak("Ihre Nummer ist eins zwei drei. " * 8, Voice())
    assert len(long) > 6 * len(short)
    again = await speaker.speak("Ihre Nummer ist eins zwei drei.", Voice())
    assert len(again) == pytest.approx(len(short), rel=0.05)


@pytest.mark.slow
async def test_a_speaker_that_works_answers_a_ping(speaker: SpeechSynthesizer) -> None:
    """It has a name for the health page, and nothing to complain of."""
    assert speaker.name
    await speaker.ping()


async def test_a_speaker_that_does_not_work_says_so(dead: SpeechSynthesizer) -> None:
    """Speaking raises an error that may be tried again; the health page learns of it."""
    with pytest.raises(SpeechUnavailableError) as caught:
        await dead.speak("Guten Tag.", Voice())
    assert caught.value.retryable
    with pytest.raises(RolandError):
        await dead.ping()
