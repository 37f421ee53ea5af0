"""What the guide answers with: the step at which a walk stands, remarks, and the way back."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from assistant.dialogue.context import DialogueTools, TurnContext
from assistant.dialogue.forms.commands import (
    Move,
    payload_of,
)
from assistant.dialogue.forms.show import Teller
from assistant.dialogue.say import answer as make_answer
from assistant.dialogue.say import canned, human_reply
from assistant.forms.walk import (
    LeftOut,
    current,
)
from assistant.model import (
    CHECKLIST,
    OVERVIEW,
    REVIEW,
    Answer,
    AnswerStatus,
    Aspect,
    Block,
    Canned,
    Form,
    QuickReply,
    SectionKind,
    Walk,
)

_FACTS = (SectionKind.FEE, SectionKind.DEADLINE)


class Telling:
    """Makes the answers of one turn, and keeps in mind where the walk stands."""

    def __init__(self, ctx: TurnContext, tools: DialogueTools) -> None:
        self._ctx = ctx
        self._tools = tools

    def shown(self, form: Form, walk: Walk, passed: Sequence[LeftOut] = (), notes: tuple[Block, ...] = ()) -> Answer:
        """The step at which the walk stands now."""
        walk = replace(walk, at=current(form, walk).key, is_paused=False)
        teller = self.teller(form)
        blocks: tuple[Block, ...]
        if walk.at == OVERVIEW:
            blocks = (teller.overview(walk),)
        elif walk.at == REVIEW:
            blocks = (teller.review(walk),)
        elif walk.at == CHECKLIST:
            blocks = (teller.checklist(walk), *self._from_catalogue(form))
        else:
            blocks = (teller.step(walk, left_out=passed),)
        return self.answered(form, (*notes, *self.notes(form), *blocks), teller.replies(walk), walk)

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

    def told(self, form: Form, walk: Walk | None, key: str, **values: object) -> Answer:
        """A remark, and the step again where one is on the way."""
        note = self.canned(key, **values)
        if walk is not None and walk.form_id == form.id:
            return self.shown(form, walk, notes=(note,))
        return make_answer(self._ctx, AnswerStatus.UNANSWERABLE_NOT_FOUND, (note,), (self.start(form),))

    def refused(self, key: str) -> Answer:
        replies = (human_reply(self._tools, self._ctx.language),)
        return make_answer(self._ctx, AnswerStatus.UNANSWERABLE_NOT_FOUND, (self.canned(key),), replies)

    def answered(
        self, form: Form, blocks: tuple[Block, ...], replies: tuple[QuickReply, ...], walk: Walk | None = None
    ) -> Answer:
        if walk is not None:
            self._ctx.state = replace(self._ctx.state, walk=walk)
        service_id = next((one for one in form.service_ids if self._tools.catalogue.service(one) is not None), None)
        if walk is None:  # a term, looked up beside the way
            on_the_way = self._ctx.state.walk
            replies = (self.go_on(),) if on_the_way is not None else (self.start(form),)
        return make_answer(self._ctx, AnswerStatus.ANSWERED, blocks, replies, service_id, (Aspect.FORM,))

    def notes(self, form: Form) -> tuple[Block, ...]:
        text = form.text(self._ctx.language, self._ctx.state.register)
        if text.language is self._ctx.language:
            return ()
        return (canned(self._tools, "german_only", self._ctx.language),)

    def start(self, form: Form) -> QuickReply:
        label = self._tools.messages.text("forms.button.begin", self._ctx.language)
        return QuickReply(label, payload_of(Move.BEGIN, form.id))

    def go_on(self) -> QuickReply:
        return QuickReply(self._tools.messages.text("forms.button.go_on", self._ctx.language), payload_of(Move.GO_ON))

    def canned(self, key: str, **values: object) -> Block:
        told = canned(self._tools, f"form.{key}", self._ctx.language, **values)
        return replace(told, origin=Canned(f"dialogue.form.{key}", tuple(map(str, values.values()))))

    def teller(self, form: Form) -> Teller:
        return Teller(form, self._ctx.language, self._ctx.state.register, self._tools.messages)

    def today(self) -> date:
        return self._tools.calendar.day_of(self._tools.clock.now())
