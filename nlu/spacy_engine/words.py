"""Words in the form in which they are compared: case, umlauts and endings do not count."""

import unicodedata
from functools import lru_cache

import Stemmer
from spacy.language import Language as Pipeline
from spacy.tokens import Doc

NORMALISER = "roland_words"
_SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_STEMMER = Stemmer.Stemmer("german")


@lru_cache(maxsize=16_384)
def fold(word: str) -> str:
    """Lower case, compatibility forms resolved, umlauts spelled out: "FÜHRERSCHEIN" and "fuehrerschein" are one."""
    return unicodedata.normalize("NFKC", word).lower().translate(_SPELLED_OUT)


@lru_cache(maxsize=16_384)
def stem(word: str) -> str:
    """The folded word without its ending; German rules, which do little harm to names in other languages."""
    return str(_STEMMER.stemWord(fold(word)))


@Pipeline.component(NORMALISER)
def normalise(doc: Doc) -> Doc:
    """Puts the folded form of every token into its NORM and the stem into its LEMMA, which names are matched on."""
    for token in doc:
        token.norm_ = fold(token.text) or token.text
        token.lemma_ = stem(token.text) or token.text
    return doc
