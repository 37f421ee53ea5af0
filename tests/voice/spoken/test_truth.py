"""The guard: no figure is said that was not written, and portions last as long as they are thought to."""

import json
from pathlib import Path

import pytest

from assistant.model import Language
from voice.spoken import Sentence
from voice.spoken.guard import is_true, unborne
from voice.spoken.told import Told, seconds, tell

DURATIONS = json.loads((Path(__file__).parent / "data" / "durations.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("text", "written", "language", "expected"),
    [
        ("Es kostet siebzig Euro.", "Es kostet 70,00 Euro.", Language.DE, True),
        ("Es kostet siebzehn Euro.", "Es kostet 70,00 Euro.", Language.DE, False),
        ("Es kostet eintausend Euro.", "bis zu 1.000,00 Euro", Language.DE, True),
        ("Bis zum zweiten März.", "bis zum 3. März", Language.DE, False),
        ("Nach zwei Wochen.", "Nach zwei Wochen.", Language.DE, True),
        ("Nach drei Wochen.", "Nach zwei Wochen.", Language.DE, False),
        ("It costs seventeen euros.", "It costs 70 euros.", Language.EN, False),
        ("In twenty twenty-six.", "in 2026", Language.EN, True),
        ("In twenty twenty-seven.", "in 2026", Language.EN, False),
        ("Es kostet 70 Euro.", "Es kostet 70 Euro.", Language.DE, False),
        ("Nr. fünf bzw. sechs.", "Nr. 5 bzw. 6", Language.DE, False),
    ],
)
def test_a_figure_that_was_not_written_is_refused(text: str, written: str, language: Language, expected: bool) -> None:
    """Also one that only sounds alike, and one that was not made for the ear."""
    told = Told(Sentence(text, language), written)
    assert is_true(told) is expected
    assert unborne([told]) == (() if expected else (told,))


def test_every_sentence_knows_what_it_was_made_from() -> None:
    """The guard looks at the whole written text of a sentence."""
    told = tell("Es kostet 5 Euro. Danach 6 Euro.", Language.DE)
    assert [one.sentence.text for one in told] == ["Es kostet fünf Euro.", "Danach sechs Euro."]
    assert {one.written for one in told} == {"Es kostet 5 Euro. Danach 6 Euro."}


@pytest.mark.parametrize("language", [Language.DE, Language.EN])
def test_the_time_a_sentence_takes_is_known(language: Language) -> None:
    """Against what the voice took at its usual speed: hardly ever longer than thought, and not much shorter."""
    measured = [(seconds([Sentence(text, language)]), taken) for text, taken in DURATIONS[language]]
    assert all(thought >= 0.9 * taken for thought, taken in measured)
    assert sum(thought for thought, _ in measured) <= 1.2 * sum(taken for _, taken in measured)
