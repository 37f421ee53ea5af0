"""Written text is read aloud as people say it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.model import Language
from voice.spoken.abbreviations import left_over
from voice.spoken.verbalise import is_speakable, verbalise

GERMAN = {
    "37,50 Euro": "siebenunddreißig Euro fünfzig",
    "70,00 €": "siebzig Euro",
    "0,50 Euro": "fünfzig Cent",
    "1,01 Euro": "ein Euro eins",
    "20,- Euro": "zwanzig Euro",
    "1.000,00 Euro": "eintausend Euro",
    "10–15 Euro": "zehn bis fünfzehn Euro",
    "10,00 bis 15,50 €": "zehn bis fünfzehn Euro fünfzig",
    "5 Euro/Monat": "fünf Euro pro Monat",
    "175.000 Einwohner": "einhundertfünfundsiebzigtausend Einwohner",
    "19 %": "neunzehn Prozent",
    "1,5 Mio. Euro": "eins Komma fünf Millionen Euro",
    "80 m²": "achtzig Quadratmeter",
    "50 km/h": "fünfzig Kilometer pro Stunde",
    "9:30 Uhr": "neun Uhr dreißig",
    "8–12 Uhr": "acht bis zwölf Uhr",
    "von 7.30 bis 13 Uhr": "von sieben Uhr dreißig bis dreizehn Uhr",
    "8:00-12:00": "acht Uhr bis zwölf Uhr",
    "Mo–Fr 8–12 Uhr": "Montag bis Freitag acht bis zwölf Uhr",
    "Mo, Mi und Fr": "Montag, Mittwoch und Freitag",
    "So geht es: 3 Schritte": "So geht es: drei Schritte",
    "1.12.2026": "erster Dezember zweitausendsechsundzwanzig",
    "am 1.12.2026": "am ersten Dezember zweitausendsechsundzwanzig",
    "bis zum 1.12.2026": "bis zum ersten Dezember zweitausendsechsundzwanzig",
    "ab dem 1. Dezember": "ab dem ersten Dezember",
    "der 1. Dezember": "der erste Dezember",
    "am Montag, 3. März": "am Montag, dritten März",
    "vom 1. bis 15. März": "vom ersten bis fünfzehnten März",
    "1. bis 31. Januar": "erster bis einunddreißigster Januar",
    "am 1. März und am 3. April": "am ersten März und am dritten April",
    "bis 31.12. Danach gilt": "bis einunddreißigsten Dezember. Danach gilt",
    "12.2025": "Dezember zweitausendfünfundzwanzig",
    "32.13.2026": "zweiunddreißig Punkt dreizehn Punkt zweitausendsechsundzwanzig",
    "im Jahr 1998": "im Jahr neunzehnhundertachtundneunzig",
    "am 18. Geburtstag": "am achtzehnten Geburtstag",
    "in der 2. Klasse": "in der zweiten Klasse",
    "2. Stock": "zweiter Stock",
    "im Stadthaus 2, 1. Etage": "im Stadthaus zwei, erste Etage",
    "1. und 2. Klasse": "erste und zweite Klasse",
    "ein 2. Kind": "ein zweites Kind",
    "ab 3. Lebensjahr": "ab drittem Lebensjahr",
    "Es ist im Stadthaus 5. Dort warten Sie.": "Es ist im Stadthaus fünf. Dort warten Sie.",
    "nach 1 Woche, 1 Tag": "nach einer Woche, ein Tag",
    "für 1 Monat": "für einen Monat",
    "Digital-Fit 60+": "Digital-Fit sechzig plus",
    "Steinweg 49/50": "Steinweg neunundvierzig, fünfzig",
    "Steinweg 25-31": "Steinweg fünfundzwanzig bis einunddreißig",
    "Steinweg 1a": "Steinweg eins A",
    "Feld 3.1": "Feld drei Punkt eins",
    "3-mal, 2x, die 90er": "drei-mal, zweimal, die neunziger",
    "0421 361-0": "null vier zwei eins, drei sechs eins, null",
    "0421/361-16892": "null vier zwei eins, drei sechs eins, eins sechs, acht neun zwei",
    "+49 421 361-0": "plus vier neun, vier zwei eins, drei sechs eins, null",
    "unter 115": "unter eins eins fünf",
    "Notruf 112, Polizei 110": "Notruf eins eins zwei, Polizei eins eins null",
    "116 117": "eins eins sechs, eins eins sieben",
    "115 Euro": "einhundertfünfzehn Euro",
    "§ 115": "Paragraf einhundertfünfzehn",
    "Sedanplatz 7, 28757 Bremen": "Sedanplatz sieben, zwei acht sieben fünf sieben Bremen",
    "DE89 3704 0044 0532 0130 00": "D E acht neun, drei sieben null vier, null null vier vier, null fünf drei zwei, "
    "null eins drei null, null null",
    "§ 28 Abs. 1 BGB": "Paragraf achtundzwanzig Absatz eins B G B",
    "§§ 17, 23 BMG": "Paragrafen siebzehn, dreiundzwanzig B M G",
    "§ 24a SGB IX": "Paragraf vierundzwanzig A S G B neun",
    "Art. 6 Satz 1": "Artikel sechs Satz eins",
    "diese Art. Dann": "diese Art. Dann",
    "z. B. Nr. 5, ggf. inkl. Foto": "zum Beispiel Nummer fünf, gegebenenfalls inklusive Foto",
    "z.B. bzw. i.d.R. d.h.": "zum Beispiel beziehungsweise in der Regel das heißt",
    "Strom, Gas usw. Dann": "Strom, Gas und so weiter. Dann",
    "Strom usw. und Gas": "Strom und so weiter und Gas",
    "Bahnhofstr. 12": "Bahnhofstraße zwölf",
    "Niveau B1, Klasse BF17": "Niveau B eins, Klasse B F siebzehn",
    "123FK456": "eins zwei drei F K vier fünf sechs",
    "SEPA, PIN, QR-Code, eID": "SEPA, PIN, Q R-Code, E I D",
    "BremLBO, BürgerServiceCenter": "Brem L B O, Bürger Service Center",
    "auf [service.bremen.de](https://service.bremen.de/x)": "auf der Internetseite",
    "[Formular](https://a.de/f.pdf) hier": "Formular hier",
    "Siehe www.bremen.de.": "Siehe die Internetseite.",
    "an a@b.de oder c.d@e-f.de.": "per E-Mail.",
    "**fett**, _schräg_ und `roh`": "fett, schräg und roh",
    "die Mutter (Elternteil 1) muss": "die Mutter, Elternteil eins, muss",
    "Foto (neu); Pass": "Foto, neu; Pass",
    "Mitarbeiter*innen, Bürger/-innen": "Mitarbeiter innen, Bürger innen",
    "Inhaber(in), Vermieter/in, Vorname(n)": "Inhaber oder Inhaberin, Vermieter oder Vermieterin, Vorname",
    "Geld – oder nicht": "Geld, oder nicht",
    "„Wort“ & »Satz«": "Wort und Satz",
    "Das ist frei. 115 ist da.": "Das ist frei. Eins eins fünf ist da.",
}
ENGLISH = {
    "37.50 euros": "thirty-seven euros fifty",
    "€10–15": "ten to fifteen euros",
    "1,000.00 euros": "one thousand euros",
    "10000 euros": "ten thousand euros",
    "9:30": "nine thirty in the morning",
    "8:00–12:00": "eight in the morning to noon",
    "9 am to 6 p.m.": "nine in the morning to six in the evening",
    "Mon-Fri 9:00": "Monday to Friday nine in the morning",
    "on 1 December 2026": "on the first of December twenty twenty-six",
    "since January 1, 2024": "since the first of January, twenty twenty-four",
    "the 1st of March": "the first of March",
    "2nd floor": "second floor",
    "in 1998": "in nineteen ninety-eight",
    "3 to 4 weeks, 5%": "three to four weeks, five percent",
    "on 115": "on one one five",
    "section 28 BGB": "section twenty-eight B G B",
    "e.g. no. 5": "for example number five",
    "The answer is no. Then": "The answer is no. Then",
    "at [115.de](https://115.de)": "on the website",
    "to a@b.de": "by email",
    "It is free. „bis“ means to („geb.“ means born).": "It is free. Bis means to, geb means born.",
    "First name(s) of the child's.": "First name of the child's.",
    "landlord's confirmation (new); not": "landlord's confirmation, new; not",
}


@pytest.mark.parametrize(("written", "said"), GERMAN.items(), ids=GERMAN)
def test_german_is_read_as_a_clerk_would(written: str, said: str) -> None:
    """Numbers, dates, laws, abbreviations and addresses, each in its case and gender."""
    assert verbalise(written, Language.DE) == said
    assert is_speakable(said)


@pytest.mark.parametrize(("written", "said"), ENGLISH.items(), ids=ENGLISH)
def test_english_is_read_as_a_clerk_would(written: str, said: str) -> None:
    """The same in English."""
    assert verbalise(written, Language.EN) == said
    assert is_speakable(said)


@pytest.mark.parametrize("text", ["", "  ", "3 Euro", "€", "bzw", "Nr. fünf", "z. B.", "Größe <b>", "что", "a@b"])
def test_what_cannot_be_read_out_is_noticed(text: str) -> None:
    """Digits, signs, abbreviations and foreign letters never reach the speaker."""
    assert not is_speakable(text)


def test_the_remains_of_an_abbreviation_are_found() -> None:
    """A full stop before a small letter ends no sentence."""
    assert left_over("Das ist ungef. richtig")
    assert left_over("Das ist gut. Danach") is None


@pytest.mark.parametrize("language", [Language.DE, Language.EN])
@given(text=st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=80))
def test_any_text_is_read_without_digits_and_addresses(text: str, language: Language) -> None:
    """Nothing that people write makes reading fail, and no figure is left to the speaker's guess."""
    said = verbalise(text, language)
    assert not any(one in "0123456789" for one in said)
    assert not is_speakable(said) or verbalise(said, language)
