"""The official form filled in: a PDF with fields of its own, which the city keeps beside Roland's form."""

from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any

from pypdf import PdfReader, PdfWriter

from assistant.forms.checklist import entered
from assistant.forms.filled import german_words
from assistant.forms.values import show_value
from assistant.forms.walk import Step
from assistant.model import NO, Field, Form, Walk
from assistant.ports import Messages

_OFF = "/Off"


def fill_official(form: Form, walk: Walk, messages: Messages, official: bytes, sheet: bytes) -> bytes:
    """The official PDF with what was entered; ``sheet`` is put behind it where something has no field in it.

    Raises ``pypdf.errors.PyPdfError`` where ``official`` is no PDF with fields.
    """
    writer = PdfWriter(clone_from=BytesIO(official))
    known: Mapping[str, Any] = PdfReader(BytesIO(official)).get_fields() or {}
    values: dict[str, str] = {}
    is_complete = True
    for step in entered(form, walk):
        placed = dict(_placed(form, step, walk.answers[step.key], known, messages))
        is_complete = is_complete and bool(placed)
        values |= placed
    # Fields get an appearance of their own, and viewers with better fonts are asked to draw them anew.
    writer.update_page_form_field_values(None, values, auto_regenerate=True)
    if not is_complete:
        writer.append(BytesIO(sheet))
    with BytesIO() as filled:
        writer.write(filled)
        return filled.getvalue()


def _placed(
    form: Form, step: Step, value: str, known: Mapping[str, Any], messages: Messages
) -> Iterator[tuple[str, str]]:
    """The names of the fields a value goes into, each with what is put there."""
    field, names = step.element, form.acro_form.fields if form.acro_form is not None else {}
    if not isinstance(field, Field):
        return
    for key in _keys(step, field):
        if (box := names.get(f"{key}={value}", "")) in known:
            yield box, _on(known[box], value)
        elif (name := names.get(key, "")) in known:
            is_box = known[name].get("/FT") == "/Btn"
            shown = show_value(field, value, german_words(form, field, messages))
            yield name, shown if not is_box else _OFF if value == NO else _on(known[name], value)


def _keys(step: Step, field: Field) -> Iterator[str]:
    """What a step is called among the fields; of what repeats, the first needs no number."""
    yield step.key
    if step.rounds and set(step.rounds) == {1}:
        yield field.path


def _on(box: Mapping[str, Any], value: str) -> str:
    """The state of a box, or of a group of them, that stands for the value."""
    states = [str(state) for state in box.get("/_States_", ()) if state != _OFF]
    if f"/{value}" in states:
        return f"/{value}"
    return states[0] if states else _OFF
