"""What a rule does with elements: the part of a sentence after "dann"."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from knowledge.forms.rule_scanner import Reference, Scanner, Unreadable, pattern, words


class EffectKind(StrEnum):
    """What happens to an element: ``require`` includes it, ``need`` only says that it must not stay empty then."""

    INCLUDE = "include"
    REQUIRE = "require"
    NEED = "need"
    EXCLUDE = "exclude"


@dataclass(frozen=True, slots=True)
class Effect:
    """What happens to one element; ``is_only``: in no other case."""

    reference: Reference
    kind: EffectKind
    is_only: bool = False

    @property
    def asks(self) -> bool:
        """Whether the element is asked."""
        return self.kind is not EffectKind.EXCLUDE


def actions(scanner: Scanner, known: Sequence[Reference] = ()) -> tuple[Effect, ...]:
    """One action or several, joined by "und" or a comma; ``known``: what an action without elements is about.

    Raises Unreadable where none comes next, or where one contradicts another.
    """
    effects = _with([], _action(scanner, tuple(known)))
    end = scanner.at
    while _parted(scanner):
        try:
            found = _action(scanner, tuple(effect.reference for effect in effects))
        except Unreadable:
            break
        effects = _with(effects, found)
        end = scanner.at
    scanner.at = end
    return tuple(effects)


def _parted(scanner: Scanner) -> bool:
    is_parted = scanner.take_sign(",")
    return scanner.take_word("and") or is_parted


def _with(effects: Sequence[Effect], more: Sequence[Effect]) -> list[Effect]:
    merged = {effect.reference: effect for effect in effects}
    for effect in more:
        known = merged.get(effect.reference)
        if known and (known.asks != effect.asks or known.is_only != effect.is_only):
            raise Unreadable
        kinds = {effect.kind, known.kind} if known else {effect.kind}
        kind = EffectKind.REQUIRE if len(kinds) > 1 else effect.kind
        merged[effect.reference] = replace(effect, kind=kind)
    return list(merged.values())


def _action(scanner: Scanner, known: tuple[Reference, ...]) -> tuple[Effect, ...]:
    start = scanner.at
    for form in (_order, _with_modal):
        try:
            return form(scanner, known)
        except Unreadable:
            scanner.at = start
    return _elements_first(scanner)


# ── "aktiviere F1, F2" ─────────────────────────────────────────────────────────────────────────────────────────────


def _order(scanner: Scanner, known: tuple[Reference, ...]) -> tuple[Effect, ...]:
    if known and scanner.take_word("make_required") and scanner.take(pattern(words()["verbs"]["required"])):
        return tuple(Effect(reference, EffectKind.NEED) for reference in known)
    for order in words()["orders"]:
        start = scanner.at
        try:
            return _this_order(scanner, order)
        except Unreadable:
            scanner.at = start
    raise Unreadable


def _this_order(scanner: Scanner, order: dict[str, Any]) -> tuple[Effect, ...]:
    if not scanner.take(pattern(order["begin"])):
        raise Unreadable
    scanner.take_sign(":")
    kind = EffectKind(order["effect"])
    is_required = scanner.take_word("as_required")
    found = references(scanner)
    is_negated = "end" in order and scanner.take_word("not")
    if "end" in order and not scanner.take(pattern(order["end"])):
        raise Unreadable
    return tuple(Effect(reference, _of_order(kind, is_required, is_negated)) for reference in found)


def _of_order(kind: EffectKind, is_required: bool, is_negated: bool) -> EffectKind:
    if (is_required and is_negated) or (kind is not EffectKind.INCLUDE and (is_required or is_negated)):
        raise Unreadable
    if is_negated:
        return EffectKind.EXCLUDE
    return EffectKind.REQUIRE if is_required else kind


# ── "muss F1 befüllt und F2 ausgeblendet werden" ───────────────────────────────────────────────────────────────────


def _with_modal(scanner: Scanner, known: tuple[Reference, ...]) -> tuple[Effect, ...]:
    """The modal first; without elements it is about those before: "erscheint F1 und muss befüllt werden"."""
    modal = _modal(scanner)
    is_negated = scanner.take_word("not")
    found = _maybe_references(scanner) or known
    if not found:
        raise Unreadable
    effects = list(_verbs(scanner, modal, found, is_negated=is_negated))
    while (following := _further(scanner, modal)) is not None:
        effects = _with(effects, following)
    scanner.take_word("auxiliary")
    return tuple(effects)


def _further(scanner: Scanner, modal: str) -> tuple[Effect, ...] | None:
    """Other elements under the same modal: "… und F2 ausgeblendet werden"."""
    start = scanner.at
    if scanner.take_word("and") and (found := _maybe_references(scanner)):
        try:
            return _verbs(scanner, modal, found)
        except Unreadable:
            pass
    scanner.at = start
    return None


def _elements_first(scanner: Scanner) -> tuple[Effect, ...]:
    """The elements first: "F1 ist nur dann zu befüllen"; alone before an order to leave others out, it means to ask."""
    found = references(scanner)
    start = scanner.at
    try:
        modal = _modal(scanner)
    except Unreadable:
        scanner.at = start
        return _closing_order(scanner, found)
    effects = _verbs(scanner, modal, found)
    scanner.take_word("auxiliary")
    return effects


def _closing_order(scanner: Scanner, found: tuple[Reference, ...]) -> tuple[Effect, ...]:
    if scanner.take_sign("=:") and scanner.take(pattern(words()["verbs"]["required"])):
        return tuple(Effect(reference, EffectKind.NEED) for reference in found)
    is_required = scanner.take_word("as_required")
    is_negated = scanner.take_word("not")
    for order in words()["closing_orders"]:
        if scanner.take(pattern(order["words"])):
            kind = EffectKind(order["effect"])
            if kind is EffectKind.REQUIRE:
                kind = EffectKind.INCLUDE
                is_required = not is_negated
            kind = _of_order(kind, is_required, is_negated)
            return tuple(Effect(reference, kind) for reference in found)
    if not is_required and not is_negated and _contrasts(scanner):
        return tuple(Effect(reference, EffectKind.INCLUDE) for reference in found)
    raise Unreadable


def _contrasts(scanner: Scanner) -> bool:
    """Whether an order to leave elements out comes next: in "DANN F1 UND deaktiviere F2" a word is missing."""
    start = scanner.at
    excluding = [order["begin"] for order in words()["orders"] if order["effect"] == "exclude" and "end" not in order]
    found = scanner.take_word("and") and any(scanner.take(pattern(begin)) for begin in excluding)
    scanner.at = start
    return found


def _verbs(scanner: Scanner, modal: str, found: Sequence[Reference], *, is_negated: bool = False) -> tuple[Effect, ...]:
    """The verbs of a modal: "nur dann zu befüllen", "als Pflichtfeld angezeigt", "angezeigt und befüllt"."""
    is_exact = scanner.take_word("exactly")
    is_only = is_exact or scanner.take_word("only")
    # "muss nur befüllt werden, wenn" leaves open whether it may be filled otherwise.
    if is_only and not is_exact and modal == "must":
        raise Unreadable
    is_negated = scanner.take_word("not") or is_negated
    scanner.take_word("adverbs")
    is_required = scanner.take_word("as_required")
    kinds = set(_kinds(scanner, modal, is_negated=is_negated))
    if not kinds and is_required and not is_negated and modal in {"be", "become"}:
        kinds, is_required = {EffectKind.NEED}, False
    kind = _of_verbs(kinds, is_required=is_required or is_exact)
    if is_only and kind is EffectKind.NEED:
        raise Unreadable
    # "ist nur dann zu befüllen" says when it may be, not that it must.
    if is_only and not is_exact and kind is EffectKind.REQUIRE:
        kind = EffectKind.INCLUDE
    return tuple(Effect(reference, kind, is_only) for reference in found)


def _kinds(scanner: Scanner, modal: str, *, is_negated: bool) -> Iterator[EffectKind]:
    end = scanner.at
    while kind := _verb(scanner, modal, is_negated=is_negated):
        yield kind
        end = scanner.at
        if not scanner.take_word("and"):
            break
    scanner.at = end


def _verb(scanner: Scanner, modal: str, *, is_negated: bool) -> EffectKind | None:
    for name, expression in words()["verbs"].items():
        key = f"-{name}" if is_negated else name
        if key in words()["effects"][modal] and scanner.take(pattern(expression)):
            return EffectKind(words()["effects"][modal][key])
    return None


def _of_verbs(kinds: set[EffectKind], *, is_required: bool) -> EffectKind:
    if not kinds:
        raise Unreadable
    if EffectKind.EXCLUDE in kinds:
        if len(kinds) > 1 or is_required:
            raise Unreadable
        return EffectKind.EXCLUDE
    return EffectKind.REQUIRE if is_required or len(kinds) > 1 else kinds.pop()


def _modal(scanner: Scanner) -> str:
    for name, expression in words()["modals"].items():
        if scanner.take(pattern(expression)):
            return str(name)
    raise Unreadable


# ── elements ───────────────────────────────────────────────────────────────────────────────────────────────────────


def references(scanner: Scanner) -> tuple[Reference, ...]:
    """Elements with commas, "und", the marks of a list or nothing between them."""
    found: list[Reference] = []
    while True:
        start = scanner.at
        if found:
            scanner.take_sign(",")
            scanner.take_word("and")
        scanner.take_sign("-*•")
        reference = scanner.reference()
        if not reference:
            scanner.at = start
            break
        found.append(reference)
    if not found:
        raise Unreadable
    return tuple(dict.fromkeys(found))


def _maybe_references(scanner: Scanner) -> tuple[Reference, ...]:
    try:
        return references(scanner)
    except Unreadable:
        return ()
