"""What the message field is for while a form is being filled in."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.forms.walk import StepKind, current
from assistant.http.bidi import isolate
from assistant.http.blocks import direction, is_fault, is_rtl
from assistant.http.services import AppServices
from assistant.model import (
    Answer,
    Conversation,
    Field,
    FieldKind,
    FormStep,
    Language,
    Mode,
    Paragraph,
    TranscriptEntry,
    Turn,
    Walk,
    WalkMode,
)
from assistant.model.form import Form
from assistant.ports import Messages

_KEYBOARDS = {
    FieldKind.INTEGER: "numeric",
    FieldKind.POSTCODE: "numeric",
    FieldKind.NUMBER: "decimal",
    FieldKind.AMOUNT: "decimal",
    FieldKind.PHONE: "tel",
    FieldKind.EMAIL: "email",
}
_ANSWERED = frozenset({FieldKind.YES_NO, FieldKind.CHOICE})


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be written: the field's label and hint, the keyboard that fits, and what was wrong with it before.

    ``language`` is that of all of it.
    """

    label: str
    hint: str
    input_mode: str
    fault: str
    language: Language
    dir: Literal["ltr", "rtl"]


def is_in_form(conversation: Conversation) -> bool:
    """Whether the buttons of a form lead on: Roland answers, and somebody is on the way through one."""
    return conversation.mode is Mode.WITH_BOT and conversation.state.walk is not None


async def what_is_asked(
    conversation: Conversation, transcript: Sequence[TranscriptEntry], services: AppServices
) -> Asked | None:
    """What is to be written next; None where that is a message like any other."""
    walk, answer = conversation.state.walk, _latest_answer(transcript)
    if walk is None or answer is None or services.forms is None or not is_in_form(conversation):
        return None
    step = next((block for block in answer.blocks if isinstance(block, FormStep)), None)
    if step is None or step.key != walk.at or walk.mode is WalkMode.EXPLAIN or walk.is_paused:
        return None
    form = await asyncio.to_thread(services.forms.form, walk.form_id)
    kind = _kind(form, walk) if form is not None else FieldKind.NOTE
    return _asked(step, kind, answer, services.messages) if kind.is_entered else None


def _asked(step: FormStep, kind: FieldKind, answer: Answer, messages: Messages) -> Asked:
    language = answer.language
    own = isolate if is_rtl(language) else str
    key = "entry_answer" if kind in _ANSWERED else "entry"
    example = messages.text("forms.frame.example", language, text=step.example) if step.example else ""
    faults = (block.text for block in answer.blocks if isinstance(block, Paragraph) and is_fault(block))
    return Asked(
        label=own(messages.text(f"forms.page.{key}", language, label=step.label)),
        hint=own(example or messages.text("forms.frame.fills", language)),
        input_mode=_KEYBOARDS.get(kind, "text"),
        fault=own(next(faults, "")),
        language=language,
        dir=direction(language),
    )


def _kind(form: Form, walk: Walk) -> FieldKind:
    """What is entered at the walk's step; a question about a part is answered by yes or no."""
    step = current(form, walk)
    if step.kind in {StepKind.WANTED, StepKind.ANOTHER}:
        return FieldKind.YES_NO
    return step.element.kind if isinstance(step.element, Field) else FieldKind.NOTE


def _latest_answer(transcript: Sequence[TranscriptEntry]) -> Answer | None:
    for entry in reversed(transcript):
        if isinstance(entry.content, Turn):
            return entry.content.answer
    return None
