"""Texts that say the same in several languages."""

import json
import re
from importlib.resources import files
from pathlib import Path

import pytest

from assistant.model import Language
from knowledge.lexicon import bundled_lexicon
from knowledge.parallel import parallel_texts
from knowledge.text import fold

VOCABULARY = sorted(Path(str(files("knowledge"))).glob("vocabulary/*.jsonl"))
CYRILLIC = re.compile("[\u0400-\u04ff]")
ARABIC = re.compile("[\u0600-\u06ff]")


def test_every_text_is_german_and_something_else() -> None:
    """German stands first, each language once, and no text is empty."""
    texts = parallel_texts(bundled_lexicon())
    assert len(texts) > 2_000
    for text in texts:
        languages = [language for language, _ in text]
        assert languages[0] is Language.DE
        assert len(set(languages)) == len(languages) > 1
        assert all(told.strip() for _, told in text)


def test_the_lines_of_the_sample_catalogue_stand_beside_their_translations() -> None:
    """A sentence of a section is found with the same sentence in another language."""
    texts = [dict(text) for text in parallel_texts([])]
    found = next(text for text in texts if text[Language.DE] == "Schicken Sie Kopien, keine Originale.")
    assert found[Language.FR] == "Envoyez des copies, pas d'originaux."


def test_without_what_is_bundled_only_the_lexicon_is_left() -> None:
    """A city may learn from its lexicon alone."""
    assert parallel_texts([], bundled=False) == ()
    assert parallel_texts(bundled_lexicon()[:1], bundled=False)


@pytest.mark.parametrize("path", VOCABULARY, ids=lambda path: path.stem)
def test_the_vocabulary_is_complete_and_in_its_scripts(path: Path) -> None:
    """Every line tells all nine languages, each in its own letters."""
    for line in path.read_text(encoding="utf-8").splitlines():
        words = {Language(code): told for code, told in json.loads(line).items()}
        assert set(words) == set(Language), line
        for language, told in words.items():
            assert told == " ".join(told.split()), line
            arabic, cyrillic = language in {Language.AR, Language.FA}, language in {Language.RU, Language.UK}
            assert bool(ARABIC.search(told)) == arabic, line
            assert not CYRILLIC.search(told) or cyrillic, line


def test_no_thing_stands_in_the_vocabulary_twice() -> None:
    """The German words of a line stand in no other line."""
    german = [fold(json.loads(line)["de"]) for path in VOCABULARY for line in path.read_text("utf-8").splitlines()]
    assert len(german) > 500
    assert len(set(german)) == len(german)
