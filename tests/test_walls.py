"""The walls of docs/architecture.md: which room may know which other."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("assistant", "nlu", "knowledge", "voice", "connectors", "evaluation")
CORE = ("assistant.model", "assistant.ports", "assistant.errors")
# What each package may import of the project, itself always included; the longest prefix of a module's name counts.
ALLOWED: dict[str, tuple[str, ...]] = {
    "assistant.model": ("assistant.model",),
    "assistant.errors": (),
    "assistant.ports": ("assistant.model",),
    "assistant.config": ("assistant.errors", "assistant.model"),
    "assistant.messages": CORE,
    "assistant.calendar": CORE,
    "assistant.attempts": CORE,
    "assistant.forms": (*CORE, "assistant.attempts", "assistant.calendar"),
    "assistant.dialogue": (*CORE, "assistant.calendar", "assistant.forms"),
    "assistant.beside": (),
    "assistant.accounts": (*CORE, "assistant.beside"),
    "assistant.handoff": (*CORE, "assistant.beside", "assistant.bus", "assistant.forms"),
    "assistant.tickets": (
        *CORE,
        "assistant.attempts",
        "assistant.beside",
        "assistant.bus",
        "assistant.calendar",
        "assistant.handoff",
    ),
    "assistant.casework": (*CORE, "assistant.beside", "assistant.handoff", "assistant.tickets", "assistant.outbox"),
    "assistant.phone": (
        *CORE,
        "assistant.beside",
        "assistant.forms",
        "assistant.handoff",
        "assistant.service",
        "assistant.tickets",
    ),
    "assistant.storage": CORE,
    "assistant.bus": CORE,
    "assistant.outbox": (*CORE, "assistant.beside"),
    "assistant.own_yaml": (),
    "nlu": (*CORE, "assistant.own_yaml"),
    "knowledge": (*CORE, "assistant.own_yaml"),
    "assistant.sound": ("assistant.model",),
    "voice": (*CORE, "assistant.own_yaml", "assistant.sound"),
    "connectors": (*CORE, "assistant.sound"),
    "assistant": ("assistant",),
    "assistant.bootstrap": ("assistant", "nlu", "knowledge", "voice", "connectors"),
    "assistant.cli": ("assistant",),
    "evaluation": ("evaluation", "assistant", "nlu", "knowledge", "voice", "connectors"),
}


def modules() -> Iterator[tuple[str, Path]]:
    """Every module of the project by its dotted name."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            if "node_modules" not in path.parts:
                parts = path.relative_to(ROOT).with_suffix("").parts
                yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def imports(path: Path, module: str) -> Iterator[str]:
    """The dotted names a module imports, relative ones resolved, also those inside functions."""
    package = module.split(".") if path.name == "__init__.py" else module.split(".")[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            yield ".".join(part for part in (base, node.module or "") if part)


def is_within(name: str, packages: tuple[str, ...]) -> bool:
    """Whether a dotted name is one of the packages or lies inside one."""
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def rule_for(module: str) -> str:
    """The key of ALLOWED that governs a module."""
    return max((key for key in ALLOWED if is_within(module, (key,))), key=len)


@pytest.mark.parametrize(("module", "path"), [pytest.param(*pair, id=pair[0]) for pair in modules()])
def test_a_module_imports_only_what_its_room_may_know(module: str, path: Path) -> None:
    """A wall that is crossed once is soon no wall."""
    room = rule_for(module)
    for name in imports(path, module):
        if name.split(".")[0] in (*ROOMS, "tests"):
            assert is_within(name, (*ALLOWED[room], room)), f"{module} must not import {name}"


@pytest.mark.parametrize("path", sorted((ROOT / "assistant" / "model").glob("*.py")), ids=lambda path: path.stem)
def test_the_model_needs_the_standard_library_only(path: Path) -> None:
    """The words of the domain can be used anywhere."""
    for name in imports(path, f"assistant.model.{path.stem}"):
        assert name.split(".")[0] in {*sys.stdlib_module_names, "assistant"}


def test_only_bootstrap_joins_the_rooms() -> None:
    """Concrete classes of another room are named in one place."""
    outside = [
        module
        for module, path in modules()
        if module.startswith("assistant") and not is_within(module, ("assistant.bootstrap",))
        for name in imports(path, module)
        if is_within(name, ("nlu", "knowledge", "voice", "connectors", "evaluation", "tests"))
    ]
    assert outside == []


def test_a_forbidden_import_is_noticed(tmp_path: Path) -> None:
    """The test above can fail: an import inside a function counts too."""
    path = tmp_path / "bad.py"
    path.write_text("def late():\n    from assistant.storage.tables import turn\n", encoding="utf-8")
    assert list(imports(path, "nlu.bad")) == ["assistant.storage.tables"]
    assert not is_within("assistant.storage.tables", ALLOWED[rule_for("nlu.bad")])
