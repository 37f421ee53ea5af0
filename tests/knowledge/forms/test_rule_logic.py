"""Conditions are weighed by trying answers."""

from collections.abc import Mapping
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.model.form import All, Compares, Condition, Either, Equals, Filled, Not, Relation, paths_of
from knowledge.forms.rule_logic import Answer, TooManyError, both, can_hold, either, negation

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
EVERY_VALUE: tuple[Answer, ...] = (None, *"wxyz")
EVERY_NUMBER: tuple[Answer, ...] = (None, *map(Decimal, range(7)))
VALUES, NUMBERS = st.sampled_from(EVERY_VALUE), st.sampled_from(EVERY_NUMBER)
HOLDS = {
    Relation.LESS: Decimal.__lt__,
    Relation.AT_MOST: Decimal.__le__,
    Relation.MORE: Decimal.__gt__,
    Relation.AT_LEAST: Decimal.__ge__,
}
ANSWERS = st.fixed_dictionaries({"a": VALUES, "b": VALUES, "c": VALUES, "n": NUMBERS})


def holds(condition: Condition, answers: Mapping[str, Answer]) -> bool:
    """Whether a condition holds for these answers."""
    match condition:
        case Equals(path, values):
            return answers.get(path) in values
        case Filled(path):
            return answers.get(path) is not None
        case Compares(path, relation, number):
            answer = answers.get(path)
            return isinstance(answer, Decimal) and HOLDS[relation](answer, number)
        case Not(inner):
            return not holds(inner, answers)
        case All(conditions):
            return all(holds(one, answers) for one in conditions)
        case Either(conditions):
            return any(holds(one, answers) for one in conditions)


@pytest.mark.slow
@given(st.lists(CONDITIONS, min_size=1, max_size=4), ANSWERS)
def test_joining_keeps_the_meaning(conditions: list[Condition], answers: dict[str, Answer]) -> None:
    """Conditions made shorter say the same."""
    assert holds(both(conditions), answers) == all(holds(one, answers) for one in conditions)
    assert holds(either(conditions), answers) == any(holds(one, answers) for one in conditions)
    assert holds(negation(conditions[0]), answers) != holds(conditions[0], answers)


@given(CONDITIONS)
def test_what_can_hold_is_found_and_nothing_else(condition: Condition) -> None:
    """Going through all answers comes to the same."""
    paths = sorted(set(paths_of(condition)))
    all_answers = product(*(EVERY_NUMBER if path == "n" else EVERY_VALUE for path in paths))
    expected = any(holds(condition, dict(zip(paths, answers, strict=True))) for answers in all_answers)
    assert can_hold(condition, {"a": "wxyz", "b": "wxyz"}) == expected


def test_values_that_a_field_does_not_have_are_not_tried() -> None:
    """A choice of two is either the one or the other, or open."""
    neither = All((Filled("a"), Not(Equals("a", frozenset("xy")))))
    assert can_hold(neither, {})
    assert can_hold(neither, {"a": "xyz"})
    assert not can_hold(neither, {"a": "xy"})


def test_a_field_that_is_not_asked_is_not_answered() -> None:
    """What depends on a field depends on what that field depends on."""
    needs: dict[str, Condition] = {"b": Equals("a", frozenset("x"))}
    both_answered = All((Filled("b"), Equals("a", frozenset("y"))))
    assert can_hold(both_answered, {})
    assert not can_hold(both_answered, {}, needs.values(), lambda path: [needs[path]] if path in needs else [])
    left_open = All((Not(Filled("b")), Equals("a", frozenset("y"))))
    assert can_hold(left_open, {}, needs.values(), lambda path: [needs[path]] if path in needs else [])


def test_weighing_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """There are conditions that nobody could weigh in time."""
    monkeypatch.setattr("knowledge.forms.rule_logic._MAX_STEPS", 2_000)
    impossible = All((Filled("f"), Not(Filled("f"))))
    pairs = (Either((Filled(f"f{number}"), Filled(f"g{number}"))) for number in range(20))
    with pytest.raises(TooManyError):
        can_hold(All((*pairs, impossible)), {})
    deep = All(tuple(Either((Filled(f"f{number}"), Filled("g"))) for number in range(1_000)))
    with pytest.raises(TooManyError):
        can_hold(deep, {})
