"""Messages and the questions they hold."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.model import Language
from nlu.split import PatternQuestionSplitter

SPLITTER = PatternQuestionSplitter()


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        ("Was kostet ein Reisepass?", ("Was kostet ein Reisepass?",)),
        ("Wo melde ich meinen Hund an und was kostet das?", ("Wo melde ich meinen Hund an", "was kostet das?")),
        ("Hallo! Was kostet ein Reisepass?", ("Was kostet ein Reisepass?",)),
        ("Hallo", ("Hallo",)),
        ("Und was kostet das?", ("Und was kostet das?",)),
        ("Wo und wie beantrage ich einen Pass?", ("Wo und wie beantrage ich einen Pass?",)),
        ("Ich bin umgezogen. Was muss ich tun?", ("Ich bin umgezogen. Was muss ich tun?",)),
        (
            "Was kostet ein Pass? Wie lange dauert das? Ich habe es eilig.",
            ("Was kostet ein Pass?", "Wie lange dauert das? Ich habe es eilig."),
        ),
        (
            "Ich habe ein Auto gekauft, wie melde ich es um und was kostet das?",
            ("Ich habe ein Auto gekauft, wie melde ich es um", "was kostet das?"),
        ),
        ("Ich bin im Urlaub und habe meinen Pass verloren", ("Ich bin im Urlaub und habe meinen Pass verloren",)),
        ("Können Sie mir sagen, was ein Pass kostet?", ("Können Sie mir sagen, was ein Pass kostet?",)),
        ("Ich wollte wissen, wie lange das gilt.", ("Ich wollte wissen, wie lange das gilt.",)),
        ("Ich wohne z.B. Am Wall 3. Wo melde ich mich an?", ("Ich wohne z.B. Am Wall 3. Wo melde ich mich an?",)),
    ],
)
def test_german_messages_are_split_into_their_questions(text: str, questions: tuple[str, ...]) -> None:
    """Two questions come apart, a situation stays with its question, a greeting is dropped."""
    assert SPLITTER.split(text, Language.DE) == questions


@pytest.mark.parametrize(
    ("heard", "questions"),
    [
        (
            "was kostet eine einbürgerung wie lange dauert das und wo muss ich hin",
            ("was kostet eine einbürgerung", "wie lange dauert das", "wo muss ich hin"),
        ),
        (
            "ich wohne in lehe und habe jetzt einen hund was muss ich zahlen",
            ("ich wohne in lehe und habe jetzt einen hund was muss ich zahlen",),
        ),
        ("für wie lange gilt das", ("für wie lange gilt das",)),
        ("kann man da was machen", ("kann man da was machen",)),
    ],
)
def test_what_a_recogniser_wrote_is_split_without_signs(heard: str, questions: tuple[str, ...]) -> None:
    """A word that opens a question opens a clause, unless the word before it belongs to it."""
    assert SPLITTER.split(heard, Language.DE) == questions


def test_the_clause_that_asks_is_found_without_signs() -> None:
    """What is told around it does not count."""
    asked = SPLITTER.focus("ich mache mich selbstständig wie melde ich das gewerbe an", Language.DE)
    assert asked == "wie melde ich das gewerbe an"


def test_english_questions_are_split() -> None:
    """The words that open a question are those of the conversation's language."""
    assert SPLITTER.split("Where do I register my dog and what does it cost?", Language.EN) == (
        "Where do I register my dog",
        "what does it cost?",
    )


def test_more_than_three_questions_are_kept_together() -> None:
    """Nothing a person asks is thrown away, however many questions it holds."""
    text = "Was kostet das? Wo geht das? Wie lange dauert das? Wer macht das? Wann geht das?"
    questions = SPLITTER.split(text, Language.DE)
    assert len(questions) == 3
    assert " ".join(questions) == text


@given(st.text(min_size=1, max_size=300), st.sampled_from(Language))
def test_any_text_gives_one_to_three_questions(text: str, language: Language) -> None:
    """No text breaks the splitter, and none comes back without a question."""
    assert 1 <= len(SPLITTER.split(text, language)) <= 3


@pytest.mark.parametrize(
    ("question", "focus"),
    [
        ("Ich habe ein Auto gekauft, wie melde ich es um?", "wie melde ich es um?"),
        ("Ich wohne in Lehe und habe einen Hund. Was muss ich zahlen?", "Was muss ich zahlen?"),
        ("Was kostet ein Pass?", "Was kostet ein Pass?"),
        ("Reisepass", "Reisepass"),
    ],
)
def test_the_clause_that_asks_is_found(question: str, focus: str) -> None:
    """The situation told around a question does not say what is asked."""
    assert SPLITTER.focus(question, Language.DE) == focus


def test_a_gap_between_words_costs_no_time() -> None:
    """The longest message is split at once, even where it is one long gap."""
    started = time.process_time()
    SPLITTER.focus(f"was{' ' * 1990}nun", Language.DE)
    assert time.process_time() - started < 0.1
