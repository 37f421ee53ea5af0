"""Fourth step: find the service each question is about, or ask, or admit."""

from dataclasses import replace

from assistant.dialogue.acts import reachability
from assistant.dialogue.choices import service_payload
from assistant.dialogue.cities import CatalogueMap
from assistant.dialogue.context import DialogueTools, Question, TurnContext
from assistant.dialogue.facts import OFFICE_ASPECTS
from assistant.dialogue.offices import named_offices
from assistant.dialogue.refer import foreign_words, thread
from assistant.dialogue.say import answer, aspect_replies, canned, example_replies, human_reply, reply
from assistant.dialogue.search import search
from assistant.dialogue.topic import (
    Ambiguous,
    Resolution,
    Resolved,
    Unknown,
    is_answerable,
    prefer_area,
    resolve,
    without,
)
from assistant.model import (
    Answer,
    AnswerStatus,
    Aspect,
    Block,
    Candidate,
    EntityKind,
    Finding,
    Intent,
    Language,
    QuickReply,
)

_SHOWN_CANDIDATES = 5
# A bare "Bürgeramt Nord" names an office too.
_ASKS_FOR_OFFICE = OFFICE_ASPECTS | {Aspect.NEED, Aspect.APPOINTMENT}
# Aspects that need a service's name to make sense on their own.
_NEEDS_A_NAME = frozenset({Aspect.NEED, Aspect.OVERVIEW})


async def retrieve(ctx: TurnContext, tools: DialogueTools) -> Answer | None:
    """Gives every question its service; ends the turn where none of them has one."""
    _note_area(ctx, tools)
    if (offices := _asked_offices(ctx, tools)) is not None:
        return offices
    resolutions: list[Resolution] = []
    topic = ctx.state.service_id
    for question in ctx.questions:
        resolution = await _resolve(ctx, tools, question, topic)
        topic = _topic_after(resolution, question, topic, ctx, tools)
        resolutions.append(resolution)
    resolutions = _borrow_topic(ctx.questions, resolutions)
    known = [
        question.about(resolution.service_id)
        for question, resolution in zip(ctx.questions, resolutions, strict=True)
        if isinstance(resolution, Resolved)
    ]
    if not known:
        return _ask_or_admit(ctx, tools, resolutions)
    ctx.questions = tuple(known) + tuple(
        question
        for question, resolution in zip(ctx.questions, resolutions, strict=True)
        if not isinstance(resolution, Resolved)
    )
    return None


async def _resolve(ctx: TurnContext, tools: DialogueTools, question: Question, topic: str | None) -> Resolution:
    if question.service_id is not None:
        service = tools.catalogue.service(question.service_id)
        return Resolved(question.service_id) if service is not None else Unknown()
    service = tools.catalogue.service(topic) if topic else None
    corrects = question.intent is Intent.CORRECT and service is not None
    if service is None and _names_nothing(question, tools, ctx.language):
        return Unknown()
    findings = await search(question.text, ctx, tools)
    if corrects and not _names_another(findings, topic, tools):
        findings = await search(f"{question.text} {_title(ctx, tools, topic)}", ctx, tools)
    answerable = is_answerable(findings, question.foreign, tools.thresholds)
    if corrects and not _names_area(question):
        findings = without(findings, topic)
    _note_candidates(ctx, tools, findings)
    findings, aside = prefer_area(findings, CatalogueMap(tools.catalogue), ctx.state.area, tools.city.area)
    if corrects and findings and findings[0].probability >= tools.thresholds.correct_least:
        return Resolved(findings[0].service_id)
    if question.intent is Intent.OUT_OF_SCOPE and not answerable:
        return Unknown()
    hanging = thread(question.text, service, tools, ctx.language) if service is not None and not corrects else None
    if hanging is not None and service is not None and _is_in_its_form(ctx, tools, service.id):
        # In the midst of a form "die Anmeldung" is the one of the form.
        is_own = foreign_words(question.text, service, tools, ctx.language) == ()
        hanging = replace(hanging, bare=hanging.bare or is_own)
    resolution = resolve(findings, hanging, tools.thresholds.on(ctx.utterance.channel), answerable=answerable)
    if isinstance(resolution, Ambiguous):
        resolution = _talked_about(resolution, ctx) or await _by_the_asking_clause(question, resolution, ctx, tools)
    if isinstance(resolution, Resolved) and aside and ctx.state.area is None:
        _offer_other_area(ctx, tools, resolution.service_id, aside[0], question.aspects)
    return resolution


