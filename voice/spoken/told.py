"""What is told, sentence by sentence, and how it is cut into portions that a listener can take in."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.model import Language
from voice.spoken.answer import Portion, Sentence
from voice.spoken.verbalise import verbalise
from voice.spoken.words import words

_PAUSES = re.compile(r"[,;:]")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
# Where a sentence that is too long is cut, best first: between its parts, before a clause, at a comma, at a word.
_CUTS = (
    re.compile(r"(?<=[;:])\s+"),
    re.compile(r"(?<=,)\s+(?=(?:und|oder|aber|wenn|weil|denn|sonst|and|or|but|if|because)\b)"),
    re.compile(r"(?<=,)\s+"),
    re.compile(r"\s+(?=(?:und|oder|and|or)\b)"),
    re.compile(r"\s+"),
)


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence with the written text it was made from; ``is_item``: it is one of a list."""

    sentence: Sentence
    written: str
    is_item: bool = False


def tell(text: str, language: Language, *, is_item: bool = False, counted: Iterable[int] = ()) -> tuple[Told, ...]:
    """The sentences of a written text (inline Markdown); ``counted`` are figures that Roland has counted itself."""
    written = " ".join([text, *map(str, counted)])
    said = (one for one in _SENTENCE_END.split(verbalise(text, language)) if one)
    return tuple(Told(Sentence(_closed(one), language), written, is_item=is_item) for one in said)


def seconds(sentences: Iterable[Sentence]) -> float:
    """About how long it takes to say them at the usual speed."""
    return sum(_seconds(sentence) for sentence in sentences)


def portions(told: Sequence[Told], longest: float, most: int | None, more: Sentence | None) -> tuple[Portion, ...]:
    """The sentences in portions of at most ``longest`` seconds.

    The first portion holds at most ``most`` sentences beside the items of lists. Where a list is cut, ``more`` says
    that it goes on. A sentence that announces something stays with the first of what it announces.
    """
    room = longest - (seconds([more]) if more else 0)
    rest = [piece for one in told for piece in _pieces(one, room)]
    made: list[Portion] = []
    while rest:
        count = _fitting(rest, room, most if not made else None)
        is_cut = more is not None and count < len(rest) and rest[count].is_item
        made.append((*(one.sentence for one in rest[:count]), *([more] if is_cut and more else [])))
        rest = rest[count:]
    return tuple(made)


def _fitting(told: Sequence[Told], room: float, most: int | None) -> int:
    """How many of them go into one portion; at least one."""
    count = plain = 0
    used = 0.0
    for one in told:
        used += _seconds(one.sentence)
        plain += not one.is_item
        is_after_list = count > 0 and told[count - 1].is_item and not one.is_item
        if count and (used > room or (most is not None and (plain > most or is_after_list))):
            break
        count += 1
    while 1 < count < len(told) and told[count - 1].sentence.text.endswith(":"):
        count -= 1
    return count


def _pieces(told: Told, room: float) -> Iterator[Told]:
    """A sentence that is too long for one portion, in pieces that are not; others as they are."""
    if _seconds(told.sentence) <= room:
        yield told
        return
    language = told.sentence.language
    splits = (cut.split(told.sentence.text) for cut in _CUTS)
    first, *others = next((parts for parts in splits if len(parts) > 1), [told.sentence.text])
    if not others:
        yield told
        return
    joined = [first]
    for part in others:
        if _seconds(Sentence(f"{joined[-1]} {part}", language)) <= room:
            joined[-1] += f" {part}"
        else:
            joined.append(part)
    for text in joined:
        yield from _pieces(replace(told, sentence=Sentence(text, language)), room)


def _seconds(sentence: Sentence) -> float:
    pace = words(sentence.language)["pace"]
    pauses = len(_PAUSES.findall(sentence.text))
    return float(pace["sentence"] + pace["character"] * len(sentence.text) + pace["pause"] * pauses)


def _closed(text: str) -> str:
    """The sentence with a mark at its end, so that the voice falls."""
    return text if text[-1] in ".!?:" else f"{text.rstrip(' ,;-')}."
