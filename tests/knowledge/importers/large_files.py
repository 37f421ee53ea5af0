"""Makes large import files and measures an import's peak memory.

As a command: ``python -m tests.knowledge.importers.large_files dldb 500`` (format, size in MB).
"""

import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from assistant.storage.catalogue import SqlCatalogueStore
from knowledge.importers import IMPORTERS

PAYLOADS = Path(__file__).parents[2] / "payloads" / "catalogue"
PARAGRAPH = f"<p>{'Ein Absatz mit so vielen Worten, wie man sie gewohnt ist. ' * 5}</p>"


def write_dldb(path: Path, size: int) -> None:
    """A file of at least ``size`` bytes: one service of Munich's usual length (6 KB) again and again under new ids."""
    description = f"<h3>Ablauf</h3><p>Sie stellen einen <strong>Antrag</strong>.</p>{PARAGRAPH * 18}"
    with path.open("w", encoding="utf-8") as file:
        file.write('{"data": [')
        number = 0
        while file.tell() < size:
            entry = {"id": str(number), "name": f"Leistung {number}", "description": description, "locations": []}
            file.write(("," if number else "") + json.dumps(entry))
            number += 1
        file.write(f'], "meta": {{"datacount": {number}}}}}')


def write_xzufi(path: Path, size: int) -> None:
    """A file of at least ``size`` bytes: the first service of the sample, made longer, under ever new ids."""
    sample = (PAYLOADS / "xzufi-2.2.xml").read_text("utf-8")
    service = re.search(r"<xzufi:leistung>.*?</xzufi:leistung>", sample, re.DOTALL)
    assert service is not None
    text = service[0].replace("<p>Den Pass", f"{PARAGRAPH * 30}<p>Den Pass")
    head, tail = sample[: service.start()], "</xzufi:schreibe></xzufi:transfer.operation.040501>"
    with path.open("w", encoding="utf-8") as file:
        file.write(head)
        number = 0
        while file.tell() < size:
            file.write(text.replace("S/1001", f"S{number}"))
            number += 1
        file.write(tail)


WRITERS = {"dldb": write_dldb, "xzufi": write_xzufi}


def peak_memory(format_name: str, path: Path) -> float:
    """Peak resident memory (MB) of a process that imports ``path`` into an empty store."""
    command = [sys.executable, "-m", "tests.knowledge.importers.large_files", format_name, str(path)]
    run = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[3])
    return float(run.stdout.split()[-1])


def _import(format_name: str, path: Path) -> None:
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        report = SqlCatalogueStore(Path(folder) / "catalogue.db").replace(IMPORTERS[format_name]().read([path]))
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(f"{len(report.added)} entries in {seconds:.0f} s, peak memory in MB: {peak:.0f}\n")


def _main(format_name: str, size_or_path: str) -> None:
    if Path(size_or_path).exists():
        _import(format_name, Path(size_or_path))
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large"
        WRITERS[format_name](path, int(size_or_path) * 1_000_000)
        _import(format_name, path)


if __name__ == "__main__":
    _main(*sys.argv[1:])
