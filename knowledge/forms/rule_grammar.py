"""What a rule in words says: under which circumstances which elements are asked, and which are not.

Sentences of three forms are read, and nothing else::

    WENN claims, DANN actions [, SONST actions]
    actions, wenn claims                         ("… ist nur dann zu befüllen, wenn …")
    entweder … oder … muss befüllt sein
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.forms.rule_actions import Effect, EffectKind, actions
from knowledge.forms.rule_claims import Expression, attempt, claimed, expression
from knowledge.forms.rule_scanner import Reference, Scanner, Unreadable, Vocabulary, pattern, references_in, words

_MAX_LENGTH = 20_000
_IT = re.compile("es(?= )", re.IGNORECASE)
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Sentence:
    """What happens where ``when`` holds, and ``otherwise``."""

    text: str
    when: Expression
    effects: tuple[Effect, ...]
    otherwise: tuple[Effect, ...] = ()


@dataclass(frozen=True, slots=True)
class Alternatives:
    """Exactly one of these elements is to be filled."""

    text: str
    references: tuple[Reference, ...]


@dataclass(frozen=True, slots=True)
class Unread:
    """Words that are not understood.

    ``targets`` are elements that they may include or exclude; ``limits`` that they may limit the sentences around them.
    """

    text: str
    targets: tuple[Reference, ...] = ()
    limits: bool = False


Piece = Sentence | Alternatives | Unread


def read_rule(text: str, vocabulary: Vocabulary) -> tuple[Piece, ...]:
    """The sentences of a rule, in its order; what cannot be read, as a whole from one sentence to the next."""
    text = _with_marked_sentences(text)
    if len(text) > _MAX_LENGTH:
        return (_unread(text),)
    pieces: list[Piece] = []
    at = 0
    while at < len(text):
        piece, at = _piece(text, at, vocabulary)
        if piece:
            pieces.append(piece)
    return tuple(pieces)


def _with_marked_sentences(text: str) -> str:
    """The text on one line, with a line break only before a sentence that begins with "wenn" without a full stop."""
    lines = [_SPACE.sub(" ", line).strip() for line in text.splitlines()]
    joined = ""
    for line in filter(None, lines):
        is_new = joined and not joined.endswith(",") and pattern(words()["when"]).match(line)
        joined += f"{chr(10) if is_new else ' '}{line}" if joined else line
    return joined


def _piece(text: str, at: int, vocabulary: Vocabulary) -> tuple[Piece | None, int]:
    scanner = Scanner(text, vocabulary)
    scanner.at = at
    for form in (_when_first, _actions_first, _alternatives):
        scanner.at = at
        try:
            piece = form(scanner)
            end = scanner.at
            if _ends(scanner):
                # The sentence's own words: the parts know theirs only by position.
                return _with_text(piece, text[at:end].strip(" .;\n")), scanner.at
        except Unreadable:
            continue
    end = _next_sentence(text, at)
    rest = text[at:end].strip()
    return (_unread(rest) if rest.strip(" .;") else None), end


def _with_text(piece: Sentence | Alternatives, text: str) -> Piece:
    if isinstance(piece, Alternatives):
        return Alternatives(text, piece.references)
    return Sentence(text, piece.when, piece.effects, piece.otherwise)


def _ends(scanner: Scanner) -> bool:
    """Whether a sentence ends here; takes what ends it."""
    stopped = False
    while scanner.take_sign(".;\n"):
        stopped = True
    if stopped or not scanner.text[scanner.at :].strip():
        return True
    end = scanner.at
    # A full stop may be missing, but "aktiviere F1 wenn F2 bejaht wird" goes on.
    follows = attempt(scanner, _when_first) is not None
    scanner.at = end
    return follows


def _next_sentence(text: str, at: int) -> int:
    """Where the next sentence begins that may be read on its own."""
    begin = "|".join((words()["when"], words()["otherwise"]))
    found = re.compile(rf"(?:[.;] |\n)(?=(?:{begin})\b)", re.IGNORECASE).search(text, at + 1)
    return found.end() if found else len(text)


def _unread(text: str) -> Unread:
    references = references_in(text)
    when = re.search(rf"\b(?:{words()['when']})\b", text, re.IGNORECASE)
    limits = re.search(rf"\b(?:{words()['limiting']})\b", text, re.IGNORECASE) is not None
    if not when:
        return Unread(_SPACE.sub(" ", text), limits=limits)
    if when.start() == 0:
        modals = "|".join(words()["modals"].values())
        begin = re.search(rf"\b(?:{words()['then']})\b|, (?:{modals})\b", text, re.IGNORECASE)
        references = references_in(text[begin.end() :]) if begin else references
    return Unread(_SPACE.sub(" ", text), references, limits)


# ── the forms of a sentence ────────────────────────────────────────────────────────────────────────────────────────


def _when_first(scanner: Scanner) -> Sentence:
    is_only = scanner.take_word("only")
    if not scanner.take_word("when"):
        raise Unreadable
    when = expression(scanner)
    scanner.take_sign(",")
    scanner.take_word("then")
    scanner.take_sign(":")
    effects = actions(scanner)
    if any(effect.is_only for effect in effects):
        raise Unreadable
    otherwise = _otherwise(scanner, effects)
    if is_only:
        if otherwise or not all(effect.asks for effect in effects):
            raise Unreadable
        otherwise = tuple(Effect(effect.reference, EffectKind.EXCLUDE) for effect in effects)
    return Sentence("", when, effects, otherwise)


def _otherwise(scanner: Scanner, effects: Sequence[Effect]) -> tuple[Effect, ...]:
    start = scanner.at
    scanner.take_sign(",.;")
    if not scanner.take_word("otherwise"):
        scanner.at = start
        return ()
    scanner.take_sign(",")
    if scanner.take_word("not"):
        return tuple(Effect(effect.reference, EffectKind.EXCLUDE) for effect in effects if effect.asks)
    return actions(scanner, tuple(effect.reference for effect in effects))


def _actions_first(scanner: Scanner) -> Sentence:
    scanner.take(_IT)
    effects = actions(scanner)
    scanner.take_sign(",")
    if not scanner.take_word("when"):
        raise Unreadable
    when = expression(scanner)
    only = tuple(Effect(effect.reference, EffectKind.EXCLUDE) for effect in effects if effect.is_only)
    if only and any(not effect.asks for effect in effects):
        raise Unreadable
    return Sentence("", when, effects, only)


def _alternatives(scanner: Scanner) -> Alternatives:
    """Both orders: "Es muss entweder A oder B …", "Entweder muss A oder B …", "Entweder A oder B muss …"."""
    scanner.take(_IT)
    modal = _modal(scanner)
    if not scanner.take_word("either"):
        raise Unreadable
    modal = modal or _modal(scanner)
    references, connective = claimed(scanner)
    modal = modal or _modal(scanner)
    kind = "to_fill" if modal == "be" else "fill"
    if connective != "or" or len(references) < 2 or modal not in {"be", "must"}:
        raise Unreadable
    if not scanner.take(pattern(words()["verbs"][kind])):
        raise Unreadable
    scanner.take_word("auxiliary")
    return Alternatives("", references)


def _modal(scanner: Scanner) -> str | None:
    return next((name for name, verb in words()["modals"].items() if scanner.take(pattern(verb))), None)
