"""Making the evidence of a corpus: every index in memory, ready to be written."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np

from assistant.model import Language, Service
from assistant.ports import TextEncoder
from knowledge.bilingual import learn_words
from knowledge.corpus import Corpus, everyday_names_of, names_of, questions_of
from knowledge.dense import DenseIndex
from knowledge.encoder.recipe import Progress
from knowledge.evidence import FIELDS, GERMAN_NGRAM_SIZE, Evidence, Phrases, VectorRows
from knowledge.foreign import learned_foreign_questions
from knowledge.lexical import LexicalField
from knowledge.lexicon import LexiconEntry
from knowledge.passages import PassageText, passages_of, plain
from knowledge.questions import content_of, phrase_keys
from knowledge.scope import ScopeModel
from knowledge.settings import RetrievalSettings
from knowledge.text import Hashes, fold, hash_ngrams, hash_words, stems

Texts = Iterable[tuple[Language, str]]
TextsOf = Callable[[Service, Sequence[LexiconEntry]], Texts]

_ENCODED_AT_ONCE = 4_096
_LESS_FOR_OTHERS = 0.3


@dataclass(frozen=True, slots=True)
class Built:
    """The evidence with the passages in the order of their vectors."""

    evidence: Evidence
    passages: tuple[PassageText, ...]


def build_evidence(corpus: Corpus, encoder: TextEncoder, settings: RetrievalSettings, progress: Progress) -> Built:
    """All indexes of a corpus."""
    fields = {}
    for step, name in enumerate(FIELDS):
        fields[name] = LexicalField.build(_texts(corpus, name, settings), settings.lexical)
        progress("words", (step + 1) / len(FIELDS))
    passages = [list(passages_of(service)) for service in corpus.services]
    asked = _all_asked(corpus)
    evidence = Evidence(
        service_ids=tuple(service.id for service in corpus.services),
        fields=fields,
        phrases=_phrases(corpus),
        passages=_vectors([[p.encoded for p in own] for own in passages], encoder, settings, progress, "passages"),
        asked=_vectors(asked, encoder, settings, progress, "questions", list(_weights(asked))),
        words=learn_words(corpus.parallel),
        elsewhere=_elsewhere(corpus, encoder, settings),
        scope=_scope(corpus),
        ngram_sizes=settings.lexical.ngram_sizes,
        settings=settings.evidence,
    )
    return Built(evidence, tuple(chain.from_iterable(passages)))


def without_lexicon(evidence: Evidence, corpus: Corpus, encoder: TextEncoder, settings: RetrievalSettings) -> Evidence:
    """The evidence that there would be if the lexicon spoke of none of the services."""
    bare = replace(corpus, entries=((),) * len(corpus.services))
    fields = {name: LexicalField.build(_texts(bare, name, settings), settings.lexical) for name in _OF_LEXICON}
    asked = _vectors(_all_asked(bare), encoder, settings, lambda *_: None, "questions")
    return replace(evidence, fields={**evidence.fields, **fields}, phrases=_phrases(bare), asked=asked)


def _texts(corpus: Corpus, field: str, settings: RetrievalSettings) -> list[Hashes]:
    """What a field holds of every service."""
    if field in _WORDS:
        return _words(corpus, _WORDS[field])
    if field in _NGRAMS:
        return _ngrams(corpus, _NGRAMS[field], settings)
    return [_GERMAN[field](fold(" ".join(_in_german(service)))) for service in corpus.services]


def _pairs(corpus: Corpus) -> Iterable[tuple[Service, Sequence[LexiconEntry]]]:
    return zip(corpus.services, corpus.entries, strict=True)


def _titles(service: Service, _: Sequence[LexiconEntry]) -> Texts:
    return ((text.language, text.title) for text in service.texts)


def _synonyms(service: Service, _: Sequence[LexiconEntry]) -> Texts:
    return ((text.language, name) for text in service.texts for name in text.synonyms)


def _everyday_names(_: Service, entries: Sequence[LexiconEntry]) -> Texts:
    return (name for entry in entries for name in everyday_names_of(entry))


def _questions(_: Service, entries: Sequence[LexiconEntry]) -> Texts:
    return (question for entry in entries for question in questions_of(entry))


def _summaries(service: Service, _: Sequence[LexiconEntry]) -> Texts:
    return ((text.language, plain(text.summary)) for text in service.texts)


def _sections(service: Service, _: Sequence[LexiconEntry]) -> Texts:
    for passage in passages_of(service):
        if passage.section:
            yield passage.language, f"{passage.heading} {passage.text}"


def _names(service: Service, entries: Sequence[LexiconEntry]) -> Texts:
    return chain(names_of(service), _everyday_names(service, entries))


def _all_asked(corpus: Corpus) -> list[dict[str, float]]:
    return [_asked(corpus, *pair) for pair in _pairs(corpus)]


def _asked(corpus: Corpus, service: Service, entries: Sequence[LexiconEntry]) -> dict[str, float]:
    """What people ask about a service and how much (0–1) each text counts: less where another service is meant more."""
    found = {text: 1.0 for _, text in names_of(service)}
    for entry in entries:
        weight = 1 - _LESS_FOR_OTHERS * (1 - corpus.shares[service.id, entry.key])
        for _, text in chain(everyday_names_of(entry), questions_of(entry)):
            found[text] = max(found.get(text, 0.0), weight)
    return found


def _summaries_and_questions(service: Service, entries: Sequence[LexiconEntry]) -> Texts:
    return chain(_summaries(service, entries), _questions(service, entries))


_WORDS: dict[str, TextsOf] = {
    "title": _titles,
    "synonyms": _synonyms,
    "lexicon": _everyday_names,
    "questions": _questions,
    "summary": _summaries,
    "sections": _sections,
}
_NGRAMS: dict[str, TextsOf] = {"name_ngrams": _names, "text_ngrams": _summaries_and_questions}
# The fields in which the lexicon's words stand.
_OF_LEXICON = ("lexicon", "questions", *_NGRAMS)


def _words(corpus: Corpus, texts_of: TextsOf) -> list[Hashes]:
    return [
        hash_words(chain.from_iterable(stems(fold(text), language) for language, text in texts_of(*pair)))
        for pair in _pairs(corpus)
    ]


def _ngrams(corpus: Corpus, texts_of: TextsOf, settings: RetrievalSettings) -> list[Hashes]:
    sizes = settings.lexical.ngram_sizes
    return [hash_ngrams(fold(" ".join(text for _, text in texts_of(*pair))), sizes) for pair in _pairs(corpus)]


def _in_german(service: Service) -> Iterable[str]:
    """All that the German versions say."""
    for passage in passages_of(service):
        if passage.language is Language.DE:
            yield f"{passage.heading} {passage.text}" if passage.section else passage.encoded


def _stemmed(folded: str) -> Hashes:
    return hash_words(stems(folded, Language.DE))


def _parts(folded: str) -> Hashes:
    return hash_ngrams(folded, (GERMAN_NGRAM_SIZE,))


_GERMAN: dict[str, Callable[[str], Hashes]] = {"german": _stemmed, "german_ngrams": _parts}


def _phrases(corpus: Corpus) -> Phrases:
    found: dict[tuple[int, int], bool] = {}
    for number, (service, entries) in enumerate(_pairs(corpus)):
        for official, names in ((False, _everyday_names(service, entries)), (True, names_of(service))):
            for language, name in names:
                for words in {fold(name), content_of(name, language)} - {""}:
                    found |= {(key, number): official for key in phrase_keys(words.split(), language)}
    ordered = sorted(found.items())
    return Phrases(
        keys=np.array([key for (key, _), _ in ordered], dtype=np.uint64),
        services=np.array([number for (_, number), _ in ordered], dtype=np.int64),
        official=np.array([official for _, official in ordered], dtype=np.bool_),
    )


def _elsewhere(corpus: Corpus, encoder: TextEncoder, settings: RetrievalSettings) -> DenseIndex:
    """Questions to which this catalogue has no answer: those of nobody's office, and of what it surely lacks."""
    lacked = (text for match in corpus.matches if match.absent for _, text in questions_of(match.entry))
    texts = list(dict.fromkeys(chain((text for _, text in learned_foreign_questions()), lacked)))
    return DenseIndex.build(np.asarray(encoder.encode_passages(texts)), settings.dense)


