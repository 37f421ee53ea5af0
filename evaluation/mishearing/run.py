"""All scenarios by telephone at several word error rates, and in chat beside."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import sha256

from assistant.dialogue.context import DialogueTools
from assistant.model import Channel
from evaluation.mishearing import LANGUAGES
from evaluation.mishearing.caller import Call, Caller
from evaluation.mishearing.measures import Way, call_measures, misses, way_of
from evaluation.results import Result
from evaluation.scenarios import Scenario

KIND = "calls"


def spoken(scenarios: Iterable[Scenario]) -> tuple[tuple[Scenario, ...], tuple[Scenario, ...]]:
    """The scenarios that callers can hold in a language that can be misheard, and those that say why they cannot."""
    heard = [scenario for scenario in scenarios if scenario.language in LANGUAGES]
    return (
        tuple(scenario for scenario in heard if scenario.not_by_phone is None),
        tuple(scenario for scenario in heard if scenario.not_by_phone is not None),
    )


async def hold_all(
    scenarios: Sequence[Scenario],
    tools: DialogueTools,
    rates: Sequence[float],
    callers: int,
    say: Callable[[str], None],
) -> Mapping[Way, Sequence[Call]]:
    """The calls by way, at first the chat without what belongs to the telephone.

    At each rate above 0, ``callers`` people hold every scenario.
    """
    held: dict[Way, Sequence[Call]] = {}
    for rate in (None, *rates):
        calls: list[Call] = []
        for number in range(callers if rate else 1):
            say(f"{way_of(rate)}, caller {number + 1}")
            caller = Caller(tools, rate, str(number))
            chosen = [one for one in scenarios if rate is not None or one.channel is not Channel.PHONE]
            calls += [await caller.hold(scenario) for scenario in chosen]
        held[way_of(rate)] = calls
    return held


def result_of(held: Mapping[Way, Sequence[Call]], scenarios: Sequence[Scenario], about: Mapping[str, str]) -> Result:
    """What the calls tell; the digest covers all scenario files."""
    digest = sha256(b"\0".join(scenario.path.read_bytes() for scenario in scenarios)).hexdigest()
    return Result(KIND, tuple(call_measures(held)), about, {"scenarios": digest}, misses=misses(held))
