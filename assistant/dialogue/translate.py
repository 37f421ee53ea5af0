"""After composing: what the catalogue says in German only, translated by machine where that holds, and labelled so."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import structlog

from assistant.dialogue.context import DialogueTools, TurnContext
from assistant.dialogue.say import canned
from assistant.model import (
    Answer,
    Block,
    Canned,
    Fact,
    Facts,
    Language,
    Paragraph,
    Source,
    SourceKind,
    Steps,
    TextBlock,
    Translated,
)
from assistant.model.fidelity import differences
from assistant.ports import Translator

_GERMAN_ONLY, _MACHINE_TRANSLATED = "german_only", "machine_translated"
_NOTICES = tuple(Canned(f"dialogue.{key}") for key in (_GERMAN_ONLY, _MACHINE_TRANSLATED))
# Of the time the turn has left; guarding and recording take a moment too.
_SHARE = 0.8

_log = structlog.get_logger(__name__)


async def translate(ctx: TurnContext, tools: DialogueTools, answer: Answer) -> Answer:
    """The answer with its German blocks translated; one whose translation fails or differs stays as it is."""
    german = tuple(dict.fromkeys(_german(answer)))
    if not german or tools.translator is None or answer.language not in tools.translated_languages:
        return answer
    seconds = (tools.deadline_seconds - sum(ctx.timings.values()) / 1000) * _SHARE
    texts = await _translations(tools.translator, german, answer.language, seconds)
    translated = dict(_translated(tools, german, texts, answer.language))
    return replace(answer, blocks=tuple(_labelled(tools, answer, translated))) if translated else answer


def is_faithful(tools: DialogueTools, translated: Translated) -> bool:
    """Whether a translation has the shape of its original and its figures, links and office names, text by text."""
    original, text = translated.original, translated.text
    there, here = texts_of(original), texts_of(text)
    if len(there) != len(here) or _with_texts(original, here, text.language) != text:
        return False
    names = _office_names(tools, original)
    return all(
        bool(said.strip()) == bool(meant.strip()) and not differences(meant, said, names)
        for meant, said in zip(there, here, strict=True)
    )


def texts_of(block: TextBlock) -> tuple[str, ...]:
    """Every text of a block in order; a table's row by row."""
    match block:
        case Paragraph(text):
            return (text,)
        case Steps(items):
            return items
        case Facts(rows):
            return tuple(text for row in rows for text in (row.label, row.value))


def _german(answer: Answer) -> Iterator[TextBlock]:
    if answer.language is Language.DE:
        return
    for block in answer.blocks:
        if isinstance(block, Paragraph | Steps | Facts) and block.language is Language.DE:
            yield block


async def _translations(
    translator: Translator, blocks: Sequence[TextBlock], target: Language, seconds: float
) -> Mapping[str, str | None]:
    """The translations by text; empty where there are none in that time."""
    texts = tuple(dict.fromkeys(text for block in blocks for text in texts_of(block)))
    try:
        async with asyncio.timeout(max(seconds, 0)):
            return dict(zip(texts, await translator.translate(texts, Language.DE, target), strict=True))
    except Exception as error:  # noqa: BLE001 - whatever breaks here, the German text is there
        _log.warning("not_translated", language=target.value, reason=str(error) or type(error).__name__)
        return {}


def _translated(
    tools: DialogueTools, blocks: Sequence[TextBlock], translations: Mapping[str, str | None], language: Language
) -> Iterator[tuple[Block, Translated]]:
    for block in blocks:
        originals = texts_of(block)
        texts = tuple(text for original in originals if (text := translations.get(original)) is not None)
        if len(texts) < len(originals) or texts == originals:
            continue
        translated = Translated(_with_texts(block, texts, language), block)
        if is_faithful(tools, translated):
            yield block, translated
        else:
            _log.info("translation_differs", language=language.value, source=block.origin)


def _labelled(tools: DialogueTools, answer: Answer, translated: Mapping[Block, Translated]) -> Iterator[Block]:
    """The blocks, with a message before the first translated and before the first German one of each service."""
    german = set(_german(answer))
    told: set[str] = set()
    for block in answer.blocks:
        if block.origin in _NOTICES:
            told.clear()
            continue
        shown = translated.get(block, block)
        key = _MACHINE_TRANSLATED if isinstance(shown, Translated) else _GERMAN_ONLY if shown in german else None
        if key is not None and key not in told:
            told.add(key)
            yield canned(tools, key, answer.language)
        yield shown


def _with_texts(block: TextBlock, texts: tuple[str, ...], language: Language | None) -> TextBlock:
    """The same block with other texts, as many as it has."""
    match block:
        case Paragraph():
            return replace(block, text=texts[0], language=language)
        case Steps():
            return replace(block, items=texts, language=language)
        case Facts():
            rows = tuple(Fact(label, value) for label, value in zip(texts[::2], texts[1::2], strict=True))
            return replace(block, rows=rows, language=language)


def _office_names(tools: DialogueTools, block: TextBlock) -> tuple[str, ...]:
    """What the offices of the block's service are called."""
    origin = block.origin
    if not isinstance(origin, Source) or origin.kind is not SourceKind.SERVICE:
        return ()
    service = tools.catalogue.service(origin.entry_id)
    offices = [tools.catalogue.office(id_) for id_ in service.office_ids] if service else []
    return tuple(office.name for office in offices if office is not None)
