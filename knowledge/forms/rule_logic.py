"""Conditions weighed against one another: can one hold, can two hold at once, does one always hold."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assistant.model.form import (
    All,
    Compares,
    Condition,
    Either,
    Equals,
    Filled,
    Not,
    Relation,
)

Answer = str | Decimal | None
Atom = Equals | Filled | Compares
AskedIf = Callable[[str], Sequence[Condition]]

_MAX_STEPS = 20_000
_MAX_BRANCHES = 200
_OTHER = "\0other"
"""A value that no condition names."""


class TooManyError(Exception):
    """There are more ways to answer than can be gone through."""


def both(conditions: Iterable[Condition]) -> Condition:
    """All of them; what is ruled out of one field becomes one condition."""
    parts = list(_flat(conditions, All))
    ruled_out: dict[str, frozenset[str]] = {}
    rest: list[Condition] = []
    for part in parts:
        if isinstance(part, Not) and isinstance(part.condition, Equals):
            ruled_out[part.condition.path] = ruled_out.get(part.condition.path, frozenset()) | part.condition.values
        else:
            rest.append(part)
    joined = (*(Not(Equals(path, values)) for path, values in ruled_out.items()), *rest)
    return joined[0] if len(joined) == 1 else All(joined)


def either(conditions: Iterable[Condition]) -> Condition:
    """One of them; values of one field become one condition."""
    parts = list(_flat(conditions, Either))
    allowed: dict[str, frozenset[str]] = {}
    rest: list[Condition] = []
    for part in parts:
        if isinstance(part, Equals):
            allowed[part.path] = allowed.get(part.path, frozenset()) | part.values
        else:
            rest.append(part)
    joined = (*(Equals(path, values) for path, values in allowed.items()), *rest)
    return joined[0] if len(joined) == 1 else Either(joined)


def _flat(conditions: Iterable[Condition], kind: type[All | Either]) -> Iterator[Condition]:
    for condition in dict.fromkeys(conditions):
        if isinstance(condition, kind):
            yield from condition.conditions
        else:
            yield condition


def negation(condition: Condition) -> Condition:
    """The opposite, without a double one."""
    return condition.condition if isinstance(condition, Not) else Not(condition)


def can_hold(
    condition: Condition,
    options: Mapping[str, Iterable[str]],
    others: Iterable[Condition] = (),
    asked_if: AskedIf = lambda _: (),
) -> bool:
    """Whether there are answers with which it holds; a field may always be left without one.

    ``options`` are all the values of a field, where they are known; ``asked_if`` are the conditions, out of ``others``,
    under which a field is asked at all. Raises TooManyError.
    """
    atoms: dict[str, list[Atom]] = defaultdict(list)
    for one in (condition, *others):
        for atom in _atoms(one):
            atoms[atom.path].append(atom)
    domains = {path: frozenset(_domain(found, options.get(path))) for path, found in atoms.items()}
    return _Search(asked_if).succeeds(((condition, True),), domains)


Goals = tuple[tuple[Condition, bool], ...]
Domains = Mapping[str, frozenset[Answer]]


@dataclass(slots=True)
class _Search:
    """Looks for answers that meet all goals, a condition each and whether it is to hold."""

    asked_if: AskedIf
    steps: int = 0

    def succeeds(self, goals: Goals, domains: Domains, depth: int = 0) -> bool:
        """Whether some answer is left for each field; ``domains`` are those that are still possible."""
        while goals:
            self.steps += 1
            if self.steps > _MAX_STEPS or depth > _MAX_BRANCHES:
                raise TooManyError
            (condition, wanted), *rest = goals
            goals = tuple(rest)
            match condition:
                case Not(inner):
                    goals = ((inner, not wanted), *goals)
                case All(conditions) | Either(conditions):
                    parts = tuple((one, wanted) for one in conditions)
                    if isinstance(condition, All) != wanted:
                        return any(self.succeeds((part, *goals), domains, depth + 1) for part in parts)
                    goals = (*parts, *goals)
                case _:
                    left = frozenset(one for one in domains[condition.path] if _holds(condition, one) == wanted)
                    if not left:
                        return False
                    if None in domains[condition.path] - left:
                        # It must be answered, so it must be asked.
                        goals = (*((one, True) for one in self.asked_if(condition.path)), *goals)
                    domains = {**domains, condition.path: left}
        return True


def _holds(atom: Atom, answer: Answer) -> bool:
    match atom:
        case Equals(_, values):
            return answer in values
        case Filled():
            return answer is not None
        case Compares(_, relation, number):
            return isinstance(answer, Decimal) and _COMPARES[relation](answer, number)


_COMPARES: Mapping[Relation, Callable[[Decimal, Decimal], bool]] = {
    Relation.LESS: Decimal.__lt__,
    Relation.AT_MOST: Decimal.__le__,
    Relation.MORE: Decimal.__gt__,
    Relation.AT_LEAST: Decimal.__ge__,
}


def _domain(atoms: Iterable[Atom], options: Iterable[str] | None) -> Iterator[Answer]:
    """One answer to a field for each way that it could matter."""
    yield None
    numbers = sorted({atom.value for atom in atoms if isinstance(atom, Compares)})
    named = {value for atom in atoms if isinstance(atom, Equals) for value in atom.values}
    if numbers:
        yield from _samples(numbers)
    else:
        yield from named
        if options is None or set(options) - named:
            yield _OTHER


def _samples(numbers: list[Decimal]) -> Iterator[Decimal]:
    """The numbers, and one below, between and above them."""
    yield numbers[0] - 1
    for number, following in zip(numbers, [*numbers[1:], numbers[-1] + 2], strict=True):
        yield number
        yield (number + following) / 2


def _atoms(condition: Condition) -> Iterator[Atom]:
    match condition:
        case Equals() | Filled() | Compares():
            yield condition
        case Not(inner):
            yield from _atoms(inner)
        case All(conditions) | Either(conditions):
            for one in conditions:
                yield from _atoms(one)
