"""What is told of a form in words, part by part: for the page, the command line, chat clients, and to be spoken."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from assistant.model import (
    FormBlock,
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


@dataclass(frozen=True, slots=True)
class Heading:
    """What the block is about."""

    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence or two. ``quoted`` is what of it stands in the form, ``kind`` what it is for."""

    text: str
    kind: str = ""
    quoted: str = ""


@dataclass(frozen=True, slots=True)
class Prose:
    """Running text of the form (Markdown)."""

    text: str


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    texts: tuple[str, ...]
    is_ordered: bool = False


Part = Heading | Line | Prose | Items


class Wording:
    """The frame around a form's own texts, in one language."""

    def __init__(self, messages: Messages, language: Language) -> None:
        self._messages = messages
        self._language = language

    def frame(self, key: str, **values: object) -> str:
        """The message ``forms.frame.<key>``."""
        return self._messages.text(f"forms.frame.{key}", self._language, **values)

    def parts(self, block: FormBlock) -> Iterator[Part]:
        """A block in words."""
        match block:
            case FormOverview():
                return self._overview(block)
            case FormStep():
                return self._step(block)
            case FormTerm(word, text):
                return iter((Line(self.frame("term", word=word, text=text), "term", text),))
            case FormReview():
                return self._review(block)
            case FormChecklist():
                return self._checklist(block)

    def lines(self, block: FormBlock, plain: Callable[[str], str] = str) -> tuple[str, ...]:
        """A block as lines of text, items with a dash; ``plain`` takes the marks out of Markdown."""
        return tuple(line for part in self.parts(block) for line in _lines(part, plain))

    def heading(self, step: FormStep) -> str:
        """The name of a step: which part, which field, the how many-th of several."""
        number = self.frame("field", number=step.number) if step.number else ""
        return " · ".join(filter(None, (step.part, number, self.label(step))))

    def label(self, step: FormStep) -> str:
        """The name of a step's field, the how many-th of several."""
        return self.frame("round", label=step.label, round=step.round) if step.round is not None else step.label

    def place(self, step: FormStep) -> str:
        """Which step of how many."""
        return self.frame("step", position=step.position, total=step.total)

    def question(self, step: FormStep) -> str:
        """What is asked where it is not a field; empty at a field."""
        return "" if step.asks == "field" else self.frame(step.asks, label=step.label)

    def remarks(self, step: FormStep) -> Iterator[Line]:
        """The step's explanations in the order in which they are read."""
        for one in step.left_out:
            told = self.frame("left_out", label=one.label, because=one.because, answered=one.answered)
            yield Line(told, "left_out")
        if step.asks != "field":
            return
        for kind, text in (
            ("about", step.about), ("options", ", ".join(step.options)), ("example", step.example),
            ("mistake", step.mistake), ("why", step.why), ("where", step.where),
            ("legal_basis", ", ".join(step.legal_basis)), ("enclosed", "; ".join(step.enclosed)), ("value", step.value),
        ):  # fmt: skip
            if text:
                yield Line(self.frame(kind, text=text), kind, text)
        if not step.is_required:
            yield Line(self.frame("optional"), "optional")
        if step.depends_on:
            yield Line(self.frame("depends", label=step.depends_on), "depends", step.depends_on)

    def _step(self, step: FormStep) -> Iterator[Part]:
        yield Line(self.place(step), "place")
        yield Heading(self.heading(step))
        yield from self.remarks(step)
        if question := self.question(step):
            yield Line(question, "question")

    def _overview(self, block: FormOverview) -> Iterator[Part]:
        yield Heading(block.title)
        yield Prose(block.summary)
        yield Line(self.frame("parts"))
        yield Items(tuple(map(_part, block.parts)), is_ordered=True)
        yield Line(self.frame("steps", count=block.step_count))
        if block.minutes is not None:
            yield Line(self.frame("minutes", minutes=block.minutes))
        if block.enclosed:
            yield Line(self.frame("ready"))
            yield Items(block.enclosed)
        yield Line(self.frame("explains" if block.mode is WalkMode.EXPLAIN else "fills"))

    def _review(self, block: FormReview) -> Iterator[Part]:
        yield Heading(block.title)
        yield Line(self.frame("review" if block.values else "review_empty"))
        if block.values:
            yield Items(tuple(f"{_name(value)}: {value.value}" for value in block.values))
        if block.missing:
            yield Line(self.frame("missing"))
            yield Items(tuple(map(_name, block.missing)))

    def _checklist(self, block: FormChecklist) -> Iterator[Part]:
        yield Heading(block.title)
        yield Line(self.frame("checklist"))
        for key, texts in (("enclosed", block.enclosed), ("perhaps", block.perhaps)):
            if texts:
                yield Line(self.frame(f"checklist_{key}"))
                yield Items(texts)
        if not (block.enclosed or block.perhaps):
            yield Line(self.frame("checklist_nothing"))
        yield Line(self.frame("hand_in"))
        yield Prose(block.hand_in)


def _lines(part: Part, plain: Callable[[str], str]) -> Iterable[str]:
    match part:
        case Items(texts):
            return (f"- {text}" for text in texts)
        case Prose(text):
            return (plain(text),)
        case Heading(text) | Line(text):
            return (text,)


def _part(part: FormPart) -> str:
    return f"{part.number} {part.label}" if part.number else part.label


def _name(value: FormValue) -> str:
    return f"{value.part} · {value.label}" if value.part else value.label
