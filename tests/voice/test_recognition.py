"""What a caller said is heard, whatever happens to the process that hears."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio

from assistant.errors import SpeechUnavailableError
from assistant.model import Heard, Hypothesis, Language
from tests.voice.engines import said
from tests.voice.test_workers import until
from voice.recognition import RecognitionModel, RecognizerOptions, VoskRecognizer
from voice.recognition.scoring import has_unknown, hypotheses, joined
from voice.recognition.stream import StreamOptions
from voice.recognition.upsample import Upsampler

SENTENCE = (
    "ich möchte gern einen neuen reisepass beantragen und dazu wissen was er kostet und wie lange es dauert " * 40
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that looks like a model whose vocabulary can be restricted."""
    for part in ("am/final.mdl", "conf/model.conf", "conf/mfcc.conf", "graph/HCLr.fst", "graph/Gr.fst"):
        (tmp_path / part).parent.mkdir(exist_ok=True)
        (tmp_path / part).touch()
    return tmp_path


def recogniser(folder: Path, workers: int = 2, finish_s: float = 20.0, patience_s: float = 0.6) -> VoskRecognizer:
    """One whose workers are scribes."""
    return VoskRecognizer(
        RecognizerOptions(
            models=((Language.DE, RecognitionModel(folder)),),
            workers=workers,
            engine="tests.voice.engines:Scribe",
            patience_s=patience_s,
            stream=StreamOptions(finish_s),
        )
    )


@pytest_asyncio.fixture
async def ears(folder: Path) -> AsyncIterator[VoskRecognizer]:
    """A recogniser of two scribes."""
    async with recogniser(folder) as running:
        yield running


def frames(text: str) -> list[bytes]:
    """The sound of a text in frames of 20 ms."""
    sound = said(text)
    return [sound[start : start + 320] for start in range(0, len(sound), 320)]


async def test_all_sound_is_heard_once_and_in_order(ears: VoskRecognizer) -> None:
    """Many utterances at once, frame by frame, do not get mixed up."""
    texts = [f"{number} {SENTENCE}".strip() for number in range(20)]
    streams = [ears.open(Language.DE) for _ in texts]
    for pieces in zip(*(frames(text) for text in texts), strict=False):
        for stream, piece in zip(streams, pieces, strict=True):
            stream.feed(piece)
    for stream, text in zip(streams, texts, strict=True):
        for piece in frames(text)[min(len(frames(other)) for other in texts) :]:
            stream.feed(piece)
    heard = await asyncio.gather(*(stream.finish() for stream in streams))
    assert [each.text for each in heard] == texts


async def test_both_processes_share_the_work(ears: VoskRecognizer) -> None:
    """Utterances go where the fewest are; one that is over makes room."""
    streams = [ears.open(Language.DE) for _ in range(4)]
    for stream in streams:
        stream.feed(bytes(1_600))
    workers = ears._pools[Language.DE].workers
    assert [worker.streams for worker in workers] == [2, 2]
    for stream in streams:
        stream.cancel()
        stream.cancel()
    assert [worker.streams for worker in workers] == [0, 0]


async def test_the_words_so_far_can_be_seen(ears: VoskRecognizer) -> None:
    """Partial results come while somebody speaks."""
    stream = ears.open(Language.DE)
    assert stream.partial == ""
    stream.feed(said("guten tag ") * 100)
    await until(lambda: stream.partial.startswith("guten tag"))
    stream.cancel()


async def test_nothing_said_is_nothing_heard(ears: VoskRecognizer) -> None:
    """An utterance without sound has no hypotheses."""
    assert await ears.open(Language.DE).finish() == Heard()


