"""What many tests read and none changes: the sample catalogue, read once for all of them."""

from pathlib import Path

import pytest

from assistant.model import ImportRecord
from assistant.storage.catalogue import SqlCatalogueStore
from knowledge.importers import IMPORTERS

SYSTEM = Path(__file__).parent / "system"
BREMEN = Path(__file__).parents[1] / "knowledge" / "bremen"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Two lanes that run beside each other: whole installations in one, so that they are set up once; all else."""
    for item in items:
        lane = "system" if item.path.is_relative_to(SYSTEM) else "others"
        item.add_marker(pytest.mark.xdist_group(lane))


@pytest.fixture(scope="session")
def sample_records() -> tuple[ImportRecord, ...]:
    """All that an import of the sample bundle reads."""
    return tuple(IMPORTERS["bundle"]().read([BREMEN]))


@pytest.fixture(scope="session")
def sample_catalogue(
    sample_records: tuple[ImportRecord, ...], tmp_path_factory: pytest.TempPathFactory
) -> SqlCatalogueStore:
    """The sample catalogue of Bremen, imported; not to be changed."""
    store = SqlCatalogueStore(tmp_path_factory.mktemp("catalogue") / "catalogue.db")
    report = store.replace(sample_records)
    assert report.invalid == ()
    return store
