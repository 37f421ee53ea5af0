"""Random moves through forms, and what must hold after every one."""

from collections.abc import Callable

from hypothesis import strategies as st

from assistant.forms.walk import Step, StepKind, answer, back, current, forward, jump, skip_part, steps
from assistant.model import CHECKLIST, NO, YES, Field, FieldKind, Form, Walk

Move = Callable[[Form, Walk], Walk]


def values_of(step: Step) -> list[str]:
    """Values that the current step takes."""
    element = step.element
    if step.kind is not StepKind.FIELD or not isinstance(element, Field):
        return [YES, NO]
    if element.kind is FieldKind.YES_NO:
        return [YES, NO]
    return list(element.options) or ["1", "1999", "Muster"]


def _answered(number: int) -> Move:
    def move(form: Form, walk: Walk) -> Walk:
        values = values_of(current(form, walk))
        return answer(form, walk, values[number % len(values)])

    return move


def _jumped(number: int) -> Move:
    def move(form: Form, walk: Walk) -> Walk:
        there = steps(form, walk)
        return jump(form, walk, there[number % len(there)].key) or walk

    return move


moves = st.one_of(
    st.just(forward), st.just(back), st.just(skip_part),
    st.integers(0, 50).map(_answered), st.integers(0, 500).map(_jumped),
)  # fmt: skip


def to_the_end(form: Form, walk: Walk) -> Walk:
    """The walk after going on until the checklist; fails where that is never reached."""
    most = 2 * len(steps(form, walk)) + 2
    for _ in range(most):
        if walk.at == CHECKLIST:
            return walk
        walk = forward(form, walk)
    raise AssertionError(f"not at the end after {most} steps")
