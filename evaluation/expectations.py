"""What may rightly be expected of an answer, and what of it is missing."""

from collections.abc import Callable, Container, Iterator, Mapping
from typing import Any

from assistant.model import (
    CHECKLIST,
    OVERVIEW,
    REVIEW,
    Answer,
    AnswerStatus,
    Aspect,
    Block,
    FormChecklist,
    FormOverview,
    FormReview,
    FormStep,
    FormTerm,
    OfficeCard,
    SectionKind,
    SourceKind,
)

Expectations = Mapping[str, Any]
"""What is expected by its key; the keys are told in tests/scenarios/README.md."""


def check_keys(expected: Expectations) -> None:
    """Raises ValueError for keys nobody reads, and for names of what does not exist."""
    if unknown := set(expected) - set(_CHECKS):
        raise ValueError(f"unknown expectations: {', '.join(sorted(unknown))}")
    for status in listed(expected.get("status")):
        AnswerStatus(status)
    for aspect in listed(expected.get("aspects")):
        Aspect(aspect)
    for section in listed(expected.get("sections")):
        SectionKind(section)


def places_of(answer: Answer) -> list[str]:
    """Where in a form an answer is: steps' keys, ``overview``, ``review``, ``checklist``, ``term …``."""
    return [place for block in answer.blocks if (place := _place(block)) is not None]


def listed(value: Any) -> list[str]:
    """What is expected as a list, where it is a single value or nothing too."""
    if value is None:
        return []
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]


def faults_of(expected: Expectations, answer: Answer, text: Container[str]) -> tuple[str, ...]:
    """What was expected and is missing, in words; ``text`` holds what the whole answer says."""
    faults = (fault for key, wanted in expected.items() for fault in _CHECKS[key](wanted, answer, text))
    return tuple(faults)


def _status(wanted: Any, answer: Answer, _text: Container[str]) -> Iterator[str]:
    if answer.status not in listed(wanted):
        yield f"status {answer.status}, expected {' or '.join(listed(wanted))}"


def _service(wanted: str | None, answer: Answer, _text: Container[str]) -> Iterator[str]:
    if answer.service_id != wanted:
        yield f"service {answer.service_id}, expected {wanted}"


def _aspects(wanted: Any, answer: Answer, _text: Container[str]) -> Iterator[str]:
    missing = [aspect for aspect in listed(wanted) if aspect not in answer.aspects]
    if missing:
        yield f"aspects {', '.join(answer.aspects)}, missing {', '.join(missing)}"


def _says(wanted: Any, _answer: Answer, text: Container[str]) -> Iterator[str]:
    yield from (f"does not say {phrase!r}" for phrase in listed(wanted) if phrase not in text)


def _says_not(wanted: Any, _answer: Answer, text: Container[str]) -> Iterator[str]:
    yield from (f"says {phrase!r}" for phrase in listed(wanted) if phrase in text)


def _sections(wanted: Any, answer: Answer, _text: Container[str]) -> Iterator[str]:
    quoted = {source.section for source in answer.sources if source.kind is SourceKind.SERVICE}
    missing = [section for section in listed(wanted) if section not in quoted]
    if missing:
        yield f"quotes no section {', '.join(missing)}"


def _office(wanted: Any, answer: Answer, _text: Container[str]) -> Iterator[str]:
    shown = [block.office.id for block in answer.blocks if isinstance(block, OfficeCard)]
    yield from (f"shows no office {office}, only {shown}" for office in listed(wanted) if office not in shown)


def _offers(wanted: Any, answer: Answer, _text: Container[str]) -> Iterator[str]:
    payloads = [reply.payload for reply in answer.quick_replies]
    for prefix in listed(wanted):
        if not any(payload.startswith(prefix) for payload in payloads):
            yield f"does not offer {prefix}, only: {', '.join(payloads) or 'nothing'}"


def _language(wanted: str, answer: Answer, _text: Container[str]) -> Iterator[str]:
    if answer.language != wanted:
        yield f"language {answer.language}, expected {wanted}"


def _form(wanted: str, answer: Answer, _text: Container[str]) -> Iterator[str]:
    shown = [source.entry_id for source in answer.sources if source.kind is SourceKind.FORM]
    if wanted not in shown:
        yield f"tells of the forms {shown}, expected {wanted}"


def _at(wanted: str, answer: Answer, _text: Container[str]) -> Iterator[str]:
    places = places_of(answer)
    if wanted not in places:
        yield f"at {', '.join(places) or 'no form'}, expected {wanted}"


def _place(block: Block) -> str | None:
    """Where in a form a block is: a step's key, or the kind of the block."""
    match block:
        case FormStep():
            return block.key
        case FormOverview():
            return OVERVIEW
        case FormReview():
            return REVIEW
        case FormChecklist():
            return CHECKLIST
        case FormTerm(word):
            return f"term {word}"
        case _:
            return None


_CHECKS: dict[str, Callable[[Any, Answer, Container[str]], Iterator[str]]] = {
    "status": _status,
    "service": _service,
    "aspects": _aspects,
    "says": _says,
    "says_not": _says_not,
    "sections": _sections,
    "office": _office,
    "offers": _offers,
    "language": _language,
    "form": _form,
    "at": _at,
}
