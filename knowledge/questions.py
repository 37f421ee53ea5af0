"""A question as the search sees it: what remains without frame and aspect words, as stems, n-grams and phrases."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import blake2b
from importlib.resources import files

import numpy as np

from assistant.model import Language, SectionKind
from assistant.own_yaml import read_yaml
from knowledge.bilingual import Words, WordTable
from knowledge.phrase_table import PhraseTable
from knowledge.text import Hashes, fold, hash_ngrams, hash_words, stem, stems
from knowledge.verbs import join_separable

_LONGEST_PHRASE = 6


@dataclass(frozen=True, slots=True)
class AspectWords:
    """What one language says around the thing meant, folded.

    ``ignored`` is the polite frame ("ich möchte gern"); ``asked`` asks for a section and is no part of the thing either
    ("was kostet"); ``hinted`` only tells which section is meant ("Passfoto").
    """

    ignored: tuple[str, ...]
    asked: Mapping[SectionKind, tuple[str, ...]]
    hinted: Mapping[SectionKind, tuple[str, ...]]


@dataclass(frozen=True)
class Question:
    """A question in a language, read once for all indexes."""

    text: str
    language: Language

    @cached_property
    def said(self) -> str:
        """The text with German verbs that came apart put together."""
        return join_separable(self.text) if self.language is Language.DE else self.text

    @cached_property
    def folded(self) -> str:
        """The whole question, folded."""
        return fold(self.said)

    @cached_property
    def content(self) -> str:
        """The folded question without frame and aspect words; empty where it holds nothing else."""
        return _removed(self.language).without(self.folded)

    @cached_property
    def matter(self) -> str:
        """The content without the words that only hint at a section ("Foto"); empty where only an aspect is named."""
        return _hinted(self.language).without(self.content)

    @cached_property
    def stems(self) -> tuple[str, ...]:
        """Stems of the content's words (of all words where none is left), by the question's language and German."""
        words = self.content or self.folded
        own = stems(words, self.language)
        german = stems(words, Language.DE) if self.language is not Language.DE else ()
        return tuple(dict.fromkeys((*own, *german)))

    @cached_property
    def tokens(self) -> Hashes:
        """Hashes of ``stems``, sorted."""
        return np.unique(hash_words(self.stems))

    def ngrams(self, sizes: Sequence[int]) -> Hashes:
        """Hashes of the content's character n-grams, sorted."""
        return np.unique(hash_ngrams(self.content or self.folded, sizes))

    @cached_property
    def sections(self) -> Mapping[SectionKind, float]:
        """How strongly the words point to each kind of section (1 = asked for, 0.6 = hinted)."""
        found: dict[SectionKind, float] = {}
        for strength, phrases, kinds in _section_phrases(self.language):
            for phrase in phrases.find(self.folded):
                kind = kinds[phrase]
                found[kind] = max(found.get(kind, 0.0), strength)
        return found

    @cached_property
    def phrases(self) -> Mapping[int, int]:
        """Hash of every run of at most six words, with its number of words."""
        found: dict[int, int] = {}
        languages = (Language.DE,) if self.language is Language.DE else (Language.DE, self.language)
        for language in languages:
            for text in {self.folded, self.content}:
                words = text.split()
                for length in range(1, min(_LONGEST_PHRASE, len(words)) + 1):
                    for start in range(len(words) - length + 1):
                        for key in phrase_keys(words[start : start + length], language):
                            found[key] = max(found.get(key, 0), length)
        return found

    def in_german(self, table: WordTable) -> Mapping[str, float]:
        """German stems of the content, each with how surely (0–1) it is meant; a word that nobody knows is itself."""
        words = (self.content or self.folded).split()
        found: dict[str, float] = {}
        for word in words:
            for german, sure in self._in_german(word, table):
                found[german] = max(found.get(german, 0.0), sure)
        return found

    def _in_german(self, word: str, table: WordTable) -> Words:
        meant = table.german(word, self.language) if self.language is not Language.DE else ()
        return meant or ((stem(word, Language.DE), 1.0),)


@lru_cache(maxsize=64)
def read_question(text: str, language: Language) -> Question:
    """The question; one that was read a moment ago in the same turn is not taken apart again."""
    return Question(text, language)


def phrase_keys(words: Sequence[str], language: Language) -> Iterator[int]:
    """Hashes under which a name of these folded words is found: as written together and by its stems."""
    yield _hash("".join(words))
    yield _hash("".join(stem(word, language) for word in words))


def content_of(name: str, language: Language) -> str:
    """A service's name without frame words ("beantragen"); the whole name where nothing else is left."""
    folded = fold(name)
    return _ignored(language).without(folded) or folded


def _hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")


@lru_cache(maxsize=1)
def aspect_words() -> Mapping[Language, AspectWords]:
    """The aspect words of every language, from aspects.yaml."""
    data = read_yaml(files("knowledge").joinpath("aspects.yaml").read_text(encoding="utf-8"))
    return {
        Language(code): AspectWords(
            _folded([phrase for line in words["ignored"] for phrase in line]),
            {SectionKind(kind): _folded(lists.get("asked", ())) for kind, lists in words["sections"].items()},
            {SectionKind(kind): _folded(lists.get("hinted", ())) for kind, lists in words["sections"].items()},
        )
        for code, words in data.items()
    }


def _folded(phrases: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(fold(phrase) for phrase in phrases))


def _words_of(language: Language) -> list[AspectWords]:
    """Those of the language and, since people mix them, German."""
    return [aspect_words()[code] for code in dict.fromkeys((language, Language.DE)) if code in aspect_words()]


@lru_cache
def _ignored(language: Language) -> PhraseTable:
    return PhraseTable(phrase for words in _words_of(language) for phrase in words.ignored)


@lru_cache
def _removed(language: Language) -> PhraseTable:
    return PhraseTable(
        phrase
        for words in _words_of(language)
        for phrases in (words.ignored, *words.asked.values())
        for phrase in phrases
    )


@lru_cache
def _hinted(language: Language) -> PhraseTable:
    return PhraseTable(
        phrase for words in _words_of(language) for phrases in words.hinted.values() for phrase in phrases
    )


@lru_cache
def _section_phrases(language: Language) -> list[tuple[float, PhraseTable, Mapping[str, SectionKind]]]:
    asked: dict[str, SectionKind] = {}
    hinted: dict[str, SectionKind] = {}
    for words in _words_of(language):
        asked |= {phrase: kind for kind, phrases in words.asked.items() for phrase in phrases}
        hinted |= {phrase: kind for kind, phrases in words.hinted.items() for phrase in phrases}
    return [(1.0, PhraseTable(asked), asked), (0.6, PhraseTable(hinted), hinted)]
