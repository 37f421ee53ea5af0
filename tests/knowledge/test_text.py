"""Folding, stemming and hashing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.model import Language
from knowledge.text import fold, hash_ngrams, hash_ngrams_each, hash_words, stem


@pytest.mark.parametrize("spelling", ["Führerschein", "FUEHRERSCHEIN", "fuhrerschein", "Führer­schein", "führerschein?"])
def test_spellings_of_an_umlaut_fold_to_one(spelling: str) -> None:
    """However people type an umlaut, the word is the same."""
    assert fold(spelling) == "fuhrerschein"


@pytest.mark.parametrize(
    ("written", "variant"),
    [("Straße", "strasse"), ("Ёлка", "елка"), ("ışık", "isik"), ("إقامة", "اقامه"), ("کارت", "كارت"), ("۱۲", "12")],
)
def test_variants_of_letters_fold_to_one(written: str, variant: str) -> None:
    """Letters that keyboards and habits exchange are the same letter."""
    assert fold(written) == fold(variant)


@given(st.text())
def test_any_text_folds_to_words(text: str) -> None:
    """A folded text consists of words with single spaces between them, and its n-grams can be hashed."""
    folded = fold(text)
    assert folded == " ".join(folded.split())
    assert hash_ngrams(folded, (3, 4)).dtype == np.uint64


@pytest.mark.parametrize("language", Language)
def test_every_language_stems(language: Language) -> None:
    """No language is without an answer, stemmer or not."""
    assert stem("anmeldungen", language)


def test_german_forms_share_a_stem() -> None:
    """Singular and plural of a German noun are found by each other."""
    assert stem("anmeldung", Language.DE) == stem("anmeldungen", Language.DE)


def test_ngrams_stay_within_words() -> None:
    """The n-grams of two words are those of each, so the order of words does not matter."""
    both = set(hash_ngrams("hund anmelden", (3, 4)).tolist())
    apart = {*hash_ngrams("hund", (3, 4)).tolist(), *hash_ngrams("anmelden", (3, 4)).tolist()}
    assert both == apart


@given(st.lists(st.text(max_size=12), max_size=6), st.sets(st.integers(2, 6), min_size=1))
def test_many_texts_hashed_together_are_hashed_as_one_by_one(texts: list[str], sizes: set[int]) -> None:
    """Nothing of one text gets into another, in the same order."""
    folded, wanted = [fold(text) for text in texts], sorted(sizes)
    together = hash_ngrams_each(folded, wanted)
    assert [hashes.tolist() for hashes in together] == [hash_ngrams(text, wanted).tolist() for text in folded]


def test_ngrams_of_different_sizes_differ() -> None:
    """A hash belongs to one n-gram of one size: " a", "aa", "a ", " aa", "aaa", "aa ", " aaa", "aaaa", "aaa "."""
    assert len(set(hash_ngrams("aaaa", (2, 3, 4)).tolist())) == 9


def test_hashes_are_stable() -> None:
    """Hashes stand in files: another process computes the same."""
    assert hash_words(["hund"]).tolist() == [1011697955]
