"""Questions with known answers from which the fusion learns how much each view is worth."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

import numpy as np

from assistant.model import Language, Service
from assistant.ports import TextEncoder
from knowledge.corpus import Corpus, calibration_questions_of, names_of
from knowledge.encoder.noise import with_slips
from knowledge.evidence import Evidence
from knowledge.foreign import calibration_foreign_questions
from knowledge.fusion import Fusion, Observation, fit
from knowledge.passages import passages_of
from knowledge.questions import Question, aspect_words, content_of

_MOST_NAMED_SERVICES = 400
_NAMES_PER_SERVICE = 3
_SENTENCES_PER_SERVICE = 2
_SENTENCE_WEIGHT = 0.3
_SENTENCE_WORDS = range(5, 31)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n")
# Of the lexicon a catalogue lacks more than people miss in it: they ask their city for what it does.
_ABSENT_WEIGHT = 0.1
# Services farther from an entry than this have nothing nearer in the lexicon, but its questions mean another service.
_MEANT = 0.85


@dataclass(frozen=True, slots=True)
class KnownQuestion:
    """A question and the numbers of the services that are right; none where the catalogue has no answer."""

    question: Question
    right: frozenset[int]
    weight: float = 1.0


def calibrate(corpus: Corpus, evidence: Evidence, encoder: TextEncoder, seed: int) -> Fusion:
    """The fusion that explains the known questions of this corpus best."""
    random = Random(seed)  # noqa: S311 – the same corpus must give the same calibration
    known = [*_from_lexicon(corpus), *_from_names(corpus, random), *_from_sentences(corpus, random), *_foreign()]
    vectors = np.asarray(encoder.encode_queries([item.question.said for item in known]))
    observations = [
        Observation(evidence.candidates(item.question, vector), item.right, item.weight)
        for item, vector in zip(known, vectors, strict=True)
    ]
    return fit(observations)


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


def _from_sentences(corpus: Corpus, random: Random) -> Iterator[KnownQuestion]:
    """Half of the words of a sentence, as somebody remembers them.

    Names alone would teach that only names count, in a catalogue of which the lexicon knows little.
    """
    bearers: dict[tuple[Language, str], set[int]] = {}
    own: list[list[tuple[Language, str]]] = []
    for number, service in enumerate(corpus.services):
        own.append(list(dict.fromkeys(_sentences(service))))
        for sentence in own[-1]:
            bearers.setdefault(sentence, set()).add(number)
    numbers = range(len(corpus.services))
    for number in random.sample(numbers, min(_MOST_NAMED_SERVICES, len(numbers))):
        for language, text in random.sample(own[number], min(_SENTENCES_PER_SERVICE, len(own[number]))):
            words = text.split()
            kept = [word for word in words if random.random() < 0.5] or words[:3]
            right = frozenset(bearers[language, text])
            yield KnownQuestion(Question(" ".join(kept), language), right, _SENTENCE_WEIGHT)


def _sentences(service: Service) -> Iterator[tuple[Language, str]]:
    for passage in passages_of(service):
        if passage.section is not None:
            for sentence in _SENTENCE_END.split(passage.text):
                if len(sentence.split()) in _SENTENCE_WORDS:
                    yield passage.language, sentence


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