@pytest.mark.slow
@pytest.mark.parametrize("fate", ["die", "hang", "killed", "stopped"])
@pytest.mark.parametrize("when", ["underway", "at the end"])
async def test_a_worker_lost_underway_costs_no_word(ears: VoskRecognizer, folder: Path, fate: str, when: str) -> None:
    """Another worker hears the same sound again, from its beginning."""
    stream = ears.open(Language.DE)
    pieces = frames(SENTENCE.strip())
    for piece in pieces[:20]:
        stream.feed(piece)
    await until(lambda: stream.partial != "")
    (busy,) = (worker.pid for worker in ears._pools[Language.DE].workers if worker.streams)
    if when == "at the end":
        for piece in pieces[20:]:
            stream.feed(piece)
    if fate in {"killed", "stopped"}:
        os.kill(busy, signal.SIGKILL if fate == "killed" else signal.SIGSTOP)
    else:
        (folder / f"{fate}-{busy}").touch()
    if when == "underway":
        for piece in pieces[20:]:
            stream.feed(piece)
            await asyncio.sleep(0)
    assert (await stream.finish()).text == SENTENCE.strip()
    assert busy not in ears.pids


@pytest.mark.slow
async def test_sound_that_comes_while_nobody_hears_is_kept(folder: Path) -> None:
    """With the only worker gone, the next one hears what was said meanwhile."""
    async with recogniser(folder, workers=1) as ears:
        (pid,) = ears.pids
        os.kill(pid, signal.SIGKILL)
        await until(lambda: not ears.pids)
        with pytest.raises(SpeechUnavailableError):
            await ears.ping()
        stream = ears.open(Language.DE)
        for piece in frames(SENTENCE.strip()):
            stream.feed(piece)
        assert (await stream.finish()).text == SENTENCE.strip()
        await ears.ping()


async def test_there_is_an_end_to_waiting(folder: Path) -> None:
    """Where no worker answers in time, that is an error that may be tried again."""
    async with recogniser(folder, workers=1, finish_s=0.2, patience_s=60) as ears:
        stream = ears.open(Language.DE)
        stream.feed(said("hallo"))
        os.kill(ears.pids[0], signal.SIGSTOP)
        with pytest.raises(SpeechUnavailableError) as caught:
            await stream.finish()
        assert caught.value.retryable


@pytest.mark.slow
async def test_a_sound_that_kills_every_worker_is_given_up(folder: Path) -> None:
    """One utterance must not cost all others their recogniser for ever."""
    async with recogniser(folder) as ears:
        stream = ears.open(Language.DE)
        stream.feed(said("gift"))
        with pytest.raises(SpeechUnavailableError, match="workers were lost"):
            await stream.finish()


async def test_sound_that_an_engine_cannot_take_is_an_error(ears: VoskRecognizer) -> None:
    """What was missed is not left out silently; the worker goes on."""
    pids = ears.pids
    stream = ears.open(Language.DE)
    stream.feed(bytes([0, 0xD8]) * 800)  # halves of characters, over which a scribe fails
    with pytest.raises(SpeechUnavailableError):
        await stream.finish()
    assert ears.pids == pids


async def test_a_cancelled_stream_takes_nothing_more(ears: VoskRecognizer) -> None:
    """Frames that still come are forgotten, and the worker remembers nothing of it."""
    stream = ears.open(Language.DE)
    stream.feed(said("hallo " * 200))
    stream.cancel()
    stream.feed(said("hallo " * 200))
    other = ears.open(Language.DE)
    other.feed(said("tag"))
    assert (await other.finish()).text == "tag"
    assert all(worker.streams == 0 for worker in ears._pools[Language.DE].workers)


async def test_phrases_are_understood_as_the_model_writes_them(ears: VoskRecognizer) -> None:
    """Case and punctuation of a vocabulary do not matter."""
    stream = ears.open(Language.DE, ["Ja, bitte!", "Nein.", "", "..."])
    stream.feed(said("ja bitte"))
    assert (await stream.finish()).text == "ja bitte"


async def test_what_is_none_of_the_phrases_is_heard_all_the_same(ears: VoskRecognizer) -> None:
    """A vocabulary helps; it never turns what somebody said into something else."""
    stream = ears.open(Language.DE, ["ja", "nein"])
    stream.feed(said("ich möchte einen menschen sprechen"))
    assert (await stream.finish()).text == "ich möchte einen menschen sprechen"


async def test_a_model_with_a_fixed_graph_is_not_restricted(folder: Path) -> None:
    """There, the vocabulary of a step is left out."""
    (folder / "graph/HCLr.fst").unlink()
    for part in ("graph/HCLG.fst", "graph/words.txt"):
        (folder / part).touch()
    async with recogniser(folder) as ears:
        stream = ears.open(Language.DE, ["ja", "nein"])
        stream.feed(said("vielleicht"))
        assert (await stream.finish()).text == "vielleicht"


