"""Second step: which language, which questions, and what each of them asks."""

import re
from dataclasses import replace

from assistant.dialogue.choices import Choice, read_payload
from assistant.dialogue.context import DialogueTools, Question, TurnContext
from assistant.dialogue.refer import opens_with
from assistant.model import Answer, Aspect, Channel, Intent, ScoredIntent, Understanding

_FIRST_TURN_SURE = 0.5
_SWITCH_SURE = 0.85
_SWITCH_WORDS = 3
_EMERGENCY_SURE = 0.85
_PERSON_SURE = 0.95
_ELLIPTIC_WORDS = 5
_ARABIC = re.compile(r"[\u0621-\u064a\u067e-\u06cc]")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")


async def understand(ctx: TurnContext, tools: DialogueTools) -> Answer | None:
    """Fills in language, choice and questions; never ends the turn."""
    text = ctx.utterance.text
    if ctx.utterance.choice is not None:
        ctx.choice = read_payload(ctx.utterance.choice)
        if ctx.choice is not None and ctx.choice.text is None:
            ctx.questions = (_chosen_question(ctx.choice, text),)
            return None
        if ctx.choice is not None and ctx.choice.text is not None:
            text = ctx.choice.text
    settle_language(ctx, tools, text)
    parts = tools.splitter.split(text, ctx.language)
    ctx.questions = tuple([_question(await _parse(part, ctx, tools), ctx, tools) for part in parts])
    return None


async def _parse(text: str, ctx: TurnContext, tools: DialogueTools) -> Understanding:
    """What a question means: its intent by the clause that asks, its entities by the whole of what was told.

    Who surely wants a person is heard also where another clause asks ("…, wie geht das?").
    """
    whole = await tools.nlu.parse(text, ctx.language)
    focus = tools.splitter.focus(text, ctx.language)
    if focus == text or whole.confidence_of(Intent.HUMAN) >= _PERSON_SURE:
        return whole
    asking = await tools.nlu.parse(focus, ctx.language)
    is_asking = asking.intent.aspect is not None or asking.intent is Intent.CHANGE_LANGUAGE
    return replace(whole, intents=asking.intents) if is_asking else whole


def _chosen_question(choice: Choice, label: str) -> Question:
    if choice.act is not None or choice.connects or choice.calls_back:
        return Question(label, choice.act or Intent.HUMAN)
    if choice.language is not None:
        return Question(label, Intent.CHANGE_LANGUAGE)
    return Question(label, Intent.STATE_NEED, aspects=choice.aspects or (Aspect.NEED,), service_id=choice.service_id)


def _question(understood: Understanding, ctx: TurnContext, tools: DialogueTools) -> Question:
    best = _usable(understood, tools)
    foreign = understood.confidence_of(Intent.OUT_OF_SCOPE)
    question = Question(understood.text, best.intent, best.confidence, foreign, understood.entities)
    if best.intent is Intent.STATE_NEED:
        return replace(question, aspects=_elliptic_aspects(understood.text, ctx, tools) or (Aspect.NEED,))
    return replace(question, aspects=(best.intent.aspect,) if best.intent.aspect is not None else ())


def _usable(understood: Understanding, tools: DialogueTools) -> ScoredIntent:
    """The intent to act on: a doubtful one is a mere need, and a doubtful emergency is what stands next to it.

    Acute danger itself is told by patterns before anything else; the engine's word for it must be sure.
    """
    rest = [one for one in understood.intents if one.intent is not Intent.EMERGENCY]
    if understood.intent is Intent.EMERGENCY and understood.confidence < _EMERGENCY_SURE and rest:
        return rest[0] if rest[0].intent.aspect else ScoredIntent(Intent.STATE_NEED, understood.confidence)
    if understood.confidence < tools.thresholds.intent:
        return ScoredIntent(Intent.STATE_NEED, understood.confidence)
    return understood.intents[0]


def _elliptic_aspects(text: str, ctx: TurnContext, tools: DialogueTools) -> tuple[Aspect, ...]:
    """What a bare name asks: the aspect that still waits for a topic, or, after "und …?", the one asked before."""
    if ctx.state.open_aspects:
        return ctx.state.open_aspects
    is_continued = opens_with(text, tools.messages.text("refer.opens", ctx.language))
    return ctx.state.aspects if is_continued and len(text.split()) <= _ELLIPTIC_WORDS else ()


def settle_language(ctx: TurnContext, tools: DialogueTools, text: str) -> None:
    """The language of a conversation is sticky: it changes only on clear words; a word in another script is clear.

    What is taken for the words first counts for the whole turn. On the telephone words come from a recogniser of the
    conversation's language, whatever was spoken: there only a wish changes it.
    """
    if ctx.utterance.language is not None or ctx.is_language_settled or ctx.utterance.channel is Channel.PHONE:
        return
    ctx.is_language_settled = True
    is_open = not ctx.turns and not ctx.state.language_is_chosen
    in_other_script = ctx.language.script != "arabic" and _ARABIC.search(text) is not None
    in_other_script |= ctx.language.script != "cyrillic" and _CYRILLIC.search(text) is not None
    if not (is_open or in_other_script) and len(text.split()) < _SWITCH_WORDS:
        return
    detected = tools.languages.detect(text)
    needed = _FIRST_TURN_SURE if is_open or in_other_script else _SWITCH_SURE
    if detected.language in tools.spoken_languages and detected.confidence > needed:
        ctx.state = replace(ctx.state, language=detected.language)
