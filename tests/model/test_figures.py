"""Figures are compared by value, however they are written."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.model.figures import counted_figures, figures


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("70,00 Euro", {"70"}),
        ("37,50 Euro", {"37.50"}),
        ("1.500 Euro", {"1500"}),
        ("ab 07:30 Uhr", {"7:30"}),
        ("am 1.5.2025", {"1.5.2025"}),
        ("§ 5 Absatz 2", {"5", "2"}),
        ("keine Zahl", set()),
    ],
)
def test_figures_are_compared_by_value(text: str, expected: set[str]) -> None:
    """The same figure may be written in several ways."""
    assert figures(text) == expected


@given(st.text(max_size=200), st.text(max_size=200))
def test_more_text_never_has_fewer_figures(left: str, right: str) -> None:
    """Joining two texts by a line break keeps the figures of both."""
    assert figures(left) | figures(right) == figures(f"{left}\n{right}")


@pytest.mark.parametrize(
    "text",
    [
        "bis zum 19. Januar 2025",
        "by 19 January 2025",
        "by January 19, 2025",
        "19 Ocak 2025 tarihine kadar",
        "до 19 января 2025 года",
        "до 19 січня 2025 року",
        "jusqu'au 19 janvier 2025",
        "do 19 stycznia 2025 r.",
        "حتى 19 يناير 2025",
        "تا ۱۹ ژانویه ۲۰۲۵",
    ],
)
def test_a_date_is_the_same_in_every_language(text: str) -> None:
    """Day, month and year are told, whatever the language and the digits."""
    assert counted_figures(text) == Counter({"19": 1, "2025": 1, "month 1": 1})


def test_another_month_is_another_date() -> None:
    """A date that differs in its month alone differs."""
    assert counted_figures("am 1. Mai") != counted_figures("am 1. Juni")


def test_a_word_that_could_be_a_month_is_none_away_from_figures() -> None:
    """In English one may do something."""
    assert counted_figures("you may come at any time") == Counter()
