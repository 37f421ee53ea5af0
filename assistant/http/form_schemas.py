"""What is told of a form, as the API shows it."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from assistant.http.block_schemas import BlockBase
from assistant.model import WalkMode


class _Out(BaseModel):
    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)


class FormPartOut(_Out):
    """A part of the form; `key` is its first step, empty where the part is left out."""

    key: str
    label: str
    number: str | None
    is_here: bool
    is_done: bool


class FormOverviewOut(BlockBase):
    """A form before one begins."""

    type: Literal["form_overview"] = "form_overview"
    title: str
    summary: str
    parts: tuple[FormPartOut, ...]
    step_count: int
    minutes: int | None
    enclosed: tuple[str, ...]
    mode: WalkMode
    text: str


class FormStepOut(BlockBase):
    """A step on the way through a form."""

    type: Literal["form_step"] = "form_step"
    title: str
    heading: str
    key: str
    position: int
    total: int
    outline: tuple[FormPartOut, ...]
    asks: Literal["field", "wanted", "another"]
    value: str
    mode: WalkMode
    text: str


class FormTermOut(BlockBase):
    """What a word in a form means."""

    type: Literal["form_term"] = "form_term"
    word: str
    text: str


class FormValueOut(_Out):
    """Something entered, or still missing."""

    key: str
    part: str
    label: str
    value: str


class FormReviewOut(BlockBase):
    """Everything entered, before it is put into the form."""

    type: Literal["form_review"] = "form_review"
    title: str
    values: tuple[FormValueOut, ...]
    missing: tuple[FormValueOut, ...]
    outline: tuple[FormPartOut, ...]
    text: str


class FormChecklistOut(BlockBase):
    """What is left to do at the end of a form."""

    type: Literal["form_checklist"] = "form_checklist"
    title: str
    enclosed: tuple[str, ...]
    perhaps: tuple[str, ...]
    hand_in: str
    outline: tuple[FormPartOut, ...]
    mode: WalkMode
    text: str


FormBlockOut = FormOverviewOut | FormStepOut | FormTermOut | FormReviewOut | FormChecklistOut
