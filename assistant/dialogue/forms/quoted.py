"""Which texts a block quotes from a form, and which texts a form has."""

from collections.abc import Iterator

from assistant.model import (
    Form,
    FormBlock,
    FormChecklist,
    FormOverview,
    FormPart,
    FormReview,
    FormStep,
    FormTerm,
    FormText,
    Language,
    Register,
)


def is_quoted_from(form: Form, block: FormBlock, language: Language, register: Register) -> bool:
    """Whether everything that the block tells stands in the form, as its reader or a German one is told it."""
    told = {*_texts(form.text(language, register)), *_texts(form.text(Language.DE)), *form.legal_basis}
    told |= {basis for element in form.walk() for basis in element.legal_basis}
    return all(text in told for text in _quoted(block) if text)


def _quoted(block: FormBlock) -> Iterator[str]:
    match block:
        case FormTerm(word, text):
            yield from (word, text)
        case FormOverview(title, summary, parts):
            yield from (title, summary, *_labels(parts), *block.enclosed)
        case FormStep():
            yield from (block.title, block.label, block.part, block.depends_on, *_labels(block.outline))
            yield from (block.about, block.why, block.example, block.mistake, block.where)
            yield from (*block.legal_basis, *block.options, *block.enclosed)
            for one in block.left_out:
                yield from (one.label, one.because)
        case FormReview(title):
            yield from (title, *_labels(block.outline))
            yield from (value.label for value in (*block.values, *block.missing))
        case FormChecklist(title):
            yield from (title, *block.enclosed, *block.perhaps, block.hand_in, *_labels(block.outline))


def _labels(parts: tuple[FormPart, ...]) -> Iterator[str]:
    return (part.label for part in parts)


def _texts(text: FormText) -> Iterator[str]:
    yield from (text.title, text.summary, text.hand_in)
    for element in text.elements.values():
        yield from (element.label, element.about, element.why, element.example, element.mistake, element.where)
    for options in text.options.values():
        yield from options.values()
    yield from text.attachments.values()
    for term in text.terms:
        yield from (*term.words, term.text)
