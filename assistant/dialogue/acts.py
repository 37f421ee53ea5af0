"""Answers to dialogue acts: greetings, a wish for a person, an emergency, and so on."""

from collections.abc import Callable
from dataclasses import replace

from assistant.dialogue.choices import service_payload
from assistant.dialogue.context import DialogueTools, Question, TurnContext
from assistant.dialogue.say import (
    answer,
    canned,
    example_replies,
    human_reply,
    next_opening_text,
    reply,
)
from assistant.model import (
    Answer,
    AnswerStatus,
    Aspect,
    Block,
    Channel,
    DialogueState,
    Intent,
    Language,
    QuickReply,
    Register,
)

Act = Callable[[TurnContext, DialogueTools], Answer]
_MAX_SITUATION_REPLIES = 8


def respond(ctx: TurnContext, tools: DialogueTools, intent: Intent) -> Answer:
    """The answer to a dialogue act; one that has no answer of its own counts as not understood."""
    return _ACTS.get(intent, _unclear)(ctx, tools)


def emergency(ctx: TurnContext, tools: DialogueTools) -> Answer:
    """Emergency numbers at once, before anything else."""
    blocks: tuple[Block, ...] = (canned(tools, "emergency", ctx.language),)
    if tools.emergency.is_crisis(ctx.utterance.text):
        blocks = (canned(tools, "emergency_crisis", ctx.language), *blocks)
    return answer(ctx, AnswerStatus.HANDOFF_EMERGENCY, blocks)


def human(ctx: TurnContext, tools: DialogueTools) -> Answer:
    """The ways to a person: by phone now or when it opens, or at the counter of the responsible office.

    Who is on the telephone is not sent to the counter.
    """
    blocks: tuple[Block, ...] = (reachability(ctx, tools),)
    if ctx.utterance.channel is not Channel.PHONE:
        blocks += _topic_office(ctx, tools)
    return answer(ctx, AnswerStatus.HANDOFF_OFFERED, blocks, service_id=ctx.state.service_id)


def reachability(ctx: TurnContext, tools: DialogueTools) -> Block:
    """Whether somebody answers the phone now, or when again."""
    if tools.calendar.is_open(tools.clock.now()):
        return canned(tools, "human_open", ctx.language)
    return canned(tools, "human_closed", ctx.language, next_opening=next_opening_text(tools, ctx.language))


def life_situation(ctx: TurnContext, tools: DialogueTools, situation_id: str) -> Answer:
    """The services of a life situation as buttons."""
    services = tools.catalogue.services_in_situation(situation_id)[:_MAX_SITUATION_REPLIES]
    replies = tuple(QuickReply(s.text(ctx.language).title, service_payload(s.id, ())) for s in services)
    if not replies:
        return _unclear(ctx, tools)
    text = canned(tools, "clarify_situation", ctx.language)
    return answer(ctx, AnswerStatus.CLARIFICATION, (text,), replies)


def simplified(ctx: TurnContext, question: Question) -> Question:
    """The last question again, now to be answered in plain language."""
    ctx.state = replace(ctx.state, register=Register.PLAIN)
    return replace(question, aspects=ctx.state.aspects or (Aspect.NEED,), service_id=ctx.state.service_id)


def _topic_office(ctx: TurnContext, tools: DialogueTools) -> tuple[Block, ...]:
    service = tools.catalogue.service(ctx.state.service_id) if ctx.state.service_id else None
    if service is None:
        return ()
    area = ctx.state.area or tools.city.area
    cards = tools.composer.offices(service, area, 1, ctx.language, ctx.state.register)
    return (canned(tools, "human_office", ctx.language), *cards) if cards else ()


def _smalltalk(key: str) -> Act:
    def act(ctx: TurnContext, tools: DialogueTools) -> Answer:
        return answer(ctx, AnswerStatus.SMALLTALK, (canned(tools, key, ctx.language),))

    return act


