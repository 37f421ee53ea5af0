"""The guide through a form: takes what is said and pressed on the way, before anything else is made of it."""

import asyncio
import re
from dataclasses import replace
from datetime import datetime

from assistant.calendar import describe_moment
from assistant.dialogue.context import DialogueTools, TurnContext
from assistant.dialogue.forms.commands import (
    Command,
    Move,
    asked_entry,
    asked_meaning,
    asked_number,
    read_command,
    read_form_payload,
    wishes_help,
)
from assistant.dialogue.forms.find import find_element, find_form, find_term
from assistant.dialogue.forms.moves import Moves
from assistant.dialogue.forms.telling import Telling
from assistant.dialogue.say import answer as make_answer
from assistant.dialogue.understand import settle_language
from assistant.errors import TooManyCodesError
from assistant.forms.codes import find_walk_code
from assistant.forms.values import Fault, read_value
from assistant.forms.walk import (
    StepKind,
    begin,
    current,
    decides,
    jump,
    step_at,
)
from assistant.model import (
    Answer,
    AnswerStatus,
    Field,
    FieldKind,
    Form,
    Intent,
    Walk,
    WalkMode,
)
from assistant.ports import FormLibrary

_MASKED = re.compile(r"\[[A-Z_]+\]")
_QUESTION = re.compile(r"[?؟]\s*$")
_TOO_LONG_FOR_A_VALUE = 4
_ACT_SURE, _QUESTION_SURE = 0.8, 0.9
# What may be said to Roland while a free text is asked for.
_ACTS = frozenset({
    Intent.HUMAN, Intent.COMPLAINT, Intent.EMERGENCY, Intent.CHANGE_LANGUAGE, Intent.WHO_ARE_YOU, Intent.NOT_HELPFUL,
    Intent.CAPABILITIES, Intent.RESTART,
})  # fmt: skip
_WHILE_PAUSED = frozenset({Move.GO_ON, Move.NEXT, Move.LEAVE})
_FREE = frozenset({FieldKind.TEXT})


async def guide_form(ctx: TurnContext, tools: DialogueTools) -> Answer | None:
    """Ends the turn with what it means for a form; leaves it to the other steps where it means nothing to one."""
    library = tools.forms
    if library is None:
        return None
    pressed = read_form_payload(ctx.utterance.choice) if ctx.utterance.choice else None
    if ctx.utterance.choice is not None and pressed is None:
        return None
    guide = await asyncio.to_thread(_Guide.of, ctx, tools, library)
    told = await (guide.pressed(pressed) if pressed is not None else guide.said(ctx.utterance.text))
    ctx.is_guided = told is not None
    return told


