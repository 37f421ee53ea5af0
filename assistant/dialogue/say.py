"""Canned texts as blocks, filled with the city's facts."""

from assistant.calendar import describe_hours, describe_opening
from assistant.dialogue.context import DialogueTools, TurnContext
from assistant.model import (
    Answer,
    AnswerStatus,
    Aspect,
    Block,
    Canned,
    Intent,
    Language,
    Paragraph,
    QuickReply,
)

_EXAMPLES = ("one", "two", "three", "four")


def canned(tools: DialogueTools, key: str, language: Language, **values: object) -> Paragraph:
    """The message ``dialogue.<key>`` as a block."""
    full = f"dialogue.{key}"
    return Paragraph(tools.messages.text(full, language, **contact(tools, language), **values), Canned(full))


def contact(tools: DialogueTools, language: Language) -> dict[str, str]:
    """The values that every canned text may use: city, phone and the hours somebody answers it."""
    return {"city": tools.city.name, "phone": tools.city.phone, "hours": hours_text(tools, language)}


def hours_text(tools: DialogueTools, language: Language) -> str:
    """The opening hours of the citizens' phone line in words."""
    return describe_hours(tools.calendar.hours, tools.messages, language)


def next_opening_text(tools: DialogueTools, language: Language) -> str:
    """When somebody will be there again: today, tomorrow, or the day of the week."""
    now = tools.clock.now()
    opening = tools.calendar.next_opening(now)
    if opening is None:
        return hours_text(tools, language)
    return describe_opening(opening, now.astimezone(opening.tzinfo), tools.messages, language)


def reply(tools: DialogueTools, key: str, payload: str, language: Language) -> QuickReply:
    """A button labelled with the message ``quick.<key>``."""
    return QuickReply(tools.messages.text(f"quick.{key}", language), payload)


def human_reply(tools: DialogueTools, language: Language) -> QuickReply:
    """The button that leads to a person; on every answer that did not answer."""
    return reply(tools, "human", f"act:{Intent.HUMAN}", language)


def aspect_replies(
    tools: DialogueTools, service_id: str, aspects: tuple[Aspect, ...], language: Language
) -> tuple[QuickReply, ...]:
    """Buttons for what else can be asked about a service."""
    return tuple(reply(tools, aspect, f"service:{service_id}#{aspect}", language) for aspect in aspects)


def example_replies(tools: DialogueTools, language: Language) -> tuple[QuickReply, ...]:
    """Example questions that can be pressed."""
    texts = [tools.messages.text(f"examples.{key}", language) for key in _EXAMPLES]
    return tuple(QuickReply(text, f"say:{text}") for text in texts)


def answer(
    ctx: TurnContext,
    status: AnswerStatus,
    blocks: tuple[Block, ...],
    quick_replies: tuple[QuickReply, ...] = (),
    service_id: str | None = None,
    aspects: tuple[Aspect, ...] = (),
) -> Answer:
    """An answer in the turn's language and register, with the candidates found so far."""
    return Answer(
        status=status,
        language=ctx.state.language,
        register=ctx.state.register,
        blocks=blocks,
        quick_replies=quick_replies,
        candidates=ctx.candidates,
        service_id=service_id,
        aspects=aspects,
    )
