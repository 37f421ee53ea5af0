"""A command line over a data directory of the test's own."""

import json
import logging
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from typer.testing import CliRunner, Result

from assistant.cli import app
from assistant.cli.common import out

ROOT = Path(__file__).parents[2]
CITY = """
[city]
name = "Musterstadt"
area = "010010000000"
[contact]
phone = "0123 456-0"
"""

Roland = Callable[..., Result]


@pytest.fixture(autouse=True)
def own_log() -> Iterator[None]:
    """A command sets up the log of its process; afterwards it is what it was."""
    root = logging.getLogger()
    kept, before = (root.handlers[:], root.level), structlog.get_config()
    yield
    root.handlers, root.level = kept
    structlog.configure(**before)


@pytest.fixture
def roland(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Roland:
    """``roland`` with these arguments, for a city where nothing has been set up yet."""
    config = tmp_path / "city.toml"
    places = f'[storage]\ndata_dir = "{tmp_path / "data"}"\n[nlu]\nengine = "spacy"\nmodel_dir = "{tmp_path / "nlu"}"\n'
    config.write_text(CITY + places, encoding="utf-8")
    monkeypatch.setenv("ROLAND_CONFIG", str(config))
    monkeypatch.delenv("ROLAND_DATA", raising=False)
    monkeypatch.setattr(out, "_width", 200)  # beside pytest-xdist it was made before the variable is set
    runner = CliRunner(env={"COLUMNS": "200", "NO_COLOR": "1"})
    return lambda *arguments: runner.invoke(app, [str(argument) for argument in arguments], catch_exceptions=False)


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A sample bundle that the test may change."""
    return Path(shutil.copytree(ROOT / "tests" / "payloads" / "catalogue" / "bundle", tmp_path / "bundle"))


@pytest.fixture
def stored(roland: Roland) -> Callable[[], list[str]]:
    """The ids of the services in the catalogue at the moment."""

    def ids() -> list[str]:
        listed: list[dict[str, Any]] = json.loads(roland("catalogue", "list", "--json").stdout)
        return [service["id"] for service in listed]

    return ids
