"""What all that rules say of an element comes to: the condition under which it is asked."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from assistant.model.form import (
    NO,
    YES,
    All,
    Condition,
    Either,
    FieldKind,
    Filled,
    Not,
    paths_of,
)
from knowledge.forms.rule_actions import EffectKind
from knowledge.forms.rule_logic import TooManyError, can_hold, either, negation
from knowledge.forms.schema_tree import Node


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence about one element; ``source`` tells which."""

    node: Node
    when: Condition
    kind: EffectKind
    source: int

    @property
    def checks(self) -> bool:
        """Whether it only says that this must not stay empty then: no reason to leave it out otherwise.

        What must be filled in anyway says nothing by that, so there it means that it is asked.
        """
        if self.kind is EffectKind.NEED:
            return not self.node.cardinality.is_required
        return self.kind is EffectKind.REQUIRE and _only_filled(self.when)


@dataclass(slots=True)
class Decisions:
    """``conditions`` by path; ``required`` are paths that must be filled wherever they are asked.

    ``used`` are the sources that came to something, ``refused`` those that contradict others or would shut an element
    out for good.
    """

    conditions: dict[str, Condition] = field(default_factory=dict)
    required: set[str] = field(default_factory=set)
    used: set[int] = field(default_factory=set)
    refused: set[int] = field(default_factory=set)


def decide(
    root: Node, statements: Iterable[Statement], doubtful: frozenset[str], alternatives: Mapping[int, tuple[Node, ...]]
) -> Decisions:
    """The conditions that follow from the statements, and from ``alternatives`` by their source.

    An element that sentences include is asked only where one of them holds. Of a ``doubtful`` element, named by a
    sentence that could not be read, only what excludes it is taken.
    """
    nodes = {node.path: node for node in root.walk()}
    options = {path: tuple(_values(node)) for path, node in nodes.items() if _values(node)}
    decisions = Decisions()
    sources: dict[str, set[int]] = defaultdict(set)
    by_path: dict[str, list[Statement]] = defaultdict(list)
    for statement in statements:
        by_path[statement.node.path].append(statement)
    for path, about in by_path.items():
        condition = _weighed(about, options, is_doubtful=path in doubtful)
        if condition is None:
            continue
        sources[path] = {statement.source for statement in about}
        if condition is _REFUSED:
            decisions.refused |= sources[path]
        else:
            decisions.conditions[path] = condition
            if path not in doubtful and _is_required(about):
                decisions.required.add(path)
    for source, group in alternatives.items():
        if not any(node.path in decisions.conditions or node.path in doubtful for node in group):
            _decide_between(group, decisions)
            for node in group[1:]:
                sources[node.path].add(source)
    _drop_impossible(nodes, options, decisions, sources)
    decisions.used = {one for path in decisions.conditions for one in sources[path]}
    return decisions


_REFUSED: Condition = Either(())


def _values(node: Node) -> tuple[str, ...]:
    return (YES, NO) if node.kind is FieldKind.YES_NO else tuple(node.options)


def _only_filled(condition: Condition) -> bool:
    match condition:
        case Filled():
            return True
        case Not(inner):
            return _only_filled(inner)
        case All(conditions) | Either(conditions):
            return all(map(_only_filled, conditions))
        case _:
            return False


def _is_required(about: Iterable[Statement]) -> bool:
    including = [statement for statement in about if statement.kind is not EffectKind.EXCLUDE]
    return bool(including) and all(statement.kind is not EffectKind.INCLUDE for statement in including)


def _weighed(about: list[Statement], options: Mapping[str, tuple[str, ...]], *, is_doubtful: bool) -> Condition | None:
    """The condition; None where nothing follows, ``_REFUSED`` where the statements contradict each other."""
    excluding = [statement.when for statement in about if statement.kind is EffectKind.EXCLUDE]
    including = [statement.when for statement in about if statement.kind is not EffectKind.EXCLUDE]
    if all(statement.checks for statement in about):
        return None
    try:
        if including and excluding and can_hold(All((either(including), either(excluding))), options):
            return _REFUSED
        if including and not is_doubtful:
            condition = either(including)
        elif excluding:
            condition = negation(either(excluding))
        else:
            return None
        if not can_hold(condition, options) or not can_hold(negation(condition), options):
            return _REFUSED
    except TooManyError:
        return _REFUSED
    return condition


def _decide_between(group: tuple[Node, ...], decisions: Decisions) -> None:
    """Each one only where none before it is filled in, and the last then must be."""
    for place, node in enumerate(group[1:], start=1):
        decisions.conditions[node.path] = Not(either(Filled(before.path) for before in group[:place]))
    decisions.required.add(group[-1].path)


# ── no rule shuts an element out for good ──────────────────────────────────────────────────────────────────────────


def _drop_impossible(
    nodes: Mapping[str, Node],
    options: Mapping[str, tuple[str, ...]],
    decisions: Decisions,
    sources: Mapping[str, set[int]],
) -> None:
    circular = [path for path in decisions.conditions if path in _depends_on(path, nodes, decisions.conditions)]
    _drop(circular, decisions, sources)
    for path in list(decisions.conditions):
        if not _can_be_asked(nodes[path], nodes, options, decisions.conditions):
            _drop([path], decisions, sources)


def _drop(paths: Iterable[str], decisions: Decisions, sources: Mapping[str, set[int]]) -> None:
    for path in paths:
        del decisions.conditions[path]
        decisions.required.discard(path)
        decisions.refused |= sources[path]


def _depends_on(path: str, nodes: Mapping[str, Node], conditions: Mapping[str, Condition]) -> set[str]:
    """The paths of all elements with conditions on which it depends whether this one is asked."""
    found: set[str] = set()
    waiting = [path]
    while waiting:
        for looked_at in paths_of(conditions[waiting.pop()]):
            node = nodes[looked_at]
            for one in (*node.walk(), *node.around()):
                if one.path in conditions and one.path not in found:
                    found.add(one.path)
                    waiting.append(one.path)
    return found


def _can_be_asked(
    node: Node,
    nodes: Mapping[str, Node],
    options: Mapping[str, tuple[str, ...]],
    conditions: Mapping[str, Condition],
) -> bool:
    """Whether there are answers, to fields that are asked themselves, with which the element is asked."""

    def asked_if(path: str) -> list[Condition]:
        return [conditions[one.path] for one in (nodes[path], *nodes[path].around()) if one.path in conditions]

    try:
        return can_hold(All(tuple(asked_if(node.path))), options, conditions.values(), asked_if)
    except TooManyError:
        return False
