"""The embedded engine: what it sees, learns, keeps and finds."""

import time
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.errors import NluModelMissingError
from assistant.model import Entity, EntityKind, Intent, Language
from nlu.models import ModelShelf
from nlu.spacy_engine import SpacyEngine
from nlu.spacy_engine.features import feature_ids, words_of
from nlu.spacy_engine.learn import labels_of, learn_uncalibrated
from nlu.spacy_engine.words import fold, stem
from tests.nlu_engines import QUICK, few_sentences, quick_pipeline

pytestmark = pytest.mark.slow  # trains or indexes


@pytest.fixture
def engine() -> SpacyEngine:
    """A quickly trained engine."""
    return SpacyEngine(quick_pipeline())


async def entities(engine: SpacyEngine, text: str) -> list[tuple[EntityKind, str, str]]:
    """Kind, value and wording of what the engine finds."""
    found = (await engine.parse(text, Language.DE)).entities
    return [(entity.kind, entity.value, text[entity.start : entity.end]) for entity in found]


def test_spelling_does_not_count() -> None:
    """Case, umlauts spelled out, sharp s and full-width letters make no difference, nor do endings to a name."""
    assert fold("FÜHRERSCHEIN") == fold("fuehrerschein") == fold("Ｆührerschein")
    assert fold("Straße") == fold("STRASSE")
    assert stem("Führungszeugnisse") == stem("fuehrungszeugnis")


def test_the_service_named_does_not_count() -> None:
    """Two questions that differ only in the service look the same to the classifier."""
    nlp = quick_pipeline()
    first, second = (nlp(f"Was kostet ein {name} in Bremen?") for name in ("Reisepass", "Führungszeugnis"))
    assert words_of(first) == words_of(second)
    assert words_of(first, masked=False) != words_of(second, masked=False)


def test_features_are_the_same_on_every_machine() -> None:
    """The buckets depend on the words alone, so that a model can be carried elsewhere."""
    assert feature_ids(["ab"], ["cue_x"]) == [23722, 60568, 66003, 70616, 106016, 122919, 126394, 226154]


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("was kostet das", Intent.ASK_FEE),
        ("Welche Unterlagen brauche ich?", Intent.ASK_DOCUMENTS),
        ("wie lange dauert das", Intent.ASK_DURATION),
        ("guten morgen", Intent.GREET),
        ("danke schön", Intent.THANKS),
    ],
)
async def test_plain_questions_are_understood(engine: SpacyEngine, text: str, intent: Intent) -> None:
    """Even on few sentences and in seconds, what is clear is learned."""
    assert (await engine.parse(text, Language.DE)).intent is intent


async def test_names_get_the_value_of_the_lists(engine: SpacyEngine) -> None:
    """Colloquial and inflected wordings carry the name the lists have for them; the place keeps its own."""
    assert await entities(engine, "mein perso aus gröpelingen") == [
        (EntityKind.SERVICE, "Personalausweis", "perso"),
        (EntityKind.PLACE, "Gröpelingen", "gröpelingen"),
    ]


@pytest.mark.parametrize(
    ("text", "kind", "wording"),
    [
        ("das war am 3. Mai 2026 fertig", EntityKind.DATE, "am 3. Mai 2026"),
        ("ich komme nächste Woche", EntityKind.DATE, "nächste Woche"),
        ("I moved two weeks ago", EntityKind.DATE, "two weeks ago"),
        ("sind 37,50 € richtig", EntityKind.AMOUNT, "37,50 €"),
        ("ich habe 70 Euro bezahlt", EntityKind.AMOUNT, "70 Euro"),
    ],
)
async def test_dates_and_amounts_are_found(engine: SpacyEngine, text: str, kind: EntityKind, wording: str) -> None:
    """Points in time and sums of money are marked as they stand."""
    assert (kind, wording, wording) in await entities(engine, text)


@pytest.mark.parametrize("text", ["guten morgen", "where can I get it", "my wallet is gone"])
async def test_words_that_look_like_names_are_none(engine: SpacyEngine, text: str) -> None:
    """A greeting does not name tomorrow, and English words do not name districts that share their stem."""
    assert await entities(engine, text) == []


async def test_entities_do_not_overlap(engine: SpacyEngine) -> None:
    """Of two names that share words, the longer one counts."""
    assert await entities(engine, "erweitertes Führungszeugnis") == [
        (EntityKind.SERVICE, "erweitertes Führungszeugnis", "erweitertes Führungszeugnis")
    ]


async def test_a_stored_model_understands_the_same(engine: SpacyEngine, tmp_path: Path) -> None:
    """What was written and read again gives equal answers."""
    ModelShelf(tmp_path, "spacy").provide("x", quick_pipeline().to_disk)
    loaded = SpacyEngine.load(tmp_path)
    for text in ("Was kostet ein Reisepass in Lehe?", "😀", "tschüss"):
        assert await loaded.parse(text, Language.DE) == await engine.parse(text, Language.DE)


def test_a_missing_or_broken_model_is_reported(tmp_path: Path) -> None:
    """Where no model is or a model cannot be read, the error is the one that tells to train."""
    with pytest.raises(NluModelMissingError):
        SpacyEngine.load(tmp_path)
    ModelShelf(tmp_path, "spacy").provide("x", lambda folder: (folder / "meta.json").touch())
    with pytest.raises(NluModelMissingError):
        SpacyEngine.load(tmp_path)


async def test_training_is_deterministic() -> None:
    """The same sentences give the same model, figure by figure."""
    data = few_sentences(4)
    recipe = replace(QUICK, epochs=2)
    answers = [
        await SpacyEngine(learn_uncalibrated(data, labels_of(data), recipe)).parse("Was kostet das?", Language.DE)
        for _ in range(2)
    ]
    assert answers[0] == answers[1]


async def test_long_texts_are_read_to_their_limit(engine: SpacyEngine) -> None:
    """A place right at the end of two thousand characters is found where it stands."""
    text = "x " * 996 + " Bremen."
    understood = await engine.parse(text, Language.DE)
    assert understood.entities == (Entity(EntityKind.PLACE, "Bremen", 1993, 1999),)


@pytest.mark.bench
async def test_a_question_takes_about_a_millisecond(engine: SpacyEngine) -> None:
    """Half of the questions are understood within a millisecond on an idle core."""
    texts = [example.text for example in few_sentences(10).examples]
    times = []
    for text in texts:
        started = time.perf_counter()
        await engine.parse(text, Language.DE)
        times.append(time.perf_counter() - started)
    assert sorted(times)[len(times) // 2] < 0.001
