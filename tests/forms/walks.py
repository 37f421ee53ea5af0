"""Random moves through forms, and what must hold after every one."""

from collections.abc import Callable, Mapping

from hypothesis import strategies as st

from assistant.forms.walk import Step, StepKind, answer, back, current, forward, jump, skip_part, steps
from assistant.model import (
    CHECKLIST,
    NO,
    YES,
    All,
    Condition,
    Either,
    Equals,
    Field,
    FieldKind,
    Form,
    FormElement,
    Not,
    Walk,
)
from assistant.model.form import paths_of

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


def excluded(form: Form, walk: Walk) -> list[str]:
    """What is asked although an answer to a question that is asked itself says otherwise, seen by other means.

    An element counts only where nothing it depends on depends on it in turn.
    """
    shown = {step.element.path for step in steps(form, walk) if step.element is not None}
    by_path = {element.path: element for element in form.walk()}
    wrong = []
    for path in shown:
        for element in _line(path, by_path):
            condition = element.condition
            if condition is not None and not _is_circular(element, by_path) and _is_false(condition, walk, shown):
                wrong.append(path)
    return wrong


def _line(path: str, by_path: Mapping[str, FormElement]) -> list[FormElement]:
    parts = path.split("/")
    return [by_path["/".join(parts[:count])] for count in range(1, len(parts) + 1)]


def _is_circular(element: FormElement, by_path: Mapping[str, FormElement]) -> bool:
    waiting, known = [element.path], set[str]()
    while waiting:
        for one in _line(waiting.pop(), by_path):
            for looked_at in paths_of(one.condition) if one.condition is not None else ():
                if looked_at not in known and looked_at in by_path:
                    known.add(looked_at)
                    waiting.append(looked_at)
    return any(f"{one}/".startswith(f"{element.path}/") or f"{element.path}/".startswith(f"{one}/") for one in known)


def _answers(path: str, walk: Walk, shown: set[str]) -> list[str]:
    if path not in shown:
        return []
    return [value for key, value in walk.answers.items() if key.partition("#")[0] == path]


def _is_false(condition: Condition, walk: Walk, shown: set[str]) -> bool:
    match condition:
        case Equals(path, values):
            given = _answers(path, walk, shown)
            return bool(given) and not any(value in values for value in given)
        case Not(inner):
            return _is_true(inner, walk, shown)
        case All(conditions):
            return any(_is_false(one, walk, shown) for one in conditions)
        case Either(conditions):
            return all(_is_false(one, walk, shown) for one in conditions)
        case _:
            return False


def _is_true(condition: Condition, walk: Walk, shown: set[str]) -> bool:
    match condition:
        case Equals(path, values):
            given = _answers(path, walk, shown)
            return bool(given) and all(value in values for value in given)
        case Not(inner):
            return _is_false(inner, walk, shown)
        case All(conditions):
            return all(_is_true(one, walk, shown) for one in conditions)
        case Either(conditions):
            return any(_is_true(one, walk, shown) for one in conditions)
        case _:
            return False
