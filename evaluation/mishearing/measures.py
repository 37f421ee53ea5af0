"""What calls tell in figures, with how sure they are; calls of one scenario lean on one another."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from assistant.model import AnswerStatus
from evaluation.expectations import listed
from evaluation.intervals import Estimate, ratio
from evaluation.mishearing import word_errors
from evaluation.mishearing.caller import Call, CallStep, Ending
from evaluation.results import ROLAND, Measure, measure_of

CHAT = "chat"
_FORMS = "formulare"
_DANGER = frozenset({AnswerStatus.HANDOFF_EMERGENCY, AnswerStatus.HANDOFF_DISTRESS})

Way = str
"""How calls were held: "chat", or "phone" with the word error rate."""


def way_of(rate: float | None) -> Way:
    """The name of a way: None is the chat, else the word error rate (0–1) by telephone."""
    return CHAT if rate is None else f"phone {rate:.0%}"


def call_measures(held: Mapping[Way, Sequence[Call]]) -> Iterator[Measure]:
    """Shares of calls solved, and of steps by how they ended, by way; then the calls solved by language and kind."""
    for way, calls in held.items():
        yield from _of_way(way, calls)
    groupings: tuple[tuple[str, Callable[[Call], str]], ...] = (
        ("language", lambda call: str(call.language)),
        ("kind", lambda call: "forms" if _FORMS in call.scenario.path.parts else "talks"),
    )
    for grouping, group_of in groupings:
        for way, calls in held.items():
            for group in sorted({group_of(call) for call in calls}):
                own = [call for call in calls if group_of(call) == group]
                yield measure_of(_solved(own), way, "solved", grouping, group)
                yield measure_of(_steps(own, _ended(Ending.WRONG)), way, "wrong", grouping, group, better="less")


def _of_way(way: Way, calls: Sequence[Call]) -> Iterator[Measure]:
    yield measure_of(_solved(calls), ROLAND, "solved", "way", way)
    for ending in Ending:
        better = "more" if ending is Ending.RIGHT else "less"
        yield measure_of(_steps(calls, _ended(ending)), ROLAND, f"steps_{ending}", "way", way, better=better)
    yield measure_of(_steps(calls, lambda step: step.repeated), ROLAND, "repeated", "way", way, better="less")
    if any(_is_danger(step) for call in calls for step in call.steps):
        yield measure_of(_share(calls, _is_danger, _is_helped), ROLAND, "danger_heard", "way", way)
    errors = word_errors((one.said, one.heard) for call in calls for step in call.steps for one in step.heard)
    if errors.said:
        yield Measure(ROLAND, "way", way, "word_errors", round(errors.rate, 5), count=errors.said, better="less")


def misses(held: Mapping[Way, Sequence[Call]]) -> tuple[str, ...]:
    """The calls that were not solved, in words, wrong answers first."""
    lost = [(way, call) for way, calls in held.items() for call in calls if not call.is_solved]
    ranked = sorted(lost, key=lambda one: one[1].steps[-1].ending is not Ending.WRONG)
    return tuple(f"[{way}] {call.scenario.name}: {_told(call)}" for way, call in ranked)


def _told(call: Call) -> str:
    last = call.steps[-1]
    if last.ending is Ending.RIGHT:
        return "; ".join(call.packet_faults)
    heard = f" (heard: {' / '.join(one.text for one in last.heard)})" if last.heard else ""
    return f"{last.step.words}{heard} → {last.ending}: {'; '.join(last.faults)}"


def _solved(calls: Sequence[Call]) -> Estimate:
    return _by_scenario(calls, lambda call: (float(call.is_solved), 1.0))


def _steps(calls: Sequence[Call], wanted: Callable[[CallStep], bool]) -> Estimate:
    return _share(calls, lambda _: True, wanted)


def _share(calls: Sequence[Call], among: Callable[[CallStep], bool], wanted: Callable[[CallStep], bool]) -> Estimate:
    """Of the judged steps that count, the share of those wanted."""

    def counted(call: Call) -> tuple[float, float]:
        steps = [step for step in _judged(call) if among(step)]
        return float(sum(map(wanted, steps))), float(len(steps))

    return _by_scenario(calls, counted)


def _by_scenario(calls: Sequence[Call], counted: Callable[[Call], tuple[float, float]]) -> Estimate:
    parts: defaultdict[Path, float] = defaultdict(float)
    wholes: defaultdict[Path, float] = defaultdict(float)
    for call in calls:
        part, whole = counted(call)
        parts[call.scenario.path] += part
        wholes[call.scenario.path] += whole
    names = sorted(wholes)
    return ratio([parts[name] for name in names], [wholes[name] for name in names])


def _judged(call: Call) -> Iterator[CallStep]:
    """The steps of which something was expected."""
    return (step for step in call.steps if step.step.expect)


def _ended(ending: Ending) -> Callable[[CallStep], bool]:
    return lambda step: step.ending is ending


def _is_helped(step: CallStep) -> bool:
    """Whether somebody in danger or need was at least given numbers to call."""
    return step.ending in {Ending.RIGHT, Ending.HANDED_OVER}


def _is_danger(step: CallStep) -> bool:
    expected = listed(step.step.expect.get("status"))
    return bool(expected) and set(expected) <= _DANGER
