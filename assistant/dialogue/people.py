"""The way to a person: what is offered, and when the person takes it."""

from dataclasses import replace
from math import ceil

from assistant.dialogue.acts import human
from assistant.dialogue.choices import CONNECT
from assistant.dialogue.context import DialogueTools, TurnContext
from assistant.dialogue.say import answer as make_answer
from assistant.dialogue.say import canned, human_reply, reply
from assistant.model import Answer, AnswerStatus, Availability, Canned, Channel, ContactWays, Intent

_ON_THE_PAGE = frozenset({Channel.WEB, Channel.WIDGET, Channel.REST})
_ALWAYS = frozenset({AnswerStatus.HANDOFF_OFFERED, AnswerStatus.HANDOFF_DISTRESS, AnswerStatus.REFUSED_SWITCHED_OFF})
_WISHES = frozenset({Intent.HUMAN, Intent.AFFIRM})


def wishes_connection(ctx: TurnContext) -> bool:
    """Whether the person takes the offer of the turn before, by its button or in words ("ja", "einen Menschen")."""
    if ctx.choice is not None:
        return ctx.choice.connects
    was_offered = any(offered.payload == CONNECT for offered in ctx.state.offered)
    return was_offered and len(ctx.questions) == 1 and ctx.questions[0].intent in _WISHES


async def connect(ctx: TurnContext, tools: DialogueTools) -> Answer:
    """From this answer on the person waits for somebody; where nobody is there any more, the ways are offered again."""
    if not (await _availability(ctx, tools)).can_connect:
        return human(ctx, tools)
    text = canned(tools, "handoff_queued", ctx.language)
    return make_answer(ctx, AnswerStatus.HANDOFF_QUEUED, (text,), service_id=ctx.state.service_id)


async def offer_people(ctx: TurnContext, tools: DialogueTools, answer: Answer) -> Answer:
    """Adds the ways to a person: where one is asked for, Roland fails again, or the matter is left to people."""
    if not _is_due(ctx, tools, answer):
        return answer
    there = await _availability(ctx, tools)
    minutes = ceil(there.wait.total_seconds() / 60) if there.can_connect and there.wait is not None else None
    now = tools.clock.now()
    ways = ContactWays(
        Canned("contact.ways"),
        waiting=there.waiting if there.can_connect else None,
        wait_minutes=minutes,
        phone_is_open=tools.calendar.is_open(now),
        answer_due=tools.promise.due(now, ctx.utterance.channel).date() if tools.promise else None,
    )
    replies = answer.quick_replies
    if there.can_connect:
        person = human_reply(tools, ctx.language)
        others = tuple(other for other in replies if other != person)
        replies = (reply(tools, "connect", CONNECT, ctx.language), *others)
    # Who asks for a person and can have one now need not read about other ways first.
    comes_first = there.can_connect and answer.status is AnswerStatus.HANDOFF_OFFERED
    blocks = (ways, *answer.blocks) if comes_first else (*answer.blocks, ways)
    return replace(answer, blocks=blocks, quick_replies=replies)


def _is_due(ctx: TurnContext, tools: DialogueTools, answer: Answer) -> bool:
    if answer.status in _ALWAYS:
        return True
    if answer.status.startswith("unanswerable"):
        return ctx.state.failures > 0
    if any(question.intent is Intent.COMPLAINT for question in ctx.questions):
        return True
    return answer.service_id in tools.city.topics_for_people


async def _availability(ctx: TurnContext, tools: DialogueTools) -> Availability:
    if tools.people is None or ctx.utterance.channel not in _ON_THE_PAGE:
        return Availability()
    return await tools.people.availability()
