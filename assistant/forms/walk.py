"""The way through a form, as pure functions: what its steps are, and where a move leads.

    overview ──► field ──► … ──► wanted? ──► field … ──► another? ──► … ──► review ──► checklist

Nothing is kept but the walk itself: its steps follow from the form and from what has been said. So a step that an
answer excludes is gone at once, and comes back when the answer is taken back.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from assistant.forms.conditions import Judge, Rounds, key_of, nodes_of
from assistant.model import (
    CHECKLIST,
    OVERVIEW,
    REVIEW,
    YES,
    Condition,
    FieldGroup,
    Form,
    FormElement,
    Walk,
    WalkMode,
)
from assistant.model.form import paths_of

MOST_ROUNDS = 50
"""An element that may occur without limit is filled in so often at most."""
_ASKED, _MORE = "?", "+"


class StepKind(StrEnum):
    """What happens at a step."""

    OVERVIEW = "overview"
    FIELD = "field"
    WANTED = "wanted"
    """Whether a part that may be left out is to be filled in."""
    ANOTHER = "another"
    """Whether there is one more of what was just filled in."""
    REVIEW = "review"
    CHECKLIST = "checklist"


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a walk. ``element`` is None at overview, review and checklist.

    ``rounds`` are those of the repeating elements it lies in, for a field its own included. ``is_sure``: it is known
    that the step is needed; else it depends on something that has not been said.
    """

    key: str
    kind: StepKind
    element: FormElement | None = None
    rounds: Rounds = ()
    is_sure: bool = True
    line: tuple[FormElement, ...] = ()

    @property
    def part(self) -> FormElement | None:
        """The outermost element it lies in: the part of the form."""
        return self.line[0] if self.line else None


