"""Half-remembered sentences, from which the calibration learns about services that the lexicon does not know."""

from random import Random

from assistant.model import Language
from knowledge.bilingual import learn_words
from knowledge.corpus import read_corpus
from knowledge.lexicon import LexiconEntry
from knowledge.remembered import remembered_sentences
from tests.knowledge.conftest import SERVICES, ListCatalogue

DOG = LexiconEntry(
    key="hund",
    titles={Language.DE: "Hund anmelden", Language.EN: "Registering a dog"},
    summaries={},
    terms={Language.DE: ("Hundesteuer", "Hundemarke")},
    questions={},
)
WORDS = learn_words([((Language.DE, "Standesamt"), (Language.EN, "registry office"))])


def test_only_services_without_lexicon_entries_are_asked_about() -> None:
    """Where the lexicon speaks of a service, its questions are the better ones."""
    corpus = read_corpus(ListCatalogue(SERVICES), [DOG], bundled_translations=False)
    known = [service.id for service, entries in zip(corpus.services, corpus.entries, strict=True) if entries]
    asked = {number for item in remembered_sentences(corpus, WORDS, Random(1)) for number in item.right}
    assert known == ["hund-anmelden"]
    assert asked
    assert not asked & {number for number, service in enumerate(corpus.services) if service.id in known}


def test_a_sentence_is_remembered_in_other_languages_too() -> None:
    """Of the words that are known in a language the same question is made, for less weight."""
    corpus = read_corpus(ListCatalogue(SERVICES), [], bundled_translations=False)
    found = [item for seed in range(8) for item in remembered_sentences(corpus, WORDS, Random(seed))]
    german = {item.weight for item in found if item.question.language is Language.DE}
    english = [item for item in found if item.question.language is Language.EN]
    assert {word for item in english for word in item.question.text.split()} <= {"registri", "offic"}
    assert max(item.weight for item in english) < min(german)


def test_the_same_seed_remembers_the_same() -> None:
    """Chance plays no part in what an index becomes."""
    corpus = read_corpus(ListCatalogue(SERVICES), [], bundled_translations=False)
    first, second = (list(remembered_sentences(corpus, WORDS, Random(7))) for _ in range(2))
    assert [item.question.text for item in first] == [item.question.text for item in second]
