"""What is indexed and learned from: the services of a catalogue, each with the lexicon entries that speak of it."""

import hashlib
import logging
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

from assistant.errors import CatalogueEmptyError
from assistant.model import Language, Service
from assistant.ports import Catalogue
from knowledge.foreign import foreign_questions
from knowledge.lexicon import Corrections, LexiconEntry, Match, correct, match_lexicon
from knowledge.parallel import ParallelText, parallel_texts
from knowledge.questions import aspect_words

_log = logging.getLogger(__name__)

# One question in so many is neither learned nor indexed: the calibration asks it.
_HELD_OUT = 12


@dataclass(frozen=True)
class Corpus:
    """Services in the order of their ids; ``entries`` holds for each the lexicon entries that speak of it."""

    services: tuple[Service, ...]
    matches: tuple[Match, ...]
    entries: tuple[tuple[LexiconEntry, ...], ...] = field(repr=False)
    parallel: tuple[ParallelText, ...] = field(default=(), repr=False)

    @cached_property
    def shares(self) -> Mapping[tuple[str, str], float]:
        """How near (0–1) a service is to an entry that speaks of it, by the ids of both; 1 for the nearest."""
        return {
            (service_id, match.entry.key): share
            for match in self.matches
            for service_id, share in zip(match.service_ids, match.shares, strict=True)
        }

    @property
    def fingerprint(self) -> str:
        """Changes whenever something changes that the search reads."""
        digest = hashlib.sha256(repr((foreign_questions(), aspect_words(), self.parallel)).encode())
        for service in self.services:
            digest.update(repr((service.id, service.leika_key, service.texts)).encode())
        for match in self.matches:
            digest.update(repr((match.entry, match.service_ids, match.shares, match.absent)).encode())
        return digest.hexdigest()[:16]


def read_corpus(
    catalogue: Catalogue,
    lexicon: Sequence[LexiconEntry],
    corrections: Corrections = MappingProxyType({}),
    *,
    bundled_translations: bool = True,
) -> Corpus:
    """The public services with their lexicon entries, a person's corrections first.

    ``bundled_translations`` says whether words of other languages are learned from more than the lexicon.
    Raises CatalogueEmptyError where there are no services; corrections that cannot be followed are logged.
    """
    services = tuple(sorted(catalogue.services(), key=lambda service: service.id))
    if not services:
        raise CatalogueEmptyError("the catalogue holds no public service; import one before building the search index")
    entries: dict[str, list[LexiconEntry]] = {service.id: [] for service in services}
    corrected = correct(match_lexicon(lexicon, services), corrections, entries)
    for warning in corrected.warnings:
        _log.warning("correction of the lexicon: %s", warning)
    matches = corrected.matches
    for match in matches:
        for service_id in match.service_ids:
            entries[service_id].append(match.entry)
    parallel = parallel_texts(lexicon, bundled=bundled_translations)
    return Corpus(services, matches, tuple(tuple(entries[service.id]) for service in services), parallel)


def is_held_out(entry: LexiconEntry, position: int) -> bool:
    """Whether the question at that place of each language is kept for calibration.

    The same place in all languages: entries often tell one situation in several of them, and a question whose
    translation was learned is no test.
    """
    return (zlib.crc32(entry.key.encode()) + position) % _HELD_OUT == 0


def names_of(service: Service) -> Iterator[tuple[Language, str]]:
    """Titles and synonyms of every language version."""
    for text in service.texts:
        for name in (text.title, *text.synonyms):
            yield text.language, name


def everyday_names_of(entry: LexiconEntry) -> Iterator[tuple[Language, str]]:
    """Title and terms of every language."""
    for language, title in entry.titles.items():
        for name in (title, *entry.terms.get(language, ())):
            yield language, name


def questions_of(entry: LexiconEntry) -> Iterator[tuple[Language, str]]:
    """The questions to learn from, those for calibration left out."""
    return ((language, text) for place, language, text in _questions(entry) if not is_held_out(entry, place))


def calibration_questions_of(entry: LexiconEntry) -> Iterator[tuple[Language, str]]:
    """The questions kept for calibration."""
    return ((language, text) for place, language, text in _questions(entry) if is_held_out(entry, place))


def _questions(entry: LexiconEntry) -> Iterator[tuple[int, Language, str]]:
    for language, texts in entry.questions.items():
        yield from ((place, language, text) for place, text in enumerate(texts))
