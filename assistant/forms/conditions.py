"""Which elements of a form are asked, seen from the answers given so far."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from assistant.model import (
    All,
    Compares,
    Condition,
    Either,
    Equals,
    Field,
    FieldGroup,
    Filled,
    Form,
    FormElement,
    Not,
    Relation,
    Walk,
    WalkMode,
)

Truth = bool | None
"""True, False, or None: nobody knows yet."""
Rounds = tuple[int, ...]

_HOLDS = {
    Relation.LESS: Decimal.__lt__,
    Relation.AT_MOST: Decimal.__le__,
    Relation.MORE: Decimal.__gt__,
    Relation.AT_LEAST: Decimal.__ge__,
}


def key_of(path: str, rounds: Rounds = ()) -> str:
    """The key of an element in these rounds of the repeating elements on its path, itself included."""
    return f"{path}#{'.'.join(map(str, rounds))}" if rounds else path


@dataclass(frozen=True, slots=True)
class Node:
    """An element with all that it lies in, from the root down to itself."""

    element: FormElement
    line: tuple[FormElement, ...]

    @property
    def repeating(self) -> tuple[str, ...]:
        """The paths of the repeating elements on its line, in their order."""
        return tuple(element.path for element in self.line if element.cardinality.repeats)


def nodes_of(form: Form) -> dict[str, Node]:
    """Every element by its path."""
    return {node.element.path: node for node in _nodes(form.elements, ())}


def _nodes(elements: Sequence[FormElement], above: tuple[FormElement, ...]) -> Iterator[Node]:
    for element in elements:
        line = (*above, element)
        yield Node(element, line)
        if isinstance(element, FieldGroup):
            yield from _nodes(element.children, line)


@dataclass
class Judge:
    """Says what holds in a walk. Made anew for every walk, since walks do not change."""

    form: Form
    walk: Walk
    nodes: dict[str, Node]
    _known: dict[str, Truth] = field(default_factory=dict)
    _asking: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, form: Form, walk: Walk) -> "Judge":
        """The judge of a walk through a form."""
        return cls(form, walk, nodes_of(form))

    def applies(self, element: FormElement, rounds: Rounds) -> Truth:
        """Whether the element itself is asked in these rounds of what it lies in, whatever holds for that."""
        if element.condition is None:
            return True
        key = key_of(element.path, rounds)
        if key in self._asking:
            return None  # its condition depends on itself; nothing is left out because of that
        if key not in self._known:
            self._asking.add(key)
            self._known[key] = self.holds(element.condition, element.path, rounds)
            self._asking.discard(key)
        return self._known[key]

    def round_count(self, element: FormElement, rounds: Rounds) -> int:
        """How often an element occurs in these rounds of what it lies in."""
        if (count := self.walk.rounds.get(key_of(element.path, rounds))) is not None:
            return count
        return 0 if self.is_wished_for(element) else 1

    def is_wished_for(self, element: FormElement) -> bool:
        """Whether it is asked first if the element is wanted at all: a group that may be left out, being filled in."""
        may_be_left_out = isinstance(element, FieldGroup) and not element.cardinality.is_required
        return self.walk.mode is WalkMode.FILL and may_be_left_out and element.condition is None

    def holds(self, condition: Condition, path: str = "", rounds: Rounds = ()) -> Truth:
        """Whether a condition holds, seen from the element at ``path`` in these rounds."""
        match condition:
            case Not(inner):
                truth = self.holds(inner, path, rounds)
                return None if truth is None else not truth
            case All(conditions):
                return _all(self.holds(one, path, rounds) for one in conditions)
            case Either(conditions):
                return _any(self.holds(one, path, rounds) for one in conditions)
            case _:
                return _any(self._holds_at(condition, key) for key in self._keys(condition.path, path, rounds))

    def _holds_at(self, condition: Equals | Filled | Compares, key: str) -> Truth:
        answer = self.walk.answers.get(key)
        if answer is None:
            return None
        match condition:
            case Equals(_, values):
                return answer in values
            case Filled():
                return bool(answer)
            case Compares(_, relation, value):
                return _compares(answer, relation, value)

    def _keys(self, path: str, seen_from: str, rounds: Rounds) -> Iterator[str]:
        """The fields at or below a path that are asked: in the rounds they share with who looks, and in all others."""
        node = self.nodes.get(path)
        if node is None:
            return
        shared = self._shared(node, seen_from, rounds)
        for inner in _fields(node.element):
            yield from self._occurrences(self.nodes[inner.path].line, (), shared)

    def _shared(self, node: Node, seen_from: str, rounds: Rounds) -> Rounds:
        """The rounds of the repeating elements that both lie in, from the root down."""
        own = self.nodes[seen_from].repeating if seen_from in self.nodes else ()
        count = 0
        for mine, theirs in zip(own, node.repeating, strict=False):
            if mine != theirs or count >= len(rounds):
                break
            count += 1
        return rounds[:count]

    def _occurrences(self, line: tuple[FormElement, ...], rounds: Rounds, shared: Rounds) -> Iterator[str]:
        if not line:
            return
        element, below = line[0], line[1:]
        if self.applies(element, rounds) is False:
            return
        for inner in self._rounds_of(element, rounds, shared):
            if below:
                yield from self._occurrences(below, inner, shared)
            else:
                yield key_of(element.path, inner)

    def _rounds_of(self, element: FormElement, rounds: Rounds, shared: Rounds) -> Iterator[Rounds]:
        count = self.round_count(element, rounds)
        if not element.cardinality.repeats:
            if count:
                yield rounds
        elif len(rounds) < len(shared):
            yield shared[: len(rounds) + 1]
        else:
            yield from ((*rounds, number) for number in range(1, count + 1))


def _fields(element: FormElement) -> Iterator[Field]:
    if isinstance(element, Field):
        yield element
        return
    for child in element.children:
        yield from _fields(child)


def _compares(answer: str, relation: Relation, value: Decimal) -> Truth:
    try:
        return bool(_HOLDS[relation](Decimal(answer), value))
    except InvalidOperation:
        return None


def _all(truths: Iterator[Truth]) -> Truth:
    known = set(truths)
    return False if False in known else None if None in known else True


def _any(truths: Iterator[Truth]) -> Truth:
    known = set(truths)
    return True if True in known else None if None in known else False
