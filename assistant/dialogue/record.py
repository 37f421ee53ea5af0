"""Last step: what to keep in mind for the next turn."""

from dataclasses import replace

from assistant.dialogue.context import DialogueTools, TurnContext
from assistant.model import Answer, AnswerStatus, DialogueState

_ABOUT_SERVICE = (AnswerStatus.ANSWERED, AnswerStatus.ANSWERED_PARTLY)


async def record(ctx: TurnContext, _tools: DialogueTools, answer: Answer) -> Answer:
    """Takes over topic, aspects, choices and the count of failures in a row; leaves the answer as it is."""
    ctx.state = replace(
        _with_topic(ctx.state, answer), offered=answer.quick_replies, failures=_failures(ctx.state.failures, answer)
    )
    return answer


def _with_topic(state: DialogueState, answer: Answer) -> DialogueState:
    if answer.status in _ABOUT_SERVICE and answer.service_id is not None:
        return replace(state, service_id=answer.service_id, aspects=answer.aspects, open_aspects=())
    if answer.status is AnswerStatus.CLARIFICATION:
        return replace(state, open_aspects=answer.aspects)
    return replace(state, open_aspects=())


def _failures(before: int, answer: Answer) -> int:
    if answer.status.startswith("unanswerable"):
        return before + 1
    return 0 if answer.status in _ABOUT_SERVICE else before
