"""The guard of spoken text: nothing is said that cannot be read out, and no figure that was not written."""

from collections.abc import Iterable

from voice.spoken.heard import heard_numbers, written_numbers
from voice.spoken.told import Told
from voice.spoken.verbalise import is_speakable


def is_true(told: Told) -> bool:
    """Whether a sentence can be read out as it stands, and every number heard in it stands in what it was made from."""
    text = told.sentence.text
    language = told.sentence.language
    return is_speakable(text) and heard_numbers(text, language) <= written_numbers(told.written, language)


def unborne(told: Iterable[Told]) -> tuple[Told, ...]:
    """Those sentences that must not be said."""
    return tuple(one for one in told if not is_true(one))