def _talked_about(resolution: Ambiguous, ctx: TurnContext) -> Resolved | None:
    """The one of the services in doubt that the conversation was about before ("back to the car")."""
    told = {turn.answer.service_id for turn in ctx.turns if turn.answer is not None}
    known = [service_id for service_id in resolution.service_ids if service_id in told]
    return Resolved(known[0]) if len(known) == 1 else None


async def _by_the_asking_clause(
    question: Question, resolution: Ambiguous, ctx: TurnContext, tools: DialogueTools
) -> Resolution:
    """One of the services in doubt, where the clause that asks names it and only the story told around it misleads."""
    focus = tools.splitter.focus(question.text, ctx.language)
    if focus == question.text:
        return resolution
    asked = resolve(await search(focus, ctx, tools), None, tools.thresholds.on(ctx.utterance.channel))
    return asked if isinstance(asked, Resolved) and asked.service_id in resolution.service_ids else resolution


def _names_nothing(question: Question, tools: DialogueTools, language: Language) -> bool:
    """Whether only an aspect is asked for ("Was kostet das?"), whatever the search may think of such words."""
    asks_aspect = bool(question.aspects) and not _NEEDS_A_NAME & set(question.aspects)
    return asks_aspect and not tools.retriever.content_words(question.text, language)


def _names_another(findings: tuple[Finding, ...], topic: str | None, tools: DialogueTools) -> bool:
    """Whether a correction says by itself what is meant; otherwise it only makes sense beside the topic's title."""
    best = findings[0] if findings else None
    return best is not None and best.service_id != topic and best.probability >= tools.thresholds.correct


def _topic_after(
    resolution: Resolution, question: Question, topic: str | None, ctx: TurnContext, tools: DialogueTools
) -> str | None:
    """What the next question of the message may refer to: never the old topic once another matter was named."""
    if isinstance(resolution, Resolved):
        return resolution.service_id
    return None if tools.retriever.content_words(question.text, ctx.language) else topic


def _asked_offices(ctx: TurnContext, tools: DialogueTools) -> Answer | None:
    """The answer where one question asks for offices by name; it needs no service."""
    question = ctx.questions[0]
    if len(ctx.questions) > 1 or question.service_id is not None or not _ASKS_FOR_OFFICE & set(question.aspects):
        return None
    area = ctx.state.area or tools.city.area
    offices = named_offices(question.text, tools.catalogue.offices(), tools.city.name, area)
    if not offices:
        return None
    cards = tuple(tools.composer.office(office, ctx.language, ctx.state.register) for office in offices)
    return answer(ctx, AnswerStatus.ANSWERED, cards, aspects=question.aspects)


def _borrow_topic(questions: tuple[Question, ...], resolutions: list[Resolution]) -> list[Resolution]:
    """A first question without a service borrows a later one's ("Was kostet das und wo melde ich den Hund an?")."""
    found = next((resolution for resolution in resolutions if isinstance(resolution, Resolved)), None)
    if found is None:
        return resolutions
    return [
        found if isinstance(resolution, Unknown) and not (_NEEDS_A_NAME & set(question.aspects)) else resolution
        for question, resolution in zip(questions, resolutions, strict=True)
    ]


def _ask_or_admit(ctx: TurnContext, tools: DialogueTools, resolutions: list[Resolution]) -> Answer:
    question = ctx.questions[0]
    ambiguous = next((resolution for resolution in resolutions if isinstance(resolution, Ambiguous)), None)
    if question.intent is Intent.OUT_OF_SCOPE:
        return _out_of_scope(ctx, tools)
    if ambiguous is not None:
        return _clarify(ctx, tools, ambiguous.service_ids)
    if _names_nothing(question, tools, ctx.language):
        text = canned(tools, "clarify_topic", ctx.language)
        replies = example_replies(tools, ctx.language)
        return answer(ctx, AnswerStatus.CLARIFICATION, (text,), replies, aspects=question.aspects)
    return _admit(ctx, tools)


