"""First step: nothing, far too much, or somebody in danger."""

from dataclasses import replace

from assistant.dialogue.acts import emergency
from assistant.dialogue.choices import read_payload
from assistant.dialogue.context import DialogueTools, TurnContext
from assistant.dialogue.say import answer, canned, human_reply
from assistant.model import Answer, AnswerStatus


async def guard_input(ctx: TurnContext, tools: DialogueTools) -> Answer | None:
    """Ends the turn on an emergency, an empty or an overlong message; takes over a switch of language or register."""
    utterance = ctx.utterance
    if utterance.language is not None:
        ctx.state = replace(ctx.state, language=utterance.language, language_is_chosen=True)
    if utterance.register is not None:
        ctx.state = replace(ctx.state, register=utterance.register)
    pressed = read_payload(utterance.choice) if utterance.choice else None
    said = (utterance.text, (pressed.text if pressed else None) or "")
    if any(tools.emergency.is_emergency(text) for text in said):
        return emergency(ctx, tools)
    if len(utterance.text) > tools.max_characters:
        text = canned(tools, "too_long", ctx.language)
        return answer(ctx, AnswerStatus.REFUSED_TOO_LONG, (text,), (human_reply(tools, ctx.language),))
    if not utterance.choice and not any(character.isalnum() for character in utterance.text):
        text = canned(tools, "unclear", ctx.language)
        return answer(ctx, AnswerStatus.UNANSWERABLE_UNCLEAR, (text,), (human_reply(tools, ctx.language),))
    return None
