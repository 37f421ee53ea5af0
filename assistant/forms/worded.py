"""What is told of a form as lines of plain text: for the command line, for chat clients, and to be spoken."""

from collections.abc import Iterable, Iterator

from assistant.model import (
    FormChecklist,
    FormOverview,
    FormPart,
    FormReview,
    FormStep,
    FormTerm,
    FormValue,
    Language,
    WalkMode,
)
from assistant.ports import Messages

FormBlock = FormOverview | FormStep | FormTerm | FormReview | FormChecklist


class Wording:
    """The frame around a form's own texts, in one language."""

    def __init__(self, messages: Messages, language: Language) -> None:
        self._messages = messages
        self._language = language

    def frame(self, key: str, **values: object) -> str:
        """The message ``forms.frame.<key>``."""
        return self._messages.text(f"forms.frame.{key}", self._language, **values)

    def lines(self, block: FormBlock) -> tuple[str, ...]:
        """A block in words; list items begin with a dash."""
        match block:
            case FormOverview():
                return tuple(self._overview(block))
            case FormStep():
                return tuple(self._step(block))
            case FormTerm(word, text):
                return (self.frame("term", word=word, text=text),)
            case FormReview():
                return tuple(self._review(block))
            case FormChecklist():
                return tuple(self._checklist(block))

    def heading(self, step: FormStep) -> str:
        """The name of a step: which part, which field, the how many-th of several."""
        label = self.frame("round", label=step.label, round=step.round) if step.round is not None else step.label
        number = self.frame("field", number=step.number) if step.number else ""
        return " · ".join(filter(None, (step.part, number, label)))

    def question(self, step: FormStep) -> str:
        """What is asked where it is not a field; empty at a field."""
        return "" if step.asks == "field" else self.frame(step.asks, label=step.label)

    def remarks(self, step: FormStep) -> Iterator[tuple[str, str]]:
        """The step's explanations, each with its kind, in the order in which they are read."""
        for one in step.left_out:
            told = self.frame("left_out", label=one.label, because=one.because, answered=one.answered)
            yield "left_out", told
        if step.asks != "field":
            return
        options = ", ".join(step.options)
        for kind, text in (
            ("about", step.about), ("options", options), ("example", step.example), ("mistake", step.mistake),
            ("why", step.why), ("where", step.where), ("legal_basis", ", ".join(step.legal_basis)),
            ("enclosed", "; ".join(step.enclosed)), ("value", step.value),
        ):  # fmt: skip
            if text:
                yield kind, self.frame(kind, text=text)
        if not step.is_required:
            yield "optional", self.frame("optional")
        if step.depends_on:
            yield "depends", self.frame("depends", label=step.depends_on)

    def _step(self, step: FormStep) -> Iterator[str]:
        yield self.frame("step", position=step.position, total=step.total)
        yield self.heading(step)
        yield from (text for _, text in self.remarks(step))
        if question := self.question(step):
            yield question

    def _overview(self, block: FormOverview) -> Iterator[str]:
        yield block.title
        yield block.summary
        yield self.frame("parts")
        yield from _items(map(_part, block.parts))
        yield self.frame("steps", count=block.step_count)
        if block.minutes is not None:
            yield self.frame("minutes", minutes=block.minutes)
        if block.enclosed:
            yield self.frame("ready")
            yield from _items(block.enclosed)
        yield self.frame("explains" if block.mode is WalkMode.EXPLAIN else "fills")

    def _review(self, block: FormReview) -> Iterator[str]:
        yield block.title
        yield self.frame("review" if block.values else "review_empty")
        yield from _items(f"{_name(value)}: {value.value}" for value in block.values)
        if block.missing:
            yield self.frame("missing")
            yield from _items(map(_name, block.missing))

    def _checklist(self, block: FormChecklist) -> Iterator[str]:
        yield block.title
        yield self.frame("checklist")
        if block.enclosed:
            yield self.frame("checklist_enclosed")
            yield from _items(block.enclosed)
        if block.perhaps:
            yield self.frame("checklist_perhaps")
            yield from _items(block.perhaps)
        if not (block.enclosed or block.perhaps):
            yield self.frame("checklist_nothing")
        yield self.frame("hand_in")
        yield block.hand_in


def _items(texts: Iterable[str]) -> Iterator[str]:
    return (f"- {text}" for text in texts)


def _part(part: FormPart) -> str:
    return f"{part.number} {part.label}" if part.number else part.label


def _name(value: FormValue) -> str:
    return f"{value.part} · {value.label}" if value.part else value.label
