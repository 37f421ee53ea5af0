"""How far somebody has come in a form, told to those who help."""

from dataclasses import dataclass

from assistant.forms.checklist import entered
from assistant.forms.walk import Step, current, steps
from assistant.model import Form, Language, Walk, WalkMode


@dataclass(frozen=True, slots=True)
class Progress:
    """The place in a form, and of what was entered only how much.

    ``at`` is the part and the field, ``position`` their place among ``total`` steps; empty and 0 before the first step
    and after the last one. ``entered`` counts the answers given.
    """

    form_id: str
    title: str
    at: str
    position: int
    total: int
    mode: WalkMode
    entered: int


def progress_of(form: Form, walk: Walk, language: Language = Language.DE) -> Progress:
    """How far a walk through a form has come, in a language."""
    asked = [step for step in steps(form, walk) if step.element is not None]
    here = current(form, walk)
    return Progress(
        form_id=form.id,
        title=form.text(language).title,
        at=_name(form, here, language),
        position=asked.index(here) + 1 if here in asked else 0,
        total=len(asked),
        mode=walk.mode,
        entered=len(entered(form, walk)),
    )


def _name(form: Form, step: Step, language: Language) -> str:
    told = form.text(language).elements
    outer_and_own = dict.fromkeys(element.path for element in (step.part, step.element) if element is not None)
    return " · ".join(told[path].label for path in outer_and_own if path in told)
