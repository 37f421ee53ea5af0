"""First step: nothing, far too much, somebody in danger or in need, or a Roland that was switched off."""

from dataclasses import replace

import structlog

from assistant.dialogue.acts import emergency
from assistant.dialogue.choices import read_payload
from assistant.dialogue.context import DialogueTools, TurnContext
from assistant.dialogue.distress import in_distress
from assistant.dialogue.say import answer, canned, human_reply
from assistant.dialogue.understand import settle_language
from assistant.model import Answer, AnswerStatus, Canned, Intent, Language, Paragraph, SwitchName

_log = structlog.get_logger(__name__)


async def guard_input(ctx: TurnContext, tools: DialogueTools) -> Answer | None:
    """Ends the turn on danger, need, an empty or an overlong message; takes over a switch of language or register."""
    utterance = ctx.utterance
    if utterance.language is not None:
        ctx.state = replace(ctx.state, language=utterance.language, language_is_chosen=True)
    if utterance.register is not None:
        ctx.state = replace(ctx.state, register=utterance.register)
    pressed = read_payload(utterance.choice) if utterance.choice else None
    said = (utterance.text, (pressed.text if pressed else None) or "")
    if (alarm := await _alarm(ctx, tools, said)) is not None:
        return alarm
    if (closed := await _switched_off(ctx, tools)) is not None:
        return closed
    if len(utterance.text) > tools.max_characters:
        text = canned(tools, "too_long", ctx.language)
        return answer(ctx, AnswerStatus.REFUSED_TOO_LONG, (text,), (human_reply(tools, ctx.language),))
    if not utterance.choice and not any(character.isalnum() for character in utterance.text):
        text = canned(tools, "unclear", ctx.language)
        return answer(ctx, AnswerStatus.UNANSWERABLE_UNCLEAR, (text,), (human_reply(tools, ctx.language),))
    return None


async def _switched_off(ctx: TurnContext, tools: DialogueTools) -> Answer | None:
    """While a supervisor has switched Roland off it says so, in their words too; the ways to people stay open."""
    if tools.switches is None:
        return None
    switch = await tools.switches.state(SwitchName.BOT)
    pressed = read_payload(ctx.utterance.choice) if ctx.utterance.choice else None
    if switch.is_on or (pressed is not None and (pressed.connects or pressed.act is Intent.HUMAN)):
        return None
    said = Paragraph(switch.message, Canned("dialogue.switched_off"), Language.DE) if switch.message else None
    blocks = (canned(tools, "switched_off", ctx.language), *filter(None, (said,)))
    return answer(ctx, AnswerStatus.REFUSED_SWITCHED_OFF, blocks, (human_reply(tools, ctx.language),))


async def _alarm(ctx: TurnContext, tools: DialogueTools, said: tuple[str, str]) -> Answer | None:
    """Emergency numbers for danger, help lines for need, both for both."""
    # The label of a button is no confession: "Hilfe bei häuslicher Gewalt" is the title of a service.
    written = said[1] if ctx.utterance.choice else said[0]
    is_emergency = any(tools.emergency.is_emergency(text) for text in said)
    need = tools.distress.distress(written)
    if need is None:
        return emergency(ctx, tools) if is_emergency else None
    try:
        settle_language(ctx, tools, written)
        return await in_distress(ctx, tools, need, written)
    except Exception as error:  # noqa: BLE001 - the numbers that save lives hang on nothing that can break
        _log.error("help_failed", exc_info=error)
        return emergency(ctx, tools)
