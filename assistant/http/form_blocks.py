"""What is told of a form as the API shows it: as data, as HTML and as plain text."""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Literal, TypedDict

from assistant.forms.worded import Heading, Items, Line, Part, Prose, Wording
from assistant.http.bidi import isolated_html
from assistant.http.blocks import direction, is_rtl
from assistant.http.form_schemas import (
    FormBlockOut,
    FormChecklistOut,
    FormOverviewOut,
    FormPartOut,
    FormRemarkOut,
    FormReviewOut,
    FormStepOut,
    FormTermOut,
    FormValueOut,
)
from assistant.http.markup import to_html, to_plain
from assistant.model import (
    FormBlock,
    FormChecklist,
    FormOverview,
    FormPart,
    FormReview,
    FormStep,
    FormTerm,
    FormValue,
    Language,
)


class _Common(TypedDict):
    """What every block has."""

    html: str
    source: int | None
    language: Language | None
    dir: Literal["ltr", "rtl"] | None
    text: str


def form_text(block: FormBlock, wording: Wording) -> str:
    """A block as plain text."""
    return "\n".join(wording.lines(block, to_plain))


def form_block(block: FormBlock, source: int | None, language: Language, wording: Wording) -> FormBlockOut:
    """A block as data; ``source`` is the place of its source in the answer."""
    markup = _Markup(language, block.language)
    common = _Common(
        html="".join(map(markup.part, wording.parts(block))),
        source=source,
        language=block.language,
        dir=direction(block.language) if block.language is not None else None,
        text=form_text(block, wording),
    )
    match block:
        case FormOverview():
            return FormOverviewOut(
                title=block.title, summary=block.summary, summary_html=markup.prose(block.summary),
                parts=_parts(block.parts), step_count=block.step_count, minutes=block.minutes,
                enclosed=block.enclosed, mode=block.mode, **common,
            )  # fmt: skip
        case FormStep():
            return FormStepOut(
                title=block.title, place=wording.place(block), heading=wording.heading(block),
                label=wording.label(block), key=block.key, position=block.position, total=block.total,
                outline=_parts(block.outline), asks=_asks(block), question=wording.question(block),
                remarks=tuple(
                    FormRemarkOut(kind=line.kind, text=line.text, html=markup.inner(line))
                    for line in wording.remarks(block)
                ),
                value=block.value, mode=block.mode, **common,
            )  # fmt: skip
        case FormTerm():
            return FormTermOut(word=block.word, **common)
        case FormReview():
            return FormReviewOut(
                title=block.title, values=_values(block.values), missing=_values(block.missing),
                outline=_parts(block.outline), **common,
            )  # fmt: skip
        case FormChecklist():
            return FormChecklistOut(
                title=block.title, enclosed=block.enclosed, perhaps=block.perhaps, hand_in=block.hand_in,
                hand_in_html=markup.prose(block.hand_in), outline=_parts(block.outline), mode=block.mode, **common,
            )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Markup:
    """Makes HTML for a reader; ``foreign`` is the language of the form's texts where it is not the reader's."""

    reader: Language
    foreign: Language | None

    def part(self, part: Part) -> str:
        """A part of a block."""
        match part:
            case Heading(text):
                return f"<h4>{self._quoted(text)}</h4>"
            case Line(_, kind):
                return f'<p class="form-{kind}">{self.inner(part)}</p>' if kind else f"<p>{self.inner(part)}</p>"
            case Prose(text):
                return self.prose(text)
            case Items(texts, is_ordered):
                tag = "ol" if is_ordered else "ul"
                return f"<{tag}>{''.join(f'<li>{self._quoted(text)}</li>' for text in texts)}</{tag}>"

    def inner(self, line: Line) -> str:
        """A line, what it quotes from the form marked where that is in another language."""
        if not line.quoted:
            return self._own(line.text)
        before, _, after = line.text.partition(line.quoted)
        return f"{self._own(before)}{self._quoted(line.quoted)}{self._own(after)}"

    def prose(self, text: str) -> str:
        """Running text."""
        html = to_html(text, rtl=is_rtl(self.foreign or self.reader))
        return f'<div lang="{self.foreign}" dir="{direction(self.foreign)}">{html}</div>' if self.foreign else html

    def _own(self, text: str) -> str:
        return isolated_html(text) if is_rtl(self.reader) else escape(text)

    def _quoted(self, text: str) -> str:
        if self.foreign is None:
            return self._own(text)
        return f'<bdi lang="{self.foreign}" dir="{direction(self.foreign)}">{escape(text)}</bdi>'


def _asks(block: FormStep) -> Literal["field", "wanted", "another"]:
    return "wanted" if block.asks == "wanted" else "another" if block.asks == "another" else "field"


def _parts(parts: Iterable[FormPart]) -> tuple[FormPartOut, ...]:
    return tuple(
        FormPartOut(key=part.key, label=part.label, number=part.number, is_here=part.is_here, is_done=part.is_done)
        for part in parts
    )


def _values(values: Iterable[FormValue]) -> tuple[FormValueOut, ...]:
    return tuple(FormValueOut(key=value.key, part=value.part, label=value.label, value=value.value) for value in values)
