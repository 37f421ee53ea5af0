"""Telephone sound is coded as every other telephone codes it."""

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.sound import decode_a_law, decode_mu_law, encode_a_law, encode_mu_law, resample

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    import audioop

ALL_CODES = bytes(range(256))
SPEECH_LIKE = (np.sin(np.arange(8_000) / 7) * np.linspace(0, 32_000, 8_000)).astype("<i2").tobytes()


def test_every_code_means_the_same_to_both_sides() -> None:
    """Both tables agree with Python's own reference, for every code there is."""
    assert decode_a_law(ALL_CODES) == audioop.alaw2lin(ALL_CODES, 2)
    assert decode_mu_law(ALL_CODES) == audioop.ulaw2lin(ALL_CODES, 2)


@given(st.binary(max_size=400))
def test_what_is_decoded_is_coded_again_to_the_same_sound(coded: bytes) -> None:
    """Coding loses nothing that was not lost before."""
    assert decode_a_law(encode_a_law(decode_a_law(coded))) == decode_a_law(coded)
    assert decode_mu_law(encode_mu_law(decode_mu_law(coded))) == decode_mu_law(coded)


@pytest.mark.parametrize("law", ["a", "mu"])
def test_coding_takes_the_nearest_step(law: str) -> None:
    """Sound comes back within half a step of what it was, as the standard promises."""
    encode, decode = (encode_a_law, decode_a_law) if law == "a" else (encode_mu_law, decode_mu_law)
    before = np.frombuffer(SPEECH_LIKE, "<i2").astype(int)
    after = np.frombuffer(decode(encode(SPEECH_LIKE)), "<i2").astype(int)
    assert (abs(after - before) <= np.maximum(16, abs(before) / 16)).all()


@pytest.mark.parametrize(("rate", "to"), [(8_000, 16_000), (22_050, 8_000), (48_000, 8_000)])
def test_another_rate_is_the_same_sound(rate: int, to: int) -> None:
    """A tone of 440 Hz stays one, as loud as before, for as long."""
    tone = (np.sin(2 * np.pi * 440 * np.arange(rate) / rate) * 10_000).astype("<i2").tobytes()
    changed = np.frombuffer(resample(tone, rate, to), "<i2").astype(float)
    spectrum = abs(np.fft.rfft(changed))
    assert len(changed) == to
    assert int(spectrum.argmax()) == 440
    assert changed.std() == pytest.approx(10_000 / 2**0.5, rel=0.01)
