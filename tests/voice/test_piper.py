"""Piper's program is kept running, and replaced where it fails."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from assistant.errors import SpeechUnavailableError
from assistant.model import Language, Voice
from tests.voice.piper_site import PiperSite
from tests.voice.test_workers import is_running
from voice.synthesis import PiperSpeaker

GERMAN = Voice()


@pytest.fixture
def site(tmp_path: Path) -> PiperSite:
    """Piper, installed."""
    return PiperSite.install(tmp_path)


@pytest_asyncio.fixture
async def piper(site: PiperSite) -> AsyncIterator[PiperSpeaker]:
    """A speaker over it."""
    async with PiperSpeaker(site.options()) as speaker:
        yield speaker


async def test_one_process_speaks_all_of_a_voice(piper: PiperSpeaker, site: PiperSite) -> None:
    """The voice is loaded once; sentences asked for at once are not mixed up; another speed is another process."""
    sentences = [f"Satz {'a' * number}" for number in range(8)]
    sounds = await asyncio.gather(*(piper.speak(sentence, GERMAN) for sentence in sentences))
    assert sorted(sounds, key=len) == sounds
    assert len(site.started) == 1
    slow = await piper.speak(sentences[0], Voice(speed=0.8))
    await piper.speak("Good morning", Voice(Language.EN))
    assert len(slow) > len(sounds[0])
    assert [scale for _, scale in site.started] == ["1.0", "1.25", "1.0"]


@pytest.mark.slow
@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGSTOP])
async def test_a_lost_process_is_replaced(site: PiperSite, sign: signal.Signals) -> None:
    """Dead or hanging, the next one speaks the sentence."""
    async with PiperSpeaker(site.options(speak_s=1.0)) as piper:
        await piper.speak("Guten Tag", GERMAN)
        ((pid, _),) = site.started
        os.kill(pid, sign)
        assert await piper.speak("Noch mal", GERMAN)
        assert len(site.started) == 2
        assert not is_running(pid)


@pytest.mark.slow
@pytest.mark.parametrize("sentence", ["Nicht sterben", "Nicht rauschen"])
async def test_a_voice_that_fails_again_is_left_alone_for_a_while(
    piper: PiperSpeaker, site: PiperSite, sentence: str
) -> None:
    """The error comes, and the next calls fail at once instead of waiting."""
    with pytest.raises(SpeechUnavailableError):
        await piper.speak(sentence, GERMAN)
    tried = len(site.started)
    for asking in (piper.speak("Guten Tag", GERMAN), piper.ping()):
        with pytest.raises(SpeechUnavailableError, match="does not work"):
            await asking
    assert len(site.started) == tried
    assert await piper.speak("Good morning", Voice(Language.EN))


@pytest.mark.slow
async def test_after_its_rest_a_voice_is_tried_again(site: PiperSite) -> None:
    """A failure is not for ever."""
    async with PiperSpeaker(site.options(rest_s=0.0)) as piper:
        with pytest.raises(SpeechUnavailableError):
            await piper.speak("Nicht sterben", GERMAN)
        assert await piper.speak("Guten Tag", GERMAN)


@pytest.mark.slow
async def test_there_is_an_end_to_waiting(site: PiperSite) -> None:
    """A sentence that hangs the program is an error in time."""
    async with PiperSpeaker(site.options(speak_s=0.2, load_s=5.0)) as piper:
        await piper.speak("Guten Tag", GERMAN)
        async with asyncio.timeout(30):
            with pytest.raises(SpeechUnavailableError, match="TimeoutError"):
                await piper.speak("Nicht hängen", GERMAN)


async def test_a_sentence_nobody_waits_for_is_not_the_next_ones_answer(piper: PiperSpeaker) -> None:
    """Who asks next hears their own sentence."""
    wanted = await piper.speak("b", GERMAN)
    left = asyncio.create_task(piper.speak("a" * 50, GERMAN))
    await asyncio.sleep(0)
    left.cancel()
    with pytest.raises(asyncio.CancelledError):
        await left
    assert await piper.speak("b", GERMAN) == wanted


@pytest.mark.slow
@pytest.mark.parametrize("missing", ["piper", "de.onnx", "de.onnx.json"])
async def test_what_is_missing_is_named(site: PiperSite, missing: str) -> None:
    """Its health says which file; speaking is an error and no wait."""
    (site.folder / missing).unlink()
    async with PiperSpeaker(site.options()) as piper:
        with pytest.raises(SpeechUnavailableError, match=f"{missing} is missing"):
            await piper.ping()
        with pytest.raises(SpeechUnavailableError):
            await piper.speak("Guten Tag", GERMAN)


async def test_leaving_ends_the_processes(site: PiperSite) -> None:
    """Nothing runs on."""
    async with PiperSpeaker(site.options()) as piper:
        await piper.speak("Guten Tag", GERMAN)
    assert not any(is_running(pid) for pid, _ in site.started)
