"""What the catalogue says in German only is told in the asker's language too, or stays as it was."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from assistant.dialogue.compose import compose
from assistant.dialogue.context import DialogueTools, Question, TurnContext
from assistant.dialogue.guard_answer import guard_answer
from assistant.dialogue.run import TurnRunner
from assistant.dialogue.translate import texts_of, translate
from assistant.model import (
    Answer,
    AnswerStatus,
    Aspect,
    Block,
    Canned,
    Fact,
    Facts,
    ImportedEntry,
    Intent,
    Language,
    OfficeCard,
    Paragraph,
    Steps,
    TextBlock,
    Translated,
)
from assistant.storage.catalogue import SqlCatalogueStore
from connectors.libretranslate import LibreTranslate
from knowledge.compose import CatalogueComposer
from tests.dialogue.conftest import conversation, said
from tests.fakes_translator import FakeLibreTranslate, FakeTranslator, pretend

FEE = "service:reisepass#fee"


@pytest.fixture(scope="session")
def in_german(catalogue: SqlCatalogueStore, tmp_path_factory: pytest.TempPathFactory) -> SqlCatalogueStore:
    """The sample catalogue as most cities have theirs: in German only."""

    def entries() -> Iterator[ImportedEntry]:
        for service in catalogue.services():
            german = tuple(text for text in service.texts if text.language is Language.DE)
            yield ImportedEntry(replace(service, texts=german), "test")
        yield from (ImportedEntry(office, "test") for office in catalogue.offices())

    store = SqlCatalogueStore(tmp_path_factory.mktemp("german") / "catalogue.db")
    assert store.replace(entries()).invalid == ()
    return store


@pytest.fixture
def translator() -> FakeTranslator:
    """The translator, to be scripted."""
    return FakeTranslator()


@pytest.fixture
def german(tools: DialogueTools, in_german: SqlCatalogueStore, translator: FakeTranslator) -> DialogueTools:
    """Everything a turn needs, with a catalogue in German and a translator."""
    return replace(
        tools,
        catalogue=in_german,
        composer=CatalogueComposer(in_german),
        translator=translator,
        translated_languages=(Language.FR, Language.AR),
    )


async def asked(tools: DialogueTools, choice: str = FEE, language: Language = Language.FR) -> Answer:
    """The answer to a press of a button in a conversation in that language."""
    begun = conversation()
    state = replace(begun.state, language=language, language_is_chosen=True)
    answer, _ = await TurnRunner(tools).respond(replace(begun, state=state), (), said("", choice))
    return answer


def translated(answer: Answer) -> list[Translated]:
    """The translated blocks of an answer."""
    return [block for block in answer.blocks if isinstance(block, Translated)]


def in_foreign_german(answer: Answer) -> list[TextBlock]:
    """The blocks shown in German."""
    texts = [block for block in answer.blocks if isinstance(block, Paragraph | Steps | Facts)]
    return [block for block in texts if block.language is Language.DE]


def notices(answer: Answer) -> list[str]:
    """The messages about the language of what follows, in their order."""
    keys = [block.origin.key for block in answer.blocks if isinstance(block.origin, Canned)]
    return [key for key in keys if key in {"dialogue.german_only", "dialogue.machine_translated"}]


async def test_facts_are_told_in_the_askers_language(german: DialogueTools, translator: FakeTranslator) -> None:
    """Each German block is translated and carries its original, source and a message before it that says so."""
    plain = await asked(replace(german, translator=None))
    answer = await asked(german)
    assert answer.status is AnswerStatus.ANSWERED
    assert notices(plain) == ["dialogue.german_only"]
    assert notices(answer) == ["dialogue.machine_translated"]
    assert [block.original for block in translated(answer)] == in_foreign_german(plain)
    assert in_foreign_german(answer) == []
    for block in translated(answer):
        assert block.text.language is Language.FR
        assert texts_of(block.text) == tuple(pretend(text) for text in texts_of(block.original))
        assert block.origin in answer.sources
    assert len(translator.asked) == 1
    first = answer.blocks.index(translated(answer)[0])
    assert answer.blocks[first - 1].origin == Canned("dialogue.machine_translated")


async def test_everything_else_stays_as_it_is(german: DialogueTools) -> None:
    """Offices, links and buttons of a translated answer are those of the German one."""
    plain, answer = await asked(replace(german, translator=None)), await asked(german)

    def rest(told: Answer) -> list[Block]:
        return [b for b in told.blocks if not isinstance(b, Translated | Paragraph | Steps | Facts)]

    assert any(isinstance(block, OfficeCard) for block in answer.blocks)
    assert rest(answer) == rest(plain)
    assert answer.quick_replies == plain.quick_replies


@pytest.mark.slow
@pytest.mark.parametrize("aspect", [Aspect.NEED, Aspect.FEE, Aspect.DOCUMENTS, Aspect.DEADLINE])
async def test_every_faithful_translation_passes_the_guard(
    german: DialogueTools, in_german: SqlCatalogueStore, aspect: Aspect
) -> None:
    """For every service, what the step lets through the guard lets through as well."""
    begun = conversation()
    count = 0
    for service in in_german.services():
        ctx = TurnContext(said("?"), begun, (), replace(begun.state, language=Language.FR))
        ctx.questions = (Question("?", Intent.STATE_NEED, aspects=(aspect,), service_id=service.id),)
        composed = await compose(ctx, german)
        assert composed is not None
        answer = await translate(ctx, german, composed)
        assert await guard_answer(ctx, german, answer) == answer, service.id
        count += len(translated(answer))
    assert count > 50


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text.replace("70,00", "71,00"),
        lambda text: text + " 2027",
        lambda text: text + " https://example.org/",
        lambda _: "",
        lambda _: None,
    ],
    ids=["other figure", "one more", "a link", "empty", "damaged"],
)
async def test_a_wrong_translation_is_not_shown(
    german: DialogueTools, translator: FakeTranslator, spoil: Callable[[str], str | None]
) -> None:
    """The block with the difference stays German under its message; the others are translated under theirs."""
    blocks = in_foreign_german(await asked(replace(german, translator=None)))
    wrong = next(block for block in blocks if any("70,00" in text for text in texts_of(block)))
    text = next(text for text in texts_of(wrong) if "70,00" in text)
    translator.answers[text] = spoil(pretend(text))
    answer = await asked(german)
    assert in_foreign_german(answer) == [wrong]
    assert [block.original for block in translated(answer)] == [block for block in blocks if block != wrong]
    assert sorted(notices(answer)) == ["dialogue.german_only", "dialogue.machine_translated"]
    before = answer.blocks[answer.blocks.index(wrong) - 1]
    assert before.origin == Canned("dialogue.german_only")


async def test_what_comes_back_in_german_is_not_called_translated(
    german: DialogueTools, translator: FakeTranslator
) -> None:
    """A machine that gives the text back has not translated it."""
    plain = await asked(replace(german, translator=None))
    translator.answers = {text: text for block in in_foreign_german(plain) for text in texts_of(block)}
    assert (await asked(german)).blocks == plain.blocks


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["broken", "stuck"])
async def test_without_the_translator_the_german_is_told_in_time(
    german: DialogueTools, translator: FakeTranslator, fault: str
) -> None:
    """A translator that fails or never ends costs no answer, and never the whole turn."""
    setattr(translator, fault, True)
    started = time.perf_counter()
    answer = await asked(replace(german, deadline_seconds=1.0))
    assert time.perf_counter() - started < 1.0
    assert answer.status is AnswerStatus.ANSWERED
    assert answer.blocks == (await asked(replace(german, translator=None))).blocks


@pytest.mark.parametrize("language", [Language.DE, Language.PL])
async def test_only_what_is_wanted_is_translated(
    german: DialogueTools, translator: FakeTranslator, language: Language
) -> None:
    """German stays German for Germans, and the city chooses the languages."""
    answer = await asked(german, language=language)
    assert translated(answer) == []
    assert translator.asked == []


async def test_what_people_translated_is_not_translated_again(tools: DialogueTools, translator: FakeTranslator) -> None:
    """A text that the catalogue has in the asker's language is quoted."""
    ready = replace(tools, translator=translator, translated_languages=(Language.EN,))
    answer = await asked(ready, language=Language.EN)
    assert answer.status is AnswerStatus.ANSWERED
    assert translated(answer) == []
    assert translator.asked == []


