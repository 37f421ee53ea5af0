"""What must hold for everything that is said, whatever it was made from."""

import re
from collections.abc import Iterable, Iterator

from assistant.model import Language
from voice.spoken import Portion, Sentence, SpokenAnswer
from voice.spoken.abbreviations import left_over
from voice.spoken.addresses import HAS_ADDRESS
from voice.spoken.heard import heard_numbers
from voice.spoken.told import seconds
from voice.spoken.words import words

LONGEST = 12.0
_NOT_SAID = re.compile(r"[\d*_`\[\]()<>{}|#/\\@&%§€$=+„“”\"]")
_GROUPING = {Language.DE: re.compile(r"(?<=\d)\.(?=\d{3}(?!\d))"), Language.EN: re.compile(r"(?<=\d),(?=\d{3}(?!\d))")}
_LINK = re.compile(r"\]\([^)]*\)")


def portions_of(spoken: SpokenAnswer) -> Iterator[Portion]:
    """All that is said in one go: now, and when an offer is taken."""
    yield spoken.sentences
    for offer in spoken.offers:
        yield from offer.portions


def sentences_of(spoken: SpokenAnswer) -> Iterator[Sentence]:
    """Every sentence of an answer, the offering questions too."""
    for portion in portions_of(spoken):
        yield from portion
    for offer in spoken.offers:
        yield offer.question


def assert_for_the_ear(spoken: SpokenAnswer) -> None:
    """Nothing is said that cannot be heard, and nothing longer than a listener can take in."""
    assert spoken.sentences
    for portion in portions_of(spoken):
        assert portion
        assert seconds(portion) <= LONGEST + 1e-6, [sentence.text for sentence in portion]
    for sentence in sentences_of(spoken):
        assert sentence.text.strip()
        assert not _NOT_SAID.search(sentence.text), sentence.text
        assert not HAS_ADDRESS.search(sentence.text), sentence.text
        assert left_over(sentence.text) is None, sentence.text


def not_heard(written: str, said: Iterable[Sentence], language: Language) -> list[str]:
    """The figures of a written text that nobody hears; addresses are not read out and do not count."""
    text = " ".join(sentence.text for sentence in said if sentence.language is language)
    numbers = heard_numbers(text, language) | {0, 1}
    names = {name: str(digit) for digit, name in enumerate(words(language)["numbers"]["units"][:10])}
    one_by_one = "".join(names.get(word, " ") for word in re.findall(r"[\wß]+", text.lower()))
    plain = _GROUPING[language].sub("", HAS_ADDRESS.sub(" ", _LINK.sub("]", written)))
    groups = re.findall(r"\d+", plain)
    return [group for group in groups if not _is_heard(group, numbers, one_by_one)]


def _is_heard(group: str, numbers: frozenset[int], one_by_one: str) -> bool:
    value = int(group)
    is_year = len(group) == 4 and value // 100 in numbers and (value % 100 in numbers or value % 100 < 10)
    is_clock = value <= 24 and (value - 12 in numbers or value in (0, 12, 24))
    return value in numbers or is_year or is_clock or group in one_by_one
