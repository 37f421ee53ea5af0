"""Reading the Rasa project's data, and writing it."""

from collections import Counter
from pathlib import Path

import pytest
import yaml

from assistant.model import EntityKind, Intent, Language
from nlu.folds import folds
from nlu.training_data import (
    RASA_PROJECT,
    Span,
    TrainingData,
    data_files,
    fingerprint,
    load_training_data,
    read_marks,
    to_rasa,
)

pytestmark = pytest.mark.slow  # trains or indexes


@pytest.fixture(scope="module")
def data() -> TrainingData:
    """The project's own data."""
    return load_training_data()


def test_marks_become_spans() -> None:
    """Both of Rasa's notations are read; the spans fit the sentence without marks."""
    text, spans = read_marks('Wo in [Lehe](place) gibt es den [Pass]{"entity": "service", "value": "x"}?')
    assert text == "Wo in Lehe gibt es den Pass?"
    assert spans == (Span(EntityKind.PLACE, 6, 10), Span(EntityKind.SERVICE, 23, 27))


def test_every_language_and_intent_is_read(data: TrainingData) -> None:
    """The sentences of each intent arrive in each language, with spans that lie within them."""
    seen = {(example.intent, example.language) for example in data.examples}
    languages = {language for _, language in seen}
    assert {Language.DE, Language.EN, Language.TR, Language.AR} <= languages
    assert seen == {(intent, language) for intent in Intent for language in languages}
    assert all(0 <= s.start < s.end <= len(e.text) for e in data.examples for s in e.spans)


def test_a_language_can_be_read_alone() -> None:
    """With a language given, sentences of the others stay out."""
    examples = load_training_data(languages=(Language.EN,)).examples
    assert {example.language for example in examples} == {Language.EN}


def test_synonyms_lead_to_names(data: TrainingData) -> None:
    """What people say leads to the name in the lists; a name leads to itself or on to its canonical form."""
    assert data.synonyms["perso"] == "Personalausweis"
    assert data.synonyms["lehe"] == "Lehe"


def test_what_is_written_is_read_again(data: TrainingData, tmp_path: Path) -> None:
    """Rasa's notation of the data holds the same sentences, spans, names and patterns."""
    (tmp_path / "data").mkdir()
    items = yaml.safe_load(to_rasa(data))["nlu"]
    for name, kinds in (("nlu.x.de", {"intent"}), ("lookups", {"lookup", "synonym"}), ("patterns", {"regex"})):
        content = {"version": "3.1", "nlu": [item for item in items if kinds & set(item)]}
        (tmp_path / "data" / f"{name}.yml").write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    again = load_training_data(tmp_path)
    assert {(e.text, e.intent, e.spans) for e in again.examples} == {(e.text, e.intent, e.spans) for e in data.examples}
    assert (again.lookups, again.synonyms, again.patterns) == (data.lookups, data.synonyms, data.patterns)


def test_the_fingerprint_follows_the_content(tmp_path: Path) -> None:
    """It is the same for the same files and another for any change."""
    (file := tmp_path / "a").write_text("1", encoding="utf-8")
    before = fingerprint([file])
    assert fingerprint([file]) == before
    assert fingerprint([file], "other settings") != before
    file.write_text("2", encoding="utf-8")
    assert fingerprint([file]) != before
    assert all(path.exists() for path in data_files(RASA_PROJECT))


def test_folds_test_every_sentence_once(data: TrainingData) -> None:
    """Train and test never meet, and each intent is spread evenly over the parts."""
    parts = list(folds(data.examples, 5))
    assert sorted((e for _, test in parts for e in test), key=str) == sorted(data.examples, key=str)
    for train, test in parts:
        assert not set(train) & set(test)
        whole = Counter(example.intent for example in data.examples)
        # Each language is spread by itself, and five parts share its remainder.
        most = 5 * len({example.language for example in data.examples})
        assert all(abs(5 * n - whole[i]) <= most for i, n in Counter(e.intent for e in test).items())