async def test_an_answer_said_again_is_labelled_once(german: DialogueTools, translator: FakeTranslator) -> None:
    """Repeated while the translator was away and after, an answer has one message, which fits what follows."""
    translator.broken = True
    before = await asked(german)
    translator.broken = False
    begun = conversation()
    ctx = TurnContext(said("?"), begun, (), replace(begun.state, language=Language.FR))
    after = await translate(ctx, german, before)
    assert notices(after) == ["dialogue.machine_translated"]
    assert await translate(ctx, german, after) == after


def _other_figure(block: Translated) -> Translated:
    return replace(block, text=_with(block.text, lambda text: f"{text} 99"))


def _other_original(block: Translated) -> Translated:
    return replace(block, original=_with(block.original, lambda text: f"{text} Das ist frei."))


def _other_origin(block: Translated) -> Translated:
    return replace(block, text=replace(block.text, origin=Canned("dialogue.greet")))


def _of_nothing(block: Translated) -> Translated:
    canned = Canned("dialogue.greet")
    return Translated(Paragraph("Bonjour", canned), Paragraph("Guten Tag", canned))


def _other_shape(block: Translated) -> Translated:
    texts = texts_of(block.text)
    return replace(block, text=Steps((*texts, "et plus"), block.origin, language=Language.FR))


