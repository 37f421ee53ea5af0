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
    ticks = sum(int(fields[11]) + int(fields[12]) for fields in _family(root).values())
    return ticks / os.sysconf("SC_CLK_TCK")


def shared_out_mb(root: int) -> float:
    """Memory of a process and all its living descendants (PSS): what several of them share counts once."""
    return sum(_shared_out_kb(pid) for pid in _family(root)) / 1024


def peak_mb() -> float:
    """The most memory this process has had at once; the kernel's rusage would count what its parent had as well."""
    return int(_first_value("/proc/self/status", "VmHWM").split()[0]) / 1024


def _family(root: int) -> dict[int, list[str]]:
    """A process and all its living descendants, with the fields of their states."""
    found = {int(one.name): _stat_fields(one) for one in Path("/proc").iterdir() if one.name.isdigit()}
    parents = {pid: int(fields[1]) for pid, fields in found.items() if fields}
    return {pid: fields for pid, fields in found.items() if fields and _descends(pid, root, parents)}


def _shared_out_kb(pid: int) -> int:
    try:
        return int(_first_value(f"/proc/{pid}/smaps_rollup", "Pss").split()[0])
    except OSError:
        return 0  # it ended in the meantime


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
