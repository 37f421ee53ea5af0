"""Folding, splitting, stemming and hashing of text: the one way in which questions and catalogue texts are compared."""

import re
import unicodedata
import zlib
from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import Stemmer

from assistant.model import Language

Hashes = npt.NDArray[np.uint64]

_MARKS = re.compile(r"[\u0300-\u036f\u0610-\u061a\u0640\u064b-\u065f\u0670\u200b\u200d\u00ad]+")
_NOT_A_WORD = re.compile(r"[\W_]+")
_UNDECOMPOSED = str.maketrans(
    {"ı": "i", "ł": "l", "đ": "d", "ø": "o", "æ": "a", "œ": "o", "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه", "ھ": "ه"}
    | {chr(0x660 + digit): str(digit) for digit in range(10)}
    | {chr(0x6F0 + digit): str(digit) for digit in range(10)}
)
_STEMMERS = {
    Language.DE: "german",
    Language.EN: "english",
    Language.TR: "turkish",
    Language.AR: "arabic",
    Language.RU: "russian",
    Language.FR: "french",
    Language.PL: "polish",
    Language.FA: "persian",
}
# Snowball has no stemmer for Ukrainian; what inflects a noun, an adjective or a verb is cut off, and four letters stay.
_UKRAINIAN_ENDING = re.compile(
    r"(?<=\w{4})(?:уванн[яюі]|енн[яюі]|анн[яюі]|ого|ому|ими|іми|ами|ями|ові|еві|ах|ях|ів|ою|ею|єю|ии|ім|их|іх|ої|ті|ти|ть|"
    r"ла|ло|ли|ав|ив|ую|ує|ає|[ауюяоеєиіьв])$"
)
_PRIME = np.uint64(1_000_003)
_MIX = np.uint64(0x9E37_79B9_7F4A_7C15)


def fold(text: str) -> str:
    """``text`` in lower case without accents, marks and punctuation, umlauts and their spellings as plain vowels."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    letters = _MARKS.sub("", letters).translate(_UNDECOMPOSED)
    # "Führerschein", "Fuehrerschein" and "Fuhrerschein" become one word; "neue" becomes "nue" in question and text.
    letters = letters.replace("ae", "a").replace("oe", "o").replace("ue", "u")
    return _NOT_A_WORD.sub(" ", letters).strip()


@lru_cache(maxsize=1 << 17)
def stem(word: str, language: Language) -> str:
    """The stem of a folded word; the word itself where the language has no stemmer."""
    if language is Language.UK:
        return _UKRAINIAN_ENDING.sub("", word)
    name = _STEMMERS.get(language)
    # A stemmer keeps state while it works and is shared by no two threads; making one is cheap and stems are cached.
    return str(Stemmer.Stemmer(name).stemWord(word)) if name else word


def stems(folded: str, language: Language) -> list[str]:
    """The stems of a folded text in the order of its words."""
    return [stem(word, language) for word in folded.split()]


def hash_words(words: Iterable[str]) -> Hashes:
    """One stable hash a word, shape (words,)."""
    return np.fromiter((zlib.crc32(word.encode()) for word in words), dtype=np.uint64)


def hash_ngrams(folded: str, sizes: Sequence[int]) -> Hashes:
    """Stable hashes of the character n-grams of every word, its edges marked, shape (n-grams,).

    An n-gram may begin or end with the space beside a word, but never spans two words.
    """
    codes = np.frombuffer(f" {folded} ".encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    spaces = np.cumsum(codes == 32)
    found = [_placed_ngrams(codes, spaces, size)[0] for size in sizes if size <= codes.size]
    return np.concatenate(found) if found else np.empty(0, dtype=np.uint64)


def hash_ngrams_each(folded: Sequence[str], sizes: Sequence[int]) -> list[Hashes]:
    """``hash_ngrams`` of every text; together they cost a fraction of what they cost one by one."""
    codes = np.frombuffer(f" {' '.join(folded)} ".encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    spaces = np.cumsum(codes == 32)
    starts = np.cumsum([0, *(len(text) + 1 for text in folded)])
    found, texts = [np.empty(0, dtype=np.uint64)], [np.empty(0, dtype=np.int64)]
    for size in (size for size in sizes if size <= codes.size):
        hashes, places = _placed_ngrams(codes, spaces, size)
        found.append(hashes)
        texts.append(np.searchsorted(starts, places, side="right") - 1)
    whose = np.concatenate(texts)
    order = np.argsort(whose, kind="stable")
    counts = np.bincount(whose, minlength=len(folded))
    return np.split(np.concatenate(found)[order], np.cumsum(counts)[:-1]) if folded else []


def _placed_ngrams(codes: Hashes, spaces: npt.NDArray[np.int64], size: int) -> tuple[Hashes, npt.NDArray[np.int64]]:
    """The hashes with the place at which each n-gram begins."""
    count = codes.size - size + 1
    hashes = np.full(count, size, dtype=np.uint64)
    for offset in range(size):
        hashes = hashes * _PRIME + codes[offset : offset + count]
    within_a_word = np.flatnonzero(spaces[size - 2 : size - 2 + count] == spaces[:count])
    mixed = hashes[within_a_word] * _MIX
    return np.asarray(mixed ^ (mixed >> np.uint64(29))), within_a_word
