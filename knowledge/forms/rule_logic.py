"""Conditions weighed against one another: can one hold, can two hold at once, does one always hold."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import product
from math import prod

from assistant.model.form import (
    All,
    Compares,
    Condition,
    Either,
    Equals,
    Filled,
    Not,
    Relation,
    paths_of,
)

Answer = str | Decimal | None
Answers = Mapping[str, Answer]

_MAX_COMBINATIONS = 20_000
_OTHER = "\0other"
"""A value that no condition names."""


class TooManyError(Exception):
    """There are more combinations of answers than can be gone through."""


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


def holds(condition: Condition, answers: Answers) -> bool:
    """Whether it holds for these answers; a field without one has no value."""
    match condition:
        case Equals(path, values):
            return answers.get(path) in values
        case Filled(path):
            return answers.get(path) is not None
        case Compares(path, relation, number):
            return _compares(answers.get(path), relation, number)
        case Not(inner):
            return not holds(inner, answers)
        case All(conditions):
            return all(holds(one, answers) for one in conditions)
        case Either(conditions):
            return any(holds(one, answers) for one in conditions)


def _compares(answer: Answer, relation: Relation, number: Decimal) -> bool:
    if not isinstance(answer, Decimal):
        return False
    match relation:
        case Relation.LESS:
            return answer < number
        case Relation.AT_MOST:
            return answer <= number
        case Relation.MORE:
            return answer > number
        case Relation.AT_LEAST:
            return answer >= number


def combinations(conditions: Iterable[Condition], options: Mapping[str, Iterable[str]]) -> Iterator[dict[str, Answer]]:
    """All answers to the fields that the conditions look at, one for each way they could matter.

    ``options`` are all the values of a field, where they are known. Raises TooManyError.
    """
    conditions = tuple(conditions)
    domains = {
        path: tuple(_domain(path, conditions, options.get(path)))
        for path in dict.fromkeys(path for condition in conditions for path in paths_of(condition))
    }
    if prod(map(len, domains.values())) > _MAX_COMBINATIONS:
        raise TooManyError
    for values in product(*domains.values()):
        yield dict(zip(domains, values, strict=True))


def can_hold(condition: Condition, options: Mapping[str, Iterable[str]]) -> bool:
    """Whether some answers make it true; raises TooManyError."""
    return any(holds(condition, answers) for answers in combinations([condition], options))


def _domain(path: str, conditions: Iterable[Condition], options: Iterable[str] | None) -> Iterator[Answer]:
    yield None
    atoms = [atom for condition in conditions for atom in _atoms(condition) if atom.path == path]
    numbers = sorted({atom.value for atom in atoms if isinstance(atom, Compares)})
    named = {value for atom in atoms if isinstance(atom, Equals) for value in atom.values}
    if numbers:
        yield from _samples(numbers)
    else:
        yield from sorted(named)
        if options is None or set(options) - named:
            yield _OTHER


def _samples(numbers: list[Decimal]) -> Iterator[Decimal]:
    """The numbers, and one below, between and above them."""
    yield numbers[0] - 1
    for number, following in zip(numbers, [*numbers[1:], numbers[-1] + 2], strict=True):
        yield number
        yield (number + following) / 2


def _atoms(condition: Condition) -> Iterator[Equals | Filled | Compares]:
    match condition:
        case Equals() | Filled() | Compares():
            yield condition
        case Not(inner):
            yield from _atoms(inner)
        case All(conditions) | Either(conditions):
            for one in conditions:
                yield from _atoms(one)
