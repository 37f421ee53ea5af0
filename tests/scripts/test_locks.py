"""The locks: exact, verifiable, free of places that only one machine knows."""

import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "requirements"
LOCKS = sorted(FOLDER.glob("*.lock"))
PIN = re.compile(r"[a-z0-9][a-z0-9.-]*==[^ ;]+( ; .+)?( --hash=sha256:[0-9a-f]{64})+")


def requirements(lock: Path) -> list[str]:
    """The lock's requirements, each on one line."""
    return re.sub(r" *\\\n *", " ", lock.read_text(encoding="utf-8")).splitlines()


def names(lock: Path) -> set[str]:
    """The names the lock pins."""
    return {line.partition("==")[0] for line in requirements(lock)}


def test_there_is_a_lock_for_each_environment() -> None:
    """The application and the Rasa server have a lock each."""
    assert [lock.name for lock in LOCKS] == ["app.lock", "rasa.lock"]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_entry_is_a_version_with_hashes(lock: Path) -> None:
    """A lock holds nothing but exact versions with their hashes: no index, no address, no local file."""
    assert [line for line in requirements(lock) if not PIN.fullmatch(line)] == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_no_gpu_libraries_are_locked(lock: Path) -> None:
    """PyTorch's build is the machine's choice, and no lock drags GPU libraries in."""
    assert [name for name in names(lock) if name in {"torch", "triton"} or name.startswith(("nvidia-", "cuda-"))] == []


def test_rasa_stands_in_its_own_lock_alone() -> None:
    """Rasa's old pins never reach the application's environment."""
    assert {"rasa", "rasa-sdk"} <= names(FOLDER / "rasa.lock")
    assert not {"rasa", "rasa-sdk"} & names(FOLDER / "app.lock")