def _with(block: TextBlock, change: Callable[[str], str]) -> TextBlock:
    match block:
        case Paragraph(text):
            return replace(block, text=change(text))
        case Steps(items):
            return replace(block, items=(change(items[0]), *items[1:]))
        case Facts(rows):
            return replace(block, rows=(Fact(change(rows[0].label), rows[0].value), *rows[1:]))


@pytest.mark.parametrize("forge", [_other_figure, _other_original, _other_origin, _of_nothing, _other_shape])
async def test_the_guard_drops_forged_translations(
    german: DialogueTools, forge: Callable[[Translated], Translated]
) -> None:
    """The original must stand in its source, and the translation must have its figures, shape and origin."""
    answer = await asked(german)
    forged = forge(translated(answer)[0])
    begun = conversation()
    ctx = TurnContext(said("?"), begun, (), begun.state)
    assert await guard_answer(ctx, german, answer) == answer
    guarded = await guard_answer(ctx, german, replace(answer, blocks=(*answer.blocks, forged)))
    assert guarded.blocks == answer.blocks


async def test_an_offices_name_is_not_translated(german: DialogueTools, translator: FakeTranslator) -> None:
    """A translation that renames the office somebody has to go to is not shown."""
    answer = await asked(german)
    block = translated(answer)[0]
    card = next(block for block in answer.blocks if isinstance(block, OfficeCard))
    named = _with(block.original, lambda text: f"{card.office.name}: {text}")
    begun = conversation()
    ctx = TurnContext(said("?"), begun, (), replace(begun.state, language=Language.FR))
    told = replace(answer, blocks=(named,))
    assert len(translated(await translate(ctx, german, told))) == 1
    translator.answers = {text: pretend(text).replace(card.office.name, "Bureau") for text in texts_of(named)}
    assert translated(await translate(ctx, german, told)) == []


async def test_with_a_server_over_http(german: DialogueTools) -> None:
    """The whole way: a turn, LibreTranslate's protocol, and the second time no request."""
    async with FakeLibreTranslate().running() as server, LibreTranslate(server.url) as adapter:
        ready = replace(german, translator=adapter)
        first, second = await asked(ready), await asked(ready)
        assert translated(first)
        assert second.blocks == first.blocks
        assert len(server.asked) == 1
        server.status = 500
        assert translated(await asked(ready, "service:reisepass#documents")) == []


async def test_wrong_figures_over_http(german: DialogueTools) -> None:
    """A server that changes figures has its words thrown away wherever there is one."""
    spoiled = FakeLibreTranslate(spoil=lambda text: text.replace("70,00", "71,00"))
    async with spoiled.running() as server, LibreTranslate(server.url) as adapter:
        answer = await asked(replace(german, translator=adapter))
    assert any("70,00" in text for block in in_foreign_german(answer) for text in texts_of(block))
    assert translated(answer)
    assert all("70,00" not in text for block in translated(answer) for text in texts_of(block.original))
