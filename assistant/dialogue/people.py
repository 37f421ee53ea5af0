"""The way to a person: what is offered, and when the person takes it."""

from dataclasses import replace
from math import ceil

from assistant.dialogue.acts import human, reachability
from assistant.dialogue.choices import CALLBACK, CONNECT
from assistant.dialogue.context import DialogueTools, TurnContext
from assistant.dialogue.say import answer as make_answer
from assistant.dialogue.say import canned, human_reply, reply
from assistant.model import (
    Answer,
    AnswerStatus,
    Availability,
    Block,
    Canned,
    Channel,
    ContactWays,
    Intent,
    QuickReply,
)

_WITH_PEOPLE = frozenset({Channel.WEB, Channel.WIDGET, Channel.REST, Channel.PHONE})
_ALWAYS = frozenset({AnswerStatus.HANDOFF_OFFERED, AnswerStatus.HANDOFF_DISTRESS, AnswerStatus.REFUSED_SWITCHED_OFF})
_WISHES = frozenset({Intent.HUMAN, Intent.AFFIRM})
_CALLBACK = Canned("dialogue.callback")
_REACHABILITY = tuple(Canned(f"dialogue.{key}") for key in ("human_open", "human_closed"))


async def lead_to_people(ctx: TurnContext, tools: DialogueTools) -> Answer | None:
    """Ends the turn where somebody takes the offer to be connected or, on the telephone, to be rung back."""
    if _wishes_connection(ctx):
        return await _connect(ctx, tools)
    return _call_back(ctx, tools) if _wishes_callback(ctx) else None


def _wishes_connection(ctx: TurnContext) -> bool:
    """Whether the person takes the offer of the turn before, by its button or in words ("ja", "einen Menschen")."""
    if ctx.choice is not None:
        return ctx.choice.connects
    was_offered = any(offered.payload == CONNECT for offered in ctx.state.offered)
    return was_offered and len(ctx.questions) == 1 and ctx.questions[0].intent in _WISHES


async def _connect(ctx: TurnContext, tools: DialogueTools) -> Answer:
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
    if ctx.utterance.channel is Channel.PHONE:
        return _offered_by_phone(ctx, tools, answer, can_connect=there.can_connect)
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
    if tools.people is None or ctx.utterance.channel not in _WITH_PEOPLE:
        return Availability()
    return await tools.people.availability(ctx.utterance.channel)


# ── on the telephone ───────────────────────────────────────────────────────────────────────────────────────────────


def _wishes_callback(ctx: TurnContext) -> bool:
    """Whether a caller takes the offer to be rung back, by its choice or by a yes."""
    if ctx.utterance.channel is not Channel.PHONE:
        return False
    if ctx.choice is not None:
        return ctx.choice.calls_back
    was_offered = any(offered.payload == CALLBACK for offered in ctx.state.offered)
    return was_offered and len(ctx.questions) == 1 and ctx.questions[0].intent is Intent.AFFIRM


def _call_back(ctx: TurnContext, tools: DialogueTools) -> Answer:
    """That somebody will ring; the number is asked for by who speaks with the caller."""
    text = canned(tools, "callback", ctx.language)
    return make_answer(ctx, AnswerStatus.HANDOFF_OFFERED, (text,), service_id=ctx.state.service_id)


def _offered_by_phone(ctx: TurnContext, tools: DialogueTools, answer: Answer, *, can_connect: bool) -> Answer:
    """The caller can be put through now, or rung back; nothing is told that could only be read or pressed."""
    replies = tuple(other for other in answer.quick_replies if other != human_reply(tools, ctx.language))
    way = reply(tools, "connect", CONNECT, ctx.language) if can_connect else _callback_reply(ctx, tools)
    if any(block.origin == _CALLBACK for block in answer.blocks):
        return replace(answer, quick_replies=(_callback_reply(ctx, tools),))
    others = tuple(block for block in answer.blocks if block.origin not in _REACHABILITY)
    # It ends in a question, so it comes last.
    blocks = (*others, _reachability(ctx, tools, can_connect=can_connect))
    return replace(answer, blocks=blocks, quick_replies=(way, *replies))


def _reachability(ctx: TurnContext, tools: DialogueTools, *, can_connect: bool) -> Block:
    if can_connect:
        return canned(tools, "human_open", ctx.language)
    if tools.calendar.is_open(tools.clock.now()):
        return canned(tools, "human_busy", ctx.language)
    return reachability(ctx, tools)


def _callback_reply(ctx: TurnContext, tools: DialogueTools) -> QuickReply:
    return reply(tools, "callback", CALLBACK, ctx.language)
