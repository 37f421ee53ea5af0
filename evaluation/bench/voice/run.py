"""The whole measurement: the lines without a dialogue, then Roland's with more and more callers until it breaks."""

import math
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from importlib.resources import files
from pathlib import Path

from assistant.config import Settings
from evaluation.bench import machine
from evaluation.bench.voice.figures import FIXED, ROLAND, VOSK, Machine, Round, round_of
from evaluation.bench.voice.life import Habits
from evaluation.bench.voice.line import Line, Place
from evaluation.bench.voice.load import Plan, begin
from evaluation.bench.voice.report import MOST_WAIT_MS, Report
from evaluation.bench.voice.turns import Outcome, Stages, read_log

Tell = Callable[[str], None]
_SETTLE_S = 3.0
_HURRIED = Habits(interrupts=1.0, thinks_s=(0.5, 1.0))


@dataclass(frozen=True, slots=True)
class Scope:
    """``steps`` of calls at once, each measured for ``seconds`` after ``ramp_s``; ``alone_s`` for a single call.

    ``plain_steps`` are those of the lines without a dialogue; ``warm_up_s`` is how long somebody talks before anything
    is measured, for what is loaded at the first question.
    """

    steps: tuple[int, ...]
    seconds: float
    alone_s: float
    ramp_s: float
    warm_up_s: float = 20.0
    plain_steps: tuple[int, ...] = (1, 10)
    habits: Habits = field(default_factory=Habits)


FULL = Scope((1, 5, 10, 20, 30, 40, 50, 60), seconds=75, alone_s=100, ramp_s=20)
QUICK = Scope((1, 10, 40), seconds=45, alone_s=45, ramp_s=15)


@dataclass(frozen=True, slots=True)
class VoiceBench:
    """A city's line to measure, with a model that hears the callers' voices."""

    settings: Settings
    config: Path
    model: Path
    rate: int
    scope: Scope
    tell: Tell

    def run(self) -> Report:
        """Measure everything."""
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="roland-bench-") as scratch:
            place = Place(
                settings=self.settings,
                config=self.config.absolute(),
                model=self.model.absolute(),
                rate=self.rate,
                scratch=Path(scratch),
                most_calls=max(self.scope.steps),
            )
            rounds = [*self._plain(place), *self._roland(place)]
        return Report(machine.describe(), tuple(rounds), time.monotonic() - began)

    def _plain(self, place: Place) -> Iterator[Round]:
        for subject, line in ((FIXED, place.plain("fixed")), (VOSK, place.plain("vosk"))):
            with line as called:
                for calls in self.scope.plain_steps:
                    yield self._round(subject, called, calls)

    def _roland(self, place: Place) -> Iterator[Round]:
        """One server for all steps, as it would run in a city."""
        with place.roland() as line:
            if self.scope.warm_up_s:
                _carried_out(line, Plan(line.address, 1, 0.0, self.scope.warm_up_s, questions(), _HURRIED))
            for calls in self.scope.steps:
                measured = self._round(ROLAND, line, calls)
                yield measured
                if (measured.answer.p95_ms or math.inf) > MOST_WAIT_MS:
                    return

    def _round(self, subject: str, line: Line, calls: int) -> Round:
        scope = self.scope
        lasts = scope.alone_s if calls == 1 else scope.seconds
        ramp_s = min(scope.ramp_s, 1.0 * calls)
        rest_mb = machine.shared_out_mb(line.pid)
        plan = Plan(line.address, calls, ramp_s, lasts, questions(), scope.habits)
        outcome, used = _carried_out(line, plan)
        log = _log(line) if subject == ROLAND else None
        found = round_of(subject, calls, outcome, log, replace(used, rest_mb=rest_mb))
        wait = found.answer
        self.tell(f"  {subject}, calls: {calls}, {wait.count} answers, p50 {wait.p50_ms} ms, p95 {wait.p95_ms} ms")
        time.sleep(_SETTLE_S)  # calls that were hung up are put away
        return found


def questions() -> tuple[str, ...]:
    """What callers ask: questions that the test model understands from all of them."""
    text = files("evaluation").joinpath("data", "voice_questions.txt").read_text(encoding="utf-8")
    return tuple(line for line in text.splitlines() if line)


def _carried_out(line: Line, plan: Plan) -> tuple[Outcome, Machine]:
    with begin(plan) as callers:
        assert callers.stdout is not None  # noqa: S101 - it is a pipe
        _expect(callers, "measuring")
        cpu, began = machine.cpu_seconds(line.pid), time.monotonic()
        _expect(callers, "measured")
        busy_mb = machine.shared_out_mb(line.pid)
        line_cores = (machine.cpu_seconds(line.pid) - cpu) / (time.monotonic() - began)
        load = machine.load()
        outcome = Outcome.read(callers.stdout.read())
    return outcome, Machine(load, line_cores, outcome.cpu_seconds / outcome.seconds, busy_mb, busy_mb)


def _expect(callers: "subprocess.Popen[str]", word: str) -> None:
    assert callers.stdout is not None  # noqa: S101 - it is a pipe
    if callers.stdout.readline().strip() != word:
        raise RuntimeError(f"the callers have ended before they were {word}")


def _log(line: Line) -> Mapping[str, tuple[Stages, ...]]:
    zero = time.time() - time.monotonic()
    return read_log(line.log.read_text(encoding="utf-8", errors="replace").splitlines(), zero)
