"""Half-remembered sentences: questions about those services of which the lexicon knows nothing, in every language."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random

from assistant.model import Language, Service
from knowledge.bilingual import Words, WordTable
from knowledge.corpus import Corpus
from knowledge.passages import passages_of
from knowledge.questions import Question, content_of
from knowledge.text import stem

# So many make a service count about as much as one that the lexicon speaks of.
_SENTENCES_PER_SERVICE = 4
_MOST_SERVICES = 150
_LANGUAGES_PER_SENTENCE = 2
_TRANSLATED_WEIGHT = 0.5
_SENTENCE_WORDS = range(5, 31)
_REMEMBERED_WORDS = (3, 7)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n")


@dataclass(frozen=True, slots=True)
class KnownQuestion:
    """A question and the numbers of the services that are right; none where the catalogue has no answer."""

    question: Question
    right: frozenset[int]
    weight: float = 1.0


def remembered_sentences(corpus: Corpus, table: WordTable, random: Random) -> Iterator[KnownQuestion]:
    """A few words of a German sentence, as they are and put word by word into other languages.

    Without them the calibration would learn from nothing but the services that the lexicon speaks of, and believe in
    the lexicon where it is silent.
    """
    own = [list(dict.fromkeys(_sentences(service))) for service in corpus.services]
    bearers: dict[str, set[int]] = {}
    for number, sentences in enumerate(own):
        for sentence in sentences:
            bearers.setdefault(sentence, set()).add(number)
    spoken = {language: table.speakers_words(language) for language in sorted(table.words)}
    silent = [number for number, entries in enumerate(corpus.entries) if not entries]
    for number in random.sample(silent, min(_MOST_SERVICES, len(silent))):
        for sentence in random.sample(own[number], min(_SENTENCES_PER_SERVICE, len(own[number]))):
            right = frozenset(bearers[sentence])
            words = _some_words(content_of(sentence, Language.DE).split(), random)
            yield KnownQuestion(Question(" ".join(words), Language.DE), right)
            for language in random.sample(list(spoken), min(_LANGUAGES_PER_SENTENCE, len(spoken))):
                if told := " ".join(_translated(words, spoken[language], random)):
                    yield KnownQuestion(Question(told, language), right, _TRANSLATED_WEIGHT)


def _sentences(service: Service) -> Iterator[str]:
    for passage in passages_of(service):
        if passage.section is not None and passage.language is Language.DE:
            for sentence in _SENTENCE_END.split(passage.text):
                if len(sentence.split()) in _SENTENCE_WORDS:
                    yield sentence


def _some_words(words: list[str], random: Random) -> list[str]:
    """Some of the words, in their order."""
    count = min(random.randint(*_REMEMBERED_WORDS), len(words))
    return [words[place] for place in sorted(random.sample(range(len(words)), count))]


def _translated(words: list[str], spoken: Mapping[str, Words], random: Random) -> Iterator[str]:
    """Each word by one that may stand for it; words that are not known are left out."""
    for word in words:
        if known := spoken.get(stem(word, Language.DE)):
            yield random.choices([told for told, _ in known], [sure for _, sure in known])[0]
