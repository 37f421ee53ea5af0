"""Questions with known answers from which the fusion learns how much each view is worth."""

from collections.abc import Iterator, Sequence
from random import Random

import numpy as np

from assistant.model import Language
from assistant.ports import TextEncoder
from knowledge.building import without_lexicon
from knowledge.corpus import Corpus, calibration_questions_of, names_of
from knowledge.encoder.noise import with_slips
from knowledge.evidence import Evidence
from knowledge.foreign import calibration_foreign_questions
from knowledge.fusion import Fusion, Observation, fit
from knowledge.questions import Question, aspect_words, content_of
from knowledge.remembered import KnownQuestion, remembered_sentences
from knowledge.settings import RetrievalSettings

_MOST_NAMED_SERVICES = 400
_NAMES_PER_SERVICE = 3
# How much of what the lexicon's questions teach is learned as if it spoke of none of the services: a question that
# somebody else asks lies farther from its entry than that of the entry's own author.
_WITHOUT_LEXICON = 0.5
# Of the lexicon a catalogue lacks more than people miss in it: they ask their city for what it does.
_ABSENT_WEIGHT = 0.25
# Services farther from an entry than this have nothing nearer in the lexicon, but its questions mean another service.
_MEANT = 0.85


def calibrate(corpus: Corpus, evidence: Evidence, encoder: TextEncoder, settings: RetrievalSettings) -> Fusion:
    """The fusion that explains the known questions of this corpus best."""
    random = Random(settings.seed)  # noqa: S311 – the same corpus must give the same calibration
    from_lexicon = list(_from_lexicon(corpus))
    others = [*_from_names(corpus, random), *remembered_sentences(corpus, evidence.words, random), *_foreign()]
    bare = without_lexicon(evidence, corpus, encoder, settings)
    return fit(
        [
            *_observed(others, evidence, encoder),
            *_observed(from_lexicon, evidence, encoder, 1 - _WITHOUT_LEXICON),
            *_observed(from_lexicon, bare, encoder, _WITHOUT_LEXICON),
        ]
    )


def _observed(
    known: Sequence[KnownQuestion], evidence: Evidence, encoder: TextEncoder, share: float = 1.0
) -> Iterator[Observation]:
    vectors = np.asarray(encoder.encode_queries([item.question.said for item in known]))
    for item, vector in zip(known, vectors, strict=True):
        yield Observation(evidence.candidates(item.question, vector), item.right, item.weight * share)


def _from_lexicon(corpus: Corpus) -> Iterator[KnownQuestion]:
    numbers = {service.id: number for number, service in enumerate(corpus.services)}
    for match in corpus.matches:
        if match.service_ids or match.absent:
            right = frozenset(
                numbers[service_id]
                for service_id, share in zip(match.service_ids, match.shares, strict=True)
                if share >= _MEANT
            )
            for language, text in calibration_questions_of(match.entry):
                yield KnownQuestion(Question(text, language), right, 1.0 if right else _ABSENT_WEIGHT)


def _from_names(corpus: Corpus, random: Random) -> Iterator[KnownQuestion]:
    bearers: dict[str, set[int]] = {}
    for number, service in enumerate(corpus.services):
        for language, name in names_of(service):
            bearers.setdefault(content_of(name, language), set()).add(number)
    numbers = range(len(corpus.services))
    for number in random.sample(numbers, min(_MOST_NAMED_SERVICES, len(numbers))):
        names = list(names_of(corpus.services[number]))
        for language, name in random.sample(names, min(_NAMES_PER_SERVICE, len(names))):
            right = frozenset(bearers[content_of(name, language)])
            yield KnownQuestion(Question(_as_asked(name, language, random), language), right)


def _as_asked(name: str, language: Language, random: Random) -> str:
    """A name as people put it into a question: with an aspect word or bare, half of the time mistyped."""
    words = aspect_words().get(language)
    if words and random.random() < 0.5:
        phrases = random.choice([phrases for phrases in words.asked.values() if phrases])
        name = f"{random.choice(phrases)} {name}"
    return with_slips(name, random) if random.random() < 0.5 else name


def _foreign() -> Iterator[KnownQuestion]:
    for language, text in calibration_foreign_questions():
        yield KnownQuestion(Question(text, language), frozenset())
