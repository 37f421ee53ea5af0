"""Roland's own encoder as a sentence-transformers module."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import torch
from safetensors.torch import load_file, save_file
from sentence_transformers.base.modules import InputModule
from torch import nn

from knowledge.encoder.tokens import Hashing

WEIGHTS_FILE = "weights.safetensors"
WEIGHTS_NAME = "embedding"


class HashedNgrams(InputModule):
    """The mean of the embeddings of a text's words and character n-grams; no vocabulary, so any language works.

    Follow it with ``Normalize``: ``SentenceTransformer(modules=[HashedNgrams(…), Normalize()])``.
    """

    config_keys = ["word_buckets", "ngram_buckets", "ngram_sizes"]  # noqa: RUF012 – the base class declares it so

    def __init__(
        self,
        word_buckets: int,
        ngram_buckets: int,
        ngram_sizes: tuple[int, ...],
        dimensions: int = 256,
        weights: torch.Tensor | None = None,
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.hashing = Hashing(word_buckets, ngram_buckets, tuple(ngram_sizes))
        self.word_buckets, self.ngram_buckets, self.ngram_sizes = word_buckets, ngram_buckets, list(ngram_sizes)
        if weights is None:
            self.embedding = nn.EmbeddingBag(self.hashing.rows, dimensions, mode="mean", sparse=True)
            nn.init.normal_(self.embedding.weight, std=0.1)
        else:
            self.embedding = nn.EmbeddingBag.from_pretrained(weights, freeze=False, mode="mean", sparse=True)

    def preprocess(self, inputs: Sequence[Any], prompt: str | None = None, **_: Any) -> dict[str, Any]:
        texts = [f"{prompt or ''}{text}" for text in inputs]
        ids, offsets = self.hashing.batch(texts)
        return {"input_ids": torch.from_numpy(ids), "offsets": torch.from_numpy(offsets)}

    def forward(self, features: dict[str, torch.Tensor], **_: Any) -> dict[str, torch.Tensor]:
        features["sentence_embedding"] = self.embedding(features["input_ids"], features["offsets"])
        return features

    @property
    def max_seq_length(self) -> float:
        """No limit: a text's tokens are pooled, not read in order."""
        return float("inf")

    def get_embedding_dimension(self) -> int:
        """The length of the vectors."""
        return self.embedding.embedding_dim

    def save(self, output_path: str, *args: Any, safe_serialization: bool = True, **kwargs: Any) -> None:
        """Write configuration and weights (half precision: it costs no accuracy and halves the file)."""
        self.save_config(output_path)
        weights = self.embedding.weight.detach().to(torch.float16).contiguous()
        save_file({WEIGHTS_NAME: weights}, Path(output_path) / WEIGHTS_FILE)

    @classmethod
    def load(cls, model_name_or_path: str, subfolder: str = "", *_: Any, **__: Any) -> Self:
        """The module from a folder that ``save`` wrote."""
        config = cls.load_config(model_name_or_path, subfolder=subfolder)
        weights = load_file(Path(model_name_or_path, subfolder) / WEIGHTS_FILE)[WEIGHTS_NAME]
        return cls(**config, weights=weights.to(torch.float32))