def _clarify(ctx: TurnContext, tools: DialogueTools, service_ids: tuple[str, ...]) -> Answer:
    aspects = tuple(dict.fromkeys(aspect for question in ctx.questions for aspect in question.aspects))
    wanted = () if aspects == (Aspect.NEED,) else aspects
    replies = [
        QuickReply(service.text(ctx.language).title, service_payload(service.id, wanted))
        for service in map(tools.catalogue.service, service_ids)
        if service is not None
    ]
    replies.append(reply(tools, "none_of_these", f"act:{Intent.DENY}", ctx.language))
    text = canned(tools, "clarify", ctx.language)
    return answer(ctx, AnswerStatus.CLARIFICATION, (text,), tuple(replies), aspects=wanted)


def _out_of_scope(ctx: TurnContext, tools: DialogueTools) -> Answer:
    blocks = (canned(tools, "out_of_scope", ctx.language), canned(tools, "ways_on", ctx.language))
    replies = (
        reply(tools, "capabilities", f"act:{Intent.CAPABILITIES}", ctx.language),
        human_reply(tools, ctx.language),
    )
    return answer(ctx, AnswerStatus.UNANSWERABLE_OUT_OF_SCOPE, blocks, replies)


def _admit(ctx: TurnContext, tools: DialogueTools) -> Answer:
    if ctx.state.failures:
        blocks: tuple[Block, ...] = (canned(tools, "not_found_again", ctx.language), reachability(ctx, tools))
    else:
        blocks = (canned(tools, "not_found", ctx.language), canned(tools, "ways_on", ctx.language))
    replies: tuple[QuickReply, ...] = (human_reply(tools, ctx.language),)
    if ctx.state.service_id is not None:
        replies = (*aspect_replies(tools, ctx.state.service_id, (Aspect.NEED,), ctx.language), *replies)
    return answer(ctx, AnswerStatus.UNANSWERABLE_NOT_FOUND, blocks, replies)


def _note_area(ctx: TurnContext, tools: DialogueTools) -> None:
    named = dict(tools.city.areas)
    for question in ctx.questions:
        for entity in question.entities:
            area = named.get(entity.value.casefold()) if entity.kind is EntityKind.PLACE else None
            if area is not None:
                ctx.state = replace(ctx.state, area=area)


def _names_area(question: Question) -> bool:
    return any(entity.kind is EntityKind.PLACE for entity in question.entities)


def _is_in_its_form(ctx: TurnContext, tools: DialogueTools, service_id: str) -> bool:
    """Whether the person is on the way through a form of that service."""
    walk = ctx.state.walk
    form = tools.forms.form(walk.form_id) if walk is not None and tools.forms is not None else None
    return form is not None and service_id in form.service_ids


def _note_candidates(ctx: TurnContext, tools: DialogueTools, findings: tuple[Finding, ...]) -> None:
    if ctx.candidates:
        return
    services = [(tools.catalogue.service(finding.service_id), finding) for finding in findings[:_SHOWN_CANDIDATES]]
    ctx.candidates = tuple(
        Candidate(service.id, service.text(ctx.language).title, round(finding.probability, 4))
        for service, finding in services
        if service is not None
    )


def _offer_other_area(
    ctx: TurnContext, tools: DialogueTools, service_id: str, other_id: str, aspects: tuple[Aspect, ...]
) -> None:
    """A button for the same matter in the other city, where one was found beside the answer."""
    other = tools.catalogue.service(other_id)
    if other is None or not CatalogueMap(tools.catalogue).are_twins(service_id, other_id):
        return
    ctx.alternatives = (QuickReply(other.text(ctx.language).title, service_payload(other.id, aspects)),)


def _title(ctx: TurnContext, tools: DialogueTools, service_id: str | None) -> str:
    service = tools.catalogue.service(service_id) if service_id else None
    return service.text(ctx.language).title if service is not None else ""
