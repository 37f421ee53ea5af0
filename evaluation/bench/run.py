"""The whole benchmark, one figure after the other."""

import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from assistant import bootstrap
from assistant.config import Settings
from evaluation.bench import baseline, machine, report
from evaluation.bench.report import Report, Row
from evaluation.bench.scale import Growth, measure
from evaluation.bench.talks import Talk, read_talks
from evaluation.bench.turns import Effort, Subject, in_process, over_http
from knowledge.index import current_index
from knowledge.snapshot import encoder_folder

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Scope:
    """What is measured. ``alone`` is the effort for one client after the other, ``together`` for several at once."""

    alone: Effort
    together: Effort
    clients: tuple[int, ...]
    sizes: tuple[int, ...]
    queries: int
    all_subjects: bool
    """Also two workers, Rasa's default pipeline, and Rasa's REST channel served by Roland."""
    lexicon: Path | None = None
    """What the synthetic catalogues are matched with instead of the bundled lexicon."""


FULL = Scope(
    alone=Effort(400, 100, 20),
    together=Effort(1500, 200, 20),
    clients=(1, 8, 32),
    sizes=(300, 3_000, 30_000),
    queries=500,
    all_subjects=True,
)
QUICK = Scope(
    alone=Effort(100, 30, 6), together=Effort(200, 50, 6), clients=(1, 8), sizes=(300,), queries=200, all_subjects=False
)


@dataclass(frozen=True, slots=True)
class Bench:
    """A city to measure. Without Rasa's environment everything about Rasa is left out."""

    settings: Settings
    config: Path
    scope: Scope
    tell: Tell

    def run(self) -> Report:
        """Measure everything; models and baselines that are not there yet are trained before the clock starts."""
        bootstrap.set_up_data(self.settings, self.tell)
        bots = list(self._bots())
        began = time.monotonic()
        described = machine.describe(bootstrap.RASA_PYTHON if bots else None)
        talks = read_talks()
        rows = []
        for row in chain(self._roland(talks), *(self._baseline(name, bot, talks) for name, bot in bots)):
            rows.append(row)
            self.tell(f"  {row.way}, clients: {row.clients}, p50 {row.pace.p50_ms:.1f} ms")
        return Report(described, tuple(rows), tuple(self._growths()), time.monotonic() - began)

    def _roland(self, talks: tuple[Talk, ...]) -> Iterator[Row]:
        with tempfile.TemporaryDirectory(prefix="roland-bench-") as scratch:
            for subject in self._subjects(Path(scratch)):
                if subject.workers == 1:
                    self.tell(f"{subject.name}, in process")
                    yield in_process(subject, self.scope.alone, talks)
                self.tell(f"{subject.name}, over HTTP")
                with subject.serve() as server:
                    for clients in self.scope.clients:
                        yield over_http(subject.name, server, "roland", clients, self._effort(clients), talks)
                    if self.scope.all_subjects:
                        yield over_http(subject.name, server, "rest", 8, self._effort(8), talks)

    def _subjects(self, scratch: Path) -> Iterator[Subject]:
        embedded = Subject(report.SPACY, "spacy", self.settings, self.config, scratch)
        yield embedded
        if self.scope.all_subjects:
            yield replace(embedded, name=report.SPACY_TWICE, workers=2)
        if bootstrap.RASA_PYTHON.exists():
            yield replace(embedded, name=report.RASA, engine="rasa")

    def _bots(self) -> Iterator[tuple[str, baseline.Bot]]:
        if not bootstrap.RASA_PYTHON.exists():
            self.tell("Rasa is not set up (make setup-rasa): there is no baseline")
            return
        bootstrap.train_nlu(self.settings, "rasa", self.tell)
        python = bootstrap.RASA_PYTHON.absolute()
        cache = self.settings.storage.data_dir.absolute() / "bench"
        self.tell("training the baseline, unless it is there")
        yield report.BASELINE, baseline.trained_bot(python, cache, "same")
        if self.scope.all_subjects and not baseline.uses_diet():
            self.tell("training the baseline with Rasa's default pipeline, unless it is there")
            yield report.DIET_BASELINE, baseline.trained_bot(python, cache, "default")

    def _baseline(self, name: str, bot: baseline.Bot, talks: tuple[Talk, ...]) -> Iterator[Row]:
        self.tell(name)
        with tempfile.TemporaryDirectory(prefix="roland-bench-") as scratch, bot.serve(Path(scratch, "log")) as server:
            for clients in self.scope.clients:
                yield over_http(name, server, "rest", clients, self._effort(clients), talks)

    def _growths(self) -> Iterator[Growth]:
        encoder = encoder_folder(current_index(self.settings.storage.data_dir))
        for size in self.scope.sizes:
            self.tell(f"index of {size:,} services")
            yield measure(size, encoder, self.scope.queries, self.scope.lexicon)

    def _effort(self, clients: int) -> Effort:
        return self.scope.alone if clients == 1 else self.scope.together
