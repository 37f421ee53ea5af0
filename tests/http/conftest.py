"""A running server for the tests of a module, and ways to make special ones."""

from collections.abc import Iterator

import httpx
import pytest

from tests.server import Site, quiet_log, site


@pytest.fixture(scope="module", autouse=True)
def _silence() -> Iterator[None]:
    """Servers under test keep quiet; what they log is tested in tests/test_logs.py."""
    with quiet_log():
        yield


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server with usual settings; every test begins its own conversations."""
    with site(tmp_path_factory.mktemp("site")) as running:
        yield running


@pytest.fixture
def client(here: Site) -> Iterator[httpx.Client]:
    """A client without cookies from other tests."""
    with httpx.Client(base_url=here.url, timeout=60) as fresh:
        yield fresh


@pytest.fixture
def conversation(client: httpx.Client) -> str:
    """The address of a fresh conversation."""
    return f"/api/v1/conversations/{client.post('/api/v1/conversations').json()['id']}"
