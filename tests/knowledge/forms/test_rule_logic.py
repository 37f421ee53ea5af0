"""Conditions are weighed by trying answers."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.model.form import All, Compares, Condition, Either, Equals, Filled, Not, Relation, paths_of
from knowledge.forms.rule_logic import Answer, TooManyError, both, can_hold, combinations, either, holds, negation

ATOMS = st.one_of(
    st.builds(Equals, st.sampled_from("ab"), st.frozensets(st.sampled_from("xyz"), min_size=1)),
    st.builds(Filled, st.sampled_from("abc")),
    st.builds(Compares, st.just("n"), st.sampled_from(Relation), st.sampled_from([Decimal(1), Decimal(5)])),
)
CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(All, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(Either, st.lists(inner, min_size=1, max_size=3).map(tuple)),
    ),
    max_leaves=5,
)
VALUES: st.SearchStrategy[Answer] = st.sampled_from([None, "x", "y", "z", "w"])
NUMBERS: st.SearchStrategy[Answer] = st.sampled_from([None, *map(Decimal, range(7))])
ANSWERS = st.fixed_dictionaries({"a": VALUES, "b": VALUES, "c": VALUES, "n": NUMBERS})


@given(st.lists(CONDITIONS, min_size=1, max_size=4), ANSWERS)
def test_joining_keeps_the_meaning(conditions: list[Condition], answers: dict[str, Answer]) -> None:
    """Conditions made shorter say the same."""
    assert holds(both(conditions), answers) == all(holds(one, answers) for one in conditions)
    assert holds(either(conditions), answers) == any(holds(one, answers) for one in conditions)
    assert holds(negation(conditions[0]), answers) != holds(conditions[0], answers)


@given(CONDITIONS, ANSWERS)
def test_whatever_holds_for_somebody_can_hold(condition: Condition, answers: dict[str, Answer]) -> None:
    """The answers that are tried are enough to find every condition that can be met."""
    if holds(condition, answers):
        assert can_hold(condition, {"a": "wxyz", "b": "wxyz"})


def test_values_that_a_field_does_not_have_are_not_tried() -> None:
    """A choice of two is either the one or the other, or open."""
    neither = All((Filled("a"), Not(Equals("a", frozenset("xy")))))
    assert can_hold(neither, {})
    assert can_hold(neither, {"a": "xyz"})
    assert not can_hold(neither, {"a": "xy"})


def test_too_many_answers_are_not_tried() -> None:
    """Weighing ends in time."""
    many = Either(tuple(Filled(f"f{number}") for number in range(40)))
    assert len(set(paths_of(many))) == 40
    with pytest.raises(TooManyError):
        next(combinations([many], {}))
