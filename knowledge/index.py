"""Building, caching and publishing the search index.

    <directory>/
      encoders/<hash>/      Roland's own encoder, by the content it was trained on
      index/<hash>/         a built index, by everything that went into it
      index/current         the name of the index in use

An index is built beside the others and appears by one rename; ``current`` is replaced by another. Whatever breaks off
in between leaves the old index in use.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from threadpoolctl import threadpool_limits

from assistant.errors import IndexBuildError
from assistant.ports import Catalogue
from knowledge.building import build_evidence
from knowledge.calibration import calibrate
from knowledge.corpus import Corpus, read_corpus
from knowledge.encoder.encoders import EncoderModel, open_encoder
from knowledge.encoder.examples import topics_of
from knowledge.encoder.recipe import Progress
from knowledge.lexicon import read_corrections, read_lexicon
from knowledge.settings import EncoderSettings, RetrievalSettings
from knowledge.snapshot import encoder_folder, write_snapshot

# Raised whenever the same texts and settings would give another index or encoder.
_INDEX_FORMAT = 13
_ENCODER_FORMAT = 4
_POINTER = "current"
# The index before the current one stays, for a process that still opens it.
_KEPT = 2


def build_index(catalogue: Catalogue, directory: Path, settings: RetrievalSettings, progress: Progress) -> Path:
    """Make the catalogue searchable and return the index's folder; what is built already is not built again.

    Raises CatalogueEmptyError, ConfigError where the corrections to the lexicon cannot be read, and IndexBuildError
    where the lexicon, the disk or the configured encoder fails.
    """
    corrections = read_corrections(settings.lexicon_matches) if settings.lexicon_matches else {}
    lexicon = read_lexicon(settings.lexicon_paths)
    corpus = read_corpus(catalogue, lexicon, corrections, bundled_translations=settings.bundled_translations)
    try:
        model = _encoder_model(corpus, directory / "encoders", settings.encoder, progress)
        encoder = open_encoder(model)
        folder = (
            directory / "index" / _hash(_INDEX_FORMAT, corpus.fingerprint, encoder.fingerprint, _placeless(settings))
        )
        if not folder.exists():
            # The matrices of one question are small: a second thread would burn processor time waiting for them.
            with threadpool_limits(limits=1):
                built = build_evidence(corpus, encoder, settings, progress)
                fusion = calibrate(corpus, built.evidence, encoder, settings)
            with _appearing(folder) as work:
                write_snapshot(work, built, fusion, model, settings)
        _publish(folder)
        _clean(directory, folder, model.folder)
    except OSError as error:
        raise IndexBuildError(f"the search index cannot be written: {error}") from error
    return folder


def current_index(directory: Path) -> Path:
    """The folder of the index in use; raises IndexBuildError where none was built."""
    pointer = directory / "index" / _POINTER
    try:
        return pointer.parent / pointer.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise IndexBuildError(f"there is no search index in {directory}; build it: roland setup-data") from error


def pointer_version(directory: Path) -> tuple[int, int] | None:
    """Changes whenever another index is published; None where there is none. Costs one look at the file's metadata."""
    try:
        status = (directory / "index" / _POINTER).stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_ino


def _encoder_model(corpus: Corpus, directory: Path, settings: EncoderSettings, progress: Progress) -> EncoderModel:
    """The configured model, or Roland's own, trained on this corpus unless it was before."""
    if settings.model:
        return EncoderModel(settings.model, settings.query_prefix, settings.passage_prefix)
    folder = directory / _hash(_ENCODER_FORMAT, corpus.fingerprint, settings.training)
    if not folder.exists():
        # Torch takes seconds to load; a cached encoder is found and used without it.
        from knowledge.encoder.training import train  # noqa: PLC0415

        model = train(topics_of(corpus), corpus.parallel, settings.training, progress)
        with _appearing(folder) as work:
            model.save(str(work), create_model_card=False)
    return EncoderModel(folder)


@contextmanager
def _appearing(folder: Path) -> Iterator[Path]:
    """A work folder that becomes ``folder`` when all is written, and vanishes when anything fails."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=".building-", dir=folder.parent))
    work.chmod(0o755)
    try:
        yield work
        try:
            work.rename(folder)
        except OSError:
            # Somebody else built the same at the same time; one is as good as the other.
            if not folder.exists():
                raise
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _publish(folder: Path) -> None:
    pointer = folder.parent / _POINTER
    if pointer.exists() and pointer.read_text(encoding="utf-8") == folder.name:
        return
    with tempfile.NamedTemporaryFile(
        "w", dir=folder.parent, prefix=".current-", delete=False, encoding="utf-8"
    ) as file:
        file.write(folder.name)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(pointer)


def _clean(directory: Path, current: Path, encoder: Path) -> None:
    """Remove indexes older than the previous one, and encoders that no index left uses."""
    built = [folder for folder in current.parent.iterdir() if folder.is_dir() and not folder.name.startswith(".")]
    others = sorted((folder for folder in built if folder != current), key=lambda folder: -folder.stat().st_mtime)
    for folder in others[_KEPT - 1 :]:
        shutil.rmtree(folder, ignore_errors=True)
    used = {encoder.resolve(), *(encoder_folder(folder) for folder in others[: _KEPT - 1])}
    for folder in (directory / "encoders").glob("[!.]*"):
        if folder.resolve() not in used:
            shutil.rmtree(folder, ignore_errors=True)


def _placeless(settings: RetrievalSettings) -> RetrievalSettings:
    """Without the places of the lexicon's files: what they hold is part of the corpus."""
    return replace(settings, lexicon=None, lexicon_files=(), lexicon_matches=None)


def _hash(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]
