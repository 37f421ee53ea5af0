"""A translation must have in common with its original what can be checked."""

import pytest

from assistant.model.fidelity import differences

GERMAN = (
    "Es kostet 70,00 Euro. Kommen Sie bis zum 19. Januar 2025 ins Standesamt Bremen-Mitte, "
    "[Termin](https://www.service.bremen.de/termin), Fragen an standesamt@bremen.de."
)
TURKISH = (
    "Ücreti 70,00 avrodur. 19 Ocak 2025 tarihine kadar Standesamt Bremen-Mitte'ye gelin, "
    "[randevu](https://www.service.bremen.de/termin), sorular için standesamt@bremen.de."
)


def test_a_faithful_translation_has_no_differences() -> None:
    """Figures, month, address and office are all there."""
    assert differences(GERMAN, TURKISH, ["Standesamt Bremen-Mitte"]) == ()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("70,00", "76,00", ("missing 70", "added 76")),
        ("Ocak", "Mart", ("missing month 1", "added month 3")),
        ("Standesamt Bremen-Mitte'ye", "nüfus dairesine", ("missing Standesamt Bremen-Mitte",)),
        (
            "service.bremen.de/termin",
            "bremen.de/termin",
            ("missing https://www.service.bremen.de/termin", "added https://www.bremen.de/termin"),
        ),
        ("standesamt@bremen.de", "bize", ("missing standesamt@bremen.de",)),
        ("gelin", "2 kez gelin", ("added 2",)),
    ],
)
def test_every_difference_is_told(old: str, new: str, told: tuple[str, ...]) -> None:
    """An editor reads what was lost and what came in."""
    assert old in TURKISH
    assert differences(GERMAN, TURKISH.replace(old, new), ["Standesamt Bremen-Mitte"]) == told


def test_a_figure_lost_once_of_twice_is_told() -> None:
    """How often a figure stands there counts as well."""
    assert differences("2 Fotos und 2 Kopien", "2 photos and copies") == ("missing 2",)
