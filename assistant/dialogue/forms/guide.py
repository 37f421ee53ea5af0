"""The guide through a form: takes what is said and pressed on the way, before anything else is made of it."""

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from assistant.calendar import describe_moment
from assistant.dialogue.context import DialogueTools, TurnContext
from assistant.dialogue.forms.commands import (
    Command,
    Move,
    asked_entry,
    asked_meaning,
    asked_number,
    payload_of,
    read_command,
    read_form_payload,
    wishes_help,
)
from assistant.dialogue.forms.find import find_element, find_form, find_term
from assistant.dialogue.forms.show import Teller
from assistant.dialogue.say import answer as make_answer
from assistant.dialogue.say import canned, human_reply
from assistant.dialogue.understand import settle_language
from assistant.errors import TooManyCodesError
from assistant.forms.codes import find_walk_code
from assistant.forms.values import Fault, read_value
from assistant.forms.walk import (
    LeftOut,
    StepKind,
    answer,
    back,
    begin,
    current,
    decides,
    forward,
    jump,
    left_out,
    skip_part,
    step_at,
)
from assistant.model import (
    CHECKLIST,
    NO,
    OVERVIEW,
    REVIEW,
    YES,
    Answer,
    AnswerStatus,
    Aspect,
    Block,
    Canned,
    Field,
    FieldKind,
    Form,
    Intent,
    QuickReply,
    Register,
    SectionKind,
    Walk,
    WalkMode,
)
from assistant.ports import FormLibrary

