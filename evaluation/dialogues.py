"""Whether conversations stay on the right service and section, turn by turn, follow-ups and changes of topic too."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.dialogue.context import DialogueTools
from assistant.model import Answer, Language, SectionKind, SourceKind
from evaluation.intervals import share
from evaluation.lines import only, read_lines, section_named
from evaluation.results import ALL, ROLAND, Measure, measure_of
from evaluation.talk import Outcome, Talk, outcome, page_language

_KEYS = frozenset({"id", "lang", "turns"})
_TURN_KEYS = frozenset({"user", "gold", "aspect", "expected"})


@dataclass(frozen=True, slots=True)
class LabelledTurn:
    """What a person says, the services any of which is right (None: no service is), the section asked for, the outcome.

    Section and outcome are judged only where they are set.
    """

    user: str
    gold: frozenset[str] | None
    section: SectionKind | None = None
    expected: Outcome | None = None


@dataclass(frozen=True, slots=True)
class LabelledDialogue:
    """One conversation."""

    id: str
    language: Language
    turns: tuple[LabelledTurn, ...]


@dataclass(frozen=True, slots=True)
class TurnResult:
    """How a turn ended; ``section_right`` is None where none was asked for."""

    dialogue: LabelledDialogue
    number: int
    shown: str | None
    outcome: Outcome
    service_right: bool
    section_right: bool | None

    @property
    def is_right(self) -> bool:
        """Whether service, section and outcome are right, as far as they were set."""
        expected = self.turn.expected
        return self.service_right and self.section_right is not False and expected in (None, self.outcome)

    @property
    def turn(self) -> LabelledTurn:
        """What was said and expected."""
        return self.dialogue.turns[self.number]


def read_dialogues(path: Path) -> tuple[LabelledDialogue, ...]:
    """The lines ``{"id", "lang", "turns": [{"user", "gold": [ids] | null, "aspect"?, "expected"?}]}``."""
    return read_lines(path, _dialogue)


def _dialogue(record: Mapping[str, Any]) -> LabelledDialogue:
    only(record, _KEYS)
    turns = tuple(_turn(turn) for turn in record["turns"])
    if not turns:
        raise ValueError("a dialogue without turns")
    return LabelledDialogue(record["id"], Language(record["lang"]), turns)


def _turn(record: Mapping[str, Any]) -> LabelledTurn:
    only(record, _TURN_KEYS)
    gold, expected = record["gold"], record.get("expected")
    if gold is not None and (not isinstance(gold, list) or not gold):
        raise ValueError("gold must be null or a list of at least one service id")
    return LabelledTurn(
        record["user"],
        None if gold is None else frozenset(gold),
        section_named(record.get("aspect")),
        Outcome(expected) if expected else None,
    )


async def hold(dialogues: Iterable[LabelledDialogue], tools: DialogueTools) -> tuple[TurnResult, ...]:
    """All turns of all dialogues; a wrong turn is not repaired, the person simply goes on."""
    results = []
    for dialogue in dialogues:
        talk = Talk(tools, dialogue.id, page_language(tools, dialogue.language))
        for number, turn in enumerate(dialogue.turns):
            results.append(judged(dialogue, number, await talk.say(turn.user)))
    return tuple(results)


def judged(dialogue: LabelledDialogue, number: int, answer: Answer) -> TurnResult:
    """An answer against what was expected of it.

    A section is right where the answer quotes it, or is about the aspect that it answers first.
    """
    turn = dialogue.turns[number]
    ended = outcome(answer)
    if turn.gold is None:
        service_right = ended is not Outcome.ANSWERED
    else:
        service_right = ended is Outcome.ANSWERED and answer.service_id in turn.gold
    section_right = None if turn.section is None else service_right and turn.section in _told(answer)
    return TurnResult(dialogue, number, answer.service_id, ended, service_right, section_right)


def _told(answer: Answer) -> set[SectionKind]:
    quoted = {source.section for source in answer.sources if source.kind is SourceKind.SERVICE and source.section}
    return quoted | {aspect.section_kind for aspect in answer.aspects}


def dialogue_measures(results: Sequence[TurnResult]) -> Iterator[Measure]:
    """Shares of right turns by service, by section and in all, and of conversations without a wrong turn.

    Turns of one conversation lean on one another, so that the true intervals of their shares are somewhat wider.
    """
    for grouping, group, members in _groups(results):
        yield _share("service", [one.service_right for one in members], grouping, group)
        if sections := [one.section_right for one in members if one.section_right is not None]:
            yield _share("section", sections, grouping, group)
        yield _share("turn", [one.is_right for one in members], grouping, group)
    for grouping, group, members in _groups(results, by_turn=False):
        whole: dict[str, bool] = {}
        for one in members:
            whole[one.dialogue.id] = whole.get(one.dialogue.id, True) and one.is_right
        yield _share("whole_dialogue", list(whole.values()), grouping, group)


def misses(results: Iterable[TurnResult]) -> tuple[str, ...]:
    """The wrong turns, in words."""
    return tuple(
        f"[{one.dialogue.id}/{one.number + 1}] {one.turn.user} → {one.outcome}"
        f"{f' ({one.shown})' if one.shown else ''}; wanted {_wanted(one.turn)}"
        for one in results
        if not one.is_right
    )


def _wanted(turn: LabelledTurn) -> str:
    service = " or ".join(sorted(turn.gold)) if turn.gold else "no service"
    return ", ".join(str(part) for part in (service, turn.section, turn.expected) if part)


def _share(metric: str, rights: Sequence[bool], grouping: str, group: str) -> Measure:
    return measure_of(share(sum(rights), len(rights)), ROLAND, metric, grouping, group)


_GROUPINGS: Mapping[str, Callable[[TurnResult], str]] = {
    ALL: lambda _: ALL,
    "language": lambda one: str(one.dialogue.language),
    "place": lambda one: "first" if one.number == 0 else "later",
}


def _groups(results: Sequence[TurnResult], *, by_turn: bool = True) -> Iterator[tuple[str, str, list[TurnResult]]]:
    for grouping, group_of in _GROUPINGS.items():
        if grouping == "place" and not by_turn:
            continue
        groups: dict[str, list[TurnResult]] = {}
        for one in results:
            groups.setdefault(group_of(one), []).append(one)
        for group, members in sorted(groups.items()):
            yield grouping, group, members
