"""Fifth step: say exactly what was asked, then the responsible office, then the next step."""

from itertools import groupby

from assistant.dialogue.context import DialogueTools, Question, TurnContext
from assistant.dialogue.facts import OFFICE_ASPECTS, Found, find_facts
from assistant.dialogue.say import answer, aspect_replies, canned, human_reply
from assistant.model import (
    Answer,
    AnswerStatus,
    Aspect,
    Block,
    FormHelp,
    Intent,
    LinkOut,
    LinkPurpose,
    QuickReply,
    Register,
    Service,
)

_OFFERED = (Aspect.DOCUMENTS, Aspect.FEE, Aspect.DURATION, Aspect.HOW, Aspect.WHERE, Aspect.ONLINE, Aspect.APPOINTMENT)
_MAX_OFFERED = 4
_MANY_OFFICES = 3
_MAX_FORMS = 3
_SURE_ENOUGH = 0.6
# Aspects after which people set out for the office.
_GOING_THERE = frozenset({Aspect.HOW, Aspect.APPOINTMENT, Aspect.NEED})
_TELLING_SCORE = 0.35


async def compose(ctx: TurnContext, tools: DialogueTools) -> Answer | None:
    """The answer to all questions whose service is known; says which of them stay open."""
    known = [question for question in ctx.questions if question.service_id is not None]
    blocks: list[Block] = []
    complete = True
    for position, (service_id, group) in enumerate(groupby(known, key=lambda question: question.service_id)):
        service = tools.catalogue.service(service_id or "")
        if service is None:
            continue
        if position:
            blocks.append(canned(tools, "second_question", ctx.language))
        part, part_complete = _about_service(ctx, tools, service, list(group))
        blocks += part
        complete = complete and part_complete
    if len(known) < len(ctx.questions):
        blocks.append(canned(tools, "second_not_found", ctx.language))
        complete = False
    status = AnswerStatus.ANSWERED if complete else AnswerStatus.ANSWERED_PARTLY
    last_id = known[-1].service_id or ""
    aspects = tuple(dict.fromkeys(aspect for question in known for aspect in question.aspects))
    replies = (*_offers(tools, ctx, last_id, aspects), *ctx.alternatives)
    if not complete:
        replies = (*replies, human_reply(tools, ctx.language))
    return answer(ctx, status, tuple(blocks), replies, last_id, aspects)


def _about_service(
    ctx: TurnContext, tools: DialogueTools, service: Service, questions: list[Question]
) -> tuple[list[Block], bool]:
    aspects = tuple(dict.fromkeys(aspect for question in questions for aspect in question.aspects))
    language, register = ctx.language, ctx.state.register
    found = [find_facts(tools, service, aspect, language, register) for aspect in aspects]
    if not found[0].complete and questions[0].confidence < _SURE_ENOUGH:
        # An aspect that is doubtful and has no answer was probably not what was meant.
        found[0] = find_facts(tools, service, Aspect.NEED, language, register)
    if aspects == (Aspect.NEED,) and (told := _told_section(ctx, tools, service, questions[0])) is not None:
        found = [told]
    facts: list[Block] = []
    for part in found:
        facts += _said(ctx, tools, service, part)
    blocks = [*_plain_intro(ctx, tools, service, questions), *facts]
    area, most = ctx.state.area or tools.city.area, _office_count(ctx, service, aspects)
    blocks += tools.composer.offices(service, area, most, language, register)
    if any(part.cut for part in found):
        blocks.append(canned(tools, "more", language))
    blocks += _next_steps(ctx, tools, service, aspects)
    if any(getattr(block, "language", None) is not None for block in facts):
        blocks.insert(0, canned(tools, "german_only", language))
    return list(dict.fromkeys(blocks)), all(part.complete for part in found)


def _told_section(ctx: TurnContext, tools: DialogueTools, service: Service, question: Question) -> Found | None:
    """The section that a question about the topic itself is about, where its words show one ("Muss er mitkommen?")."""
    if ctx.choice is not None or service.id != ctx.state.service_id:
        return None
    ranked = tools.retriever.rank_sections(question.text, ctx.language, service.id)
    best = ranked[0] if ranked else None
    if best is None or best.section is None or best.score < _TELLING_SCORE:
        return None
    return Found(tools.composer.section(service, best.section, ctx.language, ctx.state.register), complete=True)


def _said(ctx: TurnContext, tools: DialogueTools, service: Service, found: Found) -> list[Block]:
    """The facts, with the admission before them where they do not answer the question."""
    if found.complete:
        return list(found.blocks)
    key = "nothing_on_aspect_but" if found.blocks else "nothing_on_aspect"
    admission = canned(tools, key, ctx.language, title=service.text(ctx.language, ctx.state.register).title)
    return [admission, *found.blocks]


def _plain_intro(
    ctx: TurnContext, tools: DialogueTools, service: Service, questions: list[Question]
) -> tuple[Block, ...]:
    if ctx.state.register is not Register.PLAIN:
        return ()
    if service.text(ctx.language, Register.PLAIN).register is not Register.PLAIN:
        return (canned(tools, "simplify_missing", ctx.language),)
    is_said_again = any(question.intent is Intent.SIMPLIFY for question in questions)
    return (canned(tools, "simplify_intro", ctx.language),) if is_said_again else ()


def _office_count(ctx: TurnContext, service: Service, aspects: tuple[Aspect, ...]) -> int:
    """How many offices to show: the one responsible, several to choose from, none that was shown a moment ago."""
    if OFFICE_ASPECTS & set(aspects):
        return _MANY_OFFICES
    return 0 if service.id == ctx.state.service_id and not _GOING_THERE & set(aspects) else 1


def _next_steps(ctx: TurnContext, tools: DialogueTools, service: Service, aspects: tuple[Aspect, ...]) -> list[Block]:
    """One way online, one to an appointment, the forms where they were asked for, and the official page."""
    steps = tools.composer.next_steps(service, ctx.language)
    forms = [step for step in steps if isinstance(step, FormHelp)]
    links = [step for step in steps if isinstance(step, LinkOut)]
    chosen: list[Block] = []
    for purpose in (LinkPurpose.ONLINE_SERVICE, LinkPurpose.APPOINTMENT):
        chosen += [link for link in links if link.purpose is purpose][:1]
    chosen += forms[: _MAX_FORMS if Aspect.FORM in aspects else 1]
    return chosen + [link for link in links if link.purpose is LinkPurpose.OFFICIAL_PAGE]


def _offers(
    tools: DialogueTools, ctx: TurnContext, service_id: str, asked: tuple[Aspect, ...]
) -> tuple[QuickReply, ...]:
    service = tools.catalogue.service(service_id)
    if service is None:
        return ()
    text = service.text(ctx.language)
    open_aspects = tuple(
        aspect for aspect in _OFFERED if aspect not in asked and text.section(aspect.section_kind) is not None
    )
    return aspect_replies(tools, service_id, open_aspects[:_MAX_OFFERED], ctx.language)
