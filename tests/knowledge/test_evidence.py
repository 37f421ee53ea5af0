"""What speaks for a service: questions put into German, and the evidence without a lexicon."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from assistant.model import Language
from knowledge.bilingual import WordTable, learn_words
from knowledge.building import without_lexicon
from knowledge.corpus import read_corpus
from knowledge.evidence import FEATURES, Evidence, _stem_ngrams
from knowledge.index import current_index
from knowledge.lexicon import read_lexicon
from knowledge.questions import Question
from knowledge.settings import RetrievalSettings
from knowledge.snapshot import Snapshot, read_snapshot
from knowledge.text import hash_ngrams
from tests.knowledge.conftest import ListCatalogue

pytestmark = pytest.mark.slow  # trains or indexes


@pytest.fixture(scope="module")
def snapshot(built: Path) -> Snapshot:
    """The index of the small catalogue."""
    return read_snapshot(current_index(built))


def feature(evidence: Evidence, name: str, question: Question, service_id: str) -> float:
    """A feature of a service; nought where it is no candidate."""
    query = np.zeros(evidence.passages.vectors.shape[1], dtype=np.float32)
    found = evidence.candidates(question, query)
    rows = np.flatnonzero(found.services == evidence.number_of(service_id))
    return float(found.features[rows[0], FEATURES.index(name)]) if rows.size else 0.0


@pytest.mark.parametrize("name", ["german", "german_ngrams"])
def test_a_word_of_another_language_finds_german_text(snapshot: Snapshot, name: str) -> None:
    """A French word speaks for the service whose German text holds its translation, and for no other."""
    table = learn_words([((Language.DE, "Standesamt"), (Language.FR, "mairie"))])
    evidence = replace(snapshot.evidence, words=table)
    question = Question("mairie", Language.FR)
    assert feature(evidence, name, question, "eheschliessung") > 0.5
    assert feature(evidence, name, question, "reisepass") < 0.5


def test_what_nobody_can_translate_finds_nothing(snapshot: Snapshot) -> None:
    """Without a table a foreign word is but itself."""
    evidence = replace(snapshot.evidence, words=WordTable({}))
    assert feature(evidence, "german", Question("noces", Language.FR), "eheschliessung") == 0


def test_the_ngrams_of_a_stem_leave_its_end_open() -> None:
    """The n-grams of several stems are those of each, each with the most it counts, the last of a stem left out."""
    stems = {"schul": 0.7, "a": 1.0, "eu": 0.5, "schulweg": 0.2, "3": 0.4, "schule": 0.9}
    expected: dict[int, float] = {}
    for stem, sure in stems.items():
        hashes = hash_ngrams(stem, (4,))
        for ngram in hashes[: max(hashes.size - 1, 1)].tolist():
            expected[ngram] = max(expected.get(ngram, 0.0), sure)
    ngrams, counts = _stem_ngrams(stems)
    assert dict(zip(ngrams.tolist(), counts.tolist(), strict=True)) == pytest.approx(expected)


def test_no_stems_have_no_ngrams() -> None:
    """A question without words is no error."""
    ngrams, counts = _stem_ngrams({})
    assert ngrams.size == counts.size == 0


def test_evidence_without_the_lexicon_knows_only_the_catalogue(
    snapshot: Snapshot, catalogue: ListCatalogue, settings: RetrievalSettings
) -> None:
    """Words that only the lexicon has speak for nothing; the catalogue's own names do as before."""
    corpus = read_corpus(catalogue, read_lexicon(settings.lexicon_paths), bundled_translations=False)
    bare = without_lexicon(snapshot.evidence, corpus, snapshot.encoder, settings)
    everyday, official = Question("Bude anmelden", Language.DE), Question("Wohnung anmelden", Language.DE)
    assert feature(snapshot.evidence, "lexicon", everyday, "wohnsitz-anmelden") > 0
    assert feature(bare, "lexicon", everyday, "wohnsitz-anmelden") == 0
    called = [feature(evidence, "called", everyday, "wohnsitz-anmelden") for evidence in (snapshot.evidence, bare)]
    assert called[0] > called[1]
    assert feature(bare, "named", official, "wohnsitz-anmelden") > 0
