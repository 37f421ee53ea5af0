"""What the service catalogue says: paragraphs, lists, tables, forms and links."""

import re
from collections.abc import Iterable, Sequence

from assistant.model import Aspect, Canned, Fact, Facts, FormHelp, LinkOut, LinkPurpose, Paragraph, Steps, TextBlock
from voice.spoken.numbers import ordinal
from voice.spoken.script import Pen
from voice.spoken.told import Told
from voice.spoken.words import upper_first

_DIGIT = re.compile(r"\d")
_BARE_AMOUNT = re.compile(r"(?:\*\*)?(\d[\d.,]*)(?:\*\*)?")
_EURO = re.compile(r"€|\bEuros?\b|\bEUR\b", re.IGNORECASE)
_COUNTED_FROM = 3
"""Shorter lists are heard without being told how long they are."""
_FORM_ASPECTS = frozenset({Aspect.FORM})
_ONLINE_ASPECTS = frozenset({Aspect.ONLINE, Aspect.HOW, Aspect.NEED})
_APPOINTMENT_ASPECTS = frozenset({Aspect.APPOINTMENT, Aspect.HOW, Aspect.NEED})


def tell_text(block: TextBlock, pen: Pen, *, is_announced: bool) -> tuple[Told, ...]:
    """A text block; ``is_announced``: the sentence before it ends with a colon."""
    match block:
        case Paragraph(text):
            return pen.quote(text)
        case Steps(items, _, True):
            return (*_count(len(items), pen, "steps"), *pen.items(_steps(items, pen)))
        case Steps(items):
            key = "things" if Aspect.DOCUMENTS in pen.aspects and not is_announced else "points"
            return (*_count(len(items), pen, key), *pen.items(items))
        case Facts(rows):
            return _tell_rows(rows, pen)


def tell_form(block: FormHelp, pen: Pen) -> tuple[Told, ...]:
    """That there is a form, where forms were asked for."""
    return pen.frame("answer.form", title=block.title) if _FORM_ASPECTS & pen.aspects else ()


def tell_link(block: LinkOut, pen: Pen) -> tuple[Told, ...]:
    """What can be done online, where that belongs to the question. No address is ever read out."""
    if block.purpose is LinkPurpose.ONLINE_SERVICE and _ONLINE_ASPECTS & pen.aspects:
        return pen.frame("answer.online_service", title=block.label)
    if block.purpose is LinkPurpose.APPOINTMENT and _APPOINTMENT_ASPECTS & pen.aspects:
        return pen.frame("answer.appointment")
    return ()


def is_notice(block: object) -> bool:
    """Whether a block is one of the line's own remarks, which stand beside what is quoted."""
    return isinstance(block, Paragraph) and isinstance(block.origin, Canned)


def _steps(items: Sequence[str], pen: Pen) -> Iterable[str]:
    """Each step with its place: "Erster Schritt: …"; a single one without."""
    if len(items) == 1:
        return items
    return (_step(at, item, pen) for at, item in enumerate(items, start=1))


def _step(at: int, item: str, pen: Pen) -> str:
    place = upper_first(ordinal(at, pen.language, "er"))
    return f"{pen.prompts.text('answer.step', pen.language, ordinal=place)} {item}"


def _count(count: int, pen: Pen, key: str) -> tuple[Told, ...]:
    return pen.frame(f"answer.{key}", count=count) if count >= _COUNTED_FROM else ()


def _tell_rows(rows: Iterable[Fact], pen: Pen) -> tuple[Told, ...]:
    """Each row as a sentence; a row of headings before rows of figures announces them and names their unit."""
    head, *body = rows
    is_headed = bool(body) and not _DIGIT.search(head.value) and all(_DIGIT.search(row.value) for row in body)
    if not is_headed:
        return pen.items(_row(row.label, row.value, pen) for row in (head, *body))
    unit = " Euro" if _EURO.search(head.value) or _EURO.search(head.label) else ""
    both = pen.frame("answer.headings", label=head.label, value=head.value)
    announced = both if head.label else pen.quote(f"{head.value}:")
    values = ((row, _BARE_AMOUNT.fullmatch(row.value.strip())) for row in body)
    said = (_row(row.label, f"{amount[1]}{unit}" if amount else row.value, pen) for row, amount in values)
    return (*announced, *pen.items(said))


def _row(label: str, value: str, pen: Pen) -> str:
    return pen.prompts.text("answer.row", pen.language, label=label, value=value) if label else value
