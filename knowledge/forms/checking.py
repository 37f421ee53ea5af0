"""What may be wrong with the elements of a form, whichever file it was read from."""

import re
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from graphlib import CycleError, TopologicalSorter

from assistant.model.form import (
    NO,
    YES,
    All,
    Compares,
    Condition,
    Either,
    Equals,
    Field,
    FieldGroup,
    FieldKind,
    Filled,
    Form,
    FormElement,
    Limits,
    Not,
)

_NUMBERS = {FieldKind.INTEGER, FieldKind.NUMBER, FieldKind.AMOUNT}
_Elements = dict[str, FormElement]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong: with the element of that path or with ``attachment:id``, and with what of it in the bundle."""

    owner: str
    key: str
    reason: str


def faults_of(form: Form) -> Iterator[Fault]:
    """Everything that keeps a form from being led through, element by element."""
    elements = {element.path: element for element in form.walk()}
    yield from _named_twice(form)
    attachments = {attachment.id for attachment in form.attachments}
    for element in form.walk():
        yield from (Fault(element.path, key, reason) for key, reason in _of_element(element, attachments))
        for reason in _of_condition(element.condition, elements):
            yield Fault(element.path, "when", reason)
    for attachment in form.attachments:
        for reason in _of_condition(attachment.condition, elements):
            yield Fault(f"attachment:{attachment.id}", "when", reason)
    yield from _in_a_circle(elements)


def _named_twice(form: Form) -> Iterator[Fault]:
    owners = [element.path for element in form.walk()] + [f"attachment:{one.id}" for one in form.attachments]
    yield from (Fault(owner, "id", "a second one of this id") for owner, times in Counter(owners).items() if times > 1)


def _of_element(element: FormElement, attachments: set[str]) -> Iterator[tuple[str, str]]:
    least, most = element.cardinality.at_least, element.cardinality.at_most
    if most is not None and least > most:
        yield "repeat", f"at least {least}, but at most {most}"
    if isinstance(element, Field):
        yield from (("limits", reason) for reason in _of_limits(element.kind, element.limits))
        unknown = [name for name in element.attachments if name not in attachments]
        yield from (("attachments", f"there is no attachment {name!r}") for name in unknown)


def _of_limits(kind: FieldKind, limits: Limits) -> Iterator[str]:
    lowest, highest = limits.minimum, limits.maximum
    shortest, longest = limits.min_length, limits.max_length
    if (lowest is not None or highest is not None) and kind not in _NUMBERS:
        yield f"minimum and maximum are for numbers, not for {kind}"
    if (limits.earliest or limits.latest) and kind is not FieldKind.DATE:
        yield f"earliest and latest are for dates, not for {kind}"
    if lowest is not None and highest is not None and lowest > highest:
        yield f"the minimum {lowest} is more than the maximum {highest}"
    if shortest is not None and longest is not None and shortest > longest:
        yield f"the shortest length {shortest} is more than the longest, {longest}"
    yield from _of_days(limits)
    if limits.pattern and (reason := _broken(limits.pattern)):
        yield f"the pattern cannot be used: {reason}"


def _of_days(limits: Limits) -> Iterator[str]:
    days = []
    for stated in (limits.earliest, limits.latest):
        try:
            days += [date.fromisoformat(stated)] if stated and stated != "today" else []
        except ValueError:
            yield f"there is no day {stated!r}"
    if len(days) == 2 and days[0] > days[1]:
        yield f"the earliest day {limits.earliest} is after the latest, {limits.latest}"


def _broken(pattern: str) -> str | None:
    try:
        with warnings.catch_warnings(action="error"):
            re.compile(pattern)
    except (re.error, OverflowError, RecursionError, Warning) as error:
        return str(error)
    return None


# ── conditions ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _of_condition(condition: Condition | None, elements: _Elements) -> Iterator[str]:
    for part in _parts(condition):
        element = elements.get(part.path)
        if element is None:
            yield f"there is no {part.path!r} to look at"
        elif isinstance(element, FieldGroup):
            if not isinstance(part, Filled):
                yield f"{part.path!r} is a group and has no value"
        elif isinstance(part, Equals):
            yield from _of_values(part, element)
        elif not element.kind.is_entered:
            yield f"{part.path!r} is a {element.kind} and never has a value"


def _parts(condition: Condition | None) -> Iterator[Equals | Filled | Compares]:
    match condition:
        case Equals() | Filled() | Compares():
            yield condition
        case Not(inner):
            yield from _parts(inner)
        case All(conditions) | Either(conditions):
            for one in conditions:
                yield from _parts(one)


def _of_values(condition: Equals, field: Field) -> Iterator[str]:
    known = {YES, NO} if field.kind is FieldKind.YES_NO else set(field.options)
    if not known:
        yield f"{field.path!r} is a {field.kind}: only yes_no and choice have values to look for"
        return
    for value in sorted(condition.values - known):
        yield f"{field.path!r} never is {value!r}, but one of {', '.join(sorted(known))}"


def _in_a_circle(elements: _Elements) -> Iterator[Fault]:
    """The first circle of elements of which each is asked only when another one is known."""
    needs = {path: {*_around(path, elements), *_looked_at(element, elements)} for path, element in elements.items()}
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        # graphlib names each element before the one that needs it.
        circle: list[str] = error.args[1][::-1]
        owner = next(path for path in circle if elements[path].condition is not None)
        yield Fault(owner, "when", f"whether it is asked depends on itself: {' → '.join(circle)}")


def _around(path: str, elements: _Elements) -> Iterator[str]:
    parent = path.rpartition("/")[0]
    if parent in elements:
        yield parent


def _looked_at(element: FormElement, elements: _Elements) -> Iterator[str]:
    for part in _parts(element.condition):
        if part.path in elements:
            yield part.path
            yield from (path for path in elements if path.startswith(f"{part.path}/"))