def _greet(ctx: TurnContext, tools: DialogueTools) -> Answer:
    text = canned(tools, "greet", ctx.language)
    return answer(ctx, AnswerStatus.SMALLTALK, (text,), example_replies(tools, ctx.language))


def _capabilities(ctx: TurnContext, tools: DialogueTools) -> Answer:
    blocks = (canned(tools, "capabilities", ctx.language), canned(tools, "capabilities_examples", ctx.language))
    return answer(ctx, AnswerStatus.SMALLTALK, blocks, example_replies(tools, ctx.language))


def _restart(ctx: TurnContext, tools: DialogueTools) -> Answer:
    kept = DialogueState(
        language=ctx.state.language,
        language_is_chosen=ctx.state.language_is_chosen,
        register=ctx.state.register,
        walk=ctx.state.walk,
    )
    ctx.state = kept
    text = canned(tools, "restart", ctx.language)
    return answer(ctx, AnswerStatus.SMALLTALK, (text,), example_replies(tools, ctx.language))


def _repeat(ctx: TurnContext, tools: DialogueTools) -> Answer:
    return ctx.last_answer or answer(
        ctx, AnswerStatus.UNANSWERABLE_UNCLEAR, (canned(tools, "repeat_nothing", ctx.language),)
    )


def _status(ctx: TurnContext, tools: DialogueTools) -> Answer:
    found = tools.retriever.search(ctx.utterance.text, ctx.language, limit=1)
    service_id = found[0].service_id if found and found[0].probability >= tools.thresholds.answer else None
    ctx.state = replace(ctx.state, service_id=service_id or ctx.state.service_id)
    office = _topic_office(ctx, tools)[1:]
    key = "status" if office else "status_other"
    blocks = (canned(tools, key, ctx.language), *office)
    return answer(ctx, AnswerStatus.HANDOFF_OFFERED, blocks, (human_reply(tools, ctx.language),), ctx.state.service_id)


def _complaint(ctx: TurnContext, tools: DialogueTools) -> Answer:
    blocks: tuple[Block, ...] = (canned(tools, "complaint", ctx.language),)
    service = tools.catalogue.service(tools.city.complaint_service) if tools.city.complaint_service else None
    if service is None:
        return answer(ctx, AnswerStatus.HANDOFF_OFFERED, (*blocks, reachability(ctx, tools)))
    blocks += tools.composer.section(service, Aspect.HOW.section_kind, ctx.language, ctx.state.register)
    blocks += tools.composer.next_steps(service, ctx.language)
    return answer(ctx, AnswerStatus.ANSWERED, blocks, (human_reply(tools, ctx.language),), service.id, (Aspect.HOW,))


def _abuse(ctx: TurnContext, tools: DialogueTools) -> Answer:
    text = canned(tools, "abuse", ctx.language)
    return answer(ctx, AnswerStatus.REFUSED_ABUSE, (text,), (human_reply(tools, ctx.language),))


def _not_helpful(ctx: TurnContext, tools: DialogueTools) -> Answer:
    blocks: tuple[Block, ...] = (canned(tools, "not_helpful", ctx.language),)
    if ctx.state.failures:
        blocks += (reachability(ctx, tools),)
    replies = (
        reply(tools, "rephrase", f"act:{Intent.RESTART}", ctx.language),
        human_reply(tools, ctx.language),
    )
    return answer(ctx, AnswerStatus.UNANSWERABLE_UNCLEAR, blocks, replies)


def _was_asked(ctx: TurnContext) -> bool:
    """Whether the turn before asked which of several services is meant."""
    return ctx.last_answer is not None and ctx.last_answer.status is AnswerStatus.CLARIFICATION


def _affirm(ctx: TurnContext, tools: DialogueTools) -> Answer:
    """A yes to nothing that can be answered with yes: the choices again, where there were any."""
    if _was_asked(ctx) and ctx.last_answer is not None:
        return ctx.last_answer
    return _smalltalk("affirm_nothing_open")(ctx, tools)


