"""The callers: many telephones in a process of their own (``python -m evaluation.bench.voice.load``).

A plan comes as JSON on stdin, the outcome goes as JSON to stdout, so that line and callers share no interpreter.
"""

import asyncio
import gc
import json
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from evaluation.bench.voice.life import Habits, Life
from evaluation.bench.voice.turns import Outcome

_STEP_S = 0.02


@dataclass(frozen=True, slots=True)
class Plan:
    """``calls`` at once, all begun within ``ramp_s``; then what is asked for ``seconds`` is measured."""

    address: str
    calls: int
    ramp_s: float
    seconds: float
    questions: tuple[str, ...]
    habits: Habits = field(default_factory=Habits)

    @classmethod
    def read(cls, raw: dict[str, Any]) -> Self:
        """The plan of parsed JSON."""
        habits: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in raw["habits"].items()
        }
        return cls(**{**raw, "questions": tuple(raw["questions"]), "habits": Habits(**habits)})


def begin(plan: Plan) -> subprocess.Popen[str]:
    """Carry out the plan in a process of its own; it says a line when all calls are there, and then the outcome."""
    command = [sys.executable, "-m", "evaluation.bench.voice.load"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None  # noqa: S101 - it is a pipe
    process.stdin.write(json.dumps(asdict(plan)))
    process.stdin.close()
    return process


async def carry_out(plan: Plan) -> Outcome:
    """Carry out the plan in this event loop."""
    outcome, loop = Outcome(), asyncio.get_running_loop()
    lives = [Life(plan.address, number, plan.questions, plan.habits, outcome) for number in range(plan.calls)]
    for life in lives:
        life.prepare()
    # What is made now stays to the end; walking through it would make the callers late.
    gc.collect()
    gc.freeze()
    measures_from = loop.time() + plan.ramp_s
    stops_at = measures_from + plan.seconds
    async with asyncio.TaskGroup() as group:
        for number, life in enumerate(lives):
            group.create_task(life.live(plan.ramp_s * number / plan.calls, measures_from, stops_at))
        await asyncio.sleep(measures_from - loop.time())
        _tell("measuring")
        cpu, began = time.process_time(), loop.time()
        outcome.own_lateness_ms = await _lateness(stops_at)
        outcome.cpu_seconds, outcome.seconds = time.process_time() - cpu, loop.time() - began
        _tell("measured")
    return outcome


async def _lateness(until: float) -> list[float]:
    """How late this process gets to what is due, in milliseconds, tried every 20 ms."""
    loop, late = asyncio.get_running_loop(), []
    due = loop.time()
    while due < until:
        due += _STEP_S
        await asyncio.sleep(due - loop.time())
        late.append((loop.time() - due) * 1000)
        due = max(due, loop.time())
    return late


def _tell(word: str) -> None:
    print(word, flush=True)  # noqa: T201 - for whoever has begun it


def main() -> None:
    """Read a plan, carry it out, print the outcome."""
    outcome = asyncio.run(carry_out(Plan.read(json.load(sys.stdin))))
    _tell(outcome.written())


if __name__ == "__main__":
    main()
