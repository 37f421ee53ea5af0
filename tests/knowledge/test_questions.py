"""Reading a question: frame and aspect words, sections asked for, phrases."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from assistant.model import Language, SectionKind
from knowledge.bilingual import learn_words
from knowledge.questions import Question, aspect_words, content_of, phrase_keys
from knowledge.text import fold

_FOLLOW_UPS: Mapping[str, Mapping[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("data").joinpath("follow_ups.yaml").read_text(encoding="utf-8")
)
# Of the questions that name no matter, so many may still seem to: lists of words are never complete.
_BARE_LEAST = 0.95


@pytest.mark.parametrize(
    ("text", "language", "content"),
    [
        ("Was kostet ein Reisepass?", Language.DE, "reisepass"),
        ("wie lange dauert das mit dem Wohngeld", Language.DE, "wohngeld"),
        ("How much does a passport cost?", Language.EN, "passport"),
        ("Ich möchte bitte einen Termin für die Trauung", Language.DE, "trauung"),
        ("Reisepass fee", Language.EN, "reisepass"),
    ],
)
def test_frame_and_aspect_words_are_no_topic(text: str, language: Language, content: str) -> None:
    """What remains of a question is the thing that is meant."""
    assert Question(text, language).content == content


def test_compounds_keep_their_aspect_word() -> None:
    """The word "Abfallgebühren" is a topic, though "Gebühren" asks for a section."""
    assert Question("Was kosten die Abfallgebühren?", Language.DE).content == "abfallgebuhren"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("was kostet das", SectionKind.FEE),
        ("brauche ich ein Foto?", SectionKind.DOCUMENTS),
        ("muss ich persönlich kommen", SectionKind.REPRESENTATION),
        ("geht das auch online", SectionKind.ONLINE),
        ("Bis wann muss ich das machen?", SectionKind.DEADLINE),
        ("Wie lange dauert das?", SectionKind.DURATION),
        ("wie lange gilt der", SectionKind.VALIDITY),
    ],
)
def test_words_point_to_a_section(text: str, kind: SectionKind) -> None:
    """The section asked for is the one its words point to most."""
    sections = Question(text, Language.DE).sections
    assert max(sections, key=lambda found: sections[found]) is kind


def test_a_question_of_frame_words_keeps_its_stems() -> None:
    """Where no topic is left the question can still be searched."""
    question = Question("Was kostet das?", Language.DE)
    assert question.content == ""
    assert question.tokens.size


def test_names_are_found_as_phrases_of_the_question() -> None:
    """A name is recognised inside a question, written together or apart."""
    phrases = Question("wo gibt es den Bewohner Parkausweis", Language.DE).phrases
    assert any(key in phrases for key in phrase_keys(["bewohnerparkausweis"], Language.DE))


def test_a_name_of_frame_words_alone_stays_whole() -> None:
    """A service whose name is nothing but frame words does not lose it."""
    assert content_of("Beantragen", Language.DE) == "beantragen"


@pytest.mark.parametrize("language", Language)
def test_every_language_has_aspect_words(language: Language) -> None:
    """In every language fee, documents and duration can be asked for."""
    words = aspect_words()[language]
    assert words.ignored
    for kind in (SectionKind.FEE, SectionKind.DOCUMENTS, SectionKind.DURATION):
        assert words.asked[kind]


TABLE = learn_words(
    [((Language.DE, "Schule"), (Language.FR, "école")), ((Language.DE, "Anmeldung"), (Language.FR, "inscription"))]
)


def test_a_question_is_put_into_german_word_by_word() -> None:
    """What is asked in another language is sought by German stems; names stay as they are, frame words go."""
    asked = Question("Je voudrais une inscription à l'école Treffam", Language.FR).in_german(TABLE)
    assert set(asked) == {"anmeld", "schul", "treffam"}
    assert asked["treffam"] == 1


def test_a_german_question_is_itself() -> None:
    """German words need no translation and are all fully meant."""
    assert Question("Anmeldung Schule", Language.DE).in_german(TABLE) == {"anmeld": 1, "schul": 1}


@pytest.mark.parametrize("language", [Language(code) for code in _FOLLOW_UPS])
def test_asking_on_names_no_matter(language: Language) -> None:
    """Of what people ask on about a settled topic nothing is left to search for."""
    texts = _FOLLOW_UPS[language.value]["bare"]
    wrong = {text: matter for text in texts if (matter := Question(text, language).matter)}
    assert len(wrong) <= (1 - _BARE_LEAST) * len(texts), wrong


@pytest.mark.parametrize(
    ("text", "language", "kind"),
    [
        ("on a combien de jours pour le faire ?", Language.FR, SectionKind.DEADLINE),
        ("how many days do we have", Language.EN, SectionKind.DEADLINE),
        ("how long do we wait for an answer", Language.EN, SectionKind.DURATION),
        ("сколько дней нам дают на это", Language.RU, SectionKind.DEADLINE),
        ("а когда деньги придут", Language.RU, SectionKind.DURATION),
        ("скільки це все тягнеться", Language.UK, SectionKind.DURATION),
        ("ile mamy dni na to", Language.PL, SectionKind.DEADLINE),
        ("peki başvurmak kaç para", Language.TR, SectionKind.FEE),
        ("Yanımda ne getireyim?", Language.TR, SectionKind.DOCUMENTS),
        ("وإيمتى بيوصلنا الجواب", Language.AR, SectionKind.DURATION),
        ("چند روز مهلت داریم", Language.FA, SectionKind.DEADLINE),
    ],
)
def test_asking_on_points_to_a_section(text: str, language: Language, kind: SectionKind) -> None:
    """A follow-up in any language asks first for the section that its words name."""
    sections = Question(text, language).sections
    assert max(sections, key=lambda found: sections[found]) is kind


@pytest.mark.parametrize("language", [Language(code) for code in _FOLLOW_UPS])
def test_a_matter_named_in_passing_stays(language: Language) -> None:
    """Among the words of a follow-up, the one that names another matter is never taken for frame."""
    named = _FOLLOW_UPS[language.value]["named"]
    left = {text: Question(text, language).matter for text in named}
    assert not {text: matter for text, matter in left.items() if fold(named[text]) not in matter.split()}