_BEGUN = 2
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
_FACTS = (SectionKind.FEE, SectionKind.DEADLINE)
_FREE = frozenset({FieldKind.TEXT})
_WAYS = {Move.NEXT: forward, Move.BACK: back, Move.SKIP_PART: skip_part}


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

    @classmethod
    def of(cls, ctx: TurnContext, tools: DialogueTools, library: FormLibrary) -> "_Guide":
        """The guide at where the conversation stands; a walk through a form that is gone is over."""
        walk = ctx.state.walk
        form = library.form(walk.form_id) if walk is not None else None
        if walk is not None and form is None:
            ctx.state = replace(ctx.state, walk=None)
        return cls(ctx, tools, library, form)

    # ── what is pressed and said ───────────────────────────────────────────────────────────────────────────────────

    async def pressed(self, command: Command) -> Answer | None:
        """The answer to a button."""
        if command.move is Move.BEGIN:
            form = self._library.form(command.value)
            return self._begin(form) if form is not None else self._gone()
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
            return self._look_up(text, other) or self._begin(other)
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
                teller = self._teller(found[0])
                return self._answered(found[0], (*self._notes(found[0]), teller.term(found[1])), ())
        if form is None:
            return None
        number = asked_number(text, messages, ctx.language)
        named = number or asked_entry(text, messages, ctx.language) or asked_meaning(text, messages, ctx.language)
        element = find_element(named, form, ctx.language, ctx.state.register) if named else None
        if element is not None:
            walk = ctx.state.walk if ctx.state.walk and ctx.state.walk.form_id == form.id else begin(form)
            step = step_at(form, walk, element.path)
            there = jump(form, walk, step.key) if step is not None else None
            return self._shown(form, there) if there is not None else self._not_asked(form, walk, element.path)
        if number is not None:
            return self._told(form, ctx.state.walk, "no_such_field", number=number)
        return None

    # ── taken along ────────────────────────────────────────────────────────────────────────────────────────────────

    async def _told_to(self, form: Form, walk: Walk, command: Command) -> Answer:
        return await self._coded(form, walk) if command.move is Move.CODE else self._moved(form, walk, command)

    async def _coded(self, form: Form, walk: Walk) -> Answer:
        """A code to go on with elsewhere."""
        if self._tools.luggage is None:
            return self._shown(form, walk)
        code = await self._tools.luggage.issue(walk)
        until = describe_moment(self._local(code.expires_at), self._tools.messages, self._ctx.language)
        note = self._canned("code", code=code, until=until)
        return make_answer(self._ctx, AnswerStatus.SMALLTALK, (note,), (self._go_on(),))

    async def _brought(self, digits: str) -> Answer | None:
        """The walk of a code, gone on with here; None where codes are not given out."""
        if self._tools.luggage is None:
            return None
        try:
            walk = await self._tools.luggage.redeem(digits, (self._ctx.conversation.id,))
        except TooManyCodesError:
            return self._refused("too_many_codes")
        form = self._library.form(walk.form_id) if walk is not None else None
        return self._shown(form, walk) if form is not None and walk is not None else self._refused("unknown_code")

    def _refused(self, key: str) -> Answer:
        replies = (human_reply(self._tools, self._ctx.language),)
        return make_answer(self._ctx, AnswerStatus.UNANSWERABLE_NOT_FOUND, (self._canned(key),), replies)

    # ── moves ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _begin(self, form: Form) -> Answer:
        """The overview of a form; where one is in the midst of it already, its step again."""
        walk = self._ctx.state.walk
        if walk is not None and walk.form_id == form.id and len(walk.seen) > _BEGUN:
            return self._shown(form, walk)
        return self._shown(form, begin(form))

    def _moved(self, form: Form, walk: Walk, command: Command) -> Answer:
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
        return self._shown(form, walk)

    def _walked(self, form: Form, walk: Walk, command: Command) -> Answer:
        if walk.is_paused and command.move is Move.NEXT:
            return self._shown(form, walk)  # "go on" after something else is where one was
        after = _WAYS[command.move](form, walk)
        return self._shown(form, after, () if command.move is Move.BACK else left_out(form, walk, after))

    def _gone_to(self, form: Form, walk: Walk, command: Command) -> Answer:
        return self._shown(form, jump(form, walk, command.value) or walk)

    def _left(self, _form: Form, _walk: Walk, _command: Command) -> Answer:
        self._ctx.state = replace(self._ctx.state, walk=None)
        return make_answer(self._ctx, AnswerStatus.SMALLTALK, (self._canned("left"),))

    def _chosen(self, form: Form, walk: Walk, command: Command) -> Answer:
        """A pressed option; one of another step is passed over, so that an old button does no harm."""
        step = current(form, walk)
        field = step.element
        is_yes_no = step.kind is not StepKind.FIELD or (isinstance(field, Field) and field.kind is FieldKind.YES_NO)
        codes = (YES, NO) if is_yes_no else field.options if isinstance(field, Field) else ()
        if step.element is None or command.value not in codes:
            return self._shown(form, walk)
        after = answer(form, walk, command.value)
        return self._shown(form, after, left_out(form, walk, after))

    def _simpler(self, form: Form, walk: Walk, _command: Command) -> Answer:
        ctx = self._ctx
        ctx.state = replace(ctx.state, register=Register.PLAIN)
        plain = form.text(ctx.language, Register.PLAIN)
        if (plain.language, plain.register) == (ctx.language, Register.PLAIN):
            return self._shown(form, walk)
        return self._shown(form, walk, notes=(canned(self._tools, "simplify_missing", ctx.language),))

    def _more(self, form: Form, walk: Walk, command: Command) -> Answer:
        """The step with why it is asked, or where to find it."""
        move = command.move
        if current(form, walk).element is None:
            return self._shown(form, walk)
        teller = self._teller(form)
        block = teller.step(walk, with_why=move is Move.WHY, with_where=move is Move.WHERE)
        is_known = bool(block.why or block.legal_basis or block.where)
        notes = () if is_known else (self._canned(f"no_{move}"),)
        return self._answered(form, (*notes, block), teller.replies(walk), walk)

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
        return self._shown(form, switched, notes=(self._canned(f"mode_{mode}"),))

    # ── values ─────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _entered(self, form: Form, walk: Walk, text: str) -> Answer | None:
        """What was written as the value of the step, where it can be one."""
        field = _asked(form, walk)
        if field is None or _QUESTION.search(text):
            return None
        value = read_value(field, text, self._teller(form).words(field), self._today())
        if walk.mode is WalkMode.EXPLAIN:
            return self._said_while_explaining(form, walk, field, value)
        if await self._is_about_something_else(field, text, value):
            return None
        if _MASKED.search(text):
            value = Fault("lost")
        return self._kept(form, walk, value)

    def _said_while_explaining(self, form: Form, walk: Walk, field: Field, value: str | Fault) -> Answer | None:
        if isinstance(value, Fault) or field.kind in _FREE:
            return None
        if not decides(form, field.path):
            return self._shown(form, walk, notes=(self._canned("explains_only"),))
        return self._kept(form, walk, value)

    def _kept(self, form: Form, walk: Walk, value: str | Fault) -> Answer:
        if isinstance(value, Fault):
            return self._shown(form, walk, notes=(self._canned(f"fault_{value.key}", **value.values),))
        after = answer(form, walk, value)
        return self._shown(form, after, left_out(form, walk, after))

    async def _is_about_something_else(self, field: Field, text: str, value: str | Fault) -> bool:
        """Whether a text is said to Roland rather than entered: a wish, or a question without its mark."""
        if isinstance(value, str) and field.kind not in _FREE:
            return False
        understood = await self._tools.nlu.parse(text, self._ctx.language)
        if understood.intent in _ACTS:
            return understood.confidence >= _ACT_SURE
        is_long = len(text.split()) >= _TOO_LONG_FOR_A_VALUE
        return is_long and understood.intent.aspect is not None and understood.confidence >= _QUESTION_SURE

    # ── answers ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _shown(self, form: Form, walk: Walk, passed: Sequence[LeftOut] = (), notes: tuple[Block, ...] = ()) -> Answer:
        """The step at which the walk stands now."""
        walk = replace(walk, at=current(form, walk).key, is_paused=False)
        teller = self._teller(form)
        blocks: tuple[Block, ...]
        if walk.at == OVERVIEW:
            blocks = (teller.overview(walk),)
        elif walk.at == REVIEW:
            blocks = (teller.review(walk),)
        elif walk.at == CHECKLIST:
            blocks = (teller.checklist(walk), *self._from_catalogue(form))
        else:
            blocks = (teller.step(walk, left_out=passed),)
        return self._answered(form, (*notes, *self._notes(form), *blocks), teller.replies(walk), walk)

    def _from_catalogue(self, form: Form) -> tuple[Block, ...]:
        """Fee, deadline, office and ways on, as the catalogue tells them."""
        ctx, composer = self._ctx, self._tools.composer
        service = self._tools.catalogue.service(form.service_ids[0]) if form.service_ids else None
        if service is None:
            return ()
        language, register = ctx.language, ctx.state.register
        facts = [block for kind in _FACTS for block in composer.section(service, kind, language, register)]
        area = ctx.state.area or self._tools.city.area
        offices = composer.offices(service, area, 1, language, register)
        return (*facts, *offices, *composer.next_steps(service, language))

    def _not_asked(self, form: Form, walk: Walk, path: str) -> Answer:
        return self._told(form, walk, "not_asked", label=self._teller(form).label(path))

    def _told(self, form: Form, walk: Walk | None, key: str, **values: object) -> Answer:
        """A remark, and the step again where one is on the way."""
        note = self._canned(key, **values)
        if walk is not None and walk.form_id == form.id:
            return self._shown(form, walk, notes=(note,))
        return make_answer(self._ctx, AnswerStatus.UNANSWERABLE_NOT_FOUND, (note,), (self._start(form),))

    def _answered(
        self, form: Form, blocks: tuple[Block, ...], replies: tuple[QuickReply, ...], walk: Walk | None = None
    ) -> Answer:
        if walk is not None:
            self._ctx.state = replace(self._ctx.state, walk=walk)
        service_id = next((one for one in form.service_ids if self._tools.catalogue.service(one) is not None), None)
        if walk is None:  # a term, looked up beside the way
            on_the_way = self._ctx.state.walk
            replies = (self._go_on(),) if on_the_way is not None else (self._start(form),)
        return make_answer(self._ctx, AnswerStatus.ANSWERED, blocks, replies, service_id, (Aspect.FORM,))

    def _gone(self) -> Answer:
        return self._refused("gone")

    def _notes(self, form: Form) -> tuple[Block, ...]:
        text = form.text(self._ctx.language, self._ctx.state.register)
        if text.language is self._ctx.language:
            return ()
        return (canned(self._tools, "german_only", self._ctx.language),)

    def _start(self, form: Form) -> QuickReply:
        label = self._tools.messages.text("forms.button.begin", self._ctx.language)
        return QuickReply(label, payload_of(Move.BEGIN, form.id))

    def _go_on(self) -> QuickReply:
        return QuickReply(self._tools.messages.text("forms.button.go_on", self._ctx.language), payload_of(Move.GO_ON))

    def _canned(self, key: str, **values: object) -> Block:
        told = canned(self._tools, f"form.{key}", self._ctx.language, **values)
        return replace(told, origin=Canned(f"dialogue.form.{key}", tuple(map(str, values.values()))))

    def _teller(self, form: Form) -> Teller:
        return Teller(form, self._ctx.language, self._ctx.state.register, self._tools.messages)

    def _today(self) -> date:
        return self._tools.calendar.day_of(self._tools.clock.now())

    def _local(self, moment: datetime) -> datetime:
        return moment.astimezone(self._tools.calendar.start_of(self._today()).tzinfo)


def _asked(form: Form, walk: Walk) -> Field | None:
    """The field whose value can be said now; "is there another?" is one of yes and no."""
    step = current(form, walk)
    if step.kind in {StepKind.WANTED, StepKind.ANOTHER} and step.element is not None:
        return Field(step.element.path, FieldKind.YES_NO)
    return step.element if isinstance(step.element, Field) and step.element.kind.is_entered else None
