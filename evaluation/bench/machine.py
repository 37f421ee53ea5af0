"""Where and under which load the figures were measured."""

import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path

_PACKAGES = ("roland", "uvicorn", "fastapi", "pydantic", "sqlalchemy", "spacy", "numpy", "faiss-cpu", "bm25s")


def describe(rasa_python: Path | None = None) -> dict[str, str]:
    """Machine and versions, ready to be printed."""
    facts = {
        "processor": f"{os.cpu_count()} cores, {_first_value('/proc/cpuinfo', 'model name')}",
        "memory": f"{int(_first_value('/proc/meminfo', 'MemTotal').split()[0]) / 1e6:.0f} GB",
        "system": f"{platform.platform()}, Python {platform.python_version()}",
        "versions": ", ".join(f"{name} {version(name)}" for name in _PACKAGES),
    }
    if rasa_python is not None:
        facts["rasa"] = _rasa_version(rasa_python)
    return facts


def load() -> float:
    """How many processes wanted a core on average within the last minute."""
    return os.getloadavg()[0]


def cpu_seconds(root: int) -> float:
    """Processor time used so far by a process and all its living descendants."""
    parents: dict[int, int] = {}
    used: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (fields := _stat_fields(entry)):
            parents[int(entry.name)] = int(fields[1])
            used[int(entry.name)] = int(fields[11]) + int(fields[12])
    return sum(ticks for pid, ticks in used.items() if _descends(pid, root, parents)) / os.sysconf("SC_CLK_TCK")


def peak_mb() -> float:
    """The most memory this process has had at once; the kernel's rusage would count what its parent had as well."""
    return int(_first_value("/proc/self/status", "VmHWM").split()[0]) / 1024


def _descends(pid: int, root: int, parents: dict[int, int]) -> bool:
    while pid and pid != root:
        pid = parents.get(pid, 0)
    return pid == root


def _stat_fields(process: Path) -> list[str]:
    try:
        # The name of the program, in brackets, may itself hold spaces and brackets.
        return (process / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return []  # it ended in the meantime


def _first_value(file: str, key: str) -> str:
    for line in Path(file).read_text(encoding="utf-8").splitlines():
        name, _, value = line.partition(":")
        if name.strip() == key:
            return value.strip()
    return "unknown"


def _rasa_version(rasa_python: Path) -> str:
    code = "from importlib.metadata import version; print(version('rasa'))"
    return subprocess.run([str(rasa_python), "-c", code], capture_output=True, text=True, check=True).stdout.strip()
