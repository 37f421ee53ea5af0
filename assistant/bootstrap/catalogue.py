"""The catalogue and what can be brought into it."""

from collections.abc import Sequence
from pathlib import Path

from assistant.config import Settings
from assistant.model import ImportReport
from assistant.storage.catalogue import SqlCatalogueStore
from knowledge.importers import IMPORTERS


def open_catalogue(settings: Settings) -> SqlCatalogueStore:
    """The catalogue of the data directory; an empty one where nothing was imported yet."""
    return SqlCatalogueStore(settings.storage.data_dir / "catalogue.db")


def catalogue_formats() -> tuple[str, ...]:
    """The names of the exchange formats that can be imported."""
    return tuple(IMPORTERS)


def import_catalogue(
    settings: Settings, format_name: str, paths: Sequence[Path], *, dry_run: bool = False, allow_removal: bool = False
) -> ImportReport:
    """Bring files of one catalogue in; the report says what changed.

    Raises RemovalRefusedError where most of a kind of entries would go and ``allow_removal`` is not set.
    """
    records = IMPORTERS[format_name]().read(paths)
    return open_catalogue(settings).replace(records, dry_run=dry_run, allow_removal=allow_removal)
