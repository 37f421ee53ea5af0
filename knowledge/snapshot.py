"""A built index on disk and in use: written once, read by memory mapping, never changed."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from assistant.errors import IndexBuildError
from assistant.model import Language, SectionKind
from assistant.ports import TextEncoder
from knowledge.bilingual import WordTable
from knowledge.building import Built
from knowledge.dense import DenseIndex
from knowledge.encoder.encoders import EncoderModel, open_encoder
from knowledge.evidence import FEATURES, FIELDS, QUESTION_FEATURES, Evidence, EvidenceSettings, Phrases, VectorRows
from knowledge.fusion import Fusion
from knowledge.lexical import LexicalField, map_array
from knowledge.passages import PassageText
from knowledge.scope import ScopeModel
from knowledge.settings import RetrievalSettings
from knowledge.text import fold, hash_words, stems

_FRAME = -1
_KINDS = tuple(SectionKind)
_LANGUAGES = tuple(Language)


@dataclass(frozen=True, slots=True)
class PassageRows:
    """What is known of each passage, row by row as its vector: kind, language, and the words of heading and text."""

    kinds: npt.NDArray[np.int8]
    languages: npt.NDArray[np.int8]
    words: npt.NDArray[np.uint64]
    word_starts: npt.NDArray[np.int64]

    @classmethod
    def of(cls, passages: tuple[PassageText, ...]) -> Self:
        """The rows of these passages."""
        words = [
            np.unique(hash_words(stems(fold(f"{passage.heading} {passage.text}"), passage.language)))
            for passage in passages
        ]
        return cls(
            np.array([_KINDS.index(p.section) if p.section else _FRAME for p in passages], dtype=np.int8),
            np.array([_LANGUAGES.index(p.language) for p in passages], dtype=np.int8),
            np.concatenate([np.empty(0, np.uint64), *words]),
            np.cumsum([0, *(own.size for own in words)]).astype(np.int64),
        )

    def kind(self, row: int) -> SectionKind | None:
        """The section's kind; None for a frame."""
        code = int(self.kinds[row])
        return None if code == _FRAME else _KINDS[code]

    def language(self, row: int) -> Language:
        """The passage's language."""
        return _LANGUAGES[int(self.languages[row])]

    def shares(self, start: int, end: int, tokens: npt.NDArray[np.uint64]) -> npt.NDArray[np.float64]:
        """For each passage from ``start`` to ``end`` the share (0–1) of the tokens that stand in it."""
        bounds = self.word_starts[start : end + 1]
        standing = np.isin(self.words[bounds[0] : bounds[-1]], tokens)
        before = np.concatenate(([0], np.cumsum(standing)))[bounds - bounds[0]]
        return np.asarray(np.diff(before) / max(tokens.size, 1))


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One built index, ready to answer."""

    evidence: Evidence
    passages: PassageRows
    fusion: Fusion
    encoder: TextEncoder


def write_snapshot(
    folder: Path, built: Built, fusion: Fusion, encoder: EncoderModel, settings: RetrievalSettings
) -> None:
    """Write a built index into an empty folder; ``encoder`` is remembered by where it lies."""
    evidence = built.evidence
    for name, field in evidence.fields.items():
        field.save(folder / "fields" / name)
    _save(folder / "phrases", evidence.phrases, ("keys", "services", "official"))
    _save(folder / "passages", PassageRows.of(built.passages), ("kinds", "languages", "words", "word_starts"))
    for name, rows in (("passage_vectors", evidence.passages), ("asked_vectors", evidence.asked)):
        _save(folder / name, rows, ("vectors", "starts"))
        rows.index.save(folder / name / "nearest.faiss")
    evidence.elsewhere.save(folder / "elsewhere.faiss")
    _save(folder / "scope", evidence.scope, ("weights", "bias"))
    evidence.words.save(folder / "words.json")
    manifest = {
        "features": [*FEATURES, *QUESTION_FEATURES],
        "service_ids": evidence.service_ids,
        "fusion": asdict(fusion),
        "ngram_sizes": evidence.ngram_sizes,
        "most_postings": settings.lexical.most_postings,
        "evidence": asdict(settings.evidence),
        "encoder": {
            "folder": os.path.relpath(encoder.folder, folder),
            "query_prefix": encoder.query_prefix,
            "passage_prefix": encoder.passage_prefix,
        },
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1), encoding="utf-8")


def read_snapshot(folder: Path) -> Snapshot:
    """The index in ``folder``; raises IndexBuildError where it cannot be read."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        if tuple(manifest["features"]) != (*FEATURES, *QUESTION_FEATURES):
            raise IndexBuildError(f"the index in {folder} was built by another version; build it anew")
        return Snapshot(
            evidence=_read_evidence(folder, manifest),
            passages=PassageRows(**_load(folder / "passages", ("kinds", "languages", "words", "word_starts"))),
            fusion=Fusion(**{name: tuple(weights) for name, weights in manifest["fusion"].items()}),
            encoder=open_encoder(_encoder_model(folder, manifest["encoder"])),
        )
    except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
        raise IndexBuildError(f"the index in {folder} cannot be read: {error}") from error


def encoder_folder(folder: Path) -> Path:
    """Where the encoder of the index in ``folder`` lies."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return _encoder_model(folder, manifest["encoder"]).folder


def _encoder_model(folder: Path, remembered: dict[str, str]) -> EncoderModel:
    return EncoderModel(
        (folder / remembered["folder"]).resolve(), remembered["query_prefix"], remembered["passage_prefix"]
    )


def _read_evidence(folder: Path, manifest: dict[str, Any]) -> Evidence:
    service_ids = tuple(manifest["service_ids"])
    most = int(manifest["most_postings"])
    return Evidence(
        service_ids=service_ids,
        fields={name: LexicalField.load(folder / "fields" / name, len(service_ids), most) for name in FIELDS},
        phrases=Phrases(**_load(folder / "phrases", ("keys", "services", "official"))),
        passages=_read_vectors(folder / "passage_vectors"),
        asked=_read_vectors(folder / "asked_vectors"),
        elsewhere=DenseIndex.load(folder / "elsewhere.faiss"),
        scope=ScopeModel(**_load(folder / "scope", ("weights", "bias"))),
        words=WordTable.load(folder / "words.json"),
        ngram_sizes=tuple(manifest["ngram_sizes"]),
        settings=EvidenceSettings(**manifest["evidence"]),
    )


def _read_vectors(folder: Path) -> VectorRows:
    return VectorRows(**_load(folder, ("vectors", "starts")), index=DenseIndex.load(folder / "nearest.faiss"))


def _save(folder: Path, holder: object, names: tuple[str, ...]) -> None:
    folder.mkdir(parents=True)
    for name in names:
        np.save(folder / f"{name}.npy", getattr(holder, name))


def _load(folder: Path, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: map_array(folder / f"{name}.npy") for name in names}