def _scope(corpus: Corpus) -> ScopeModel:
    """What the whole lexicon asks is a city's business, whether this catalogue has it or not."""
    inside = [text for match in corpus.matches for _, text in questions_of(match.entry)]
    return ScopeModel.learn(inside, [text for _, text in learned_foreign_questions()])


def _weights(asked: Iterable[Mapping[str, float]]) -> Iterable[float]:
    return chain.from_iterable(own.values() for own in asked)


def _vectors(
    texts: Sequence[Collection[str]],
    encoder: TextEncoder,
    settings: RetrievalSettings,
    progress: Progress,
    stage: str,
    weights: Sequence[float] = (),
) -> VectorRows:
    starts = np.cumsum([0, *(len(own) for own in texts)]).astype(np.int64)
    everything = list(chain.from_iterable(texts))
    vectors = np.empty((len(everything), encoder.dimensions), dtype=np.float32)
    for start in range(0, len(everything), _ENCODED_AT_ONCE):
        part = everything[start : start + _ENCODED_AT_ONCE]
        vectors[start : start + len(part)] = np.asarray(encoder.encode_passages(part))
        progress(stage, (start + len(part)) / len(everything))
    if weights:
        # A shorter vector is a smaller similarity to any question.
        vectors *= np.asarray(weights, dtype=np.float32)[:, np.newaxis]
    return VectorRows(vectors, starts, DenseIndex.build(vectors, settings.dense))
