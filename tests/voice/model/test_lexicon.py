"""How words are said."""

import pytest

from voice.model.espeak import SILENCE, espeak
from voice.model.lexicon import ANY_SOUND, Lexicon, lexicon_of


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    """The lexicon of a few words; only those sounds count that occur twice."""
    return lexicon_of(["der antrag ist gar nicht da", "nicht da", "ein rad am tag", "anträge"], espeak(), rare=2)


def test_every_word_is_said_somehow() -> None:
    """Also words that the synthesiser runs together with their neighbour have a pronunciation."""
    sentence = "der antrag ist gar nicht da"
    assert set(lexicon_of([sentence], espeak(), rare=1).ways) == set(sentence.split())


def test_the_usual_way_costs_nothing(lexicon: Lexicon) -> None:
    """The most frequent pronunciation has cost 0, rarer ones more."""
    for ways in lexicon.ways.values():
        costs = [cost for _, cost in ways]
        assert costs[0] == 0
        assert costs == sorted(costs)


def test_silence_is_the_first_phone_and_in_no_word(lexicon: Lexicon) -> None:
    """Silence is a phone of its own; pauses stand between words."""
    assert lexicon.phones[:2] == (SILENCE, ANY_SOUND)
    assert all(not {SILENCE, ANY_SOUND} & set(way) for ways in lexicon.ways.values() for way, _ in ways)


def test_words_of_sounds_that_hardly_occur_are_left_out(lexicon: Lexicon) -> None:
    """A word is only in the lexicon when all of its sounds are among the phones."""
    assert "antrag" in lexicon.ways
    assert "anträge" not in lexicon.ways
    for ways in lexicon.ways.values():
        assert all(phone in lexicon.phones for way, _ in ways for phone in way)
