"""The figures of the telephone line, for machines and for people."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from evaluation.bench.report import Aim
from evaluation.bench.voice.figures import FIXED, ROLAND, Round, Spread

MOST_WAIT_MS = 1_000.0
P50_MS, P95_MS, STOP_MS, CALLS = 600.0, 900.0, 200.0, 40
_JUDGED_CALLS = 10
"""Where answers are judged: with fewer calls there are too few for a 95th percentile."""
_WIDTH = 165


@dataclass(frozen=True, slots=True)
class Report:
    """Everything one run measured."""

    machine: dict[str, str]
    rounds: tuple[Round, ...]
    seconds: float

    @property
    def sustained(self) -> int:
        """With how many calls at once, and with all fewer that were tried, 95 of 100 answers come within a second."""
        most = 0
        for one in self.of(ROLAND):
            if one.answer.p95_ms is None or one.answer.p95_ms >= MOST_WAIT_MS:
                break
            most = one.calls
        return most

    def of(self, subject: str) -> Sequence[Round]:
        """The rounds of one line, fewest calls first."""
        return sorted((one for one in self.rounds if one.subject == subject), key=lambda one: one.calls)

    def ratio(self, one: Round) -> float | None:
        """The median wait as a multiple of the floor's with as many calls."""
        floor = next((each for each in self.of(FIXED) if each.calls == one.calls), None)
        if floor is None or not floor.answer.p50_ms or one.answer.p50_ms is None:
            return None
        return one.answer.p50_ms / floor.answer.p50_ms

    def aims(self) -> Iterator[Aim]:
        """The promises of the project that this run can judge."""
        judged = next((one for one in self.of(ROLAND) if one.calls >= _JUDGED_CALLS), None)
        if judged is not None:
            yield _aim(f"answer p50, {judged.calls} calls", judged.answer.p50_ms, P50_MS)
            yield _aim(f"answer p95, {judged.calls} calls", judged.answer.p95_ms, P95_MS)
            yield _aim(f"interrupted p95, {judged.calls} calls", judged.stop.p95_ms, STOP_MS)
        if any(one.calls >= CALLS for one in self.of(ROLAND)) or judged is not None:
            text = f"at least {CALLS} calls at once with p95 under {MOST_WAIT_MS:.0f} ms"
            yield Aim(text, f"{self.sustained} calls", self.sustained >= CALLS)


def show(report: Report, console: Console) -> None:
    """Print the report as tables; wide, for they are read beside one another more often than in a small window."""
    console = Console(file=console.file, width=max(console.width, _WIDTH))
    for name, value in report.machine.items():
        console.print(f"{name:10} {value}", highlight=False)
    console.print(_waits(report))
    console.print(_costs(report))
    for aim in report.aims():
        verdict = "[green]met[/]   " if aim.met else "[red]missed[/]"
        console.print(f"{verdict} {aim.text}: {aim.measured}", highlight=False)
    console.print(f"the run took {report.seconds:.0f} s", highlight=False)


def _waits(report: Report) -> Table:
    title = (
        "From the caller's last sound to the first one of the answer at their ear, and from their first sound to "
        "Roland's silence; ÷ against one fixed sentence"
    )
    table = Table(title=title, title_justify="left", box=SIMPLE)
    table.add_column("line")
    columns = ("calls", "turns", "unheard", "answers", "p50 ms", "p95 ms", "÷", "understood p50", "answered p50")
    for name in (*columns, "interrupted", "p50 ms", "p95 ms", "refused", "cut off"):
        table.add_column(name, justify="right")
    for one in report.rounds:
        ratio = report.ratio(one)
        table.add_row(
            one.subject,
            *(str(one.calls), str(one.asked), str(one.unheard), str(one.answer.count)),
            *(_ms(one.answer.p50_ms), _ms(one.answer.p95_ms), "" if ratio is None else f"{ratio:.2f}"),
            *(_ms(one.recognised.p50_ms), _ms(one.answered.p50_ms)),
            *(str(one.stop.count), _ms(one.stop.p50_ms), _ms(one.stop.p95_ms)),
            *(str(one.refused), str(one.cut_off)),
        )
    return table


def _costs(report: Report) -> Table:
    title = "What it takes: cores used on average, memory of all processes (PSS); packets later than the earliest"
    table = Table(title=title, title_justify="left", box=SIMPLE)
    table.add_column("line")
    columns = ("calls", "line cores", "callers' cores", "load", "rest MB", "busy MB", "MB a call")
    for name in (*columns, "jitter p50", "p95", "p99 ms", "callers late p50", "p99 ms"):
        table.add_column(name, justify="right")
    for one in report.rounds:
        took = one.machine
        table.add_row(
            *(one.subject, str(one.calls), f"{took.line_cores:.2f}", f"{took.callers_cores:.2f}", f"{took.load:.1f}"),
            *(f"{took.rest_mb:.0f}", f"{took.busy_mb:.0f}", f"{one.mb_a_call:.1f}"),
            *_all(one.jitter),
            *(_tenths(one.own_lateness.p50_ms), _tenths(one.own_lateness.p99_ms)),
        )
    return table


def _aim(text: str, measured_ms: float | None, limit_ms: float) -> Aim:
    measured = "nothing" if measured_ms is None else f"{measured_ms:.0f} ms"
    return Aim(f"{text} at most {limit_ms:.0f} ms", measured, measured_ms is not None and measured_ms <= limit_ms)


def _all(spread: Spread) -> tuple[str, str, str]:
    return _tenths(spread.p50_ms), _tenths(spread.p95_ms), _tenths(spread.p99_ms)


def _ms(value: float | None) -> str:
    return "" if value is None else f"{value:.0f}"


def _tenths(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"
