"""The simulated telephone line."""

import numpy as np

from voice.model.telephone import RATE, over_the_line

SECOND = (8000 * np.sin(2 * np.pi * 1000 * np.arange(22_050) / 22_050)).astype(np.int16)


def test_a_second_stays_a_second() -> None:
    """The line changes the rate to 8 kHz and nothing of the length."""
    heard = over_the_line(SECOND, 22_050, np.random.default_rng(1), noise_db=(30, 30))
    assert len(heard) == RATE
    assert heard.dtype == np.int16


def test_the_tone_comes_through_and_the_bass_does_not() -> None:
    """A tone of speech arrives; one below the telephone's band is far weaker."""
    low = (8000 * np.sin(2 * np.pi * 30 * np.arange(22_050) / 22_050)).astype(np.int16)
    tone, hum = (
        np.std(over_the_line(sound, 22_050, np.random.default_rng(2), noise_db=(60, 60)).astype(float))
        for sound in (SECOND, low)
    )
    assert hum < tone / 5


def test_the_same_draw_gives_the_same_line() -> None:
    """All chance comes from the generator given."""
    one, same, other = (
        over_the_line(SECOND, 22_050, np.random.default_rng(seed), noise_db=(8, 45)) for seed in (3, 3, 4)
    )
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_noise_keeps_its_distance() -> None:
    """The quieter the noise is asked for, the less differs from the clean sound."""
    near, far = (
        [over_the_line(SECOND, 22_050, np.random.default_rng(seed), noise_db=(db, db)) for seed in range(9)]
        for db in (0, 40)
    )
    assert np.std(near) > 1.2 * np.std(far)
