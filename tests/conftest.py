"""What many tests read and none changes: the sample catalogue, read once for all of them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.model import ImportRecord
from assistant.storage.catalogue import SqlCatalogueStore
from knowledge.forms.library import FileFormLibrary
from knowledge.importers import IMPORTERS
from tests.postgres import empty, running_postgres, server_programs
from tests.redis import RedisServer, redis_program, running_redis

SYSTEM = Path(__file__).parent / "system"
BREMEN = Path(__file__).parents[1] / "knowledge" / "bremen"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Two lanes that run beside each other: whole installations in one, so that they are set up once; all else."""
    for item in items:
        lane = "system" if item.path.is_relative_to(SYSTEM) else "others"
        item.add_marker(pytest.mark.xdist_group(lane))


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a PostgreSQL database; skips the test where there is no server to run."""
    programs = server_programs()
    if programs is None:
        pytest.skip("no PostgreSQL server on this machine")
    with running_postgres(programs) as url:
        yield url


@pytest.fixture
def empty_postgres(postgres: str) -> str:
    """The URL of a PostgreSQL database without tables."""
    empty(postgres)
    return postgres


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    """A Redis server that no test may kill; skips the test where there is none to run."""
    program = redis_program()
    if program is None:
        pytest.skip("no Redis server on this machine")
    with running_redis(program) as server:
        yield server


@pytest.fixture
def mortal_redis() -> Iterator[RedisServer]:
    """A Redis server of the test's own, to be killed; skips the test where there is none to run."""
    program = redis_program()
    if program is None:
        pytest.skip("no Redis server on this machine")
    with running_redis(program) as server:
        yield server


@pytest.fixture(scope="session")
def sample_records() -> tuple[ImportRecord, ...]:
    """All that an import of the sample bundle reads."""
    return tuple(IMPORTERS["bundle"]().read([BREMEN]))


@pytest.fixture(scope="session")
def sample_forms() -> FileFormLibrary:
    """The sample forms of Bremen."""
    return FileFormLibrary((BREMEN / "forms",))


@pytest.fixture(scope="session")
def sample_catalogue(
    sample_records: tuple[ImportRecord, ...], tmp_path_factory: pytest.TempPathFactory
) -> SqlCatalogueStore:
    """The sample catalogue of Bremen, imported; not to be changed."""
    store = SqlCatalogueStore(tmp_path_factory.mktemp("catalogue") / "catalogue.db")
    report = store.replace(sample_records)
    assert report.invalid == ()
    return store
