"""Third step: is this a dialogue act to be answered as such, a choice, or a question for the catalogue?"""

from dataclasses import replace

from assistant.dialogue import acts
from assistant.dialogue.choices import match_typed, read_payload
from assistant.dialogue.context import DialogueTools, Question, TurnContext
from assistant.dialogue.people import lead_to_people
from assistant.dialogue.search import search
from assistant.dialogue.topic import found, is_answerable
from assistant.model import Answer, AnswerStatus, Aspect, EntityKind, Intent

# Intents a reply to offered buttons may be taken for.
_REPLIES = frozenset({Intent.CHOOSE, Intent.CORRECT, Intent.STATE_NEED, Intent.AFFIRM, Intent.OUT_OF_SCOPE})
# Intents whose everyday words also stand in the names of services.
_STEERING = frozenset({Intent.RESTART, Intent.CHANGE_LANGUAGE})
_REPLY_WORDS = 6
_PLACE_WORDS = 4


async def decide(ctx: TurnContext, tools: DialogueTools) -> Answer | None:
    """Ends the turn where a dialogue act can be answered; otherwise leaves the questions about services."""
    if any(question.intent is Intent.EMERGENCY for question in ctx.questions):
        return acts.emergency(ctx, tools)
    if (led := await lead_to_people(ctx, tools)) is not None:
        return led
    if ctx.choice is not None and ctx.choice.situation_id is not None:
        return acts.life_situation(ctx, tools, ctx.choice.situation_id)
    chosen = _typed_choice(ctx, tools)
    if chosen is not None:
        ctx.questions = (chosen,)
        return None
    asked = tuple([await _as_catalogue_question(question, ctx, tools) for question in ctx.questions])
    about_services = tuple(question for question in asked if question.aspects)
    if asked[0].intent is Intent.CHANGE_LANGUAGE:
        # What is said beside such a wish is mostly its reason ("My wife does not speak German").
        about_services = tuple(
            [question for question in about_services if await _can_be_answered(question, ctx, tools)]
        )
        if about_services:
            acts.switch_language(ctx, tools)
    if about_services:
        ctx.questions = about_services
        return None
    return acts.respond(ctx, tools, ctx.questions[0].intent)


async def _as_catalogue_question(question: Question, ctx: TurnContext, tools: DialogueTools) -> Question:
    """Some acts are about a service after all: a correction names one, and what seems out of scope is looked up."""
    if ctx.state.service_id is not None and _names_only_a_place(question, ctx, tools):
        return replace(question, intent=Intent.CORRECT, aspects=ctx.state.aspects or (Aspect.NEED,))
    if question.intent is Intent.OUT_OF_SCOPE:
        return replace(question, aspects=(Aspect.NEED,))
    if await _names_a_service(question, ctx, tools):
        return replace(question, intent=Intent.STATE_NEED, aspects=(Aspect.NEED,))
    if question.intent in (Intent.CORRECT, Intent.CHOOSE):
        return replace(question, aspects=ctx.state.open_aspects or ctx.state.aspects or (Aspect.NEED,))
    if question.intent is Intent.SIMPLIFY and ctx.state.service_id is not None:
        return acts.simplified(ctx, question)
    return question


async def _names_a_service(question: Question, ctx: TurnContext, tools: DialogueTools) -> bool:
    """Whether words that usually steer the conversation mean a service ("PIN zurücksetzen")."""
    if question.intent not in _STEERING or ctx.choice is not None:
        return False
    return found(await search(question.text, ctx, tools)) >= tools.thresholds.overrule


async def _can_be_answered(question: Question, ctx: TurnContext, tools: DialogueTools) -> bool:
    """Whether the catalogue likely has an answer, or the question goes on about the topic."""
    if ctx.state.service_id is not None and not tools.retriever.content_words(question.text, ctx.language):
        return True
    return is_answerable(await search(question.text, ctx, tools), question.foreign, tools.thresholds)


def _names_only_a_place(question: Question, ctx: TurnContext, tools: DialogueTools) -> bool:
    """Whether the question is nothing but a place ("Und in Bremerhaven?"): the same is asked for another city."""
    places = " ".join(entity.value for entity in question.entities if entity.kind is EntityKind.PLACE).casefold()
    words = tools.retriever.content_words(question.text, ctx.language)
    return bool(places) and len(question.text.split()) <= _PLACE_WORDS and all(word in places for word in words)


def _typed_choice(ctx: TurnContext, tools: DialogueTools) -> Question | None:
    """The offered service that a short typed reply means."""
    question = ctx.questions[0]
    was_asked = ctx.last_answer is not None and ctx.last_answer.status is AnswerStatus.CLARIFICATION
    if not was_asked or len(ctx.questions) > 1 or question.service_id or question.intent not in _REPLIES:
        return None
    if len(question.text.split()) > _REPLY_WORDS:
        return None
    services = tuple(reply for reply in ctx.state.offered if reply.payload.startswith("service:"))
    reply = match_typed(question.text, services, tools.messages, ctx.language)
    if reply is None and question.intent is Intent.AFFIRM and len({_service(r.payload) for r in services}) == 1:
        reply = services[0]
    choice = read_payload(reply.payload) if reply is not None else None
    if choice is None:
        return None
    return replace(question, aspects=choice.aspects or (Aspect.NEED,), service_id=choice.service_id)


def _service(payload: str) -> str | None:
    choice = read_payload(payload)
    return choice.service_id if choice is not None else None
