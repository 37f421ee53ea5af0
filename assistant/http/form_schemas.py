"""What is told of a form, as the API shows it."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from assistant.http.block_schemas import BlockBase
from assistant.model import WalkMode


class _Out(BaseModel):
    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)


class _FormBlock(BlockBase):
    title: str
    """The form's name."""
    text: str
    """The block as plain text."""


class FormPartOut(_Out):
    """A part of the form; `key` is its first step, empty where the part is left out."""

    key: str
    label: str
    number: str | None
    is_here: bool
    is_done: bool


class FormOverviewOut(_FormBlock):
    """A form before one begins."""

    type: Literal["form_overview"] = "form_overview"
    summary: str
    """Markdown."""
    summary_html: str
    parts: tuple[FormPartOut, ...]
    step_count: int
    minutes: int | None
    enclosed: tuple[str, ...]
    """What to have ready."""
    mode: WalkMode


class FormRemarkOut(_Out):
    """A sentence about a step; `kind` says what it is for, such as `about`, `example` or `mistake`."""

    kind: str
    text: str
    html: str


class FormStepOut(_FormBlock):
    """A step on the way through a form."""

    type: Literal["form_step"] = "form_step"
    place: str
    """Which step of how many, in words."""
    heading: str
    """Part, number and label."""
    label: str
    key: str
    position: int
    total: int
    outline: tuple[FormPartOut, ...]
    asks: Literal["field", "wanted", "another"]
    """Whether a field is explained, or it is asked if a part is wanted, or if there is another."""
    question: str
    """In words what is asked; empty at a field."""
    remarks: tuple[FormRemarkOut, ...]
    value: str
    """What was entered; empty where nothing was, or the form is only explained."""
    mode: WalkMode


class FormTermOut(BlockBase):
    """What a word in a form means."""

    type: Literal["form_term"] = "form_term"
    word: str
    text: str


class FormValueOut(_Out):
    """Something entered, or still missing; `form:go_to:` and `key` lead there."""

    key: str
    part: str
    label: str
    value: str


class FormReviewOut(_FormBlock):
    """Everything entered, before it is put into the form."""

    type: Literal["form_review"] = "form_review"
    values: tuple[FormValueOut, ...]
    missing: tuple[FormValueOut, ...]
    outline: tuple[FormPartOut, ...]


class FormChecklistOut(_FormBlock):
    """What is left to do at the end of a form."""

    type: Literal["form_checklist"] = "form_checklist"
    enclosed: tuple[str, ...]
    perhaps: tuple[str, ...]
    """What is needed only where something holds that was not said."""
    hand_in: str
    """Markdown."""
    hand_in_html: str
    outline: tuple[FormPartOut, ...]
    mode: WalkMode


FormBlockOut = FormOverviewOut | FormStepOut | FormTermOut | FormReviewOut | FormChecklistOut
