"""Roland's own encoder: the sentence-transformers module, the fast path without torch, and the training.

PyTorch is imported where it is used: it takes seconds, and every worker reads this file.
"""

import shutil
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import numpy as np
import pytest

from assistant.errors import IndexBuildError
from assistant.model import Language
from knowledge.encoder.encoders import (
    EncoderModel,
    HashedNgramEncoder,
    SentenceTransformerEncoder,
    open_encoder,
)
from knowledge.encoder.examples import Topic
from knowledge.encoder.noise import with_slips
from knowledge.encoder.recipe import TrainingSettings
from knowledge.encoder.tokens import Hashing
from tests.knowledge.conftest import no_progress

pytestmark = pytest.mark.slow  # trains or indexes

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

TEXTS = ("Was kostet ein Reisepass?", "hund", "", "?!", "как зарегистрироваться", "إقامة", "x" * 500)
SMALL = TrainingSettings(Hashing(1 << 10, 1 << 11, (3, 4)), dimensions=16, steps=60)
TOPICS = (
    Topic("pass", {Language.DE: ("Reisepass", "Pass"), Language.EN: ("passport",)}, ("Ein Dokument für Reisen.",)),
    Topic("hund", {Language.DE: ("Hund anmelden",), Language.EN: ("register a dog",)}, ("Steuer für Tiere.",)),
    Topic("ehe", {Language.DE: ("heiraten", "Hochzeit")}, ("Trauung im Standesamt.",)),
)


TRANSLATIONS = (
    ((Language.DE, "Wohnung"), (Language.EN, "flat"), (Language.FR, "appartement")),
    ((Language.DE, "Schule"), (Language.EN, "school"), (Language.FR, "école")),
)


def trained(vocabulary: Sequence[tuple[tuple[Language, str], ...]] = TRANSLATIONS) -> "SentenceTransformer":
    """A small encoder, trained anew."""
    from knowledge.encoder.training import train  # noqa: PLC0415

    return train(TOPICS, vocabulary, SMALL, no_progress)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A saved, trained encoder."""
    path = tmp_path_factory.mktemp("encoder")
    trained().save(str(path), create_model_card=False)
    return path


def test_the_fast_path_equals_sentence_transformers(folder: Path) -> None:
    """The vectors without torch are those of the saved model, for any text."""
    fast = HashedNgramEncoder(folder).encode_queries(TEXTS)
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415

    slow = SentenceTransformer(str(folder), device="cpu", trust_remote_code=True).encode(list(TEXTS))
    assert np.allclose(fast, slow, atol=1e-5)


def test_vectors_have_unit_length(folder: Path) -> None:
    """The inner product of two vectors is their cosine, even for a text without words."""
    vectors = HashedNgramEncoder(folder).encode_passages(TEXTS)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_training_draws_together_what_belongs_together(folder: Path) -> None:
    """A name is nearer to its own description than to another's, across languages too."""
    encoder = HashedNgramEncoder(folder)
    asked = encoder.encode_queries(["passport", "Hochzeit"])
    written = encoder.encode_passages([topic.written[0] for topic in TOPICS])
    assert (asked @ written.T).argmax(axis=1).tolist() == [0, 2]


def test_a_text_lies_near_its_translations(folder: Path) -> None:
    """Of words that no topic holds the encoder knows which mean the same."""
    encoder = HashedNgramEncoder(folder)
    asked = encoder.encode_queries(["flat", "école"])
    german = encoder.encode_passages(["Wohnung", "Schule"])
    assert (asked @ german.T).argmax(axis=1).tolist() == [0, 1]


def test_an_encoder_is_trained_without_translations_too() -> None:
    """A catalogue without any other language is no error."""
    assert trained(()).encode(["Reisepass"]).shape == (1, SMALL.dimensions)


def test_training_is_deterministic() -> None:
    """The same topics and seed give the same weights."""
    first, second = (trained().encode(["Reisepass"]) for _ in range(2))
    assert np.array_equal(first, second)


def test_another_model_takes_its_place_by_its_folder(tmp_path: Path) -> None:
    """A model with prefixes is opened by sentence-transformers, and its prefixes count."""
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415
    from sentence_transformers.sentence_transformer.modules import Normalize  # noqa: PLC0415

    from knowledge.encoder.module import HashedNgrams  # noqa: PLC0415

    model = SentenceTransformer(modules=[HashedNgrams(64, 64, (3,), dimensions=8), Normalize()], device="cpu")
    model.save(str(tmp_path), create_model_card=False)
    encoder = open_encoder(EncoderModel(tmp_path, "query: ", "passage: "))
    assert isinstance(encoder, SentenceTransformerEncoder)
    assert encoder.dimensions == 8
    assert np.allclose(encoder.encode_queries(["Pass"]), model.encode(["query: Pass"]), atol=1e-3)
    assert np.allclose(encoder.encode_passages(["Pass"]), model.encode(["passage: Pass"]), atol=1e-3)
    assert encoder.fingerprint != open_encoder(EncoderModel(tmp_path)).fingerprint


def test_the_fingerprint_follows_the_weights(folder: Path, tmp_path: Path) -> None:
    """A copied model has the same fingerprint, a changed one another."""
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    assert HashedNgramEncoder(copy).fingerprint == HashedNgramEncoder(folder).fingerprint
    config = copy / "config.json"
    config.write_text(config.read_text(encoding="utf-8") + " ", encoding="utf-8")
    assert HashedNgramEncoder(copy).fingerprint != HashedNgramEncoder(folder).fingerprint


def test_a_folder_without_a_model_is_named(tmp_path: Path) -> None:
    """Who configures a wrong folder is told which."""
    with pytest.raises(IndexBuildError, match=tmp_path.name):
        open_encoder(EncoderModel(tmp_path))


def test_slips_are_repeatable_and_leave_something() -> None:
    """The same seed makes the same typing errors, and never an empty text."""
    text = "wo melde ich meinen hund an"
    assert with_slips(text, Random(5), letter_rate=0.5) == with_slips(text, Random(5), letter_rate=0.5) != text
    assert with_slips("hund", Random(1), letter_rate=1, word_rate=1)
