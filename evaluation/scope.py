"""Whether Roland knows what it is for: declines, small talk, hand-offs and emergencies, and refusals that are wrong."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.dialogue.context import DialogueTools
from assistant.model import Answer, Language
from evaluation.intervals import share
from evaluation.lines import only, read_lines
from evaluation.questions import LabelledQuestion
from evaluation.results import ALL, ROLAND, Confusion, Measure, measure_of
from evaluation.talk import Outcome, Talk, outcome, page_language

_KEYS = frozenset({"query", "lang", "expected"})
EXPECTED = frozenset({Outcome.DECLINE, Outcome.SMALLTALK, Outcome.HANDOFF, Outcome.EMERGENCY})


@dataclass(frozen=True, slots=True)
class ScopeQuestion:
    """Something a municipal assistant must not answer from its catalogue, and how it is to be handled."""

    query: str
    language: Language
    expected: Outcome


@dataclass(frozen=True, slots=True)
class Handled:
    """A first message, what was expected of it, and how it ended.

    ``shown`` is the service that was answered, ``gold`` those that would be right; none where any would be wrong.
    """

    query: str
    language: Language
    expected: Outcome
    outcome: Outcome
    shown: str | None = None
    gold: frozenset[str] = frozenset()

    @property
    def is_right(self) -> bool:
        """Whether it ended as it should."""
        return self.outcome is self.expected


def read_scope(path: Path) -> tuple[ScopeQuestion, ...]:
    """The lines ``{"query", "lang", "expected": "decline" | "smalltalk" | "handoff" | "emergency"}``."""
    return read_lines(path, _question)


def _question(record: Mapping[str, Any]) -> ScopeQuestion:
    only(record, _KEYS)
    expected = Outcome(record["expected"])
    if expected not in EXPECTED:
        raise ValueError(f"expected must be one of {', '.join(sorted(EXPECTED))}")
    return ScopeQuestion(record["query"], Language(record["lang"]), expected)


async def ask_scope(questions: Iterable[ScopeQuestion], tools: DialogueTools) -> tuple[Handled, ...]:
    """Each as the first message of a conversation of its own, by the whole dialogue turn."""
    handled = []
    for question in questions:
        answer = await _first_answer(question.query, question.language, tools)
        ended = outcome(answer)
        handled.append(Handled(question.query, question.language, question.expected, ended, answer.service_id))
    return tuple(handled)


async def ask_answerable(questions: Iterable[LabelledQuestion], tools: DialogueTools) -> tuple[Handled, ...]:
    """Questions that the catalogue answers; anything but an answer or a question back is wrong."""
    handled = []
    for question in questions:
        answer = await _first_answer(question.query, question.language, tools)
        ended = outcome(answer)
        shown, gold = answer.service_id, question.gold
        handled.append(Handled(question.query, question.language, Outcome.ANSWERED, ended, shown, gold))
    return tuple(handled)


async def _first_answer(text: str, language: Language, tools: DialogueTools) -> Answer:
    return await Talk(tools, "scope", page_language(tools, language)).say(text)


def scope_measures(handled: Sequence[Handled]) -> Iterator[Measure]:
    """How many were handled as expected: over all, by language and by what was expected."""
    for grouping, group, members in _groups(handled, lambda one: one.expected, "expected"):
        right = sum(one.is_right for one in members)
        yield measure_of(share(right, len(members)), ROLAND, "handled", grouping, group)


def answerable_measures(handled: Sequence[Handled]) -> Iterator[Measure]:
    """How many answerable questions were refused, asked back or ended otherwise, over all and by language.

    ``answered_right`` is the precision that the thresholds buy: of what was answered, the share on a gold service.
    """
    for grouping, group, members in _groups(handled, None, ""):
        endings = Counter(one.outcome for one in members)
        for metric, ended in _ENDINGS.items():
            estimate = share(sum(endings[one] for one in ended), len(members))
            better = "more" if metric == "answerable_answered" else "less"
            yield measure_of(estimate, ROLAND, metric, grouping, group, better=better)
        answered = [one for one in members if one.outcome is Outcome.ANSWERED]
        if answered:
            right = sum(one.shown in one.gold for one in answered)
            yield measure_of(share(right, len(answered)), ROLAND, "answered_right", grouping, group)


def scope_confusions(handled: Sequence[Handled]) -> tuple[Confusion, ...]:
    """What was expected against how it ended, the most frequent first; right ones included."""
    pairs = Counter((one.expected.value, one.outcome.value) for one in handled)
    return tuple(Confusion(meant, found, times) for (meant, found), times in pairs.most_common())


def misses(handled: Iterable[Handled]) -> tuple[str, ...]:
    """What did not end as it should, in words; a question back on an answerable question is none."""
    return tuple(
        f"[{one.language}] {one.query} → {one.outcome}{f' ({one.shown})' if one.shown else ''}; expected {one.expected}"
        for one in handled
        if not one.is_right and (one.expected, one.outcome) != (Outcome.ANSWERED, Outcome.CLARIFICATION)
    )


_ENDINGS: Mapping[str, frozenset[Outcome]] = {
    "answerable_answered": frozenset({Outcome.ANSWERED}),
    "answerable_refused": frozenset({Outcome.DECLINE}),
    "answerable_asked_back": frozenset({Outcome.CLARIFICATION}),
    "answerable_otherwise": frozenset({Outcome.SMALLTALK, Outcome.HANDOFF, Outcome.EMERGENCY, Outcome.ERROR}),
}


def _groups(
    handled: Sequence[Handled], further: Callable[[Handled], str] | None, name: str
) -> Iterator[tuple[str, str, list[Handled]]]:
    groups: dict[tuple[str, str], list[Handled]] = {}
    for one in handled:
        keys = [(ALL, ALL), ("language", str(one.language))]
        if further is not None:
            keys.append((name, str(further(one))))
        for key in keys:
            groups.setdefault(key, []).append(one)
    for (grouping, group), members in sorted(groups.items()):
        yield grouping, group, members
