"""What every ``SpeechRecognizer`` promises, by a recogniser whose sound is text, and by Vosk with the test model."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from assistant.errors import SpeechUnavailableError
from assistant.model import Heard, Language
from tests.voice.engines import said
from tests.voice.sounds import at_level, mixed, spoken, telephoned
from voice.model.folder import MARK
from voice.recognition import RecognitionModel, RecognizerOptions, VoskRecognizer

TEST_MODEL = Path(__file__).parents[2] / "var/voice/test-model"
SENTENCES = ("was kostet ein personalausweis", "ich möchte mit einem menschen sprechen", "und wie lange dauert das")
_PARTS = ("am/final.mdl", "conf/model.conf", "conf/mfcc.conf", "graph/HCLr.fst", "graph/Gr.fst")
Ears = tuple[VoskRecognizer, Callable[[str], bytes]]


def telephone_call(text: str) -> bytes:
    """A sentence as it comes out of a telephone, with silence around it."""
    if not text:
        return telephoned(mixed(1_000))
    sound = at_level(spoken(text, "de+m7"), -20)
    return telephoned(mixed(len(sound) // 8 + 600, (300, sound)))


@pytest_asyncio.fixture(params=["scribe", pytest.param("vosk", marks=pytest.mark.slow)])
async def ears(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Ears]:
    """A recogniser of each kind, and how a sentence sounds to it."""
    if request.param == "vosk":
        if not (TEST_MODEL / MARK).exists():
            pytest.skip("no test model has been built")
        folder, engine, sound = TEST_MODEL, "voice.recognition.engine:VoskEngine", telephone_call
    else:
        for part in _PARTS:
            (tmp_path / part).parent.mkdir(exist_ok=True)
            (tmp_path / part).touch()
        folder, engine, sound = tmp_path, "tests.voice.engines:Scribe", said
    models = ((Language.DE, RecognitionModel(folder)),)
    async with VoskRecognizer(RecognizerOptions(models, workers=2, engine=engine, patience_s=1.0)) as recogniser:
        yield recogniser, sound


async def listen(ears: Ears, text: str, vocabulary: tuple[str, ...] = ()) -> Heard:
    """What is made of a sentence."""
    recogniser, sound = ears
    stream = recogniser.open(Language.DE, vocabulary)
    pcm = sound(text)
    for start in range(0, len(pcm), 320):
        stream.feed(pcm[start : start + 320])
        await asyncio.sleep(0)
    return await stream.finish()


@pytest.mark.slow
async def test_sentences_are_heard_at_once(ears: Ears) -> None:
    """Each caller's words, with a confidence, best first."""
    for heard, text in zip(await asyncio.gather(*(listen(ears, text) for text in SENTENCES)), SENTENCES, strict=True):
        assert heard.text == text
        confidences = [hypothesis.confidence for hypothesis in heard.hypotheses]
        assert confidences == sorted(confidences, reverse=True)
        assert 0.7 < heard.confidence <= 1


@pytest.mark.slow
async def test_a_vocabulary_never_makes_something_else_of_what_was_said(ears: Ears) -> None:
    """Phrases that were not said are not heard, and those that were are."""
    assert (await listen(ears, SENTENCES[0], ("ja", "nein", "zurück"))).text == SENTENCES[0]
    assert (await listen(ears, "zurück", ("ja", "nein", "zurück"))).text == "zurück"


@pytest.mark.slow
async def test_silence_is_nothing(ears: Ears) -> None:
    """Neither no sound nor the sound of nothing has words."""
    assert (await listen(ears, "")).text == ""
    stream = ears[0].open(Language.DE)
    assert await stream.finish() == Heard()


@pytest.mark.slow
@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGSTOP])
async def test_a_process_lost_underway_costs_no_word(ears: Ears, sign: signal.Signals) -> None:
    """Whether it dies or hangs: the sentence is heard by another one."""
    recogniser, sound = ears
    stream = recogniser.open(Language.DE)
    pcm = sound(SENTENCES[0])
    stream.feed(pcm[: len(pcm) // 2 // 320 * 320])
    for pid in recogniser.pids:
        os.kill(pid, sign)
    stream.feed(pcm[len(pcm) // 2 // 320 * 320 :])
    assert (await stream.finish()).text == SENTENCES[0]


async def test_its_health_can_be_asked(ears: Ears) -> None:
    """It has a name and its languages, and says so where it cannot hear."""
    recogniser, _ = ears
    assert recogniser.name
    assert recogniser.languages == (Language.DE,)
    await recogniser.ping()
    with pytest.raises(SpeechUnavailableError):
        recogniser.open(Language.FA)
