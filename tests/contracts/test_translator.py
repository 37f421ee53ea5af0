"""What every ``Translator`` promises."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from assistant.errors import RolandError, TranslatorUnavailableError
from assistant.model import Language
from assistant.ports import Translator
from connectors.libretranslate import LibreTranslate
from tests.fakes_translator import FakeLibreTranslate, FakeTranslator, pretend

TEXTS = ("Ein Reisepass kostet 70,00 Euro.", "", "Bringen Sie ein Foto mit.", " ", "Bringen Sie ein Foto mit.")


@pytest_asyncio.fixture(params=["fake", "libretranslate"])
async def translator(request: pytest.FixtureRequest) -> AsyncIterator[Translator]:
    """A translator of each kind."""
    if request.param == "fake":
        yield FakeTranslator()
        return
    async with FakeLibreTranslate().running() as server, LibreTranslate(server.url) as adapter:
        yield adapter


@pytest_asyncio.fixture(params=["fake", "libretranslate"])
async def dead(request: pytest.FixtureRequest) -> AsyncIterator[Translator]:
    """A translator of each kind whose server does not work."""
    if request.param == "fake":
        fake = FakeTranslator()
        fake.broken = True
        yield fake
        return
    async with FakeLibreTranslate(status=500).running() as server, LibreTranslate(server.url) as adapter:
        yield adapter


async def test_one_translation_for_each_text_in_their_order(translator: Translator) -> None:
    """As many come back as were asked for, empty ones empty, repeated ones alike."""
    assert await translator.translate(TEXTS, Language.DE, Language.FR) == tuple(pretend(text) for text in TEXTS)


async def test_nothing_asked_is_nothing_told(translator: Translator) -> None:
    """An answer without texts is no error."""
    assert await translator.translate((), Language.DE, Language.FR) == ()


@pytest.mark.parametrize(
    "text",
    [
        "Kosten: **70,00 Euro** für *alle*",
        "Siehe [diese Seite](https://example.org/antrag?nr=1) oder schreiben Sie an amt@example.org.",
    ],
)
async def test_marks_and_addresses_stay(translator: Translator, text: str) -> None:
    """A translated text can be followed and looks like its original."""
    (said,) = await translator.translate((text,), Language.DE, Language.FR)
    assert said is not None
    assert said != text
    for mark in ("**", "](https://example.org/antrag?nr=1)", "amt@example.org"):
        assert said.count(mark) == text.count(mark)


async def test_a_translator_that_works_answers_a_ping(translator: Translator) -> None:
    """It has a name for the health page, and nothing to complain of."""
    assert translator.name
    await translator.ping()


async def test_a_translator_that_does_not_work_says_so(dead: Translator) -> None:
    """Both ways of asking raise an error of Roland's own that may be tried again."""
    with pytest.raises(TranslatorUnavailableError) as caught:
        await dead.translate(TEXTS, Language.DE, Language.FR)
    assert caught.value.retryable
    with pytest.raises(RolandError):
        await dead.ping()