async def test_a_language_without_a_model_is_refused(ears: VoskRecognizer) -> None:
    """It says so at once, and which languages there are can be asked."""
    assert ears.languages == (Language.DE,)
    with pytest.raises(SpeechUnavailableError, match="tr"):
        ears.open(Language.TR)


async def test_a_folder_that_is_no_whole_model_is_named_with_what_it_lacks(folder: Path) -> None:
    """Whoever installs a model learns which file is missing, before any process starts."""
    (folder / "am/final.mdl").unlink()
    with pytest.raises(SpeechUnavailableError, match=r"am/final\.mdl missing"):
        await recogniser(folder).__aenter__()


async def test_a_rate_that_no_telephone_sound_can_be_raised_to_is_refused(folder: Path) -> None:
    """8 kHz sound is raised by whole factors only."""
    models = ((Language.DE, RecognitionModel(folder, 22_050)),)
    with pytest.raises(SpeechUnavailableError, match="22050"):
        await VoskRecognizer(RecognizerOptions(models)).__aenter__()


def test_a_clear_winner_is_sure_and_a_near_tie_is_not() -> None:
    """Confidence is what the likelihoods of all ways to understand it leave of doubt."""
    (sure, *_) = hypotheses([("ja", 100.0), ("nein", 60.0)])
    tie = hypotheses([("reisepass", 100.0), ("reisespaß", 99.9)])
    assert sure == Hypothesis("ja", 1.0)
    assert [hypothesis.confidence for hypothesis in tie] == [
        pytest.approx(0.51, abs=0.01),
        pytest.approx(0.49, abs=0.01),
    ]


def test_words_that_all_agree_on_are_sure() -> None:
    """A doubt about one word of four leaves three quarters and what that word has."""
    first, second = hypotheses([("ich möchte einen pass", 10.0), ("ich möchte ein pass", 10.0)])
    assert first.confidence == second.confidence == pytest.approx(0.875)


def test_unknown_words_are_left_out_and_make_it_less_sure() -> None:
    """What a model has no word for is never shown, and lowers the confidence."""
    (only,) = hypotheses([("[unk] reisepass", 10.0)])
    assert only == Hypothesis("reisepass", 0.5)
    assert hypotheses([("[unk]", 10.0)]) == hypotheses([]) == ()
    assert has_unknown([("[unk] ja", 10.0), ("nein", 9.0)])
    assert has_unknown([])
    assert not has_unknown([("[unk] ja", 9.0), ("nein", 10.0)])


def test_stretches_are_joined_to_one_utterance() -> None:
    """The best of all comes first, then those in which one stretch is understood otherwise."""
    one = (Hypothesis("eins", 1.0), Hypothesis("einst", 0.2))
    two = (Hypothesis("zwei drei", 0.7), Hypothesis("zwo drei", 0.6))
    assert joined([one, (), two], 2) == (Hypothesis("eins zwei drei", 0.8), Hypothesis("eins zwo drei", 0.733))
    assert joined([(), ()], 2) == ()


@pytest.mark.parametrize("piece", [1, 160, 777])
def test_raised_sound_has_no_seams(piece: int) -> None:
    """Sound in pieces of any length becomes the same as in one, and a tone stays that tone."""
    tone = (np.sin(2 * np.pi * 1_000 * np.arange(8_000) / 8_000) * 10_000).astype("<i2").tobytes()
    whole, pieces = Upsampler(2), Upsampler(2)
    raised = whole.feed(tone)
    assert b"".join(pieces.feed(tone[at : at + 2 * piece]) for at in range(0, len(tone), 2 * piece)) == raised
    wanted = np.sin(2 * np.pi * 1_000 * np.arange(16_000) / 16_000) * 10_000
    heard = np.frombuffer(raised, "<i2")[24:].astype(float)
    assert abs(heard - wanted[: len(heard)])[100:].max() < 60
    assert Upsampler(1).feed(tone) == tone
