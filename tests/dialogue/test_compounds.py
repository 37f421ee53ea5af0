"""Compounds that were taken apart are one word again."""

import pytest

from assistant.dialogue.compounds import Compounds
from assistant.storage.catalogue import SqlCatalogueStore


@pytest.mark.slow
@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("was kostet ein reise pass", "was kostet ein reisepass"),
        ("personal ausweis und reise pass", "personalausweis und reisepass"),
        ("die pin von meinem online ausweis", "die pin von meinem online-ausweis"),
        ("eine geburt urkunde", "eine geburtsurkunde"),
        ("was kostet ein pass", "was kostet ein pass"),
        ("ich reise gern mit pass", "ich reise gern mit pass"),
        ("", ""),
    ],
)
def test_words_of_a_services_name_are_put_together(sample_catalogue: SqlCatalogueStore, heard: str, meant: str) -> None:
    """Also with a hyphen, or where the sound that links them was lost; all else stays as it is."""
    assert Compounds(sample_catalogue).put_together(heard) == meant
