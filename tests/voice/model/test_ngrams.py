"""The language model: probabilities, back-off, and the grammar written from them."""

import math
from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.model.ngrams import BACKOFF_STATE, END, START, START_STATE, bigrams_of, grammar_arcs

VOCABULARY = ("was", "kostet", "das", "ein", "pass")
SENTENCES = [["was", "kostet", "das"], ["was", "kostet", "ein", "pass"], ["das", "unbekannte", "ein"]]


@given(st.lists(st.lists(st.sampled_from(VOCABULARY), max_size=6), min_size=1, max_size=20))
def test_what_may_follow_sums_to_one(sentences: list[list[str]]) -> None:
    """After every word, and at the beginning, the probabilities of all words and of the end make one."""
    model = bigrams_of(sentences, VOCABULARY)
    for before in (START, *VOCABULARY):
        total = sum(model.probability(word, before) for word in (*VOCABULARY, END))
        assert total == pytest.approx(1)


def test_pairs_that_were_seen_are_likelier() -> None:
    """A pair out of the sentences is likelier than the same word after another one."""
    model = bigrams_of(SENTENCES, VOCABULARY)
    assert model.probability("kostet", "was") > model.probability("kostet", "ein")
    assert model.probability("pass", "kostet") > 0


def test_an_unknown_word_parts_a_sentence() -> None:
    """Words outside the vocabulary are in no pair, and their neighbours are not paired across them."""
    model = bigrams_of(SENTENCES, VOCABULARY)
    assert "unbekannte" not in model.unigram
    assert "ein" not in model.seen["das"]


def test_perplexity_is_lower_for_what_was_seen() -> None:
    """A sentence of the corpus surprises less than its words in another order."""
    model = bigrams_of(SENTENCES, VOCABULARY)
    assert model.perplexity([["was", "kostet", "das"]]) < model.perplexity([["das", "kostet", "was"]])


def test_the_grammar_carries_the_same_probabilities() -> None:
    """From each state the costs of arcs and end are the model's, with back-off where a pair was never seen."""
    model = bigrams_of(SENTENCES, VOCABULARY)
    ids = {word: number for number, word in enumerate(VOCABULARY, start=1)}
    arcs: defaultdict[int, dict[int, tuple[int, float]]] = defaultdict(dict)
    finals: dict[int, float] = {}
    lines = list(grammar_arcs(model, ids, backoff_id=99))
    for row in map(str.split, lines):
        if len(row) == 2:
            finals[int(row[0])] = float(row[1])
        else:
            assert int(row[2]) not in arcs[int(row[0])]
            arcs[int(row[0])][int(row[2])] = int(row[1]), float(row[4])
    assert lines[0].startswith(f"{START_STATE} ")
    state = START_STATE
    total = 0.0
    for word in ("was", "kostet", "pass"):  # the last pair was never seen
        if ids[word] not in arcs[state]:
            state, cost = arcs[state][99]
            assert state == BACKOFF_STATE
            total += cost
        state, cost = arcs[state][ids[word]]
        total += cost
    total += finals[state]
    pairs = [("was", START), ("kostet", "was"), ("pass", "kostet"), (END, "pass")]
    assert total == pytest.approx(-sum(math.log(model.probability(*pair)) for pair in pairs), abs=1e-3)
