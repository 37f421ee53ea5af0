"""The catalogue and the search over it."""

from collections.abc import Callable, Sequence
from pathlib import Path

from assistant.config import RetrievalSettings as ConfiguredRetrieval
from assistant.config import Settings
from assistant.model import ImportReport
from assistant.storage.catalogue import SqlCatalogueStore
from knowledge.importers import IMPORTERS
from knowledge.index import build_index
from knowledge.settings import EncoderSettings, RetrievalSettings

Say = Callable[[str], None]

_OWN_ENCODER = "own"


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


def build_search(settings: Settings, say: Say) -> None:
    """Train the encoder and build the index for the present catalogue, unless they are there already."""
    build_index(
        open_catalogue(settings), settings.storage.data_dir, retrieval_settings(settings.retrieval), _stages(say)
    )


def retrieval_settings(configured: ConfiguredRetrieval) -> RetrievalSettings:
    """What the search is told of the city's settings."""
    model = None if configured.encoder == _OWN_ENCODER else Path(configured.encoder)
    return RetrievalSettings(
        encoder=EncoderSettings(model, configured.query_prefix, configured.passage_prefix),
        lexicon_files=configured.lexicon_files,
        lexicon_matches=configured.lexicon_matches,
    )


def _stages(say: Say) -> Callable[[str, float], None]:
    """Progress of a long work, told at every tenth of a stage."""
    told: set[tuple[str, int]] = set()

    def progress(stage: str, share: float) -> None:
        tenth = int(share * 10)
        if (stage, tenth) not in told:
            told.add((stage, tenth))
            say(f"  {stage}: {tenth * 10} %")

    return progress
