"""Running text, lists and tables as the API shows them."""

from collections.abc import Callable
from typing import Literal

from assistant.http import block_schemas as out
from assistant.http.markup import to_html, to_inline_html, to_plain
from assistant.model import Canned, Facts, Language, Paragraph, Steps, TextBlock

_FAULT = "dialogue.form.fault_"


def direction(language: Language) -> Literal["ltr", "rtl"]:
    """The direction a language is written in."""
    return "rtl" if is_rtl(language) else "ltr"


def is_rtl(language: Language) -> bool:
    """Whether a language is written from right to left."""
    return language.direction == "rtl"


def plain_text(block: TextBlock, apart: Callable[[str], str]) -> str:
    """A block as plain text; ``apart`` sets foreign runs of a right-to-left text apart."""
    match block:
        case Paragraph():
            return apart(to_plain(block.text))
        case Steps():
            marks = (f"{place}." if block.ordered else "-" for place in range(1, len(block.items) + 1))
            items = (apart(to_plain(item)) for item in block.items)
            return "\n".join(f"{mark} {item}" for mark, item in zip(marks, items, strict=True))
        case Facts():
            return "\n".join(f"{apart(to_plain(row.label))}: {apart(to_plain(row.value))}" for row in block.rows)


def text_block(block: TextBlock, source: int | None, language: Language) -> out.TextBlockOut:
    """A block as data; ``source`` is the place of its source."""
    match block:
        case Paragraph():
            return _paragraph(block, source, language)
        case Steps():
            return _steps(block, source, language)
        case Facts():
            return _facts(block, source, language)


def is_fault(block: Paragraph) -> bool:
    """Whether it says what is wrong with what was entered into a form."""
    return isinstance(block.origin, Canned) and block.origin.key.startswith(_FAULT)


def _paragraph(block: Paragraph, source: int | None, language: Language) -> out.ParagraphOut:
    return out.ParagraphOut(
        text=block.text,
        html=to_html(block.text, rtl=is_rtl(block.language or language)),
        source=source,
        language=other(block.language, language),
        dir=other_direction(block.language, language),
        is_fault=is_fault(block),
    )


def _steps(block: Steps, source: int | None, language: Language) -> out.StepsOut:
    rtl = is_rtl(block.language or language)
    items = tuple(to_inline_html(item, rtl=rtl) for item in block.items)
    tag = "ol" if block.ordered else "ul"
    return out.StepsOut(
        html=f"<{tag}>" + "".join(f"<li>{item}</li>" for item in items) + f"</{tag}>",
        source=source,
        language=other(block.language, language),
        dir=other_direction(block.language, language),
        items=block.items,
        items_html=items,
        ordered=block.ordered,
    )


def _facts(block: Facts, source: int | None, language: Language) -> out.FactsOut:
    rtl = is_rtl(block.language or language)
    rows = tuple(
        out.FactOut(
            label=row.label,
            value=row.value,
            label_html=to_inline_html(row.label, rtl=rtl),
            value_html=to_inline_html(row.value, rtl=rtl),
        )
        for row in block.rows
    )
    cells = "".join(f'<tr><th scope="row">{row.label_html}</th><td>{row.value_html}</td></tr>' for row in rows)
    return out.FactsOut(
        html=f"<table><tbody>{cells}</tbody></table>",
        source=source,
        language=other(block.language, language),
        dir=other_direction(block.language, language),
        rows=rows,
    )


def other(language: Language | None, answer: Language) -> Language | None:
    """The language of a part, where it differs from the whole's."""
    return None if language is answer else language


def other_direction(language: Language | None, answer: Language) -> Literal["ltr", "rtl"] | None:
    """The direction of a part, where its language differs from the whole's."""
    own = other(language, answer)
    return direction(own) if own else None
