"""What an office says, each reader gets in the best version there is."""

from datetime import time

import pytest

from assistant.model import Address, Language, Office, OfficeNote, OpeningHours, Register, Weekday

ENGLISH = OfficeNote("nur mit Termin", "by appointment only", Language.EN)
PLAIN = OfficeNote("nur mit Termin", "Kommen Sie mit Termin.", Language.DE, Register.PLAIN)
ARABIC = OfficeNote("Bus bis Domsheide.", "بالحافلة إلى Domsheide.", Language.AR)
OFFICE = Office(
    "amt",
    "Amt",
    address=Address("Am Wall", "1", "28195", "Bremen", addition="2. Obergeschoss"),
    opening_hours=(OpeningHours((Weekday.MO,), time(8), time(12), "nur mit Termin"),),
    hours_note="nur mit Termin",
    transport="Bus bis Domsheide.",
    translations=(ENGLISH, PLAIN, ARABIC),
)


def test_notes_are_all_free_texts_each_once() -> None:
    """Remarks on address, hours, the way there and accessibility; no names, numbers or addresses."""
    assert OFFICE.notes == ("2. Obergeschoss", "nur mit Termin", "Bus bis Domsheide.")


@pytest.mark.parametrize(
    ("language", "register", "told"),
    [
        (Language.EN, Register.STANDARD, (ENGLISH,)),
        (Language.EN, Register.PLAIN, (ENGLISH,)),
        (Language.AR, Register.STANDARD, (ARABIC,)),
        (Language.AR, Register.PLAIN, (PLAIN, ARABIC)),
        (Language.DE, Register.PLAIN, (PLAIN,)),
        (Language.DE, Register.STANDARD, ()),
    ],
)
def test_each_reader_gets_one_version(language: Language, register: Register, told: tuple[OfficeNote, ...]) -> None:
    """Language and register as wanted, else that language, else plain German where plain is wanted, else the German."""
    assert OFFICE.told_in(language, register).translations == told


def test_a_note_without_a_translation_is_told_in_german() -> None:
    """What nobody translated is told as it stands, and known to be German."""
    shown = OFFICE.told_in(Language.EN)
    assert shown.told("nur mit Termin") == ENGLISH
    assert shown.told("2. Obergeschoss") == OfficeNote("2. Obergeschoss", "2. Obergeschoss", Language.DE)
