"""The search over the catalogue."""

from collections.abc import Callable
from pathlib import Path

from assistant.bootstrap.catalogue import open_catalogue
from assistant.config import RetrievalSettings as ConfiguredRetrieval
from assistant.config import Settings
from knowledge.index import build_index
from knowledge.settings import EncoderSettings, RetrievalSettings

Say = Callable[[str], None]

_OWN_ENCODER = "own"


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
