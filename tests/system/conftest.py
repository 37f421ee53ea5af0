"""What is set up once for all tests of the whole system; trained models are kept in pytest's cache by their content."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.conftest import alone_in
from tests.system.installation import ROOT, Installation, Server

# One engine, so that a test says when Rasa matters; limits that a crowd from one address does not meet.
_USUAL = {
    "nlu.engine": "spacy",
    "http.requests_per_minute": 100_000,
    "http.max_turns_at_once": 128,
    "storage.lock_timeout_ms": 5_000,
}


@pytest.fixture(scope="session")
def prepared(cache: Path) -> Installation:
    """Bremen, set up by ``roland setup-data`` in a folder that keeps what was trained on the same content."""
    with alone_in(cache):
        return _set_up(cache)


def _set_up(cache: Path) -> Installation:
    bremen = Installation(cache / "bremen", cache / "nlu", settings=_USUAL)
    imported = bremen.run("catalogue", "import", str(ROOT / "knowledge" / "bremen"), "--format", "bundle", "--no-index")
    assert imported.returncode == 0, imported.stderr
    ready = bremen.run("setup-data")
    assert ready.returncode == 0, ready.stderr
    return bremen


@pytest.fixture
def bremen(prepared: Installation, tmp_path: Path) -> Installation:
    """Bremen in a data directory of the test's own."""
    return prepared.copy(tmp_path / "data")


@pytest.fixture(scope="session")
def server(prepared: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server for tests that do it no harm."""
    with prepared.copy(tmp_path_factory.mktemp("shared") / "data").serving() as running:
        yield running


@pytest.fixture
def client(server: Server) -> Iterator[httpx.Client]:
    """A client of the shared server."""
    with server.client() as fresh:
        yield fresh
