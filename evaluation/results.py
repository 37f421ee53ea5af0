"""What a run measured, as it is written to ``var/evaluation/<kind>-<time>/result.json`` and read again."""

import json
import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from assistant import bootstrap
from assistant.config import Settings
from evaluation.intervals import Estimate
from evaluation.lines import digest
from knowledge.index import current_index
from knowledge.snapshot import encoder_folder

RESULT_FILE = "result.json"
ROLAND = "roland"
ALL = "all"
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure: who was measured (Roland or a baseline), over which questions, and how well.

    ``grouping`` is "all", "language", "style" or the like, ``group`` one of it. The interval is missing where a figure
    has none. ``better`` says whether more of it is better ("more") or less ("less").
    """

    subject: str
    grouping: str
    group: str
    metric: str
    value: float
    low: float | None = None
    high: float | None = None
    count: int = 0
    better: str = "more"

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What makes it the same figure in another run."""
        return self.subject, self.grouping, self.group, self.metric


@dataclass(frozen=True, slots=True)
class Reliability:
    """Of the questions whose first finding has a probability in ``[low, high)``: how many, how sure, how many right."""

    low: float
    high: float
    questions: int
    probability: float
    right: float


@dataclass(frozen=True, slots=True)
class Confusion:
    """How often one thing was taken for another."""

    meant: str
    found: str
    times: int


@dataclass(frozen=True, slots=True)
class Result:
    """One run. ``about`` is the configuration that made it, ``data`` the SHA-256 of every file asked, by its name.

    ``misses`` are what went wrong, in words, for whoever wants to mend it.
    """

    kind: str
    measures: tuple[Measure, ...]
    about: Mapping[str, str]
    data: Mapping[str, str]
    at: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="milliseconds"))
    calibration: tuple[Reliability, ...] = ()
    confusions: tuple[Confusion, ...] = ()
    misses: tuple[str, ...] = ()

    @property
    def series(self) -> tuple[str, ...]:
        """Runs of one series can be compared: same kind, same city, same files by name."""
        return self.kind, self.about.get("city", ""), *sorted(self.data)

    def value(self, subject: str, metric: str, grouping: str = ALL, group: str = ALL) -> float | None:
        """One figure, where it was measured."""
        wanted = (subject, grouping, group, metric)
        return next((measure.value for measure in self.measures if measure.key == wanted), None)


def measure_of(
    estimate: Estimate, subject: str, metric: str, grouping: str = ALL, group: str = ALL, *, better: str = "more"
) -> Measure:
    """An estimate with what it is an estimate of."""
    value, low, high = (round(figure, 5) for figure in (estimate.value, estimate.low, estimate.high))
    return Measure(subject, grouping, group, metric, value, low, high, estimate.count, better)


def about(settings: Settings) -> dict[str, str]:
    """The configuration of a run: the city, its catalogue, the index in use and what it was built with, versions."""
    index = current_index(settings.storage.data_dir)
    return {
        "city": settings.city.name,
        "catalogue": bootstrap.open_catalogue(settings).revision,
        "index": index.name,
        "encoder": encoder_folder(index).name,
        "nlu": settings.nlu.engine,
        "answer_probability": str(settings.retrieval.answer_probability),
        "admit_probability": str(settings.retrieval.admit_probability),
        "near_tie_ratio": str(settings.retrieval.near_tie_ratio),
        **versions(),
    }


def versions() -> dict[str, str]:
    """What the run was made with, wherever it ran."""
    return {"roland": version("roland"), "python": platform.python_version()}


def data_hashes(paths: Sequence[Path]) -> dict[str, str]:
    """The SHA-256 of each file by its name."""
    return {path.resolve().name: digest(path) for path in paths}


def write(result: Result, folder: Path) -> Path:
    """Write a result into a folder of its own below ``folder``; returns the file."""
    stamp = result.at[:23].translate({ord(":"): None, ord("-"): None, ord("."): None})
    path = folder / f"{result.kind}-{stamp}" / RESULT_FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(to_json(result), encoding="utf-8")
    return path


def to_json(result: Result) -> str:
    """A result as a JSON document."""
    return json.dumps({"format": _FORMAT, **asdict(result)}, ensure_ascii=False, indent=1)


def read_all(folder: Path) -> Iterator[Result]:
    """The results below a folder, oldest first; those of another format are left out."""
    found = []
    for path in folder.glob(f"*/{RESULT_FILE}"):
        record = json.loads(path.read_text(encoding="utf-8"))
        if record.pop("format", None) == _FORMAT:
            found.append(_result(record))
    yield from sorted(found, key=lambda result: result.at)


def _result(record: dict[str, list[dict[str, object]]]) -> Result:
    lists = {
        "measures": tuple(Measure(**one) for one in record.pop("measures")),  # type: ignore[arg-type]
        "calibration": tuple(Reliability(**one) for one in record.pop("calibration")),  # type: ignore[arg-type]
        "confusions": tuple(Confusion(**one) for one in record.pop("confusions")),  # type: ignore[arg-type]
        "misses": tuple(record.pop("misses")),
    }
    return Result(**record, **lists)  # type: ignore[arg-type]
