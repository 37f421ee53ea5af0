"""How the search index grows with the catalogue: time, memory and disk to build it, time and memory to ask it.

Building and asking each run in a process of their own (``python -m evaluation.bench.scale``, JSON on stdout), so that
the peak memory is theirs alone. All sizes use the same trained encoder; its training does not belong to the build.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from assistant.model import ImportedEntry, Language, Service
from evaluation.bench.catalogue import SyntheticCatalogue
from evaluation.bench.machine import peak_mb
from evaluation.bench.stats import Pace
from knowledge.importers import IMPORTERS
from knowledge.index import build_index
from knowledge.lexicon import bundled_lexicon
from knowledge.retriever import open_retriever
from knowledge.settings import EncoderSettings, RetrievalSettings

_WARM_UP = 100


@dataclass(frozen=True, slots=True)
class Growth:
    """One size of catalogue. Memory is the peak of the whole process, interpreter and libraries included."""

    services: int
    passages: int
    build_seconds: float
    build_peak_mb: float
    disk_mb: float
    query_peak_mb: float
    query: Pace


def measure(services: int, encoder: Path, queries: int, lexicon: Path | None = None) -> Growth:
    """Build and ask an index over a synthetic catalogue of that size, with that lexicon or the bundled one."""
    with tempfile.TemporaryDirectory(prefix="roland-bench-") as directory:
        words = (str(lexicon),) if lexicon else ()
        built = _in_process("build", directory, str(services), str(encoder), *words)
        asked = _in_process("ask", directory, str(services), str(queries))
        disk = sum(path.stat().st_size for path in Path(directory, "index").rglob("*") if path.is_file())
    return Growth(
        services=services,
        passages=built["passages"],
        build_seconds=built["seconds"],
        build_peak_mb=built["peak_mb"],
        disk_mb=disk / 1e6,
        query_peak_mb=asked["peak_mb"],
        query=Pace(**asked["pace"]),
    )


def _in_process(*arguments: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "evaluation.bench.scale", *arguments]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return dict(json.loads(done.stdout))


# ── inside the process ─────────────────────────────────────────────────────────────────────────────────────────────


def _build(directory: str, size: str, encoder: str, *lexicon: str) -> dict[str, object]:
    catalogue = _catalogue(int(size))
    began = time.perf_counter()
    words = tuple(map(Path, lexicon)) or None
    settings = RetrievalSettings(encoder=EncoderSettings(model=Path(encoder)), lexicon=words)
    build_index(catalogue, Path(directory), settings, _tell)
    seconds = time.perf_counter() - began
    peak = peak_mb()
    passages = sum(1 + len(text.sections) for service in catalogue.services() for text in service.texts)
    return {"seconds": seconds, "peak_mb": peak, "passages": passages}


def _ask(directory: str, size: str, queries: str) -> dict[str, object]:
    retriever = open_retriever(Path(directory))
    questions = _catalogue(int(size)).questions(_WARM_UP + int(queries))
    samples = []
    for question in questions:
        began = time.perf_counter()
        retriever.search(question, Language.DE)
        samples.append((time.perf_counter() - began) * 1000)
    measured = samples[_WARM_UP:]
    return {"pace": asdict(Pace.of(measured, sum(measured) / 1000)), "peak_mb": peak_mb()}


def _catalogue(size: int) -> SyntheticCatalogue:
    with as_file(files("knowledge") / "bremen") as bundle:
        records: Iterable[object] = IMPORTERS["bundle"]().read([bundle])
        entries = [record.entry for record in records if isinstance(record, ImportedEntry)]
    return SyntheticCatalogue(tuple(entry for entry in entries if isinstance(entry, Service)), bundled_lexicon(), size)


def _tell(stage: str, share: float) -> None:
    if share >= 1:
        print(f"  {stage}", file=sys.stderr)  # noqa: T201 - progress for whoever waits


if __name__ == "__main__":
    command, *arguments = sys.argv[1:]
    steps: dict[str, Callable[..., object]] = {"build": _build, "ask": _ask}
    json.dump(steps[command](*arguments), sys.stdout)
