"""A status code in what somebody says: how their concern stands, before anything else is understood."""

from assistant.dialogue.context import DialogueTools, TurnContext
from assistant.dialogue.say import answer, canned, human_reply
from assistant.errors import TooManyCodesError
from assistant.model import Answer, AnswerStatus, Canned, TicketStanding, find_code


async def look_up_ticket(ctx: TurnContext, tools: DialogueTools) -> Answer | None:
    """Ends the turn where a code was said; an unknown one is told as such, whatever is wrong with it."""
    code = find_code(ctx.utterance.text) if tools.tickets else None
    if code is None or tools.tickets is None:
        return None
    try:
        ticket = await tools.tickets.status(code, (ctx.conversation.id,))
    except TooManyCodesError:
        return _refusal(ctx, tools, "ticket_too_many")
    if ticket is None:
        return _refusal(ctx, tools, "ticket_unknown")
    standing = TicketStanding(
        Canned("ticket.standing"), ticket.state, ticket.due_at, tools.tickets.is_late(ticket), ticket.closing_reason
    )
    return answer(ctx, AnswerStatus.ANSWERED, (standing,))


def _refusal(ctx: TurnContext, tools: DialogueTools, key: str) -> Answer:
    text = canned(tools, key, ctx.language)
    return answer(ctx, AnswerStatus.UNANSWERABLE_NOT_FOUND, (text,), (human_reply(tools, ctx.language),))
