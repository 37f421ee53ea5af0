"""The catalogue's services by situation in life and by the letters on the keys of a telephone."""

import re
import threading
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from assistant.errors import ConfigError
from assistant.model import Language, QuickReply, Service
from assistant.ports import Catalogue
from voice.prompts import SPOKEN
from voice.session.keypad import letter_keys

_WORD = re.compile(r"[^\W\d_]+")
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_MOST_FOUND = 21
_LEAST_WITHIN = 4
"""How many keys must fit where they need not be the first letters of a word: "Pass" in "Reisepass"."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """A service, and the words it is found by as keys: those of its name, and those it is also called."""

    reply: QuickReply
    named: frozenset[str]
    called: frozenset[str]

    def rank(self, keys: str) -> int | None:
        """How well the keys fit: 0 is best; None where they do not."""
        if any(word.startswith(keys) for word in self.named):
            return 0
        if any(word.startswith(keys) for word in self.called):
            return 1
        if len(keys) >= _LEAST_WITHIN and any(keys in word for word in self.named | self.called):
            return 2
        return None


@dataclass(frozen=True, slots=True)
class _Listing:
    """What the directory tells in one language; ``services`` are by situation."""

    frequent: tuple[QuickReply, ...]
    situations: tuple[QuickReply, ...]
    services: Mapping[str, tuple[QuickReply, ...]]
    entries: tuple[_Entry, ...]


class CatalogueDirectory:
    """Implements ``voice.session.directory.Directory``.

    Calls are not kept waiting: after an import the old lists are told until a thread has read the new ones.
    """

    def __init__(self, catalogue: Catalogue, frequent: Sequence[str] = ()) -> None:
        """Reads the catalogue. ``frequent`` are ids of services; raises ConfigError for one that is not in it."""
        for service_id in frequent:
            if catalogue.service(service_id) is None:
                raise ConfigError(f"phone.frequent: there is no service {service_id!r}")
        self._catalogue = catalogue
        self._frequent = tuple(frequent)
        self._reading = threading.Lock()
        self._revision = ""
        self._listings: Mapping[Language, _Listing] = {}
        self._read()

    def frequent(self, language: Language) -> Sequence[QuickReply]:
        return self._listing(language).frequent

    def situations(self, language: Language) -> Sequence[QuickReply]:
        return self._listing(language).situations

    def services(self, situation_id: str, language: Language) -> Sequence[QuickReply]:
        return self._listing(language).services.get(situation_id, ())

    def beginning(self, keys: str, language: Language) -> Sequence[QuickReply]:
        ranked = [(entry.rank(keys), entry.reply) for entry in self._listing(language).entries]
        found = sorted((rank, reply.label, reply.payload) for rank, reply in ranked if rank is not None)
        return tuple(QuickReply(label, payload) for _, label, payload in found[:_MOST_FOUND])

    def _listing(self, language: Language) -> _Listing:
        if self._revision != self._catalogue.revision and not self._reading.locked():
            threading.Thread(target=self._read, name="directory", daemon=True).start()
        return self._listings.get(language) or self._listings[Language.DE]

    def _read(self) -> None:
        with self._reading:
            revision = self._catalogue.revision
            self._listings = {language: _listing(self._catalogue, self._frequent, language) for language in SPOKEN}
            self._revision = revision


def _listing(catalogue: Catalogue, frequent: Sequence[str], language: Language) -> _Listing:
    known = catalogue.life_situations()
    services = {one.id: catalogue.services_in_situation(one.id) for one in known}
    named = (catalogue.service(service_id) for service_id in frequent)
    return _Listing(
        frequent=tuple(_reply(service, language) for service in named if service is not None),
        situations=tuple(QuickReply(one.title(language), one.id) for one in known if services[one.id]),
        services={situation: tuple(_reply(one, language) for one in found) for situation, found in services.items()},
        entries=tuple(_entry(service, language) for service in catalogue.services()),
    )


def _reply(service: Service, language: Language) -> QuickReply:
    return QuickReply(service.text(language).title, f"service:{service.id}")


def _entry(service: Service, language: Language) -> _Entry:
    text = service.text(language)
    called = frozenset(keys for name in text.synonyms for keys in _keys_of(name))
    return _Entry(_reply(service, language), frozenset(_keys_of(text.title)), called)


def _keys_of(name: str) -> Iterator[str]:
    """The keys of each word; an umlaut counts as its vowel and as two letters, since people type both."""
    for word in _WORD.findall(name.lower()):
        for spelling in {word.translate(_GERMAN), _without_marks(word)}:
            if keys := letter_keys(spelling):
                yield keys


def _without_marks(word: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKD", word) if not unicodedata.combining(letter))
