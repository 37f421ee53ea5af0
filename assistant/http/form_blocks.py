"""What is told of a form as the API shows it: as data, as HTML and as plain text."""

from collections.abc import Iterable, Iterator
from html import escape
from typing import Literal, TypedDict

from assistant.forms.worded import FormBlock, Wording
from assistant.http.blocks import direction, is_rtl
from assistant.http.form_schemas import (
    FormBlockOut,
    FormChecklistOut,
    FormOverviewOut,
    FormPartOut,
    FormReviewOut,
    FormStepOut,
    FormTermOut,
    FormValueOut,
)
from assistant.http.markup import to_html
from assistant.model import (
    FormChecklist,
    FormOverview,
    FormPart,
    FormReview,
    FormStep,
    FormTerm,
    FormValue,
    Language,
    WalkMode,
)


class _Common(TypedDict):
    """What every block has."""

    html: str
    source: int | None
    language: Language | None
    dir: Literal["ltr", "rtl"] | None
    text: str


def form_block(block: FormBlock, source: int | None, language: Language, wording: Wording) -> FormBlockOut:
    """A block as data; ``source`` is the place of its source in the answer."""
    html = "".join(_html(block, wording, rtl=is_rtl(block.language or language)))
    common = _Common(
        html=html,
        source=source,
        language=block.language,
        dir=direction(block.language) if block.language is not None else None,
        text="\n".join(wording.lines(block)),
    )
    match block:
        case FormOverview():
            return FormOverviewOut(
                title=block.title, summary=block.summary, parts=_parts(block.parts), step_count=block.step_count,
                minutes=block.minutes, enclosed=block.enclosed, mode=block.mode, **common,
            )  # fmt: skip
        case FormStep():
            return FormStepOut(
                title=block.title, heading=wording.heading(block), key=block.key, position=block.position,
                total=block.total, outline=_parts(block.outline), asks=_asks(block), value=block.value, mode=block.mode,
                **common,
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
                outline=_parts(block.outline), mode=block.mode, **common,
            )  # fmt: skip


def _asks(block: FormStep) -> Literal["field", "wanted", "another"]:
    return "wanted" if block.asks == "wanted" else "another" if block.asks == "another" else "field"


def _parts(parts: Iterable[FormPart]) -> tuple[FormPartOut, ...]:
    return tuple(
        FormPartOut(key=part.key, label=part.label, number=part.number, is_here=part.is_here, is_done=part.is_done)
        for part in parts
    )


def _values(values: Iterable[FormValue]) -> tuple[FormValueOut, ...]:
    return tuple(FormValueOut(key=value.key, part=value.part, label=value.label, value=value.value) for value in values)


def _html(block: FormBlock, wording: Wording, *, rtl: bool) -> Iterator[str]:
    match block:
        case FormOverview():
            yield from (_title(block.title), to_html(block.summary, rtl=rtl))
            yield _line(wording.frame("parts"))
            yield _list((_part(part) for part in block.parts), ordered=True)
            yield _line(wording.frame("steps", count=block.step_count))
            if block.minutes is not None:
                yield _line(wording.frame("minutes", minutes=block.minutes))
            if block.enclosed:
                yield _line(wording.frame("ready"))
                yield _list(block.enclosed)
            yield _line(wording.frame("explains" if block.mode is WalkMode.EXPLAIN else "fills"))
        case FormStep():
            yield f'<p class="form-step__place">{escape(wording.frame("step", position=block.position, total=block.total))}</p>'
            yield _title(wording.heading(block))
            for kind, text in wording.remarks(block):
                yield f'<p class="form-step__{kind}">{escape(text)}</p>'
            if question := wording.question(block):
                yield _line(question)
        case FormTerm(word, text):
            yield f"<p><strong>{escape(word)}:</strong> {escape(text)}</p>"
        case FormReview():
            yield _title(block.title)
            yield _line(wording.frame("review" if block.values else "review_empty"))
            yield _list(f"{_name(value)}: {value.value}" for value in block.values)
            if block.missing:
                yield _line(wording.frame("missing"))
                yield _list(map(_name, block.missing))
        case FormChecklist():
            yield from (_title(block.title), _line(wording.frame("checklist")))
            for key, texts in (("enclosed", block.enclosed), ("perhaps", block.perhaps)):
                if texts:
                    yield _line(wording.frame(f"checklist_{key}"))
                    yield _list(texts)
            if not (block.enclosed or block.perhaps):
                yield _line(wording.frame("checklist_nothing"))
            yield from (_line(wording.frame("hand_in")), to_html(block.hand_in, rtl=rtl))


def _title(text: str) -> str:
    return f"<h3>{escape(text)}</h3>"


def _line(text: str) -> str:
    return f"<p>{escape(text)}</p>"


def _list(texts: Iterable[str], *, ordered: bool = False) -> str:
    tag = "ol" if ordered else "ul"
    return f"<{tag}>{''.join(f'<li>{escape(text)}</li>' for text in texts)}</{tag}>"


def _part(part: FormPart) -> str:
    return f"{part.number} {part.label}" if part.number else part.label


def _name(value: FormValue) -> str:
    return f"{value.part} · {value.label}" if value.part else value.label
