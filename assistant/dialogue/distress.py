"""Needs that help lines know more about than a town hall: a kind word, who helps, and the way back to the question."""

import re
from dataclasses import replace

from assistant.dialogue.acts import emergency
from assistant.dialogue.context import DialogueTools, TurnContext
from assistant.dialogue.say import answer, canned, human_reply
from assistant.dialogue.search import search
from assistant.dialogue.topic import is_answerable
from assistant.model import Answer, AnswerStatus, Block, Distress, OfficeCard, QuickReply

_WORD = re.compile(r"\w+")
_CLAUSE = re.compile(r"[,;،؛\n]|(?<=[.!?؟…])\s")
_LEAST_WORDS = 2
# Needs that may turn into danger any minute.
_DANGEROUS = (Distress.VIOLENCE, Distress.CHILD)


async def in_distress(ctx: TurnContext, tools: DialogueTools, need: Distress, said: str) -> Answer:
    """The help lines for a need, with the emergency numbers where there may be danger, first where it is there now.

    What else was asked can be asked again by a button.
    """
    ctx.state = replace(ctx.state, distress=need, area=_named_area(said, tools) or ctx.state.area)
    word, *offices = _help(ctx, tools, need)
    is_emergency = tools.emergency.is_emergency(said)
    is_acute = is_emergency and tools.emergency.is_acute(said)
    numbers = emergency(ctx, tools).blocks if is_emergency or need in _DANGEROUS else ()
    blocks = (*numbers, word, *offices) if is_acute else (word, *numbers, *offices)
    questions = await _questions_beside(ctx, tools, said)
    if questions:
        blocks = (*blocks, canned(tools, "distress.question", ctx.language))
    status = AnswerStatus.HANDOFF_EMERGENCY if is_acute else AnswerStatus.HANDOFF_DISTRESS
    return answer(ctx, status, blocks, (*questions, human_reply(tools, ctx.language)))


def _help(ctx: TurnContext, tools: DialogueTools, need: Distress) -> tuple[Block, ...]:
    """A kind word first, then the offices that help where the person is."""
    word = canned(tools, f"distress.{need}", ctx.language)
    cards = _offices(ctx, tools, need)
    return (word, canned(tools, "distress.help", ctx.language), *cards) if cards else (word,)


def _offices(ctx: TurnContext, tools: DialogueTools, need: Distress) -> tuple[OfficeCard, ...]:
    area = ctx.state.area or tools.city.area
    known = [tools.catalogue.office(office_id) for office_id in tools.city.help_offices.get(need, ())]
    near = [office for office in known if office is not None and (not office.areas or area in office.areas)]
    return tuple(tools.composer.office(office, ctx.language, ctx.state.register) for office in near)


async def _questions_beside(ctx: TurnContext, tools: DialogueTools, said: str) -> tuple[QuickReply, ...]:
    """What was asked beside the need and the catalogue likely answers, each as a button that asks just that."""
    questions: list[str] = []
    for text in _clauses(said, ctx, tools):
        is_said = any(text in question for question in questions)
        if is_said or len(text.split()) < _LEAST_WORDS or _tells_of_need(text, tools):
            continue
        if is_answerable(await search(text, ctx, tools), 0.0, tools.thresholds):
            questions.append(text)
    return tuple(QuickReply(text, f"say:{text}") for text in questions)


def _clauses(said: str, ctx: TurnContext, tools: DialogueTools) -> tuple[str, ...]:
    """The sentences of a text, what each of them asks, and their clauses; the longest first."""
    sentences = tools.splitter.split(said, ctx.language)
    asked = [tools.splitter.focus(sentence, ctx.language) for sentence in sentences]
    between = [clause.strip() for sentence in sentences for clause in _CLAUSE.split(sentence)]
    return tuple(sorted(dict.fromkeys((*sentences, *asked, *between)), key=lambda clause: -len(clause)))


def _tells_of_need(text: str, tools: DialogueTools) -> bool:
    return tools.distress.distress(text) is not None or tools.emergency.is_emergency(text)


def _named_area(said: str, tools: DialogueTools) -> str | None:
    """The area of a place named in the text, the longest name first ("Bremen-Nord" before "Bremen")."""
    text = _words(said)
    places = sorted(tools.city.areas, key=lambda place: -len(place[0]))
    return next((area for name, area in places if _words(name) in text), None)


def _words(text: str) -> str:
    return f" {' '.join(_WORD.findall(text.casefold()))} "
