"""Phrases found in a text word by word."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.phrase_table import PhraseTable

TEXTS = st.lists(st.sampled_from(["a", "b", "ab", "c"]), max_size=8).map(" ".join)


@pytest.mark.parametrize(
    ("text", "found", "rest"),
    [
        ("was kostet ein pass", ["was kostet"], "ein pass"),
        ("was kostet das alles", ["was kostet das"], "alles"),
        ("was das kostet", ["kostet"], "was das"),
        ("waskostet", [], "waskostet"),
        ("", [], ""),
    ],
)
def test_the_longest_phrase_of_whole_words_is_found(text: str, found: list[str], rest: str) -> None:
    """Neither a part of a word nor a shorter phrase counts where a longer one stands."""
    table = PhraseTable(["was kostet", "was kostet das", "kostet"])
    assert list(table.find(text)) == found
    assert table.without(text) == rest


@given(text=TEXTS, phrases=st.lists(TEXTS, max_size=6))
def test_it_finds_what_a_regular_expression_would(text: str, phrases: list[str]) -> None:
    """The table is the alternation of its phrases, the longest first."""
    longest_first = sorted(filter(None, phrases), key=len, reverse=True)
    pattern = re.compile(r"(?<!\S)(?:" + "|".join(map(re.escape, longest_first or ["never"])) + r")(?!\S)")
    table = PhraseTable(phrases)
    assert list(table.find(text)) == pattern.findall(text)
    assert table.without(text) == " ".join(pattern.sub(" ", text).split())
