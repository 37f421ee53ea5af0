"""Forms as they are told: one field at a time, lists in portions, and what else can be asked about a field."""

from collections.abc import Iterable

from assistant.model import (
    FormBlock,
    FormChecklist,
    FormOverview,
    FormReview,
    FormStep,
    FormTerm,
    FormValue,
    WalkMode,
)
from voice.spoken.script import Aside, Pen, Script
from voice.spoken.told import Told

_OPTIONS_AT_ONCE = 4
_SHORT_OPTION = 40
"""Characters of an option that still fits into a sentence with others."""


def tell_form_block(block: FormBlock, pen: Pen) -> Script:
    """What is said of it, and what beside it."""
    match block:
        case FormOverview():
            return _overview(block, pen)
        case FormStep():
            return _step(block, pen)
        case FormTerm(word, text):
            return Script([*pen.frame("answer.row", label=word, value=text)])
        case FormReview():
            return _review(block, pen)
        case FormChecklist():
            return _checklist(block, pen)


def _overview(block: FormOverview, pen: Pen) -> Script:
    told = [*pen.frame("form.overview", title=block.title)]
    told += pen.frame("form.explains" if block.mode is WalkMode.EXPLAIN else "form.fills")
    if block.minutes is not None and block.minutes > 1:
        told += pen.frame("form.minutes", minutes=block.minutes)
    if block.step_count > 1:
        told += pen.frame("form.steps", count=block.step_count)
    parts = (*pen.frame("form.parts"), *pen.items(part.label for part in block.parts))
    ready = (*pen.frame("form.ready"), *pen.items(block.enclosed))
    return Script(told, [*_aside("overview", pen.quote(block.summary), pen, is_wanted=bool(block.summary)),
                         *_aside("ready", ready, pen, is_wanted=bool(block.enclosed), is_asked=True),
                         *_aside("parts", parts, pen, is_wanted=bool(block.parts))])  # fmt: skip


def _step(step: FormStep, pen: Pen) -> Script:
    told: list[Told] = []
    for one in step.left_out:
        told += pen.frame("form.left_out", label=one.label, because=one.because, answered=one.answered)
    label = step.label if step.round is None else f"{step.label} ({step.round})"
    if step.asks != "field":
        about = _aside("overview", pen.quote(step.about), pen, is_wanted=bool(step.about))
        return Script([*told, *pen.frame(f"form.{step.asks}", label=label)], [*about])
    told += _asked_about(step, pen)
    told += pen.frame("form.numbered_field" if step.number else "form.field", label=label, number=step.number or "")
    if step.why or step.where:
        return Script(told, [*_beside_field(step, pen)])
    told += pen.quote(step.about) if step.about else ()
    told += _choosing(step, pen)
    told += pen.frame("form.mistake", text=step.mistake) if step.mistake else ()
    told += () if step.is_required else pen.frame("form.optional")
    told += pen.frame("form.depends", label=step.depends_on) if step.depends_on else ()
    told += pen.frame("form.value", value=step.value) if step.value else ()
    return Script(told, [*_beside_field(step, pen)])


def _asked_about(step: FormStep, pen: Pen) -> tuple[Told, ...]:
    """Why a field is asked for, or where to find it: set where somebody wanted to know, and then told first."""
    basis = pen.frame("form.legal_basis", text=", ".join(step.legal_basis)) if step.legal_basis else ()
    return (*(pen.quote(step.why) if step.why else ()), *basis, *(pen.quote(step.where) if step.where else ()))


def _beside_field(step: FormStep, pen: Pen) -> Iterable[Aside]:
    """What can be asked about a field."""
    if len(step.options) > _OPTIONS_AT_ONCE:
        yield pen.aside("options", pen.items(step.options, is_counted=True), is_asked=True)
    if step.example:
        yield pen.aside("example", pen.frame("form.example", text=step.example))
    if step.enclosed:
        yield pen.aside("enclosed", (*pen.frame("form.enclosed"), *pen.items(step.enclosed)))


def _choosing(step: FormStep, pen: Pen) -> tuple[Told, ...]:
    if not step.options:
        return ()
    counted = pen.frame("form.many_options", count=len(step.options))
    if len(step.options) > _OPTIONS_AT_ONCE:
        return counted
    if any(len(option) > _SHORT_OPTION for option in step.options):
        return (*counted, *pen.items(step.options, is_counted=True))
    return pen.frame("form.options", options=either(step.options, pen))


def either(options: Iterable[str], pen: Pen) -> str:
    """Names one may choose from: "A, B oder C"."""
    *others, last = (option.rstrip(".") for option in options)
    joint = pen.prompts.text("confirm.or", pen.language)
    return f"{', '.join(others)} {joint} {last}" if others else last


def _review(block: FormReview, pen: Pen) -> Script:
    told = [*_counted("form.review", len(block.values), pen)] if block.values else [*pen.frame("form.review_empty")]
    if block.missing:
        told += (
            *_counted("form.missing", len(block.missing), pen),
            *pen.items(map(_name, block.missing), is_counted=True),
        )
    elif block.values:
        told += pen.frame("form.complete")
    values = (pen.prompts.text("answer.row", pen.language, label=_name(one), value=one.value) for one in block.values)
    return Script(told, [*_aside("values", pen.items(values), pen, is_wanted=bool(block.values), is_asked=True)])


def _checklist(block: FormChecklist, pen: Pen) -> Script:
    told = [*pen.frame("form.checklist")]
    if block.enclosed:
        told += (*pen.frame("form.enclosed"), *pen.items(block.enclosed))
    elif not block.perhaps:
        told += pen.frame("form.nothing_enclosed")
    perhaps = (*pen.frame("form.perhaps"), *pen.items(block.perhaps))
    asides = _aside("perhaps", perhaps, pen, is_wanted=bool(block.perhaps), is_asked=True)
    hand_in = (told for line in block.hand_in.splitlines() if line.strip() for told in pen.quote(line))
    return Script(told, [*asides, *_aside("hand_in", hand_in, pen, is_wanted=bool(block.hand_in), is_asked=True)])


def _name(value: FormValue) -> str:
    return f"{value.part}, {value.label}" if value.part else value.label


def _counted(key: str, count: int, pen: Pen) -> tuple[Told, ...]:
    return pen.frame(f"{key}_one") if count == 1 else pen.frame(key, count=count)


def _aside(key: str, told: Iterable[Told], pen: Pen, *, is_wanted: bool, is_asked: bool = False) -> tuple[Aside, ...]:
    return (pen.aside(key, told, is_asked=is_asked),) if is_wanted else ()