def _simplify(ctx: TurnContext, tools: DialogueTools) -> Answer:
    """Plain language from now on, where there is nothing yet to say again."""
    ctx.state = replace(ctx.state, register=Register.PLAIN)
    text = canned(tools, "simplify_from_now", ctx.language)
    return answer(ctx, AnswerStatus.SMALLTALK, (text,))


def _deny(ctx: TurnContext, tools: DialogueTools) -> Answer:
    key = "choice_not_among" if _was_asked(ctx) else "deny_nothing_open"
    text = canned(tools, key, ctx.language)
    return answer(ctx, AnswerStatus.SMALLTALK, (text,), (human_reply(tools, ctx.language),))


def _unclear(ctx: TurnContext, tools: DialogueTools) -> Answer:
    text = canned(tools, "unclear", ctx.language)
    replies = (*example_replies(tools, ctx.language)[:2], human_reply(tools, ctx.language))
    return answer(ctx, AnswerStatus.UNANSWERABLE_UNCLEAR, (text,), replies)


def switch_language(ctx: TurnContext, tools: DialogueTools) -> bool:
    """Go on in the language that was chosen or named; False where that is none Roland speaks."""
    wanted = ctx.choice.language if ctx.choice is not None else None
    wanted = wanted or _named_language(ctx.utterance.text, tools, ctx.language)
    if wanted is None or wanted not in tools.spoken_languages:
        return False
    ctx.state = replace(ctx.state, language=wanted, language_is_chosen=True)
    return True


def _change_language(ctx: TurnContext, tools: DialogueTools) -> Answer:
    if switch_language(ctx, tools):
        return answer(ctx, AnswerStatus.SMALLTALK, (canned(tools, "language_changed", ctx.language),))
    replies = tuple(QuickReply(lang.own_name, f"language:{lang}") for lang in tools.spoken_languages)
    return answer(ctx, AnswerStatus.CLARIFICATION, (canned(tools, "language_unknown", ctx.language),), replies)


def _named_language(text: str, tools: DialogueTools, spoken: Language) -> Language | None:
    """The language a text names, in the conversation's language or in its own ("auf Englisch", "English please").

    Where it names several, it is not the one spoken that is wished for; where it refuses the only one it names
    ("I don't speak German"), it is the one it is written in.
    """
    lowered = text.casefold()
    refusals = {word.strip() for word in tools.messages.text("language.refusals", spoken).split(",")}
    named: list[Language] = []
    for language in Language:
        names = {language.own_name, *tools.messages.text(f"language.{language}", spoken).split(",")}
        if any(name.strip().casefold() in lowered for name in names):
            named.append(language)
    if len(named) == 1 and refusals & set(lowered.replace("'", " ").split()):
        return tools.languages.detect(text).language
    return min(named, key=lambda language: language is spoken, default=None)


_ACTS: dict[Intent, Act] = {
    Intent.GREET: _greet,
    Intent.HOW_ARE_YOU: _smalltalk("how_are_you"),
    Intent.THANKS: _smalltalk("thanks"),
    Intent.BYE: _smalltalk("bye"),
    Intent.WHO_ARE_YOU: _smalltalk("who_are_you"),
    Intent.CAPABILITIES: _capabilities,
    Intent.AFFIRM: _affirm,
    Intent.DENY: _deny,
    Intent.RESTART: _restart,
    Intent.REPEAT: _repeat,
    Intent.SIMPLIFY: _simplify,
    Intent.STATUS: _status,
    Intent.COMPLAINT: _complaint,
    Intent.HUMAN: human,
    Intent.ABUSE: _abuse,
    Intent.NOT_HELPFUL: _not_helpful,
    Intent.CHANGE_LANGUAGE: _change_language,
    Intent.EMERGENCY: _unclear,
}
