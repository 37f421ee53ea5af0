"""The acoustic model as Kaldi reads it: the text holds the same network."""

import re

import numpy as np
import numpy.typing as npt
import pytest
import torch

from voice.model.features import COEFFICIENTS
from voice.model.network import CONTEXT, SUBSAMPLING, Acoustics, Tdnn, learn
from voice.model.nnet3 import kaldi_model
from voice.model.samples import UNKNOWN, Utterances
from voice.model.training import Training

Matrix = npt.NDArray[np.float64]
PHONES = 4


pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def data() -> Utterances:
    """Ten utterances of noise whose phone is told by the first coefficient."""
    random = np.random.default_rng(1)
    labels = np.repeat(random.integers(0, PHONES, 200), 10).astype(np.int16)
    frames = random.normal(0, 1, (2000, COEFFICIENTS)) + 3
    frames[:, 0] += 5 * labels
    labels[:20] = UNKNOWN
    return Utterances(frames.astype(np.float16), labels, np.full(10, 200))


@pytest.fixture(scope="module")
def learned(data: Utterances) -> Acoustics:
    """What a small network learns of them."""
    return learn(data, PHONES, Training(width=16, batch=8, steps=120), quietly)


def quietly(share: float, note: str) -> None:
    """Tells no progress."""


def numbers(text: str) -> Matrix:
    """The figures of a Kaldi vector or matrix, a row a line."""
    return np.array([[float(word) for word in row.split()] for row in text.strip().splitlines()])


class Read:
    """An nnet3 network out of its text, computed frame by frame as its nodes say."""

    def __init__(self, text: str) -> None:
        self.inputs = dict(re.findall(r"component-node name=(\S+) component=\S+ input=(.+)", text))
        self.output = re.findall(r"output-node name=output input=(\S+)", text)[0]
        affine = r"<ComponentName> (\S+) <FixedAffineComponent> <LinearParams>  \[(.+?)\]\n<BiasParams>  \[(.+?)\]"
        self.affine = {name: (numbers(w), numbers(b)[0]) for name, w, b in re.findall(affine, text, flags=re.DOTALL)}
        self.priors = numbers(re.findall(r"<Priors>  \[(.+?)\]", text)[0])[0]

    def at(self, node: str, frames: Matrix, time: int) -> Matrix:
        """The value of a node at a time; frames are repeated beyond the ends."""
        if node == "input":
            return np.asarray(frames[np.clip(time, 0, len(frames) - 1)])
        source = self.inputs[node]
        if node in self.affine:
            weight, bias = self.affine[node]
            seen = np.concatenate([self._part(part, frames, time) for part in self._parts(source)])
            return np.asarray(weight @ seen + bias)
        value = self.at(source, frames, time)
        if node.endswith("relu"):
            return np.asarray(np.maximum(0, value))
        return np.asarray(value - np.logaddexp.reduce(value))

    def _parts(self, source: str) -> list[str]:
        inner = re.fullmatch(r"Append\((.+)\)", source)
        return re.split(r", (?=\w)(?!-?\d+\))", inner[1]) if inner else [source]

    def _part(self, part: str, frames: Matrix, time: int) -> Matrix:
        moved = re.fullmatch(r"Offset\((\S+), (-?\d+)\)", part)
        return self.at(moved[1], frames, time + int(moved[2])) if moved else self.at(part, frames, time)


def test_the_written_network_computes_what_was_learned(data: Utterances, learned: Acoustics) -> None:
    """Read back as text, the network tells the phones of most frames right, as it learned."""
    network = Read(kaldi_model(learned))
    frames = data.frames[200:400].astype(np.float64)
    times = range(4, 196, 10)
    told = [int(network.at(network.output, frames, time).argmax()) for time in times]
    right = [int(data.labels[200 + time]) for time in times]
    assert sum(a == b for a, b in zip(told, right, strict=True)) >= 0.9 * len(right)


def test_normalising_is_folded_into_the_layers(data: Utterances) -> None:
    """Layers on plain features give the logits that the network gives on normalised ones."""
    acoustics = learn(data, PHONES, Training(width=8, batch=4, steps=1, seed=3), quietly)
    assert len(acoustics.layers) == 6
    assert acoustics.layers[0][0].shape == (8, 5 * COEFFICIENTS)
    assert acoustics.priors.sum() == pytest.approx(1)
    network = Read(kaldi_model(acoustics))
    logs = network.at(network.output, data.frames[:50].astype(np.float64), 20)
    assert np.exp(logs).sum() == pytest.approx(1)
    assert network.priors == pytest.approx(acoustics.priors, rel=1e-4)


def test_a_step_sees_as_many_frames_as_are_given(data: Utterances) -> None:
    """The network tells a phone for each third frame that has its whole context."""
    frames = torch.zeros(2, SUBSAMPLING * 4 + 1 + 2 * CONTEXT, COEFFICIENTS)
    assert Tdnn(8, PHONES)(frames).shape == (2, 5, PHONES)


def test_learning_is_the_same_each_time(data: Utterances, learned: Acoustics) -> None:
    """The same data and seed give the same model, to the last digit written."""
    again = learn(data, PHONES, Training(width=16, batch=8, steps=120), quietly)
    assert kaldi_model(again) == kaldi_model(learned)


def test_the_transitions_are_numbered_phone_by_phone(learned: Acoustics) -> None:
    """Every phone has one state with two transitions, and its own output of the network."""
    text = kaldi_model(learned)
    assert "<ForPhones>\n1 2 3 4\n</ForPhones>" in text
    assert "<Triples> 4\n1 0 0\n2 0 1\n3 0 2\n4 0 3\n</Triples>" in text
    assert text.count("-0.693147") == 2 * PHONES
