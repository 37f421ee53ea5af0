"""Wishes at a form's steps: the sentences they are learned from, the classes of words, and what is told."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import NluModelMissingError
from assistant.model import NAMING, Language, ScoredWish, Wish
from nlu.spacy_engine.fit import Recipe
from nlu.spacy_engine.words import fold
from nlu.train import train_wishes
from nlu.training_data import TrainingData
from nlu.wishes import TrainedWishReader
from nlu.wishes.evaluate import evaluate_wishes
from nlu.wishes.learn import learn
from nlu.wishes.sentences import Sentence, load_held_out, load_sentences
from tests.conftest import alone_in

HELD_OUT = Path("evaluation/data/wishes_heldout.jsonl")
QUICK = Recipe(networks=1, dimensions=16, epochs=40, batch=16, least_count=1)
NOTHING = TrainingData((), {}, {}, {})
_LEAST = 28
_FALSE_ALARMS = 0.2


@pytest.mark.slow
@pytest.mark.parametrize("language", Language)
def test_every_wish_is_taught_in_every_language(language: Language) -> None:
    """No language has fewer than 28 sentences for a wish."""
    counts = Counter(one.wish for one in load_sentences() if one.language is language)
    assert {wish: count for wish in Wish if (count := counts[wish]) < _LEAST} == {}


def test_what_is_named_is_marked() -> None:
    """Sentences that wish for something of a thing name it, and no others do."""
    assert [one for one in load_sentences() if (one.wish in NAMING) != bool(one.named)] == []


def test_held_out_sentences_were_never_taught() -> None:
    """What is measured with is not learned, in whatever spelling."""
    taught = {" ".join(map(fold, one.text.split())) for one in load_sentences()}
    assert [one.text for one in load_held_out(HELD_OUT) if " ".join(map(fold, one.text.split())) in taught] == []


def test_the_same_is_said_of_another_thing() -> None:
    """A sentence can be said of something else."""
    sentence = Sentence("Was heißt Bogen?", Wish.MEANING, Language.DE, "Bogen")
    assert sentence.naming("Feld").text == "Was heißt Feld?"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("weiter", Wish.NEXT),
        ("zurück bitte", Wish.BACK),
        ("was heißt Bogen", Wish.MEANING),
        ("Hauptstraße", Wish.OTHER),
    ],
)
def test_little_is_learned_quickly(text: str, wish: Wish) -> None:
    """A few sentences teach what resembles them."""
    taught = [
        ("weiter", Wish.NEXT), ("bitte weiter", Wish.NEXT), ("weiter gehts", Wish.NEXT),
        ("zurück", Wish.BACK), ("eins zurück bitte", Wish.BACK), ("bitte zurück", Wish.BACK),
        ("Parkstraße", Wish.OTHER), ("Hauptstraße 5", Wish.OTHER), ("Am Wall", Wish.OTHER), ("Hansestraße", Wish.OTHER),
    ]  # fmt: skip
    named = [Sentence(f"was heißt {name}", Wish.MEANING, Language.DE, name) for name in ("Feld", "Amt", "Bogen")]
    sentences = [*(Sentence(said, meant, Language.DE) for said, meant in taught), *named] * 5
    assert learn(sentences, NOTHING, QUICK).read(text).wish is wish


class AlwaysSure:
    """Takes everything for the same, without doubt."""

    name = "always"

    def read(self, _text: str) -> ScoredWish:
        """NEXT."""
        return ScoredWish(Wish.NEXT, 1.0)

    async def ping(self) -> None:
        """There."""


def test_figures() -> None:
    """Shares are of what wished for something, false alarms of what wished for nothing."""
    meant = (Wish.NEXT, Wish.NEXT, Wish.NEXT, Wish.BACK, Wish.OTHER, Wish.OTHER)
    measured = evaluate_wishes(AlwaysSure(), [Sentence("x", wish, Language.DE) for wish in meant], 0.5)
    assert (measured.overall.right, measured.overall.wrong, measured.overall.missed) == (0.75, 0.25, 0.0)
    assert measured.overall.false_alarms == 1.0
    assert measured.confusions == (("other", "next", 2), ("back", "next", 1))


def test_without_a_model(tmp_path: Path) -> None:
    """Where none was trained, the error says how."""
    with pytest.raises(NluModelMissingError, match="roland nlu train"):
        TrainedWishReader.load(tmp_path)


@pytest.fixture(scope="module")
def reader(cache: Path) -> TrainedWishReader:
    """The reader as set-up trains it, read back from disk."""
    folder = cache / "nlu"
    with alone_in(cache):
        train_wishes(folder)
    return TrainedWishReader.load(folder)


@pytest.mark.slow
def test_sentences_that_were_never_taught(reader: TrainedWishReader) -> None:
    """More than half of the wishes in words of one's own are told in every language; little else is taken for one."""
    measured = evaluate_wishes(reader, load_held_out(HELD_OUT), 0.5)
    assert {language: figures.right for language, figures in measured.by_language.items() if figures.right < 0.5} == {}
    assert measured.overall.false_alarms <= _FALSE_ALARMS


@pytest.mark.slow
@given(st.text(max_size=600))
def test_any_text_is_read(reader: TrainedWishReader, text: str) -> None:
    """Whatever is said, one wish is told with a probability."""
    read = reader.read(text)
    assert 0 < read.probability <= 1
