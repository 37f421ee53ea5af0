"""Written text as it is read aloud: words only, without digits, marks, addresses or abbreviations."""

import re
from functools import lru_cache

from assistant.model import Language
from voice.spoken.abbreviations import left_over, say_abbreviations, say_acronyms, say_sections
from voice.spoken.addresses import say_addresses
from voice.spoken.counted import say_numbers, say_ranges, say_units
from voice.spoken.dates import say_dates, say_times
from voice.spoken.marks import evened, say_marks
from voice.spoken.markup import plain
from voice.spoken.money import say_money
from voice.spoken.ordinals import say_ordinals
from voice.spoken.phone import say_digit_groups

# A sentence that begins with a figure begins with a capital letter when that has become a word.
_FIGURE_FIRST = re.compile(r"(?<=[a-zäöüß]{2}[.!?]\s)(?=\d)")
_MARK = "\ue000"
_MARKED = re.compile(rf"{_MARK}\s*(.)")
# Whatever is read in a special way comes before what would take it for something simpler.
_STEPS = (
    say_addresses,
    say_abbreviations,
    say_sections,
    lambda text, _: _FIGURE_FIRST.sub(_MARK, text),
    say_dates,
    say_times,
    say_money,
    say_digit_groups,
    say_ranges,
    say_units,
)
_SPEAKABLE = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿĀ-žẞ ,.;:!?'’-]*")


@lru_cache(maxsize=8192)
def verbalise(text: str, language: Language) -> str:
    """The text (inline Markdown) in words; several sentences stay several."""
    said = evened(plain(text))
    for step in _STEPS:
        said = step(said, language)
    if language is Language.DE:
        said = say_ordinals(said)
    said = say_acronyms(say_numbers(said, language), language)
    return say_marks(_MARKED.sub(lambda match: match[1].upper(), said), language)


def is_speakable(text: str) -> bool:
    """Whether a text holds only what the speaker reads as it is meant: letters and the marks of sentences."""
    return bool(text.strip()) and _SPEAKABLE.fullmatch(text) is not None and left_over(text) is None
