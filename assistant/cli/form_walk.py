"""A walk through a form in the terminal, for those who write forms: every step as people are told it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from assistant.dialogue.forms.commands import Move, read_command
from assistant.dialogue.forms.show import Teller
from assistant.forms.values import Fault, read_value
from assistant.forms.walk import StepKind, answer, back, begin, current, forward, left_out, skip_part
from assistant.forms.worded import Wording
from assistant.messages import TomlMessages
from assistant.model import (
    CHECKLIST,
    OVERVIEW,
    REVIEW,
    Field,
    FieldKind,
    Form,
    FormBlock,
    Language,
    Register,
    Walk,
    WalkMode,
)

Way = Callable[[Form, Walk], Walk]
_WAYS: dict[Move, Way] = {Move.NEXT: forward, Move.BACK: back, Move.SKIP_PART: skip_part}


class FormWalk:
    """Reads what an editor types, and writes what people would be told."""

    def __init__(self, form: Form, language: Language, register: Register, write: Callable[[str], None]) -> None:
        self._form = form
        self._messages = TomlMessages().in_register(register)
        self._language = language
        self._teller = Teller(form, language, register, self._messages)
        self._wording = Wording(self._messages, language)
        self._write = write

    def go(self, read: Callable[[], str | None], mode: WalkMode) -> None:
        """From the overview to the checklist; ``read`` gives a line, None at the end of all that is typed."""
        walk = begin(self._form, mode)
        self._show(walk)
        while walk.at != CHECKLIST and (line := read()) is not None:
            moved = self._after(walk, line.strip())
            if moved is None:
                return
            self._show(moved, before=walk)
            walk = moved

    def _after(self, walk: Walk, line: str) -> Walk | None:
        """Where a line leads; an empty one goes on, None: the editor has enough."""
        command = read_command(line, self._messages, self._language)
        move = Move.NEXT if not line else command.move if command is not None else None
        if move is Move.LEAVE:
            return None
        way = _WAYS.get(move) if move is not None else self._entered_as(line)
        moved = way(self._form, walk) if way is not None else walk
        return replace(moved, at=current(self._form, moved).key)

    def _entered_as(self, line: str) -> Way:
        return lambda _form, walk: self._entered(walk, line)

    def _entered(self, walk: Walk, line: str) -> Walk:
        step = current(self._form, walk)
        field = step.element
        if step.kind in {StepKind.WANTED, StepKind.ANOTHER} and field is not None:
            field = Field(field.path, FieldKind.YES_NO)
        if not isinstance(field, Field):
            return walk
        value = read_value(field, line, self._teller.words(field), date.today())  # noqa: DTZ011 - the editor's own day
        if isinstance(value, Fault):
            self._write(f"! {self._messages.text(f'dialogue.form.fault_{value.key}', self._language, **value.values)}")
            return walk
        return answer(self._form, walk, value)

    def _show(self, walk: Walk, before: Walk | None = None) -> None:
        passed = left_out(self._form, before, walk) if before is not None else ()
        block: FormBlock
        if walk.at == OVERVIEW:
            block = self._teller.overview(walk)
        elif walk.at == REVIEW:
            block = self._teller.review(walk)
        elif walk.at == CHECKLIST:
            block = self._teller.checklist(walk)
        else:
            block = self._teller.step(walk, left_out=passed, with_why=True, with_where=True)
        self._write("")
        for line in self._wording.lines(block):
            self._write(line)
