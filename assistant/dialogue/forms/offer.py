"""Beside what is told of a service, the way into the forms that can be explained."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from assistant.dialogue.context import DialogueTools, TurnContext
from assistant.dialogue.forms.commands import Move, payload_of
from assistant.model import Answer, AnswerStatus, Aspect, Block, Form, FormHelp, Language, QuickReply

_TOLD = frozenset({AnswerStatus.ANSWERED, AnswerStatus.ANSWERED_PARTLY})
# What people ask who are about to apply; who asks for an opening hour is not offered a form.
_APPLYING = frozenset({Aspect.NEED, Aspect.HOW, Aspect.DOCUMENTS, Aspect.FORM, Aspect.ONLINE})


async def offer_forms(ctx: TurnContext, tools: DialogueTools, answer: Answer) -> Answer:
    """Adds a button for each form of the service, and says of a link to one that it can be explained."""
    if ctx.is_guided or tools.forms is None or answer.service_id is None or answer.status not in _TOLD:
        return answer
    forms = await asyncio.to_thread(tools.forms.of_service, answer.service_id)
    in_work = ctx.state.walk.form_id if ctx.state.walk is not None else None
    others = [form for form in forms if form.id != in_work]
    blocks = tuple(_explained(block, forms, ctx.language) for block in answer.blocks)
    is_linked = any(isinstance(block, FormHelp) and block.form_id is not None for block in blocks)
    if not (is_linked or _APPLYING & set(answer.aspects)):
        return answer
    offered = tuple(_reply(form, tools, ctx.language, is_only=len(others) == 1) for form in others)
    return replace(answer, blocks=blocks, quick_replies=(*answer.quick_replies, *offered))


def _explained(block: Block, forms: Sequence[Form], language: Language) -> Block:
    """A link to a form, naming the one that Roland can explain where it leads to that: by address, or by title."""
    if not isinstance(block, FormHelp) or block.form_id is not None:
        return block
    for form in forms:
        titles = {form.text(spoken).title.casefold() for spoken in (language, Language.DE)}
        if block.url == form.url or block.title.casefold() in titles:
            return replace(block, form_id=form.id)
    return block


def _reply(form: Form, tools: DialogueTools, language: Language, *, is_only: bool) -> QuickReply:
    key = "forms.button.begin" if is_only else "forms.page.begin_named"
    label = tools.messages.text(key, language, title=form.text(language).title)
    return QuickReply(label, payload_of(Move.BEGIN, form.id))
