"""What is told, sentence by sentence, and how it is cut into portions that a listener can take in."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.model import Language
from voice.spoken.answer import Portion, Sentence
from voice.spoken.verbalise import verbalise
from voice.spoken.words import upper_first, words

_PAUSES = re.compile(r"[,;:]")
# A small letter after a full stop is what an abbreviation left behind; the guard must still see it.
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?![a-zäöüß])")
# Where a sentence that is too long is cut, best first: between its parts, before a clause, at a comma, at a word.
_CUTS = (
    re.compile(r"(?<=[;:])\s+"),
    re.compile(r"(?<=,)\s+(?=(?:und|oder|aber|wenn|weil|denn|sonst|and|or|but|if|because)\b)"),
    re.compile(r"(?<=,)\s+"),
    re.compile(r"\s+(?=(?:und|oder|and|or)\b)"),
    re.compile(
        r"\s+(?=(?:für|von|vom|im|in|am|an|bei|mit|nach|vor|ab|bis|aus|auf|zu|zum|zur|for|of|on|at|from|by|with)\b)"
    ),
    re.compile(r"\s+"),
)


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence with the written text it was made from.

    ``is_item``: it is one of a list, ``is_counted``: whose length has been told. ``is_own``: Roland says it himself and
    quotes nobody. ``goes_on``: the sentence was too long for one portion, and this is not its last piece.
    """

    sentence: Sentence
    written: str
    is_item: bool = False
    is_counted: bool = False
    is_own: bool = False
    goes_on: bool = False


def tell(text: str, language: Language) -> tuple[Told, ...]:
    """The sentences of a written text (inline Markdown)."""
    said = (one for one in _SENTENCE_END.split(verbalise(text, language)) if one)
    return tuple(Told(Sentence(_closed(one), language), text) for one in said)


def seconds(sentences: Iterable[Sentence]) -> float:
    """About how long it takes to say them at the usual speed."""
    return sum(_seconds(sentence) for sentence in sentences)


def portions(told: Sequence[Told], longest: float, most: int | None, more: Sentence) -> tuple[Portion, ...]:
    """The sentences in portions of at most ``longest`` seconds.

    The first portion holds at most ``most`` sentences beside Roland's own and the items of lists. Where a list is cut
    whose length was not told, ``more`` says that it goes on. A sentence that announces something stays with the first
    of what it announces, and the pieces of a long sentence stay together where they can.
    """
    rest = [piece for one in told for piece in _pieces(one, longest)]
    made: list[Portion] = []
    while rest:
        limit = None if made else most
        count = _fitting(rest, longest, limit)
        if _cuts_list(rest, count):
            count = _fitting(rest, longest - seconds([more]), limit)
        portion = [one.sentence for one in rest[:count]]
        is_admitted = _cuts_list(rest, count) and seconds([*portion, more]) <= longest
        made.append((*portion, more) if is_admitted else tuple(portion))
        rest = rest[count:]
    return tuple(made)


def _cuts_list(told: Sequence[Told], count: int) -> bool:
    """Whether a portion of so many ends within a list whose length was not told."""
    return count < len(told) and told[count].is_item and not told[count].is_counted


def _fitting(told: Sequence[Told], room: float, most: int | None) -> int:
    """How many of them go into one portion; at least one."""
    count = plain = 0
    used = 0.0
    for one in told:
        used += _seconds(one.sentence)
        plain += not (one.is_item or one.is_own)
        is_after_list = count > 0 and told[count - 1].is_item and not one.is_item
        if count and (used > room or (most is not None and (plain > most or is_after_list))):
            break
        count += 1
    whole = count
    while whole < len(told) and whole > 1 and not _may_end(told[whole - 1]):
        whole -= 1
    return whole if whole == len(told) or _may_end(told[whole - 1]) else count


def _may_end(told: Told) -> bool:
    """Whether a portion may end here: not before what was announced, and not within a sentence."""
    return not told.goes_on and not told.sentence.text.endswith(":")


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
        goes_on = told.goes_on or text is not joined[-1]
        yield from _pieces(replace(told, sentence=Sentence(text, language), goes_on=goes_on), room)


def _seconds(sentence: Sentence) -> float:
    pace = words(sentence.language)["pace"]
    pauses = len(_PAUSES.findall(sentence.text))
    return float(pace["sentence"] + pace["character"] * len(sentence.text) + pace["pause"] * pauses)


def _closed(text: str) -> str:
    """The sentence with a capital at its beginning and a mark at its end, so that the voice falls."""
    return upper_first(text if text[-1] in ".!?:" else f"{text.rstrip(' ,;-')}.")
