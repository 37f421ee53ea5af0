"""A form as somebody has filled it in, for the office that reads it: in German, whatever language they spoke."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from assistant.forms.checklist import enclosures, files_to_add
from assistant.forms.values import Words, show_value
from assistant.forms.walk import Step, StepKind, steps
from assistant.model import NO, YES, Field, FieldGroup, FieldKind, Form, FormElement, Language, Walk
from assistant.ports import Messages


@dataclass(frozen=True, slots=True)
class FilledField:
    """A field that is asked; ``value`` is as it was entered, empty where it is still open.

    ``own_label`` is its name in the person's language, empty where that is German. ``is_signature``: signed by hand.
    """

    label: str
    value: str = ""
    number: str | None = None
    own_label: str = ""
    is_required: bool = True
    is_signature: bool = False


@dataclass(frozen=True, slots=True)
class FilledPart:
    """A part of the form, the how many-th of several in its name."""

    label: str
    fields: tuple[FilledField, ...]


@dataclass(frozen=True, slots=True)
class FilledForm:
    """All that is to be put on paper, for somebody who reads ``language``.

    ``perhaps`` is to be enclosed only where something holds that was not said.
    """

    form: Form
    language: Language
    title: str
    parts: tuple[FilledPart, ...]
    enclosed: tuple[str, ...]
    perhaps: tuple[str, ...]

    @property
    def is_signed(self) -> bool:
        """Whether the form itself has a place to sign."""
        return any(field.is_signature for part in self.parts for field in part.fields)


def fill(form: Form, walk: Walk, messages: Messages, language: Language) -> FilledForm:
    """The form with what was entered so far; what is surely not asked is left out."""
    german = form.text(Language.DE)
    due = enclosures(form, walk)
    files = (_label(form, step.element, Language.DE) for step in files_to_add(form, walk) if step.element is not None)
    return FilledForm(
        form=form,
        language=language,
        title=german.title,
        parts=tuple(_parts(form, walk, messages, language)),
        enclosed=(
            *(german.attachments.get(one.attachment.id, "") for one in due if one.is_due),
            *dict.fromkeys(files),
        ),
        perhaps=tuple(german.attachments.get(one.attachment.id, "") for one in due if one.is_due is None),
    )


def german_words(form: Form, field: Field, messages: Messages) -> Words:
    """What the values of a field are called on the German form."""
    yes, no = (messages.text(f"forms.{code}", Language.DE) for code in (YES, NO))
    return Words((yes,), (no,), form.text(Language.DE).options.get(field.path, {}))


def _parts(form: Form, walk: Walk, messages: Messages, language: Language) -> Iterator[FilledPart]:
    asked = (step for step in steps(form, walk) if _is_on_paper(step, walk))
    for label, inner in groupby(asked, key=lambda step: _part(form, step)):
        yield FilledPart(label, tuple(_field(form, step, walk, messages, language) for step in inner))


def _is_on_paper(step: Step, walk: Walk) -> bool:
    field = step.element
    if step.kind is not StepKind.FIELD or not isinstance(field, Field):
        return False
    is_asked = step.is_sure or bool(walk.answers.get(step.key))
    return is_asked and (field.kind.is_entered or field.kind is FieldKind.SIGNATURE)


def _field(form: Form, step: Step, walk: Walk, messages: Messages, language: Language) -> FilledField:
    field = step.element
    assert isinstance(field, Field)  # noqa: S101 - nothing else is put on paper
    entered = walk.answers.get(step.key, "")
    label, own = _label(form, field, Language.DE), _label(form, field, language)
    return FilledField(
        label=label,
        value=show_value(field, entered, german_words(form, field, messages)) if entered else "",
        number=field.number,
        own_label=own if own != label else "",
        is_required=field.cardinality.is_required,
        is_signature=field.kind is FieldKind.SIGNATURE,
    )


def _part(form: Form, step: Step) -> str:
    """The name of the part a step lies in, and of what repeats in it, with the round."""
    names, rounds = [], list(step.rounds)
    for element in step.line:
        label = _label(form, element, Language.DE)
        if element.cardinality.repeats and isinstance(element, FieldGroup):
            names.append(f"{label} ({rounds.pop(0)})")
        elif element is step.part:
            names.append(label)
    return " · ".join(names)


def _label(form: Form, element: FormElement | None, language: Language) -> str:
    path = element.path if element is not None else ""
    told = form.text(language).elements.get(path) or form.text(Language.DE).elements.get(path)
    return told.label if told is not None else path.rpartition("/")[2]
