"""The catalogue by the keys of a telephone."""

import re
import threading
from collections.abc import Iterator, Sequence

import pytest

from assistant.errors import ConfigError
from assistant.model import Language, LifeSituation, Service, ServiceText
from assistant.storage.catalogue import SqlCatalogueStore
from tests.fakes import SmallCatalogue
from voice.directory import CatalogueDirectory
from voice.session.keypad import keys_of

LETTERS = re.compile(r"[^\W\d_]+")
MARKS = str.maketrans({"ä": "a", "ö": "o", "ü": "u", "Ä": "A", "Ö": "O", "Ü": "U", "ß": "ss"})


class Town(SmallCatalogue):
    """Some services; another import changes them."""

    def __init__(self, *services: Service) -> None:
        super().__init__()
        self.known = services

    def service(self, service_id: str) -> Service | None:
        return next((one for one in self.known if one.id == service_id), None)

    def services(self) -> Iterator[Service]:
        return iter(self.known)

    def life_situations(self) -> Sequence[LifeSituation]:
        return tuple(LifeSituation(name, {Language.DE: name.title()}) for name in ("bauen", "reisen"))

    def services_in_situation(self, situation_id: str) -> Sequence[Service]:
        return tuple(one for one in self.known if situation_id in one.life_situations)


def service(name: str, title: str, *synonyms: str, situation: str = "reisen") -> Service:
    """A service with a German text."""
    return Service(name, (ServiceText(Language.DE, title, "", synonyms),), life_situations=(situation,))


PASSPORT = service("reisepass", "Reisepass beantragen", "Pass")
ID_CARD = service("ausweis", "Personalausweis beantragen", "Perso")
DOG = service("hund", "Hundesteuer", "Anmeldung eines Hundes")
BULKY = service("muell", "Sperrmüll anmelden")


def labels(keys: str, *known: Service) -> list[str]:
    """What is found by some keys."""
    return [found.label for found in CatalogueDirectory(Town(*known)).beginning(keys, Language.DE)]


def test_a_service_is_found_by_the_first_letters_of_any_of_its_words() -> None:
    """Those of its name before those it is also called by, and these before what only stands within a word."""
    assert labels("7347", PASSPORT, ID_CARD) == ["Reisepass beantragen"]
    assert labels("2326", PASSPORT, ID_CARD) == ["Personalausweis beantragen", "Reisepass beantragen"]
    assert labels("26635", DOG, BULKY) == ["Sperrmüll anmelden", "Hundesteuer"]
    assert labels("7277", PASSPORT, service("pass", "Passersatz")) == ["Passersatz", "Reisepass beantragen"]
    assert labels("29347", ID_CARD) == []
    assert labels("28793", ID_CARD) == ["Personalausweis beantragen"]
    assert labels("287", ID_CARD) == []


@pytest.mark.parametrize("keys", ["773776855", "7737768355"])
def test_an_umlaut_is_typed_as_one_letter_or_as_two(keys: str) -> None:
    """Sperrmuell, Sperrmull: nobody is told which."""
    assert labels(keys, BULKY) == ["Sperrmüll anmelden"]


def test_only_situations_with_services_are_told() -> None:
    """An empty list would be a dead end."""
    directory = CatalogueDirectory(Town(PASSPORT), ["reisepass"])
    assert [one.label for one in directory.situations(Language.DE)] == ["Reisen"]
    assert [one.payload for one in directory.services("reisen", Language.DE)] == ["service:reisepass"]
    assert directory.services("bauen", Language.DE) == ()
    assert [one.payload for one in directory.frequent(Language.DE)] == ["service:reisepass"]


def test_a_frequent_service_that_is_not_in_the_catalogue_is_an_error() -> None:
    """It is noticed when the line opens, not when somebody calls."""
    with pytest.raises(ConfigError, match="there is no service 'drachen'"):
        CatalogueDirectory(Town(PASSPORT), ["drachen"])


def test_what_is_imported_later_is_found() -> None:
    """Calls go on meanwhile with what was known."""
    town = Town(PASSPORT)
    directory = CatalogueDirectory(town)
    town.known, town.revision = (PASSPORT, DOG), "2"
    directory.beginning("486", Language.DE)
    for reader in (thread for thread in threading.enumerate() if thread.name == "directory"):
        reader.join()
    assert [one.label for one in directory.beginning("486", Language.DE)] == ["Hundesteuer"]


def test_every_service_of_bremens_sample_can_be_reached_by_keys(sample_catalogue: SqlCatalogueStore) -> None:
    """By its situation in life, and by the first letters of a word of its name."""
    directory = CatalogueDirectory(sample_catalogue)
    situations = [one.payload for one in directory.situations(Language.DE)]
    sorted_by = {one.payload for name in situations for one in directory.services(name, Language.DE)}
    for known in sample_catalogue.services():
        payload, words = f"service:{known.id}", LETTERS.findall(known.text(Language.DE).title)
        typed = ["".join(keys_of(letter)[0] for letter in word.translate(MARKS)[:6]) for word in words]
        assert payload in sorted_by, known.id
        found = (directory.beginning(keys, Language.DE) for keys in typed if len(keys) >= 3)
        assert any(payload == one.payload for replies in found for one in replies), known.id
