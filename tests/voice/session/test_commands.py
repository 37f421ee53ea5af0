"""What callers say to the line itself, as a recogniser writes it."""

import tomllib
from importlib.resources import files

import pytest

from assistant.model import Language
from voice.prompts import SPOKEN
from voice.session.commands import Command, words_of

GERMAN, ENGLISH = words_of(Language.DE), words_of(Language.EN)


def table(language: Language) -> dict[str, dict[str, list[str]]]:
    """The words of a language as they stand in their file."""
    return tomllib.loads(files("voice").joinpath("data", f"commands.{language}.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("language", SPOKEN)
def test_every_phrase_of_a_command_is_that_command(language: Language) -> None:
    """No phrase stands under two, and none is swallowed as a little word."""
    for name, phrases in table(language)["command"].items():
        for phrase in phrases:
            assert words_of(language).command(phrase) is Command(name), phrase


def test_both_languages_know_the_same_commands() -> None:
    """Each with some phrases."""
    assert set(table(Language.DE)["command"]) == set(table(Language.EN)["command"]) == set(Command)
    assert all(phrases for language in SPOKEN for phrases in table(language)["command"].values())


@pytest.mark.parametrize("language", SPOKEN)
def test_yes_is_no_no_and_neither_is_a_command(language: Language) -> None:
    """Whoever says yes is never taken to want something else."""
    said, words = table(language)["said"], words_of(language)
    assert all(words.yes_or_no(phrase) is True and words.command(phrase) is None for phrase in said["yes"])
    assert all(words.yes_or_no(phrase) is False and words.command(phrase) is None for phrase in said["no"])


@pytest.mark.parametrize(
    ("said", "command"),
    [
        ("äh moment mal bitte", Command.WAIT),
        ("können sie bitte etwas langsamer sprechen", Command.SLOWER),
        ("ich möchte gern mit einem mitarbeiter sprechen", Command.PERSON),
        ("mitarbeita", Command.PERSON),
        ("auf wiederhörn", Command.GOODBYE),
        ("wie bitte", Command.REPEAT),
        ("hauptmenu", Command.MENU),
    ],
)
def test_commands_survive_little_words_and_slips_of_the_recogniser(said: str, command: Command) -> None:
    """A letter or two wrong in a long phrase, politeness around a short one."""
    assert GERMAN.command(said) is command


@pytest.mark.parametrize(
    "said",
    [
        "wie viele mitarbeiter hat das bürgeramt", "was kostet ein reisepass", "wie lange dauert das",
        "ich habe meinen pass verloren", "kann ich mein geld zurück bekommen", "wann ist das hauptzollamt offen",
        "mein nachbar ist zu laut", "wo finde ich hilfe zum lebensunterhalt", "wo kann ich englisch lernen",
    ],
)  # fmt: skip
def test_questions_are_no_commands(said: str) -> None:
    """What the office can answer goes to the office."""
    assert GERMAN.command(said) is None


def test_a_correction_leaves_what_is_meant_instead() -> None:
    """One no or two before it."""
    assert GERMAN.corrected("nein drei sieben eins") == "drei sieben eins"
    assert GERMAN.corrected("nein ich meinte drei sieben eins") == "drei sieben eins"
    assert GERMAN.corrected("nein") == ""
    assert GERMAN.corrected("drei sieben eins") is None
    assert ENGLISH.corrected("no i meant three") == "three"


@pytest.mark.parametrize(
    ("said", "place"),
    [("reisepass", 0), ("den personalausweis bitte", 1), ("das zweite", 1), ("zwo", 1), ("drei", None), ("hund", None)],
)
def test_one_of_several_is_named_by_words_or_place(said: str, place: int | None) -> None:
    """A place beyond the last is none."""
    assert GERMAN.chosen([said], ["Reisepass", "Personalausweis"]) == place


def test_what_fits_two_is_neither() -> None:
    """Between alike choices nothing is guessed."""
    assert GERMAN.chosen(["reisepass"], ["Reisepass für Kinder", "Reisepass für Erwachsene"]) is None
