"""What the encoder learns from: for every service and every kind of service, how people ask and what is written."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from assistant.model import Language, Service
from knowledge.corpus import Corpus, everyday_names_of, names_of, questions_of
from knowledge.foreign import learned_foreign_questions
from knowledge.lexicon import LexiconEntry
from knowledge.passages import passages_of


@dataclass(frozen=True, slots=True)
class Topic:
    """One service, or a kind of service that the catalogue lacks, with texts that all mean it.

    ``asked`` are questions and names by language, ``written`` what the catalogue and the lexicon say. ``entries`` are
    the keys of its lexicon entries: topics that share one are never told apart by each other's texts.
    """

    key: str
    asked: Mapping[Language, tuple[str, ...]] = field(hash=False)
    written: tuple[str, ...]
    entries: tuple[str, ...] = ()


def topics_of(corpus: Corpus) -> tuple[Topic, ...]:
    """One topic a service, and one a lexicon entry that speaks of none."""
    services = [_of_service(service, entries) for service, entries in zip(corpus.services, corpus.entries, strict=True)]
    others = [_of_entry(match.entry) for match in corpus.matches if not match.service_ids]
    return (*services, *others, _foreign())


def _foreign() -> Topic:
    """What is no office's business at all, so that it comes to lie away from every service."""
    asked = _by_language(learned_foreign_questions())
    return Topic("foreign", asked, tuple(text for texts in asked.values() for text in texts))


def _of_service(service: Service, entries: Sequence[LexiconEntry]) -> Topic:
    asked = [*names_of(service)]
    written = [passage.encoded for passage in passages_of(service)]
    for entry in entries:
        asked += [*everyday_names_of(entry), *questions_of(entry)]
        written += _descriptions(entry)
    return Topic(f"service:{service.id}", _by_language(asked), tuple(written), tuple(entry.key for entry in entries))


def _of_entry(entry: LexiconEntry) -> Topic:
    asked = [*everyday_names_of(entry), *questions_of(entry)]
    return Topic(f"lexicon:{entry.key}", _by_language(asked), tuple(_descriptions(entry)), (entry.key,))


def _descriptions(entry: LexiconEntry) -> Iterator[str]:
    for language, title in entry.titles.items():
        yield f"{title}. {entry.summaries.get(language, '')}"


def _by_language(texts: Iterable[tuple[Language, str]]) -> Mapping[Language, tuple[str, ...]]:
    found: dict[Language, dict[str, None]] = {}
    for language, text in texts:
        found.setdefault(language, {})[text] = None
    return {language: tuple(unique) for language, unique in found.items()}