_LAST = frozenset({StepKind.REVIEW, StepKind.CHECKLIST})


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An element that is not asked in these rounds of what it lies in, and the condition that does not hold."""

    element: FormElement
    condition: Condition
    rounds: Rounds = ()


def begin(form: Form, mode: WalkMode = WalkMode.EXPLAIN) -> Walk:
    """A walk that stands before the form."""
    return Walk(form.id, form.edition, mode)


def steps(form: Form, walk: Walk) -> tuple[Step, ...]:
    """All steps, in order, as far as anybody can know now."""
    return _steps_through(_Itself(form), walk)


def current(form: Form, walk: Walk) -> Step:
    """The step at which the walk stands; where that is gone, the next one that is there."""
    return _current(form, walk, steps(form, walk))


def forward(form: Form, walk: Walk) -> Walk:
    """To the next step; the last one is the checklist, reached when nothing is left that was never come by."""
    there = steps(form, walk)
    here = _current(form, walk, there)
    come_by = replace(walk, seen=walk.seen | {here.key})
    unseen = next((step.key for step in there if step.element is not None and step.key not in come_by.seen), None)
    if walk.back_to:
        return replace(come_by, at=unseen or walk.back_to, back_to=walk.back_to if unseen else "")
    onward = there[min(there.index(here) + 1, len(there) - 1)]
    if onward.kind in _LAST and unseen:
        return replace(come_by, at=unseen, back_to=onward.key)
    return replace(come_by, at=onward.key)


def back(form: Form, walk: Walk) -> Walk:
    """To the step before; the first one is the overview."""
    there = steps(form, walk)
    before = there.index(_current(form, walk, there)) - 1
    return replace(walk, at=there[max(before, 0)].key, back_to="")


def answer(form: Form, walk: Walk, value: str) -> Walk:
    """The walk after this value of the current step, which has been found right, and on to the next."""
    step = current(form, walk)
    if step.element is None:
        return forward(form, walk)
    if step.kind is StepKind.FIELD:
        return forward(form, replace(walk, at=step.key, answers={**walk.answers, step.key: value}))
    return _count(form, walk, step, value)


def skip_part(form: Form, walk: Walk) -> Walk:
    """To the first step of the next part."""
    there = steps(form, walk)
    here = _current(form, walk, there)
    beyond = next((step for step in there[there.index(here) + 1 :] if step.part is not here.part), there[-1])
    return _go_to(walk, there, beyond)


def jump(form: Form, walk: Walk, key: str) -> Walk | None:
    """To a step by its key; None where there is no such step now.

    From review and checklist one comes back after it. From elsewhere, what lies before it counts as come by.
    """
    there = steps(form, walk)
    step = next((step for step in there if step.key == key), None)
    if step is None:
        return None
    here = _current(form, walk, there)
    if here.kind in _LAST and step.element is not None:
        return replace(walk, at=key, back_to=here.key)
    return _go_to(walk, there, step)


def step_at(form: Form, walk: Walk, path: str) -> Step | None:
    """The first step at an element or within it; None where it is not asked."""
    below = f"{path}/"
    return next(
        (step for step in steps(form, walk) if step.element and f"{step.element.path}/".startswith(below)), None
    )


def left_out(form: Form, before: Walk, after: Walk) -> tuple[LeftOut, ...]:
    """What lies between two places of a walk and is not asked there, the outermost element of each once."""
    order = list(nodes_of(form))
    here, there = current(form, before), current(form, after)
    start = order.index(here.element.path) if here.element else -1
    if here.kind is StepKind.ANOTHER and here.element is not None:  # it stands behind all that is in the element
        start += sum(path.startswith(f"{here.element.path}/") for path in order)
    end = order.index(there.element.path) if there.element else len(order)
    return tuple(_left_out(form, after, order[start + 1 : end], (there, here)))


def decides(form: Form, path: str) -> bool:
    """Whether it depends on this field what else is asked or enclosed."""
    conditions = [element.condition for element in form.walk()] + [one.condition for one in form.attachments]
    looked_at = {looked for condition in conditions if condition for looked in paths_of(condition)}
    return any(f"{path}/".startswith(f"{looked}/") for looked in looked_at)


class _Itself:
    """A form as a key: the same object, not an equal one; comparing forms takes longer than walking through them."""

    def __init__(self, form: Form) -> None:
        self.form = form

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Itself) and self.form is other.form

    def __hash__(self) -> int:
        return id(self.form)


# A turn looks at one or two walks again and again; no more of what people entered is held in memory.
@lru_cache(maxsize=2)
def _steps_through(itself: _Itself, walk: Walk) -> tuple[Step, ...]:
    form = itself.form
    last = (Step(REVIEW, StepKind.REVIEW),) if walk.mode is WalkMode.FILL else ()
    return (
        Step(OVERVIEW, StepKind.OVERVIEW),
        *_steps(Judge.of(form, walk), form.elements, (), (), is_sure=True),
        *last,
        Step(CHECKLIST, StepKind.CHECKLIST),
    )


def _current(form: Form, walk: Walk, there: Sequence[Step]) -> Step:
    for step in there:
        if step.key == walk.at:
            return step
    if walk.at == REVIEW:
        return there[-1]
    order = {path: place for place, path in enumerate(nodes_of(form))}
    gone = order.get(_path_of(walk.at), -1)
    return next((step for step in there if step.element is not None and order[step.element.path] >= gone), there[-1])


def _go_to(walk: Walk, there: Sequence[Step], step: Step) -> Walk:
    passed = {before.key for before in there[: there.index(step)]}
    return replace(walk, at=step.key, seen=walk.seen | passed, back_to="")


def _path_of(key: str) -> str:
    return key.removeprefix(_ASKED).removesuffix(_MORE).partition("#")[0]


def _count(form: Form, walk: Walk, step: Step, value: str) -> Walk:
    """The walk after "is it wanted?" or "is there another?"."""
    assert step.element is not None  # noqa: S101 - only overview, review and checklist have none
    counted = key_of(step.element.path, step.rounds)
    count = Judge.of(form, walk).round_count(step.element, step.rounds)
    if step.kind is StepKind.WANTED:
        wanted = max(count, 1) if value == YES else 0
        return forward(form, replace(walk, at=step.key, rounds={**walk.rounds, counted: wanted}))
    last = (*step.rounds, count)
    if value != YES:
        is_empty = count > 1 and not any(_lies_in(key, step.element.path, last) for key in walk.answers)
        kept = {**walk.rounds, counted: count - 1} if is_empty else walk.rounds
        return forward(form, replace(walk, at=step.key, rounds=kept))
    # The question stands behind the last round, so what stands before it now is the new round.
    more = replace(walk, rounds={**walk.rounds, counted: count + 1}, seen=walk.seen - {step.key})
    new = (*step.rounds, count + 1)
    inner = (one for one in steps(form, more) if one.element and _lies_in(one.key, step.element.path, new))
    if (first := next(inner, None)) is None:  # nothing in it would be asked
        return forward(form, replace(walk, at=step.key))
    return replace(more, at=first.key)


def _lies_in(key: str, path: str, rounds: Rounds) -> bool:
    """Whether the step of a key is that element, or lies in it, in these rounds."""
    own = key.removesuffix(_MORE).partition("#")[2]
    counted = tuple(map(int, own.split("."))) if own else ()
    return f"{_path_of(key)}/".startswith(f"{path}/") and counted[: len(rounds)] == rounds


def _steps(
    judge: Judge, elements: Sequence[FormElement], rounds: Rounds, above: tuple[FormElement, ...], *, is_sure: bool
) -> Iterator[Step]:
    for element in elements:
        truth = judge.applies(element, rounds)
        if truth is not False:
            yield from _steps_of(judge, element, rounds, (*above, element), is_sure=is_sure and truth is True)


def _steps_of(
    judge: Judge, element: FormElement, rounds: Rounds, line: tuple[FormElement, ...], *, is_sure: bool
) -> Iterator[Step]:
    key = _ASKED + key_of(element.path, rounds)
    if judge.is_wished_for(element):
        yield Step(key, StepKind.WANTED, element, rounds, is_sure, line)
    if not element.cardinality.repeats:
        if judge.round_count(element, rounds):
            yield from _inner(judge, element, rounds, line, is_sure=is_sure)
        return
    count = judge.round_count(element, rounds)
    for number in range(1, count + 1):
        yield from _inner(judge, element, (*rounds, number), line, is_sure=is_sure)
    if 0 < count < _most(element) and judge.walk.mode is WalkMode.FILL:
        yield Step(f"{key}{_MORE}", StepKind.ANOTHER, element, rounds, is_sure, line)


def _inner(
    judge: Judge, element: FormElement, rounds: Rounds, line: tuple[FormElement, ...], *, is_sure: bool
) -> Iterator[Step]:
    if isinstance(element, FieldGroup):
        yield from _steps(judge, element.children, rounds, line, is_sure=is_sure)
    else:
        yield Step(key_of(element.path, rounds), StepKind.FIELD, element, rounds, is_sure, line)


def _most(element: FormElement) -> int:
    most = element.cardinality.at_most
    return MOST_ROUNDS if most is None else min(most, MOST_ROUNDS)


def _left_out(form: Form, walk: Walk, paths: Sequence[str], places: Sequence[Step]) -> Iterator[LeftOut]:
    judge = Judge.of(form, walk)
    told = ""
    for path in paths:
        node = judge.nodes[path]
        if node.element.condition is None or (told and path.startswith(f"{told}/")):
            continue
        rounds = _rounds_at(node.line[:-1], places)
        if judge.applies(node.element, rounds) is False:
            told = path
            yield LeftOut(node.element, node.element.condition, rounds)


def _rounds_at(line: Sequence[FormElement], places: Sequence[Step]) -> Rounds:
    """The rounds of the repeating elements of a line: those of the first place that lies in them, else the first."""
    repeating = [element.path for element in line if element.cardinality.repeats]
    for place in places:
        own = [element.path for element in place.line if element.cardinality.repeats]
        if repeating and own[: len(repeating)] == repeating and len(place.rounds) >= len(repeating):
            return place.rounds[: len(repeating)]
    return (1,) * len(repeating)
