"""What a rule claims of fields: the part of a sentence after "wenn"."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, TypeVar

from knowledge.forms.rule_scanner import REFERENCE, Reference, Scanner, Unreadable, Value, pattern, words

_MAX_PARENTHESES = 10
_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)*")
_EURO = re.compile(r"(?:euro|eur|€)(?!\w)", re.IGNORECASE)
_BEFORE_COMMA = re.compile(r"(?=,)")
_ANY_VALUE = re.compile(r"""(?:"[^"]*"|'[^']*'|[\w-]+)""")
_WITHIN = re.compile(r"(?:in|im|bei)(?= )", re.IGNORECASE)

Connective = Literal["and", "or"]
_T = TypeVar("_T")


class Relation(StrEnum):
    """What is said of a field; ``ticked`` is a yes of a yes/no field, and any value of others."""

    EQUAL = "equal"
    UNEQUAL = "unequal"
    LESS = "less"
    AT_MOST = "at_most"
    MORE = "more"
    AT_LEAST = "at_least"
    AFFIRMED = "affirmed"
    DENIED = "denied"
    TICKED = "ticked"
    FILLED = "filled"
    EMPTY = "empty"


_NUMERIC = {Relation.AT_MOST, Relation.AT_LEAST, Relation.LESS, Relation.MORE}
_ALONE = (Relation.AFFIRMED, Relation.DENIED, Relation.TICKED, Relation.FILLED, Relation.EMPTY)
# "F1 „Bremen“ ausgewählt": what is quoted may be the value.
_HAVING_A_VALUE = {Relation.TICKED, Relation.FILLED}
# A sign before the shorter one that it begins with.
_COMPARING = (
    Relation.UNEQUAL,
    Relation.AT_MOST,
    Relation.AT_LEAST,
    Relation.EQUAL,
    Relation.LESS,
    Relation.MORE,
)


@dataclass(frozen=True, slots=True)
class Claim:
    """Something said of one element; ``values`` are alternatives."""

    reference: Reference
    relation: Relation
    values: tuple[Value, ...] = ()
    is_negated: bool = False


@dataclass(frozen=True, slots=True)
class Joined:
    """Claims, all or one of which must hold."""

    connective: Connective
    parts: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Negated:
    """The opposite."""

    part: "Expression"


Expression = Claim | Joined | Negated


def expression(scanner: Scanner, depth: int = 0) -> Expression:
    """Terms joined by one kind of connective; "A und B oder C" is left alone, as people mean either."""
    if depth > _MAX_PARENTHESES:
        raise Unreadable
    parts = [_term(scanner, depth, None)]
    connective: Connective | None = None
    while found := _connective(scanner):
        if connective not in {None, found}:
            raise Unreadable
        connective = found
        parts.append(_term(scanner, depth, _last_reference(parts[-1])))
    if connective is None:
        return parts[0]
    if any(isinstance(part, Negated) and isinstance(part.part, Claim) for part in parts):
        raise Unreadable  # "nicht A und B" may deny both
    return Joined(connective, tuple(parts))


def _last_reference(expression: Expression) -> Reference | None:
    match expression:
        case Claim(reference):
            return reference
        case Negated(part):
            return _last_reference(part)
        case Joined(_, parts):
            return None if len({_last_reference(part) for part in parts}) > 1 else _last_reference(parts[-1])


def _connective(scanner: Scanner) -> Connective | None:
    start = scanner.at
    scanner.take_sign(",")
    if scanner.take_word("and"):
        return "and"
    if scanner.take_word("or"):
        return "or"
    scanner.at = start
    return None


def _term(scanner: Scanner, depth: int, subject: Reference | None) -> Expression:
    """A claim, or claims in parentheses; ``subject`` is what the claim before it was about: "F1 = 2 ODER = 3"."""
    start = scanner.at
    if scanner.take_word("not"):
        return Negated(_term(scanner, depth, subject))
    for form in (_claims, _value_first):
        if result := attempt(scanner, form):
            return result
    scanner.take_word("before_reference")
    if scanner.take_sign("("):
        inner = expression(scanner, depth + 1)
        # A parenthesis around everything that is claimed is sometimes not closed.
        if not scanner.take_sign(")") and (depth or not scanner.take(_BEFORE_COMMA)):
            raise Unreadable
        return inner
    scanner.at = start
    if subject:
        return _said(scanner, (subject,), "or")
    raise Unreadable


def attempt(scanner: Scanner, form: Callable[[Scanner], _T]) -> _T | None:
    """What the form finds; where it finds nothing, the scanner stays where it was."""
    start = scanner.at
    try:
        return form(scanner)
    except Unreadable:
        scanner.at = start
        return None


