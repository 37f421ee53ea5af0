"""Acute danger is told from what only sounds like it."""

import pytest

from nlu.emergency import PatternEmergencyDetector

DETECTOR = PatternEmergencyDetector()


@pytest.mark.parametrize(
    "text",
    [
        "Hilfe, es brennt bei uns im Keller",
        "mein mann hat einen herzinfarkt",
        "Ein Einbrecher ist in der Wohnung!",
        "ich will mich umbringen",
        "Er schlägt mich gerade",
        "meine oma atmet nicht mehr",
        "Hilfe, bei uns brennt die Küche!",
        "bei mir zuhause brennts",
        "mein nachbar schlägt gerade seine frau",
        "hier ist ein schlimmer unfall passiert, die leute bluten",
        "Person ist zusammengebrochen und reagiert nicht",
        "mein kind hat putzmittel getrunken",
        "er hat sich die pulsadern aufgeschnitten",
        "Meine Mutter hatte gerade einen Schlaganfall und liegt am Boden",
        "ich wurde gerade überfallen",
        "someone broke into my flat right now",
        "my father collapsed and is not responding",
        "My house is on fire",
        "I want to kill myself",
        "Kalp krizi geçiriyor",
        "البيت يحترق",
        "Он без сознания",
        "мені погрожують",
        "il ne respire plus",
        "ktoś mnie bije, bije mnie",
        "خانه آتش گرفته",
    ],
)
def test_acute_danger_is_told_in_every_language(text: str) -> None:
    """Somebody in danger must reach 112 and 110 whatever language is set."""
    assert DETECTOR.is_emergency(text)


@pytest.mark.parametrize(
    "text",
    [
        "Notfall: mein Pass läuft morgen ab",
        "mein ausweis wurde geklaut",
        "Mein Vater ist gestern an einem Herzinfarkt gestorben, was muss ich tun?",
        "Ich wurde letzte Woche überfallen und mein Perso ist weg",
        "Wo kann ich ein Feuerwerk anmelden?",
        "Wie werde ich Feuerwehrmann?",
        "Brauche ich für meinen Hund eine Waffenkarte?",
        "Was kostet ein Führungszeugnis bei der Polizei?",
        "Suizid meines Bruders: wer stellt die Sterbeurkunde aus?",
        "Nach dem Herzinfarkt brauche ich Hilfe im Haushalt",
        "Der Nachbar hat ein Messer verloren, gibt es ein Fundbüro",
        "ich brauche dringend schnell hilfe von der polizei beim führungszeugnis",
        "Mein Mann hatte letztes Jahr einen Schlaganfall. Wo gibt es den Schwerbehindertenausweis?",
        "I lost my passport, it is an emergency",
        "Passfoto brennt nicht auf CD",
    ],
)
def test_harmless_texts_are_no_emergency(text: str) -> None:
    """A false alarm would keep people from the answer they came for."""
    assert not DETECTOR.is_emergency(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ich will mich umbringen", True),
        ("I want to end my life", True),
        ("не хочу жить", True),
        ("es brennt im Keller", False),
        ("mein Freund schlägt mich", False),
    ],
)
def test_a_crisis_is_told_from_other_dangers(text: str, expected: bool) -> None:
    """The crisis line is named to those it is for, and to nobody else."""
    assert DETECTOR.is_crisis(text) is expected
