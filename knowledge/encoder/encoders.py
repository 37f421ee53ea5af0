"""The encoders behind the TextEncoder port: Roland's own without torch, and any sentence-transformers model."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors.numpy import load_file

from assistant.errors import IndexBuildError
from assistant.ports import TextEncoder
from knowledge.encoder.tokens import Hashing, TokenIds

Vectors = npt.NDArray[np.float32]

_OWN_MODULE = "knowledge.encoder.module.HashedNgrams"
_BATCH = 256


@dataclass(frozen=True, slots=True)
class EncoderModel:
    """A saved sentence-transformers model: its folder and what is put before questions and passages."""

    folder: Path
    query_prefix: str = ""
    passage_prefix: str = ""


def open_encoder(model: EncoderModel) -> TextEncoder:
    """The encoder of a saved model; raises IndexBuildError where there is none."""
    if _is_own(model.folder) and not (model.query_prefix or model.passage_prefix):
        return HashedNgramEncoder(model.folder)
    return SentenceTransformerEncoder(model)


def _is_own(folder: Path) -> bool:
    try:
        modules = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
        return bool(modules[0]["type"] == _OWN_MODULE)
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise IndexBuildError(f"no sentence-transformers model in {folder}: {error}") from error


class HashedNgramEncoder:
    """Roland's own encoder by numpy alone: a question costs a fraction of a millisecond and no torch is loaded."""

    def __init__(self, folder: Path) -> None:
        try:
            config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
            self._weights: npt.NDArray[np.float16] = load_file(folder / "weights.safetensors")["embedding"]
        except (OSError, ValueError, KeyError) as error:
            raise IndexBuildError(f"the encoder in {folder} cannot be read: {error}") from error
        self._hashing = Hashing(config["word_buckets"], config["ngram_buckets"], tuple(config["ngram_sizes"]))
        self._fingerprint = _fingerprint(folder)

    @property
    def dimensions(self) -> int:
        return int(self._weights.shape[1])

    @property
    def fingerprint(self) -> str:
        return self._fingerprint

    @property
    def is_quick(self) -> bool:
        return True

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self._encode(texts)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        return self._encode(texts)

    def _encode(self, texts: Sequence[str]) -> Vectors:
        vectors = np.empty((len(texts), self.dimensions), dtype=np.float32)
        for index, ids in enumerate(self._hashing.token_ids_each(texts)):
            vectors[index] = self._mean(ids)
        vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        return vectors

    def _mean(self, ids: TokenIds) -> Vectors:
        return np.asarray(self._weights[ids].mean(axis=0, dtype=np.float32))


class SentenceTransformerEncoder:
    """Any sentence-transformers model in a local folder."""

    def __init__(self, model: EncoderModel) -> None:
        # Torch takes seconds and hundreds of megabytes; only who configures another model pays for it.
        from sentence_transformers import SentenceTransformer  # noqa: PLC0415

        # The library runs code of modules that are not its own only when told to; of others' models it must not.
        self._model: SentenceTransformer = SentenceTransformer(
            str(model.folder), device="cpu", local_files_only=True, trust_remote_code=_is_own(model.folder)
        )
        self._prefixes = model.query_prefix, model.passage_prefix
        self._fingerprint = hashlib.sha256(f"{_fingerprint(model.folder)}{self._prefixes}".encode()).hexdigest()[:16]

    @property
    def dimensions(self) -> int:
        return int(self._model.get_embedding_dimension() or 0)

    @property
    def fingerprint(self) -> str:
        return self._fingerprint

    @property
    def is_quick(self) -> bool:
        return False

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self._encode(texts, self._prefixes[0])

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        return self._encode(texts, self._prefixes[1])

    def _encode(self, texts: Sequence[str], prefix: str) -> Vectors:
        prefixed = [prefix + text for text in texts]
        if not prefixed:
            return np.empty((0, self.dimensions), dtype=np.float32)
        vectors = self._model.encode(prefixed, batch_size=_BATCH, normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, dtype=np.float32)


def _fingerprint(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.suffix in {".json", ".safetensors", ".bin"}):
        digest.update(path.relative_to(folder).as_posix().encode())
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:16]
