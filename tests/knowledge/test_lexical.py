"""The lexical fields: shares of a question's weight."""

from pathlib import Path

import numpy as np
import pytest

from knowledge.lexical import LexicalField, LexicalSettings
from knowledge.text import Hashes, hash_words

TEXTS = ("reisepass", "vorlaufig reisepass", "hund steuer", "")


def tokens(text: str) -> Hashes:
    """Sorted hashes of the words of a text."""
    return np.unique(hash_words(text.split()))


@pytest.fixture
def field() -> LexicalField:
    """Four services, one of which says nothing."""
    return LexicalField.build([hash_words(text.split()) for text in TEXTS], LexicalSettings())


def test_the_service_that_says_most_of_the_question_leads(field: LexicalField) -> None:
    """A service that holds all words of a question gets more than one that holds some."""
    shares = field.shares(tokens("vorlaufig reisepass"))
    assert shares.argmax() == 1
    assert shares[0] > 0
    assert shares[2] == shares[3] == 0


def test_shares_lie_between_nought_and_one(field: LexicalField) -> None:
    """A share is one of the question's whole weight."""
    for text in (*TEXTS, "hund katze maus"):
        shares = field.shares(tokens(text))
        assert (shares >= 0).all()
        assert (shares <= 1).all()


def test_unknown_words_lower_the_share(field: LexicalField) -> None:
    """A question about something else gets a low share even where one word fits."""
    assert field.shares(tokens("hund katze maus pferd"))[2] < field.shares(tokens("hund"))[2] / 2


def test_a_word_that_counts_less_moves_less(field: LexicalField) -> None:
    """What is hardly meant neither finds much nor is missed much where it is absent."""
    asked = tokens("hund reisepass")
    hund = tokens("hund")
    counting = np.where(asked == hund, 1.0, 0.1).astype(np.float32)
    assert field.shares(asked, counting)[2] > field.shares(asked)[2]
    assert field.shares(asked, counting)[0] < field.shares(asked)[0]


def test_a_field_without_words_finds_nothing() -> None:
    """A field that no service fills is no error."""
    field = LexicalField.build([tokens("")] * 3, LexicalSettings())
    assert field.shares(tokens("hund")).tolist() == [0, 0, 0]


def test_work_is_bounded_and_rare_words_come_first() -> None:
    """With room for one posting only the rarest word is looked up."""
    field = LexicalField.build([tokens("amt hund"), tokens("amt"), tokens("amt")], LexicalSettings(most_postings=1))
    shares = field.shares(tokens("amt hund"))
    assert shares[0] > 0
    assert shares[1] == shares[2] == 0


def test_a_field_survives_saving(field: LexicalField, tmp_path: Path) -> None:
    """A loaded field answers as the one that was saved."""
    field.save(tmp_path / "field")
    loaded = LexicalField.load(tmp_path / "field", len(TEXTS), LexicalSettings().most_postings)
    assert loaded.shares(tokens("reisepass hund")).tolist() == field.shares(tokens("reisepass hund")).tolist()
