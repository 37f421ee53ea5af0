"""A recogniser that mishears as much as it is told to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.model import Language
from evaluation.mishearing import LANGUAGES, Mix, Recogniser, said, vocabulary, word_errors
from evaluation.questions import own_file
from nlu.training_data import load_held_out


def sentences(language: Language) -> list[str]:
    """Held-out sentences of a language, which the vocabulary was not made from."""
    return [example.text for example in load_held_out(own_file(f"nlu_heldout.{language}.jsonl"))]


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("rate", [0.05, 0.1, 0.25, 0.4])
def test_the_word_error_rate_is_the_one_asked_for(language: Language, rate: float) -> None:
    """Over a corpus, the errors that an alignment counts are within one point of the rate."""
    recogniser = Recogniser(vocabulary(language), language, rate)
    heard = [recogniser.hear(text, f"{n} {text}") for text in sentences(language) for n in range(8)]
    assert word_errors((one.said, one.heard) for one in heard).rate == pytest.approx(rate, abs=0.01)


@given(st.text(max_size=80), st.sampled_from(LANGUAGES))
def test_at_rate_nought_every_word_is_heard(text: str, language: Language) -> None:
    """A perfect recogniser only takes the writing away."""
    assert Recogniser(vocabulary(language), language, 0.0).hear(text, "x").heard == said(text, language)


@given(st.text(max_size=80), st.floats(0, 0.9), st.text(max_size=5))
def test_the_same_seed_is_heard_the_same(text: str, rate: float, seed: str) -> None:
    """A run can be repeated, whatever is said."""
    one, other = (Recogniser(vocabulary(Language.DE), Language.DE, rate) for _ in range(2))
    assert one.hear(text, seed) == other.hear(text, seed)


def test_another_seed_is_heard_otherwise() -> None:
    """Who says it again is heard anew."""
    recogniser = Recogniser(vocabulary(Language.DE), Language.DE, 0.25)
    text = "Was muss ich mitbringen, wenn ich meinen Personalausweis verlängern will?"
    assert len({recogniser.hear(text, str(seed)).text for seed in range(20)}) > 10


def test_only_words_that_a_recogniser_knows_are_put_for_others() -> None:
    """Substitutions come out of the vocabulary; it knows no misspellings that sound the same."""
    known = vocabulary(Language.DE)
    recogniser = Recogniser(known, Language.DE, 0.5, Mix(alike=1, ending=0, left_out=0, put_in=0, split=0, joined=0))
    heard = [recogniser.hear(text, text) for text in sentences(Language.DE)[:100]]
    changed = [word for one in heard for word in set(one.heard) - set(one.said)]
    assert changed
    assert all(word in known for word in changed)
    assert "personalausweiß" not in known


@pytest.mark.parametrize(
    ("mix", "text", "heard"),
    [
        (Mix(alike=0, ending=0, left_out=0, put_in=0, split=1, joined=0), "Personalausweis Reisepass", "personal"),
        (Mix(alike=0, ending=0, left_out=0, put_in=0, split=0, joined=1), "Reise Pass", "reisepass"),
        (Mix(alike=0, ending=1, left_out=0, put_in=0, split=0, joined=0), "einen einen", "eine"),
    ],
)
def test_each_kind_of_error_is_made(mix: Mix, text: str, heard: str) -> None:
    """Compounds come apart and together, endings change."""
    recogniser = Recogniser(vocabulary(Language.DE), Language.DE, 0.89, mix)
    assert any(heard in recogniser.hear(text, str(seed)).heard for seed in range(40))


@pytest.mark.parametrize("rate", [-0.1, 1.0])
def test_a_rate_that_is_none_is_refused(rate: float) -> None:
    """Nobody mishears more than everything."""
    with pytest.raises(ValueError, match="none from 0 to 1"):
        Recogniser(vocabulary(Language.DE), Language.DE, rate)


def test_word_errors_are_counted_by_alignment() -> None:
    """One word put for another, one left out, one put in: three of seven."""
    errors = word_errors([(tuple("abcdefg"), tuple("axcdfgh"))])
    assert (errors.wrong, errors.said) == (3, 7)
    assert word_errors([]).rate == 0.0
