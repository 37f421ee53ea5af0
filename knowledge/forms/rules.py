"""The rules of a schema, read into conditions: which elements are asked under which circumstances.

Rules are sentences in semi-formal German. Only what includes or excludes elements becomes a condition, and only where
the whole sentence is understood; everything else is kept in its own words.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from assistant.model.form import Condition
from knowledge.forms.rule_actions import Effect
from knowledge.forms.rule_decisions import Statement, decide
from knowledge.forms.rule_grammar import Alternatives, Piece, Sentence, Unread, read_rule
from knowledge.forms.rule_logic import negation
from knowledge.forms.rule_places import Places
from knowledge.forms.rule_scanner import Reference, Unreadable, Vocabulary
from knowledge.forms.schema_tree import Node, RuleText


class RuleStatus(StrEnum):
    """What became of a rule. A ``CHECK`` speaks of values only, and is no condition on an element."""

    READ = "read"
    PARTLY = "partly"
    CHECK = "check"
    UNREAD = "unread"


@dataclass(frozen=True, slots=True)
class RuleReading:
    """A rule at the element at ``path``; ``unread`` are its sentences that came to nothing."""

    id: str
    path: str
    status: RuleStatus
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rules:
    """``conditions`` by path; elements at ``required`` paths must be filled wherever they are asked."""

    conditions: Mapping[str, Condition] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    readings: tuple[RuleReading, ...] = ()

    @property
    def unread(self) -> tuple[str, ...]:
        """All sentences that came to nothing, each once."""
        return tuple(dict.fromkeys(text for reading in self.readings for text in reading.unread))


@dataclass(slots=True)
class _Spoken:
    """A piece of a rule with where it stands; ``number`` names it among all."""

    number: int
    piece: Piece
    rule: RuleText
    host: Node


def read_rules(root: Node, left_out: frozenset[str] = frozenset()) -> Rules:
    """The rules at a schema and its elements; ``left_out`` are ids of elements that the form does not show."""
    places = Places(root, left_out)
    pieces = list(_spoken(root, places.vocabulary()))
    statements: list[Statement] = []
    alternatives: dict[int, tuple[Node, ...]] = {}
    doubtful: set[str] = set()
    checks: set[int] = set()
    for spoken in pieces:
        try:
            match spoken.piece:
                case Sentence():
                    said = _statements(spoken.piece, spoken, places)
                    statements += said
                    if all(statement.checks for statement in said):
                        checks.add(spoken.number)
                case Alternatives(_, references):
                    checks.add(spoken.number)
                    if group := _group([places.find(reference, spoken.host) for reference in references]):
                        alternatives[spoken.number] = group
                case Unread(_, targets):
                    if not targets:
                        checks.add(spoken.number)
                    doubtful.update(_paths(targets, places))
        except Unreadable:
            doubtful.update(_paths(_targets(spoken.piece), places))
    decisions = decide(root, statements, frozenset(doubtful), alternatives)
    readings = _readings(pieces, decisions.used - decisions.refused, checks)
    return Rules(decisions.conditions, frozenset(decisions.required), readings)


def _spoken(root: Node, vocabulary: Vocabulary) -> Iterator[_Spoken]:
    known: dict[str, tuple[Piece, ...]] = {}
    number = 0
    for host in root.walk():
        for rule in host.rules:
            if rule.text not in known:
                known[rule.text] = _as_a_whole(read_rule(rule.text, vocabulary))
            for piece in known[rule.text]:
                yield _Spoken(number, piece, rule, host)
                number += 1


def _as_a_whole(pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """The pieces; none of them is read where one that is not understood may limit the others."""
    if not any(isinstance(piece, Unread) and piece.limits for piece in pieces):
        return pieces
    return tuple(Unread(piece.text, _targets(piece)) for piece in pieces)


def _targets(piece: Piece) -> tuple[Reference, ...]:
    match piece:
        case Sentence(_, _, effects, otherwise):
            return tuple(effect.reference for effect in (*effects, *otherwise))
        case Alternatives(_, references):
            return references
        case Unread(_, targets):
            return targets


def _paths(references: tuple[Reference, ...], places: Places) -> set[str]:
    return {node.path for reference in references for node in places.named(reference)}


def _statements(sentence: Sentence, spoken: _Spoken, places: Places) -> list[Statement]:
    when = places.condition(sentence.when, spoken.host)
    found = [*_about(sentence.effects, when, spoken, places)]
    if sentence.otherwise:
        found += _about(sentence.otherwise, negation(when), spoken, places)
    return found


def _about(effects: tuple[Effect, ...], when: Condition, spoken: _Spoken, places: Places) -> Iterator[Statement]:
    for effect in effects:
        if not places.is_left_out(effect.reference):
            node = places.find(effect.reference, spoken.host)
            if not node.path:
                raise Unreadable
            yield Statement(node, when, effect.kind, spoken.number)


def _group(nodes: list[Node]) -> tuple[Node, ...] | None:
    """Alternatives in the form's order, if they are next to one another and none has to be there anyway."""
    parent = nodes[0].parent
    are_free = all(node.parent is parent and not node.cardinality.is_required for node in nodes)
    if parent is None or not are_free or len({node.path for node in nodes}) < len(nodes):
        return None
    return tuple(sorted(nodes, key=parent.children.index))


def _readings(pieces: list[_Spoken], used: set[int], checks: set[int]) -> tuple[RuleReading, ...]:
    by_rule: dict[tuple[str, int], list[_Spoken]] = {}
    for spoken in pieces:
        by_rule.setdefault((spoken.host.path, id(spoken.rule)), []).append(spoken)
    return tuple(_reading(rule, used, checks) for rule in by_rule.values())


def _reading(pieces: list[_Spoken], used: set[int], checks: set[int]) -> RuleReading:
    unread = [spoken for spoken in pieces if spoken.number not in used]
    deciding = [spoken for spoken in pieces if spoken.number not in checks or spoken.number in used]
    if not deciding:
        status = RuleStatus.CHECK
    elif all(spoken.number in used for spoken in deciding):
        status = RuleStatus.READ
    else:
        status = RuleStatus.PARTLY if any(spoken.number in used for spoken in deciding) else RuleStatus.UNREAD
    first = pieces[0]
    return RuleReading(first.rule.id, first.host.path, status, tuple(spoken.piece.text for spoken in unread))