class _Guide:
    """One turn of the guide."""

    def __init__(self, ctx: TurnContext, tools: DialogueTools, library: FormLibrary, form: Form | None) -> None:
        self._ctx = ctx
        self._tools = tools
        self._library = library
        self._form = form
        self._telling = Telling(ctx, tools)
        self._moves = Moves(ctx, tools, self._telling)

    @classmethod
    def of(cls, ctx: TurnContext, tools: DialogueTools, library: FormLibrary) -> "_Guide":
        """The guide at where the conversation stands; a walk through a form that is gone is over."""
        walk = ctx.state.walk
        form = library.form(walk.form_id) if walk is not None else None
        if walk is not None and form is None:
            ctx.state = replace(ctx.state, walk=None)
        return cls(ctx, tools, library, form)

    async def pressed(self, command: Command) -> Answer | None:
        """The answer to a button."""
        if command.move is Move.BEGIN:
            form = self._library.form(command.value)
            return self._moves.begin(form) if form is not None else self._gone()
        if self._form is None or self._ctx.state.walk is None:
            return self._gone()
        return await self._told_to(self._form, self._ctx.state.walk, command)

    async def said(self, text: str) -> Answer | None:
        """The answer to words, where they are meant for a form."""
        ctx, messages = self._ctx, self._tools.messages
        walk = ctx.state.walk
        is_filling = walk is not None and walk.mode is WalkMode.FILL and not walk.is_paused
        if not is_filling:
            settle_language(ctx, self._tools, text)
            if (digits := find_walk_code(text)) is not None and (brought := await self._brought(digits)) is not None:
                return brought
        if (other := self._other_form(text)) is not None:
            return self._look_up(text, other) or self._moves.begin(other)
        if self._form is None or walk is None:
            return self._look_up(text, self._form_of_topic())
        command = read_command(text, messages, ctx.language)
        if command is not None and (not walk.is_paused or command.move in _WHILE_PAUSED):
            return await self._told_to(self._form, walk, command)
        if (found := self._look_up(text, self._form)) is not None:
            return found
        return None if walk.is_paused else await self._entered(self._form, walk, text)

    def _other_form(self, text: str) -> Form | None:
        """The form that somebody wants help with, where it is not the one they are in."""
        if not wishes_help(text, self._tools.messages, self._ctx.language):
            return None
        form = find_form(text, self._library, self._ctx.language)
        return form if form is not None and (self._form is None or form.id != self._form.id) else None

    def _form_of_topic(self) -> Form | None:
        forms = self._library.of_service(self._ctx.state.service_id) if self._ctx.state.service_id else ()
        return forms[0] if forms else None

    def _look_up(self, text: str, form: Form | None) -> Answer | None:
        """A term or a field that is asked about."""
        ctx, messages = self._ctx, self._tools.messages
        if (word := asked_meaning(text, messages, ctx.language)) is not None:
            near = (form,) if form is not None else ()
            everywhere = (*near, *(other for other in self._library.forms() if other is not form))
            if (found := find_term(word, everywhere, ctx.language, ctx.state.register)) is not None:
                teller = self._telling.teller(found[0])
                return self._telling.answered(found[0], (*self._telling.notes(found[0]), teller.term(found[1])), ())
        if form is None:
            return None
        number = asked_number(text, messages, ctx.language)
        named = number or asked_entry(text, messages, ctx.language) or asked_meaning(text, messages, ctx.language)
        element = find_element(named, form, ctx.language, ctx.state.register) if named else None
        if element is not None:
            walk = ctx.state.walk if ctx.state.walk and ctx.state.walk.form_id == form.id else begin(form)
            step = step_at(form, walk, element.path)
            there = jump(form, walk, step.key) if step is not None else None
            return self._telling.shown(form, there) if there is not None else self._not_asked(form, walk, element.path)
        if number is not None:
            return self._telling.told(form, ctx.state.walk, "no_such_field", number=number)
        return None

    async def _told_to(self, form: Form, walk: Walk, command: Command) -> Answer:
        return await self._coded(form, walk) if command.move is Move.CODE else self._moves.moved(form, walk, command)

    async def _coded(self, form: Form, walk: Walk) -> Answer:
        """A code to go on with elsewhere."""
        if self._tools.luggage is None:
            return self._telling.shown(form, walk)
        code = await self._tools.luggage.issue(walk)
        until = describe_moment(self._local(code.expires_at), self._tools.messages, self._ctx.language)
        note = self._telling.canned("code", code=code, until=until)
        return make_answer(self._ctx, AnswerStatus.SMALLTALK, (note,), (self._telling.go_on(),))

    async def _brought(self, digits: str) -> Answer | None:
        """The walk of a code, gone on with here; None where codes are not given out."""
        if self._tools.luggage is None:
            return None
        try:
            walk = await self._tools.luggage.redeem(digits, (self._ctx.conversation.id,))
        except TooManyCodesError:
            return self._telling.refused("too_many_codes")
        form = self._library.form(walk.form_id) if walk is not None else None
        return (
            self._telling.shown(form, walk)
            if form is not None and walk is not None
            else self._telling.refused("unknown_code")
        )

    async def _entered(self, form: Form, walk: Walk, text: str) -> Answer | None:
        """What was written as the value of the step, where it can be one."""
        field = _asked(form, walk)
        if field is None or _QUESTION.search(text):
            return None
        value = read_value(field, text, self._telling.teller(form).words(field), self._telling.today())
        if walk.mode is WalkMode.EXPLAIN:
            return self._said_while_explaining(form, walk, field, value)
        if await self._is_about_something_else(field, text, value):
            return None
        if _MASKED.search(text):
            value = Fault("lost")
        return self._moves.kept(form, walk, value)

    def _said_while_explaining(self, form: Form, walk: Walk, field: Field, value: str | Fault) -> Answer | None:
        if isinstance(value, Fault) or field.kind in _FREE:
            return None
        if not decides(form, field.path):
            return self._telling.shown(form, walk, notes=(self._telling.canned("explains_only"),))
        return self._moves.kept(form, walk, value)

    async def _is_about_something_else(self, field: Field, text: str, value: str | Fault) -> bool:
        """Whether a text is said to Roland rather than entered: a wish, or a question without its mark."""
        if isinstance(value, str) and field.kind not in _FREE:
            return False
        understood = await self._tools.nlu.parse(text, self._ctx.language)
        if understood.intent in _ACTS:
            return understood.confidence >= _ACT_SURE
        is_long = len(text.split()) >= _TOO_LONG_FOR_A_VALUE
        return is_long and understood.intent.aspect is not None and understood.confidence >= _QUESTION_SURE

    def _gone(self) -> Answer:
        return self._telling.refused("gone")

    def _not_asked(self, form: Form, walk: Walk, path: str) -> Answer:
        return self._telling.told(form, walk, "not_asked", label=self._telling.teller(form).label(path))

    def _local(self, moment: datetime) -> datetime:
        return moment.astimezone(self._tools.calendar.start_of(self._telling.today()).tzinfo)


def _asked(form: Form, walk: Walk) -> Field | None:
    """The field whose value can be said now; "is there another?" is one of yes and no."""
    step = current(form, walk)
    if step.kind in {StepKind.WANTED, StepKind.ANOTHER} and step.element is not None:
        return Field(step.element.path, FieldKind.YES_NO)
    return step.element if isinstance(step.element, Field) and step.element.kind.is_entered else None
