"""Where the elements are that a rule names, and its claims as conditions on them."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from assistant.model.form import (
    NO,
    YES,
    Compares,
    Condition,
    Equals,
    FieldKind,
    Filled,
    Not,
)
from assistant.model.form import Relation as NumberRelation
from knowledge.forms.rule_claims import Claim, Expression, Joined, Negated, Relation
from knowledge.forms.rule_logic import both, either, negation
from knowledge.forms.rule_scanner import Reference, Unreadable, Value, Vocabulary, pattern, words
from knowledge.forms.schema_tree import Node

_NUMBERS = {FieldKind.INTEGER, FieldKind.NUMBER, FieldKind.AMOUNT}
_NUMERIC = {
    Relation.LESS: NumberRelation.LESS,
    Relation.AT_MOST: NumberRelation.AT_MOST,
    Relation.MORE: NumberRelation.MORE,
    Relation.AT_LEAST: NumberRelation.AT_LEAST,
}


class Places:
    """The elements of a schema by what rules call them. ``left_out`` are ids that the form does not show."""

    def __init__(self, root: Node, left_out: frozenset[str]) -> None:
        self._by_id: dict[str, list[Node]] = defaultdict(list)
        for node in root.walk():
            self._by_id[node.id].append(node)
        self._left_out = left_out - self._by_id.keys()

    def vocabulary(self) -> Vocabulary:
        """The names, the longest first, and the options by id."""
        found = {
            element: ({name for node in nodes for name in node.names}, nodes[0].options)
            for element, nodes in self._by_id.items()
        }
        return Vocabulary(
            {
                element: tuple(sorted(names, key=lambda name: (-len(name), name)))
                for element, (names, _) in found.items()
            },
            {element: options for element, (_, options) in found.items() if options},
        )

    def is_left_out(self, reference: Reference) -> bool:
        """Whether the form has no such element any more."""
        return reference.ids[-1] in self._left_out

    def named(self, reference: Reference) -> list[Node]:
        """All places of the element, wherever it stands."""
        return self._by_id.get(_modern(reference.ids[-1], self._by_id), [])

    def find(self, reference: Reference, host: Node) -> Node:
        """The place nearest to where the rule stands; raises Unreadable where there is none, or several.

        A path that leads nowhere counts from its second id on, as groups are moved and rules forgotten.
        """
        ids = tuple(_modern(one, self._by_id) for one in reference.ids)
        candidates = list(self._at(ids))
        while not candidates and len(ids) > 2:
            ids = ids[1:]
            candidates = list(self._at(ids))
        for scope in (host, *host.around()):
            if scope.kind is not None:
                continue
            within = [node for node in candidates if node is scope or scope in node.around()]
            nearest = min((node.depth for node in within), default=0)
            found = [node for node in within if node.depth == nearest]
            if len(found) == 1:
                return found[0]
            if found:
                break
        raise Unreadable

    def _at(self, ids: tuple[str, ...]) -> Iterator[Node]:
        for node in self._by_id.get(ids[-1], ()):
            above = iter([one.id for one in node.around()])
            if all(one in above for one in reversed(ids[:-1])):
                yield node

    # ── claims ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def condition(self, expression: Expression, host: Node) -> Condition:
        """What is claimed, as a condition; raises Unreadable where the fields cannot be asked for it."""
        match expression:
            case Negated(part):
                return negation(self.condition(part, host))
            case Joined(connective, parts):
                conditions = [self.condition(part, host) for part in parts]
                return both(conditions) if connective == "and" else either(conditions)
            case Claim():
                found = _condition(expression, self.find(expression.reference, host))
                return negation(found) if expression.is_negated else found


def _modern(element: str, known: dict[str, list[Node]]) -> str:
    """The id as version 3.0 writes it: rules still name elements by the shorter ids of 2.0."""
    longer = f"{element[:3]}000{element[3:]}"
    return longer if element not in known and longer in known else element


def _condition(claim: Claim, node: Node) -> Condition:
    if claim.relation in _NUMERIC:
        return _compares(node, _NUMERIC[claim.relation], claim.values[0])
    if claim.relation in {Relation.EQUAL, Relation.UNEQUAL}:
        found = either(_equals(value, node) for value in claim.values)
    elif claim.relation in {Relation.AFFIRMED, Relation.DENIED}:
        found = _equals(Value(truth=claim.relation is Relation.AFFIRMED), node)
    elif claim.relation is Relation.TICKED and node.kind is FieldKind.YES_NO:
        found = Equals(node.path, frozenset({YES}))
    else:
        found = _filled(node)
    return Not(found) if claim.relation in {Relation.UNEQUAL, Relation.EMPTY} else found


def _filled(node: Node) -> Condition:
    if not node.path or (node.kind and not node.kind.is_entered and node.kind is not FieldKind.FILE):
        raise Unreadable
    return Filled(node.path)


def _equals(value: Value, node: Node) -> Condition:
    if node.kind is FieldKind.CHOICE:
        return Equals(node.path, frozenset({_option(value, node)}))
    if node.kind is FieldKind.YES_NO and value.truth is not None:
        return Equals(node.path, frozenset({YES if value.truth else NO}))
    if node.kind in _NUMBERS:
        relations = (NumberRelation.AT_LEAST, NumberRelation.AT_MOST)
        return both(_compares(node, relation, value) for relation in relations)
    raise Unreadable


def _option(value: Value, node: Node) -> str:
    if value.code in node.options:
        return str(value.code)
    if value.truth is not None:
        meant = pattern(words()["yes" if value.truth else "no"])
        codes = [code for code, label in node.options.items() if meant.fullmatch(label.strip(" ."))]
        if len(codes) == 1:
            return codes[0]
    raise Unreadable


def _compares(node: Node, relation: NumberRelation, value: Value) -> Compares:
    if node.kind not in _NUMBERS:
        raise Unreadable
    word = value.word
    if "," in word or word.count(".") > 1:
        word = word.replace(".", "").replace(",", ".")
    elif "." in word and len(word.rpartition(".")[2]) == 3:
        word = word.replace(".", "")
    try:
        return Compares(node.path, relation, Decimal(word))
    except InvalidOperation as error:
        raise Unreadable from error
