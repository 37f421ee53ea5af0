"""Last but one: nothing unsourced leaves. Every figure an answer states must stand in the source it names."""

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

import structlog

from assistant.dialogue.context import DialogueTools, TurnContext
from assistant.dialogue.forms.quoted import is_quoted_from
from assistant.dialogue.say import answer as make_answer
from assistant.dialogue.say import canned, contact, human_reply
from assistant.dialogue.translate import is_faithful, texts_of
from assistant.model import (
    Answer,
    AnswerStatus,
    Canned,
    ContactWays,
    Facts,
    FormBlock,
    FormHelp,
    LinkOut,
    OfficeCard,
    Paragraph,
    Source,
    SourceKind,
    Steps,
    TicketStanding,
    Translated,
)
from assistant.model.figures import figures

_log = structlog.get_logger(__name__)
_Said = Paragraph | Steps | Facts | Translated | OfficeCard | FormHelp | LinkOut | FormBlock
# Counted, reckoned or looked up just now, and told in words of the message catalogue alone.
_JUST_NOW = (ContactWays, TicketStanding)
_CELLS = re.compile(r" – |: ")
# What an answer may hold besides facts; it is not a fact that "nothing was said".
_FACTUAL = (AnswerStatus.ANSWERED, AnswerStatus.ANSWERED_PARTLY)


async def guard_answer(ctx: TurnContext, tools: DialogueTools, answer: Answer) -> Answer:
    """Drops every block that its source does not bear out; refuses the whole answer where no fact is left."""
    if answer.status is AnswerStatus.REFUSED_SWITCHED_OFF:
        return answer  # a supervisor's words, not Roland's
    kept = tuple(
        block for block in answer.blocks if isinstance(block, _JUST_NOW) or _is_borne_out(tools, answer, block)
    )
    if len(kept) == len(answer.blocks):
        return answer
    _log.error("unsourced_block", service_id=answer.service_id, dropped=len(answer.blocks) - len(kept))
    if answer.status in _FACTUAL and not any(_states_fact(block) for block in kept):
        text = canned(tools, "error_unsourced", answer.language)
        links = tuple(block for block in kept if isinstance(block, LinkOut | OfficeCard))
        refusal = make_answer(ctx, AnswerStatus.ERROR_UNSOURCED, (text, *links), (human_reply(tools, answer.language),))
        return replace(refusal, service_id=answer.service_id, aspects=answer.aspects)
    status = AnswerStatus.ANSWERED_PARTLY if answer.status is AnswerStatus.ANSWERED else answer.status
    return replace(answer, blocks=kept, status=status)


def _is_borne_out(tools: DialogueTools, answer: Answer, block: _Said) -> bool:
    if isinstance(block, Translated):
        # A translation has no source of its own: its original has one, and it may differ from that in words only.
        is_quoted = isinstance(block.origin, Source) and _is_borne_out(tools, answer, block.original)
        return is_quoted and is_faithful(tools, block)
    if isinstance(block, FormBlock):
        return _stands_in_form(tools, answer, block)
    if isinstance(block.origin, Canned):
        return isinstance(block, Paragraph) and figures(block.text) <= _allowed_in_canned(tools, answer, block.origin)
    source = tools.composer.source_text(block.origin)
    return source is not None and _stands_in_catalogue(tools, answer, block, source)


def _stands_in_catalogue(
    tools: DialogueTools,
    answer: Answer,
    block: Paragraph | Steps | Facts | OfficeCard | FormHelp | LinkOut,
    source: str,
) -> bool:
    if isinstance(block, OfficeCard):
        office = tools.catalogue.office(block.office.id)
        return office is not None and office.told_in(answer.language, answer.register) == block.office
    if isinstance(block, LinkOut | FormHelp) and block.url not in source.split("\n"):
        return False
    return all(_is_quoted(text, source) for text in _texts(block))


def _stands_in_form(tools: DialogueTools, answer: Answer, block: FormBlock) -> bool:
    form = tools.forms.form(block.origin.entry_id) if tools.forms is not None else None
    return form is not None and is_quoted_from(form, block, answer.language, answer.register)


def _is_quoted(text: str, source: str) -> bool:
    """Whether the words stand in the source as they are; a table row made into a line is looked up cell by cell."""
    if not figures(text) <= figures(source):
        return False
    whole, said = _squeezed(source), _squeezed(text)
    return said in whole or all(part in whole for part in _CELLS.split(said))


@lru_cache(maxsize=4096)
def _squeezed(text: str) -> str:
    return " ".join(text.split())


def _texts(block: Paragraph | Steps | Facts | LinkOut | FormHelp) -> Iterable[str]:
    match block:
        case LinkOut(label):
            return (label,)
        case FormHelp(title, _, _, description):
            return (title, description or "")
        case Paragraph() | Steps() | Facts():
            return texts_of(block)


def _allowed_in_canned(tools: DialogueTools, answer: Answer, origin: Canned) -> frozenset[str]:
    """Figures of the message, of the city's phone and hours, of the titles it may name, and of what was reckoned."""
    told = {source.entry_id for source in answer.sources if source.kind is SourceKind.SERVICE} | {answer.service_id}
    services = [service for id_ in told if id_ and (service := tools.catalogue.service(id_)) is not None]
    titles = [text.title for service in services for text in service.texts]
    opening = tools.calendar.next_opening(tools.clock.now())
    values = [*contact(tools, answer.language).values(), f"{opening:%H:%M}" if opening else "", *titles]
    return figures(" ".join([tools.messages.template(origin.key, answer.language), *values, *origin.reckoned]))


def _states_fact(block: object) -> bool:
    stated = Paragraph | Steps | Facts | Translated | OfficeCard | FormBlock
    return isinstance(block, stated) and isinstance(block.origin, Source)
