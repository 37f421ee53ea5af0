"""What a recogniser makes of a sentence on a bad line: a model of its errors, to test everything behind it.

``run`` lets callers hold the scenario files by telephone, in text whose words are misheard, and ``measures`` tells how
many are solved.
"""

from evaluation.mishearing.errors import WordErrors, word_errors
from evaluation.mishearing.recogniser import Heard, Mix, Recogniser
from evaluation.mishearing.said import said
from evaluation.mishearing.vocabulary import LANGUAGES, vocabulary

__all__ = ["LANGUAGES", "Heard", "Mix", "Recogniser", "WordErrors", "said", "vocabulary", "word_errors"]
