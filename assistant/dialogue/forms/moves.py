"""What a move on the way through a form leads to."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from assistant.dialogue.context import DialogueTools, TurnContext
from assistant.dialogue.forms.commands import (
    Command,
    Move,
)
from assistant.dialogue.forms.telling import Telling
from assistant.dialogue.say import answer as make_answer
from assistant.dialogue.say import canned
from assistant.forms.values import Fault
from assistant.forms.walk import (
    StepKind,
    answer,
    back,
    begin,
    current,
    forward,
    jump,
    left_out,
    skip_part,
)
from assistant.model import (
    CHECKLIST,
    NO,
    OVERVIEW,
    YES,
    Answer,
    AnswerStatus,
    Field,
    FieldKind,
    Form,
    Register,
    Walk,
    WalkMode,
)

_BEGUN = 2
_WAYS = {Move.NEXT: forward, Move.BACK: back, Move.SKIP_PART: skip_part}


class Moves:
    """The moves of one turn."""

    def __init__(self, ctx: TurnContext, tools: DialogueTools, telling: Telling) -> None:
        self._ctx = ctx
        self._tools = tools
        self._telling = telling

    def moved(self, form: Form, walk: Walk, command: Command) -> Answer:
        return self._moves.get(command.move, self._again)(form, walk, command)

    @property
    def _moves(self) -> Mapping[Move, Callable[[Form, Walk, Command], Answer]]:
        return {
            Move.NEXT: self._walked,
            Move.BACK: self._walked,
            Move.SKIP_PART: self._walked,
            Move.VALUE: self._chosen,
            Move.GO_TO: self._gone_to,
            Move.SIMPLER: self._simpler,
            Move.WHY: self._more,
            Move.WHERE: self._more,
            Move.FILL: self._switched,
            Move.EXPLAIN: self._switched,
            Move.LEAVE: self._left,
        }

    def _again(self, form: Form, walk: Walk, _command: Command) -> Answer:
        return self._telling.shown(form, walk)

    def _walked(self, form: Form, walk: Walk, command: Command) -> Answer:
        if walk.is_paused and command.move is not Move.SKIP_PART:
            return self._telling.shown(form, walk)  # "go on" and "back" after something else lead to where one was
        after = _WAYS[command.move](form, walk)
        return self._telling.shown(form, after, () if command.move is Move.BACK else left_out(form, walk, after))

    def _gone_to(self, form: Form, walk: Walk, command: Command) -> Answer:
        return self._telling.shown(form, jump(form, walk, command.value) or walk)

    def _left(self, _form: Form, _walk: Walk, _command: Command) -> Answer:
        self._ctx.state = replace(self._ctx.state, walk=None)
        return make_answer(self._ctx, AnswerStatus.SMALLTALK, (self._telling.canned("left"),))

    def _chosen(self, form: Form, walk: Walk, command: Command) -> Answer:
        """A pressed option; one of another step is passed over, so that an old button does no harm."""
        step = current(form, walk)
        field = step.element
        is_yes_no = step.kind is not StepKind.FIELD or (isinstance(field, Field) and field.kind is FieldKind.YES_NO)
        codes = (YES, NO) if is_yes_no else field.options if isinstance(field, Field) else ()
        if step.element is None or command.value not in codes:
            return self._telling.shown(form, walk)
        after = answer(form, walk, command.value)
        return self._telling.shown(form, after, left_out(form, walk, after))

    def _simpler(self, form: Form, walk: Walk, _command: Command) -> Answer:
        ctx = self._ctx
        ctx.state = replace(ctx.state, register=Register.PLAIN)
        plain = form.text(ctx.language, Register.PLAIN)
        if (plain.language, plain.register) == (ctx.language, Register.PLAIN):
            return self._telling.shown(form, walk)
        return self._telling.shown(form, walk, notes=(canned(self._tools, "simplify_missing", ctx.language),))

    def _more(self, form: Form, walk: Walk, command: Command) -> Answer:
        """The step with why it is asked, or where to find it."""
        move = command.move
        if current(form, walk).element is None:
            return self._telling.shown(form, walk)
        teller = self._telling.teller(form)
        block = teller.step(walk, with_why=move is Move.WHY, with_where=move is Move.WHERE)
        is_known = bool(block.why or block.legal_basis or block.where)
        notes = () if is_known else (self._telling.canned(f"no_{move}"),)
        return self._telling.answered(form, (*notes, block), teller.replies(walk), walk)

    def _switched(self, form: Form, walk: Walk, command: Command) -> Answer:
        """Filling in from now on, or only explaining; then what was entered is forgotten, choices aside."""
        mode = WalkMode(command.move)
        kept = walk.answers
        if mode is WalkMode.EXPLAIN:
            chosen = {
                field.path for field in form.walk()
                if isinstance(field, Field) and (field.options or field.kind is FieldKind.YES_NO)
            }  # fmt: skip
            kept = {key: value for key, value in kept.items() if key.partition("#")[0] in chosen}
        switched = replace(walk, mode=mode, answers=kept)
        if mode is WalkMode.FILL and walk.at in {OVERVIEW, CHECKLIST}:
            switched = forward(form, replace(switched, at=OVERVIEW, seen=frozenset()))
        return self._telling.shown(form, switched, notes=(self._telling.canned(f"mode_{mode}"),))

    def kept(self, form: Form, walk: Walk, value: str | Fault) -> Answer:
        if isinstance(value, Fault):
            return self._telling.shown(form, walk, notes=(self._telling.canned(f"fault_{value.key}", **value.values),))
        after = answer(form, walk, value)
        return self._telling.shown(form, after, left_out(form, walk, after))

    def begin(self, form: Form) -> Answer:
        """The overview of a form; where one is in the midst of it already, its step again."""
        walk = self._ctx.state.walk
        if walk is not None and walk.form_id == form.id and len(walk.seen) > _BEGUN:
            return self._telling.shown(form, walk)
        return self._telling.shown(form, begin(form))
