"""The utterances the model is made from."""

import numpy as np
import pytest

from voice.model.espeak import Manner, espeak
from voice.model.lexicon import lexicon_of
from voice.model.samples import HELD_OUT_VOICES, TRAINING_VOICES, Recipe, draw, utterances

SENTENCES = ("was kostet das", "ich habe eine frage", "wo ist das amt")


@pytest.fixture(scope="module")
def recipe() -> Recipe:
    """A recipe of three sentences."""
    lexicon = lexicon_of(SENTENCES, espeak(), rare=1)
    return Recipe(SENTENCES, tuple(lexicon.ways), lexicon.phones, 1)


def test_voices_to_measure_with_are_never_learned_from() -> None:
    """The held-out voices and those of the training are different voices."""
    assert not set(HELD_OUT_VOICES) & set(TRAINING_VOICES)
    assert len(set(TRAINING_VOICES)) == len(TRAINING_VOICES)


def test_every_voice_is_a_voice_of_its_own() -> None:
    """All named variants come with espeak-ng: it would take the plain voice for one it does not know."""
    voices = (*HELD_OUT_VOICES, *TRAINING_VOICES)
    sounds = {espeak().say("guten tag", Manner(voice)).samples.tobytes() for voice in voices}
    assert len(sounds) == len(voices)


def test_every_frame_has_its_phone(recipe: Recipe) -> None:
    """Labels go with frames one to one; silence is at both ends, sounds in between."""
    for features, labels in draw(recipe, 1, 5):
        assert len(features) == len(labels)
        assert np.isfinite(features).all()
        assert (labels > 1).sum() > 20


def test_silence_is_quieter_than_sounds(recipe: Recipe) -> None:
    """Frames labelled as silence have less energy on average: the labels lie where the sounds are."""
    drawn = list(draw(recipe, 2, 10))
    energy = np.concatenate([features[:, 0] - features[:, 0].mean() for features, _ in drawn])
    labels = np.concatenate([labels for _, labels in drawn])
    assert energy[labels == 0].mean() < energy[labels > 1].mean() - 5


@pytest.mark.slow
def test_processes_do_not_change_what_is_drawn(recipe: Recipe) -> None:
    """One process or two: the utterances are the same, in the same order."""
    told: list[float] = []
    one = utterances(recipe, 1600, 1, told.append)
    two = utterances(recipe, 1600, 2, told.append)
    assert told == [0.5, 1, 0.5, 1]
    assert len(one.lengths) == 1600
    assert one.lengths.sum() == len(one.frames) == len(one.labels)
    assert np.array_equal(one.frames, two.frames)
    assert np.array_equal(one.labels, two.labels)
