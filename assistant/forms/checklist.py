"""What is left to do at the end of a form: what to enclose, and what is still missing."""

from dataclasses import dataclass

from assistant.forms.conditions import Judge, Truth
from assistant.forms.walk import Step, StepKind, steps
from assistant.model import Attachment, Field, FieldKind, Form, Walk


@dataclass(frozen=True, slots=True)
class Enclosure:
    """Something to enclose: certainly (True), or where something holds that nobody has said (None)."""

    attachment: Attachment
    is_due: Truth


def enclosures(form: Form, walk: Walk) -> tuple[Enclosure, ...]:
    """What to enclose, as far as can be known, in the form's order; what is certainly not needed is left out."""
    judge = Judge.of(form, walk)
    due = (
        Enclosure(attachment, True if attachment.condition is None else judge.holds(attachment.condition))
        for attachment in form.attachments
    )
    return tuple(enclosure for enclosure in due if enclosure.is_due is not False)


def files_to_add(form: Form, walk: Walk) -> tuple[Step, ...]:
    """The steps that ask for a file."""
    return tuple(step for step in steps(form, walk) if _kind(step) is FieldKind.FILE)


def missing(form: Form, walk: Walk) -> tuple[Step, ...]:
    """The steps whose value is required, surely needed, and not there yet."""
    return tuple(
        step
        for step in steps(form, walk)
        if (kind := _kind(step)) is not None
        and kind.is_entered
        and step.is_sure
        and step.element is not None
        and step.element.cardinality.is_required
        and not walk.answers.get(step.key)
    )


def entered(form: Form, walk: Walk) -> tuple[Step, ...]:
    """The steps that have a value and are still asked."""
    return tuple(step for step in steps(form, walk) if step.kind is StepKind.FIELD and walk.answers.get(step.key))


def _kind(step: Step) -> FieldKind | None:
    return step.element.kind if step.kind is StepKind.FIELD and isinstance(step.element, Field) else None
