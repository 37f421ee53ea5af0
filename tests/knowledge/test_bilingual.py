"""What words of other languages are in German."""

from pathlib import Path

import pytest

from assistant.model import Language
from knowledge.bilingual import WordTable, learn_words
from knowledge.parallel import ParallelText

DE, EN, AR, UK = Language.DE, Language.EN, Language.AR, Language.UK

TEXTS: tuple[ParallelText, ...] = (
    ((DE, "die Schule"), (EN, "the school"), (AR, "المدرسة"), (UK, "школа")),
    ((DE, "die Wohnung"), (EN, "the flat"), (AR, "الشقة"), (UK, "квартира")),
    ((DE, "die Schule und die Wohnung"), (EN, "the school and the flat"), (AR, "المدرسة والشقة")),
    ((DE, "die Beratung"), (EN, "the counselling"), (AR, "استشارة"), (UK, "консультація")),
)


@pytest.fixture(scope="module")
def table() -> WordTable:
    """Learned from four short texts."""
    return learn_words(TEXTS)


def test_words_that_stand_in_the_same_texts_mean_the_same(table: WordTable) -> None:
    """The word that is always there when the German one is, and only then, translates it."""
    assert table.german("school", EN)[0][0] == "schul"
    assert table.german("flat", EN)[0][0] == "wohnung"


def test_what_stands_in_every_text_translates_nothing_else(table: WordTable) -> None:
    """An article is the German article, not the noun beside it."""
    assert table.german("the", EN)[0][0] == "die"


def test_every_word_is_at_most_sure(table: WordTable) -> None:
    """How surely a word is meant lies between nought and one, surest first."""
    for words in table.words.values():
        for meant in words.values():
            sure = [share for _, share in meant]
            assert sure == sorted(sure, reverse=True)
            assert all(0 < share <= 1 for share in sure)


def test_an_unknown_word_is_read_as_the_known_one_it_begins_like(table: WordTable) -> None:
    """An inflected form that no text holds counts as the known word, but less surely."""
    (known, sure), *_ = table.german("консультація", UK)
    (alike, less), *_ = table.german("консультаційний", UK)
    assert alike == known
    assert less < sure


def test_an_arabic_word_is_found_behind_its_particles(table: WordTable) -> None:
    """What is written together with "for" or "and" is still the word."""
    assert table.german("لاستشارة", AR)[0][0] == table.german("استشارة", AR)[0][0]


def test_a_word_that_nobody_knows_is_nothing(table: WordTable) -> None:
    """A name is translated by nothing, and so is any word of a language without texts."""
    assert table.german("treffam", EN) == ()
    assert table.german("szkoła", Language.PL) == ()


def test_the_table_can_be_read_the_other_way_round(table: WordTable) -> None:
    """For a German stem the words that stand for it in a language are found."""
    assert "school" in [word for word, _ in table.speakers_words(EN)["schul"]]


def test_the_table_survives_saving(table: WordTable, tmp_path: Path) -> None:
    """What is read is what was written."""
    table.save(tmp_path / "words.json")
    assert WordTable.load(tmp_path / "words.json") == table
