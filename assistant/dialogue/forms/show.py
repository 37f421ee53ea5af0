"""What is shown of a form: its overview, a step, a term, the review, the checklist. Every text is the form's own."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from assistant.dialogue.forms.commands import Move, payload_of, words
from assistant.forms.checklist import enclosures, entered, files_to_add, missing
from assistant.forms.conditions import Judge, key_of
from assistant.forms.values import Words, show_value
from assistant.forms.walk import LeftOut, Step, StepKind, current, decides, steps
from assistant.model import (
    NO,
    YES,
    ElementText,
    Field,
    FieldKind,
    Form,
    FormChecklist,
    FormElement,
    FormOverview,
    FormPart,
    FormReview,
    FormStep,
    FormTerm,
    FormText,
    FormValue,
    Language,
    LeftOutPart,
    QuickReply,
    Register,
    Source,
    SourceKind,
    Term,
    Walk,
    WalkMode,
)
from assistant.model.form import paths_of
from assistant.ports import Messages

_LONG_PART = 3


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells of a form in one language and register."""

    form: Form
    language: Language
    register: Register
    messages: Messages

    @property
    def text(self) -> FormText:
        """The form's texts for this reader."""
        return self.form.text(self.language, self.register)

    @property
    def source(self) -> Source:
        """Where it all stands."""
        return Source(
            SourceKind.FORM, self.form.id, self.text.title, url=self.form.url, updated_on=self.form.updated_on
        )

    def overview(self, walk: Walk) -> FormOverview:
        """The form before one begins."""
        text = self.text
        return FormOverview(
            title=text.title,
            summary=text.summary,
            parts=self.outline(walk),
            origin=self.source,
            step_count=sum(step.element is not None for step in steps(self.form, walk)),
            minutes=self.form.minutes,
            enclosed=tuple(self._enclosed(one.attachment.id) for one in enclosures(self.form, walk)),
            mode=walk.mode,
            language=self._foreign(":summary"),
        )

    def step(
        self, walk: Walk, *, left_out: Sequence[LeftOut] = (), with_why: bool = False, with_where: bool = False
    ) -> FormStep:
        """The step at which the walk stands, which is one of an element."""
        step = current(self.form, walk)
        element = step.element
        if element is None:
            raise ValueError(f"nothing is asked at {step.key!r}")
        asked = [one for one in steps(self.form, walk) if one.element is not None]
        told = self._told(element)
        options = element.options if isinstance(element, Field) else ()
        return FormStep(
            title=self.text.title,
            label=told.label,
            origin=self.source,
            position=asked.index(step) + 1,
            total=len(asked),
            key=step.key,
            outline=self.outline(walk),
            part=self.label(step.part.path) if step.part is not None and step.part is not element else "",
            number=element.number,
            round=step.rounds[-1] if step.rounds and step.rounds[-1] > 1 else None,
            about=told.about,
            why=told.why if with_why else "",
            legal_basis=self._legal_basis(step) if with_why else (),
            example=told.example,
            mistake=told.mistake,
            where=told.where if with_where else "",
            options=tuple(self.option(element.path, code) for code in options),
            enclosed=tuple(self._asked_along(walk, element)),
            left_out=tuple(self._left_out(walk, left_out)),
            asks=step.kind.value,
            kind=element.kind if isinstance(element, Field) else None,
            is_required=element.cardinality.is_required,
            depends_on=self._depends_on(walk, step),
            value=self.value(step, walk.answers[step.key]) if walk.answers.get(step.key) else "",
            mode=walk.mode,
            language=self._foreign(element.path),
        )

    def term(self, term: Term) -> FormTerm:
        """What a word means."""
        return FormTerm(term.words[0], term.text, self.source, self._foreign(f"term:{term.words[0]}"))

    def review(self, walk: Walk) -> FormReview:
        """Everything entered."""
        return FormReview(
            title=self.text.title,
            values=tuple(self._value(step, walk) for step in entered(self.form, walk)),
            missing=tuple(self._value(step, walk) for step in missing(self.form, walk)),
            origin=self.source,
            outline=self.outline(walk),
            language=self._foreign(":title"),
        )

    def checklist(self, walk: Walk) -> FormChecklist:
        """What is left to do."""
        due = enclosures(self.form, walk)
        files = [self.label(step.element.path) for step in files_to_add(self.form, walk) if step.element is not None]
        return FormChecklist(
            title=self.text.title,
            enclosed=(*(self._enclosed(one.attachment.id) for one in due if one.is_due), *dict.fromkeys(files)),
            perhaps=tuple(self._enclosed(one.attachment.id) for one in due if one.is_due is None),
            hand_in=self.text.hand_in,
            origin=self.source,
            outline=self.outline(walk),
            mode=walk.mode,
            language=self._foreign(":hand_in"),
        )

    def outline(self, walk: Walk) -> tuple[FormPart, ...]:
        """The parts of the form, with where the walk stands and what it has come by."""
        there = steps(self.form, walk)
        here = current(self.form, walk)
        parts = []
        for element in self.form.elements:
            own = [step for step in there if step.part is element]
            is_done = bool(own) and all(step.key in walk.seen for step in own)
            key = own[0].key if own else ""
            parts.append(FormPart(self.label(element.path), key, element.number, here.part is element, is_done))
        return tuple(parts)

    def replies(self, walk: Walk) -> tuple[QuickReply, ...]:
        """The buttons of the current step."""
        step = current(self.form, walk)
        return tuple(self._replies(walk, step))

    def label(self, path: str) -> str:
        """The name of an element."""
        return self._told_at(path).label

    def option(self, path: str, code: str) -> str:
        """The name of an option, or of a yes or no."""
        return self.text.options.get(path, {}).get(code) or self._yes_no().get(code, code)

    def value(self, step: Step, value: str) -> str:
        """A value as it is read."""
        element = step.element
        return show_value(element, value, self.words(element)) if isinstance(element, Field) else value

    def words(self, element: FormElement) -> Words:
        """What can be said at a field."""
        yes_no = self._yes_no()
        days = {"yesterday": -1, "today": 0, "tomorrow": 1}
        return Words(
            (yes_no[YES], *self._heard("yes")),
            (yes_no[NO], *self._heard("no")),
            self.text.options.get(element.path, {}),
            self._heard("none"),
            {word: distance for key, distance in days.items() for word in self._heard(key)},
        )

    def _heard(self, key: str) -> tuple[str, ...]:
        """What people say, in the reader's language and in German."""
        spoken = dict.fromkeys((self.language, Language.DE))
        return tuple(word for one in spoken for word in words(f"forms.said.{key}", self.messages, one))

    def _replies(self, walk: Walk, step: Step) -> Iterator[QuickReply]:
        if step.kind is StepKind.OVERVIEW:
            yield self._button(Move.NEXT, name="start")
            yield self._button(Move.FILL) if walk.mode is WalkMode.EXPLAIN else self._button(Move.EXPLAIN)
            return
        yield from self._values(walk, step)
        if step.kind is not StepKind.CHECKLIST:
            yield self._button(Move.NEXT, name="next")
        yield self._button(Move.BACK)
        if step.kind is StepKind.FIELD and step.element is not None:
            yield from self._more(walk, step, step.element)

    def _values(self, walk: Walk, step: Step) -> Iterator[QuickReply]:
        element = step.element
        codes: Sequence[str] = ()
        if step.kind in {StepKind.WANTED, StepKind.ANOTHER}:
            codes = (YES, NO)
        elif isinstance(element, Field) and (walk.mode is WalkMode.FILL or decides(self.form, element.path)):
            codes = (YES, NO) if element.kind is FieldKind.YES_NO else element.options
        for code in codes:
            path = element.path if element is not None else ""
            yield QuickReply(self.option(path, code), payload_of(Move.VALUE, code))

    def _more(self, walk: Walk, step: Step, element: FormElement) -> Iterator[QuickReply]:
        told = self._told(element)
        if self.register is not Register.PLAIN and self._has_plain():
            yield self._button(Move.SIMPLER)
        if told.why or self._legal_basis(step):
            yield self._button(Move.WHY)
        if told.where:
            yield self._button(Move.WHERE)
        ahead = [one for one in steps(self.form, walk) if one.part is step.part]
        if len(ahead) - ahead.index(step) > _LONG_PART:
            yield self._button(Move.SKIP_PART)
        yield self._button(Move.CODE)

    def _button(self, move: Move, value: str = "", name: str = "") -> QuickReply:
        return QuickReply(self.messages.text(f"forms.button.{name or move}", self.language), payload_of(move, value))

    def _has_plain(self) -> bool:
        plain = self.form.text(self.language, Register.PLAIN)
        return (plain.language, plain.register) == (self.language, Register.PLAIN)

    def _value(self, step: Step, walk: Walk) -> FormValue:
        value = walk.answers.get(step.key, "")
        path = step.element.path if step.element is not None else ""
        part = self.label(step.part.path) if step.part is not None else ""
        number = f" ({step.rounds[-1]})" if step.rounds else ""
        return FormValue(step.key, self.label(path), self.value(step, value) if value else "", f"{part}{number}")

    def _left_out(self, walk: Walk, elements: Iterable[LeftOut]) -> Iterator[LeftOutPart]:
        for one in elements:
            decided = _deciding_answer(walk, one)
            field = next((element for element in self.form.walk() if decided and element.path == decided[0]), None)
            if decided is not None and isinstance(field, Field):
                answered = show_value(field, decided[1], self.words(field))
                yield LeftOutPart(self.label(one.element.path), self.label(field.path), answered)

    def _depends_on(self, walk: Walk, step: Step) -> str:
        """The label of what decides whether the step is needed, where that has not been said."""
        judge = Judge.of(self.form, walk)
        for element in step.line:
            rounds = step.rounds[: sum(one.cardinality.repeats for one in step.line[: step.line.index(element)])]
            if element.condition is not None and judge.applies(element, rounds) is None:
                return self.label(next(iter(paths_of(element.condition))))
        return ""

    def _asked_along(self, walk: Walk, element: FormElement) -> Iterator[str]:
        """What must be enclosed because of a field, as far as that is certain."""
        due = {one.attachment.id for one in enclosures(self.form, walk) if one.is_due}
        wanted = element.attachments if isinstance(element, Field) else ()
        return (self._enclosed(one) for one in wanted if one in due)

    def _legal_basis(self, step: Step) -> tuple[str, ...]:
        """The law that asks for it: its own, else that of what it lies in, else the form's."""
        return next((one.legal_basis for one in reversed(step.line) if one.legal_basis), self.form.legal_basis)

    def _told(self, element: FormElement) -> ElementText:
        return self._told_at(element.path)

    def _told_at(self, path: str) -> ElementText:
        told = self.text.elements.get(path) or self.form.text(Language.DE).elements.get(path)
        return told or ElementText(path.rpartition("/")[2])

    def _enclosed(self, attachment_id: str) -> str:
        german = self.form.text(Language.DE).attachments
        return self.text.attachments.get(attachment_id) or german.get(attachment_id, attachment_id)

    def _yes_no(self) -> dict[str, str]:
        return {code: self.messages.text(f"forms.{code}", self.language) for code in (YES, NO)}

    def _foreign(self, key: str) -> Language | None:
        """The language of a text that is not in the reader's."""
        told = Language.DE if key in self.text.german else self.text.language
        return told if told is not self.language else None


def _deciding_answer(walk: Walk, left: LeftOut) -> tuple[str, str] | None:
    """The path of the answer by which something is left out, and the answer: that of the same round before others."""
    for path in paths_of(left.condition):
        given = {key: value for key, value in walk.answers.items() if key.partition("#")[0] == path and value}
        if given:
            same = key_of(path, left.rounds)
            return path, given.get(same) or next(iter(given.values()))
    return None