def _claims(scanner: Scanner) -> Expression:
    """The same said of one element or several: "F1 ODER F2 > 5"."""
    is_open = scanner.take_sign("(")
    references, connective = claimed(scanner)
    if is_open and not scanner.take_sign(")"):
        raise Unreadable
    return _said(scanner, references, connective or "and")


def claimed(scanner: Scanner) -> tuple[tuple[Reference, ...], Connective | None]:
    """The elements that something is claimed of, and what joins them; raises Unreadable where none comes next."""
    first = scanner.reference()
    if not first:
        raise Unreadable
    if first.ids[-1].startswith("G") and (inner := scanner.reference()):
        # "in der Gruppe G1 das Feld F2"
        first = Reference((*first.ids, *inner.ids), inner.is_guessed)
    references = [first]
    connective: Connective | None = None
    while True:
        start = scanner.at
        found = _connective(scanner)
        if not found and not scanner.take_sign(","):
            break
        following = scanner.reference()
        if not following:
            scanner.at = start
            break
        if found and connective not in {None, found}:
            raise Unreadable
        connective = found or connective
        references.append(following)
    if len(references) > 1 and not connective:
        raise Unreadable
    return tuple(references), connective


def _value_first(scanner: Scanner) -> Expression:
    """The value before the field: "wenn „ja“ in F1 ausgewählt wurde"."""
    start = scanner.at
    is_led = scanner.take_word("before_value")
    scanner.take(_ANY_VALUE)
    reference = scanner.reference() if scanner.take(_WITHIN) else None
    if not reference:
        raise Unreadable
    after = scanner.at
    scanner.at = start
    scanner.take_word("before_value")
    value = scanner.value(reference.ids[-1])
    if not scanner.take(_WITHIN):
        raise Unreadable
    scanner.at = after
    if not scanner.take_word("after_value") and not is_led:
        raise Unreadable
    return Claim(reference, Relation.EQUAL, (value,))


def _said(scanner: Scanner, references: Sequence[Reference], connective: Connective) -> Expression:
    is_led = scanner.take_word("before_value")
    is_negated = scanner.take_word("not")
    element = references[0].ids[-1]
    claim = attempt(scanner, _said_alone) or _compared(scanner, element, is_led=is_led or is_negated)
    relation, values = claim
    if relation in _HAVING_A_VALUE and any(reference.is_guessed for reference in references):
        raise Unreadable
    claims = tuple(Claim(reference, relation, values, is_negated) for reference in references)
    return claims[0] if len(claims) == 1 else Joined(connective, claims)


_Said = tuple[Relation, tuple[Value, ...]]


def _said_alone(scanner: Scanner) -> _Said:
    for relation in _ALONE:
        if scanner.take(pattern(words()["relations"][relation])):
            scanner.take_word("after_value")
            return relation, ()
    raise Unreadable


def _compared(scanner: Scanner, element: str, *, is_led: bool) -> _Said:
    relation = next((one for one in _COMPARING if scanner.take(pattern(words()["relations"][one]))), None)
    if relation in _NUMERIC:
        number = scanner.take(_NUMBER)
        if not number:
            raise Unreadable
        scanner.take(_EURO)
        scanner.take_word("after_value")
        return relation, (Value(word=number[0]),)
    scanner.take_word("before_value")
    values = _values(scanner, element, relation or Relation.EQUAL)
    is_closed = scanner.take_word("after_value")
    if relation is None and not (is_led or is_closed):
        raise Unreadable
    return relation or Relation.EQUAL, values


def _values(scanner: Scanner, element: str, relation: Relation) -> tuple[Value, ...]:
    """One value or several: "001 ODER 002", "(001, 002)"; "und" joins them only where each is ruled out."""
    is_open = scanner.take_sign("([{")
    values = [scanner.value(element)]
    while following := attempt(scanner, lambda scanner: _further_value(scanner, element, relation)):
        values.append(following)
    if is_open and not scanner.take_sign(")]}"):
        raise Unreadable
    return tuple(values)


def _further_value(scanner: Scanner, element: str, relation: Relation) -> Value:
    if not (scanner.take_word("or") or scanner.take_sign(",/") or _further_unequal(scanner, relation)):
        raise Unreadable
    if scanner.take(pattern(words()["then"])) or scanner.take(REFERENCE):
        raise Unreadable
    value = scanner.value(element)
    if value.word and value.truth is None:
        raise Unreadable
    return value


def _further_unequal(scanner: Scanner, relation: Relation) -> bool:
    return relation is Relation.UNEQUAL and scanner.take_word("and")
