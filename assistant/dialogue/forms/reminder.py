"""After something else was talked about, the way back to the form."""

from dataclasses import replace

from assistant.dialogue.context import DialogueTools, TurnContext
from assistant.dialogue.forms.commands import Move, payload_of
from assistant.model import CHECKLIST, OVERVIEW, Answer, AnswerStatus, QuickReply

_NOT_NOW = frozenset({AnswerStatus.HANDOFF_EMERGENCY, AnswerStatus.HANDOFF_DISTRESS, AnswerStatus.HANDOFF_QUEUED})


async def remind_of_form(ctx: TurnContext, tools: DialogueTools, answer: Answer) -> Answer:
    """Adds the button that leads back, and remembers that something else is being talked about."""
    walk = ctx.state.walk
    if ctx.is_guided or walk is None or walk.at in {OVERVIEW, CHECKLIST}:
        return answer
    ctx.state = replace(ctx.state, walk=replace(walk, is_paused=True))
    if answer.status in _NOT_NOW:
        return answer
    label = tools.messages.text("forms.button.go_on", ctx.language)
    back = QuickReply(label, payload_of(Move.GO_ON))
    return replace(answer, quick_replies=(back, *(other for other in answer.quick_replies if other != back)))
