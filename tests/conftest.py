"""What many tests read and none changes: the sample catalogue, read once for all of them."""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import hypothesis
import pytest
from sqlalchemy import Engine
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from assistant.model import ImportRecord
from assistant.storage.catalogue import SqlCatalogueStore
from assistant.storage.database import open_engine
from assistant.storage.migrate import upgrade
from knowledge.forms.library import FileFormLibrary
from knowledge.importers import IMPORTERS
from tests.postgres import empty, running_postgres, server_programs
from tests.redis import RedisServer, redis_program, running_redis
from tests.sample_forms import forms_of_bremen

hypothesis.settings.register_profile("roland", deadline=None)  # a busy machine is no fault of what is tested
hypothesis.settings.load_profile("roland")

_SYSTEM, _BROWSER = "tests/system/", "tests/e2e/"
_SETTING_UP = frozenset({"test_bench.py", "test_index.py", "test_munich.py", "test_start.py"})
BREMEN = Path(__file__).parents[1] / "knowledge" / "bremen"


class Lanes(LoadScopeScheduling):  # type: ignore[misc]  # it has no types
    """What runs in one process, one after the other: the files of a lane of whole installations; else each file."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return f"lane {_lane(file)}" if file.startswith(_SYSTEM) else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Lanes:
    """Two processes share the tests by lanes."""
    return Lanes(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long lanes come before the many short files, which then fill both processes to the end.

    What drives a browser comes between the two lanes of whole installations: meanwhile the first one sets them up.
    """
    items.sort(key=lambda item: _lane(item.nodeid.partition("::")[0]))


def _lane(file: str) -> int:
    if file.startswith(_SYSTEM):
        return 0 if Path(file).name in _SETTING_UP else 2
    return 1 if file.startswith(_BROWSER) else 3


@pytest.fixture(scope="session")
def cache(pytestconfig: pytest.Config) -> Path:
    """A folder that outlives the run of the tests: what was trained is kept there by its content."""
    assert pytestconfig.cache is not None
    return pytestconfig.cache.mkdir("roland-system")


@contextmanager
def alone_in(cache: Path) -> Iterator[None]:
    """While inside, no other process of the tests trains something there."""
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session", autouse=True)
def _migrated_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A new SQLite database is copied from one that the migrations made: they need not run for every test."""
    template = tmp_path_factory.mktemp("migrated") / "template.db"
    engine = open_engine(f"sqlite:///{template}")
    upgrade(engine)
    engine.dispose()

    def copied(engine: Engine) -> str:
        place = engine.url.database
        if engine.dialect.name == "sqlite" and place and not Path(place).exists():
            shutil.copyfile(template, place)
        return upgrade(engine)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("assistant.storage.database.upgrade", copied)
        yield


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
    return forms_of_bremen()


@pytest.fixture(scope="session")
def sample_catalogue(
    sample_records: tuple[ImportRecord, ...], tmp_path_factory: pytest.TempPathFactory
) -> SqlCatalogueStore:
    """The sample catalogue of Bremen, imported; not to be changed."""
    store = SqlCatalogueStore(tmp_path_factory.mktemp("catalogue") / "catalogue.db")
    report = store.replace(sample_records)
    assert report.invalid == ()
    return store
