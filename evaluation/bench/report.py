"""The figures of a run, for machines and for people."""

from collections.abc import Iterator
from dataclasses import dataclass

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from evaluation.bench.scale import Growth
from evaluation.bench.stats import Pace, growth

IN_PROCESS, API, REST = "in process", "JSON API", "REST channel"
SPACY, SPACY_TWICE = "Roland, embedded engine", "Roland, embedded engine, 2 workers"
RASA = "Roland with Rasa NLU"
BASELINE, DIET_BASELINE = "Rasa's webhook", "Rasa's webhook, DIET"
_WIDTH = 130


@dataclass(frozen=True, slots=True)
class Row:
    """Whole turns of one subject. Processor time is per turn; ``load`` is the machine's just before (1 minute)."""

    subject: str
    way: str
    clients: int
    pace: Pace
    load: float
    server_cpu_ms: float
    client_cpu_ms: float


@dataclass(frozen=True, slots=True)
class Aim:
    """What was promised, and what was measured."""

    text: str
    measured: str
    met: bool


@dataclass(frozen=True, slots=True)
class Report:
    """Everything one run measured."""

    machine: dict[str, str]
    rows: tuple[Row, ...]
    growths: tuple[Growth, ...]
    seconds: float

    @property
    def failures(self) -> int:
        """Turns without a proper answer; figures beside a failure are worth nothing."""
        return sum(row.pace.failures for row in self.rows)

    @property
    def query_growth(self) -> float | None:
        """The exponent by which the median query time grows with the catalogue; None for a single size."""
        if len(self.growths) < 2:
            return None
        return growth([g.services for g in self.growths], [g.query.p50_ms for g in self.growths])

    def row(self, subject: str, way: str, clients: int) -> Row | None:
        """One row, where it was measured."""
        wanted = (subject, way, clients)
        return next((row for row in self.rows if (row.subject, row.way, row.clients) == wanted), None)

    def ratios(self, row: Row, baseline: str = BASELINE) -> tuple[float, float] | None:
        """Throughput as a multiple of the baseline's, and how many times shorter the median latency is."""
        other = self.row(baseline, REST, row.clients)
        if row.way == IN_PROCESS or other is None or other is row:
            return None
        return row.pace.per_second / other.pace.per_second, other.pace.p50_ms / row.pace.p50_ms

    def aims(self) -> Iterator[Aim]:
        """The promises of the project that this run can judge."""
        for subject, limit in ((RASA, 60.0), (SPACY, 25.0)):
            if row := self.row(subject, API, 1):
                measured = row.pace.p95_ms
                yield Aim(f"{subject}: p95 under {limit:.0f} ms, one client", f"{measured:.1f} ms", measured < limit)
        for subject in (RASA, SPACY, SPACY_TWICE):
            row = self.row(subject, API, 8)
            if row and (ratios := self.ratios(row)):
                yield Aim(
                    f"{subject}: at least 3 × the throughput of Rasa's webhook, 8 clients",
                    f"{ratios[0]:.1f} ×",
                    ratios[0] >= 3,
                )
        if (exponent := self.query_growth) is not None:
            text = "query time grows slower than the catalogue"
            yield Aim(text, f"as its size to the power of {exponent:.2f}", exponent < 1)


def show(report: Report, console: Console) -> None:
    """Print the report as tables; wide, for they are read beside one another more often than in a small window."""
    console = Console(file=console.file, width=max(console.width, _WIDTH))
    for name, value in report.machine.items():
        console.print(f"{name:10} {value}", highlight=False)
    console.print(_turns(report))
    console.print(_index(report))
    for aim in report.aims():
        console.print(
            f"{'[green]met[/]   ' if aim.met else '[red]missed[/]'} {aim.text}: {aim.measured}", highlight=False
        )
    console.print(f"{report.failures} turns failed; the run took {report.seconds:.0f} s", highlight=False)


def _turns(report: Report) -> Table:
    table = Table(
        title="Whole turns; × and ÷ against Rasa's webhook at as many clients", title_justify="left", box=SIMPLE
    )
    table.add_column("subject")
    table.add_column("way")
    for name in (
        "clients",
        "turns",
        "p50 ms",
        "p95 ms",
        "turns/s",
        "turns ×",
        "p50 ÷",
        "server ms",
        "client ms",
        "load",
    ):
        table.add_column(name, justify="right")
    for row in report.rows:
        pace, ratios = row.pace, report.ratios(row)
        table.add_row(
            row.subject,
            row.way,
            str(row.clients),
            str(pace.count),
            f"{pace.p50_ms:.1f}",
            f"{pace.p95_ms:.1f}",
            f"{pace.per_second:.0f}",
            *((f"{ratio:.1f}" for ratio in ratios) if ratios else ("", "")),
            f"{row.server_cpu_ms:.1f}",
            f"{row.client_cpu_ms:.2f}",
            f"{row.load:.1f}",
        )
    return table


def _index(report: Report) -> Table:
    table = Table(title="Search index; memory is the peak of the whole process", title_justify="left", box=SIMPLE)
    for name in ("services", "passages", "build s", "build MB", "disk MB", "serving MB", "queries", "p50 ms", "p95 ms"):
        table.add_column(name, justify="right")
    for size in report.growths:
        table.add_row(
            f"{size.services:,}",
            f"{size.passages:,}",
            f"{size.build_seconds:.1f}",
            f"{size.build_peak_mb:.0f}",
            f"{size.disk_mb:.0f}",
            f"{size.query_peak_mb:.0f}",
            str(size.query.count),
            f"{size.query.p50_ms:.2f}",
            f"{size.query.p95_ms:.2f}",
        )
    return table
