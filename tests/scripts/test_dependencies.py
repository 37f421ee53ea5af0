"""pyproject.toml names what the code imports, and nothing else."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("assistant", "nlu", "knowledge", "voice", "connectors", "evaluation")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

# Part of what another dependency promises.
BROUGHT_BY = {"httptools": "uvicorn", "starlette": "fastapi", "uvloop": "uvicorn"}
# Needed without an import: FastAPI reads forms with the one, zoneinfo reads the other where the system has no zones.
NEVER_IMPORTED = {"python-multipart", "tzdata"}


def name_of(requirement: str) -> str:
    """The normalised name of a distribution in a requirement."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=!~; ]", requirement, maxsplit=1)[0]).lower()


def declared() -> set[str]:
    """The distributions the application depends on."""
    return {name_of(requirement) for requirement in PROJECT["dependencies"]}


def imported(*folders: str) -> Iterator[str]:
    """Top-level names of third parties that the modules of the folders import."""
    own = {*sys.stdlib_module_names, *ROOMS, "tests", "scripts", "rasa"}  # Rasa is imported in its own environment
    for path in sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py")):
        if "node_modules" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module or ""]
            yield from (name.partition(".")[0] for name in names if name.partition(".")[0] not in own)


def distributions(*folders: str) -> set[str]:
    """The distributions that the modules of the folders come from."""
    known = packages_distributions()
    found = {name_of(known.get(module, [module])[0]) for module in imported(*folders)}
    return {BROUGHT_BY.get(name, name) for name in found}


def test_what_the_application_imports_is_declared() -> None:
    """Nothing is used that is there only because another library happens to bring it."""
    assert distributions(*ROOMS) - declared() == set()


def test_what_tests_and_set_up_import_is_declared() -> None:
    """Tests and scripts use what the application and its developers' extra name."""
    developers = {name_of(requirement) for requirement in PROJECT["optional-dependencies"]["dev"]}
    assert distributions("tests", "scripts") - declared() - developers == set()


def test_what_is_declared_is_used() -> None:
    """A city installs no library that nothing imports."""
    assert declared() - distributions(*ROOMS) == NEVER_IMPORTED
