"""Personal data is masked, everything else is left alone."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.model import PersonalDataKind
from nlu.personal_data import PatternMasker

MASKER = PatternMasker()


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Ich heiße Max Mustermann und brauche einen Pass", "Ich heiße [NAME] und brauche einen Pass"),
        ("ich heisse ayse yilmaz", "ich heisse [NAME]"),
        ("My name is John Doe.", "My name is [NAME]."),
        ("меня зовут Иван Петров", "меня зовут [NAME]"),
        ("اسمي محمد علي", "اسمي [NAME]"),
        ("Name: Erika Mustermann", "Name: [NAME]"),
        ("Frau Meier sagte etwas anderes", "Frau [NAME] sagte etwas anderes"),
        ("Ich wohne in der Sögestraße 12, 28195 Bremen", "Ich wohne [ADDRESS]"),
        ("ich wohne am osterdeich 14", "ich wohne am [ADDRESS]"),
        ("Bürgermeister-Smidt-Straße 45", "[ADDRESS]"),
        ("Ich ziehe in die Lange Straße 5", "Ich ziehe in die [ADDRESS]"),
        ("SÖGESTRASSE 12b, 28195 Bremen", "[ADDRESS]"),
        ("hund abmelden sögestraße 12", "hund abmelden [ADDRESS]"),
        ("Umzug in die Hauptstr.12", "Umzug in die [ADDRESS]"),
        ("geboren am 03.05.1980", "geboren am [BIRTH_DATE]"),
        ("Ruf mich an: 0171 2345678", "Ruf mich an: [PHONE]"),
        ("+49 421 3612345", "[PHONE]"),
        ("a.b@example.org", "[EMAIL]"),
        ("DE89 3704 0044 0532 0130 00", "[IBAN]"),
        ("Ausweisnummer L01X00T47", "Ausweisnummer [ID_NUMBER]"),
        ("Steuer-ID 12 345 678 901", "Steuer-ID [ID_NUMBER]"),
        ("Mein Auto HB-AB 1234", "Mein Auto [LICENCE_PLATE]"),
    ],
)
def test_personal_data_is_masked(text: str, masked: str) -> None:
    """Who somebody is stands neither in the database nor in a log."""
    assert MASKER.mask(text).text == masked


@pytest.mark.parametrize(
    "text",
    [
        "Was kostet ein Reisepass? 70,00 Euro oder 37,50 Euro?",
        "Am 3. Mai 2026 ziehe ich um",
        "Mein Ausweis läuft am 01.02.2027 ab",
        "28195 Bremen",
        "Wer hat die 115 erfunden?",
        "Ich bin in Bremerhaven",
        "Wie heißt das Amt?",
        "Kindergeld 2026 für 3 Kinder",
        "Auf der Warteliste Platz 5",
    ],
)
def test_what_is_not_personal_stays(text: str) -> None:
    """A question must keep what it asks about."""
    result = MASKER.mask(text)
    assert result.text == text
    assert result.kinds == ()


def test_kinds_are_named_once() -> None:
    """The page explains what was masked, so the kinds must be known."""
    assert MASKER.mask("a@b.de und c@d.de, ich heiße Anna").kinds == (PersonalDataKind.EMAIL, PersonalDataKind.NAME)


@given(st.text(max_size=300))
def test_masking_twice_changes_nothing_more(text: str) -> None:
    """A text that was masked when it was accepted is not spoilt by masking it again for the log."""
    once = MASKER.mask(text).text
    assert MASKER.mask(once).text == once


@pytest.mark.slow
@pytest.mark.parametrize("piece", ["A-", "A.", "A ", "Aa", "a@", "0-", "str.", "am A", "nummer "])
def test_no_message_keeps_the_server_busy(piece: str) -> None:
    """The longest message is masked at once, whatever it repeats: no pattern tries every way to cut it."""
    hostile = (piece * 2000)[:2000]
    started = time.process_time()
    MASKER.mask(hostile)
    assert time.process_time() - started < 1
