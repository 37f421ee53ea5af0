"""LibreTranslate's protocol over real HTTP, and everything that can go wrong with it."""

import asyncio
import time
from dataclasses import replace

import pytest

from assistant.errors import TranslatorUnavailableError
from assistant.model import Language
from connectors import libretranslate
from connectors.libretranslate import LibreTranslate
from tests.fakes_translator import FakeLibreTranslate, pretend

FEE, PHOTO = "Ein Reisepass kostet **70,00 Euro**.", "Bringen Sie ein Foto mit."


class Clock:
    """A clock that stands still until it is moved."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


async def ask(adapter: LibreTranslate, *texts: str) -> tuple[str | None, ...]:
    """The texts in French."""
    return await adapter.translate(texts, Language.DE, Language.FR)


async def test_all_texts_go_out_in_one_request() -> None:
    """The request has the fields LibreTranslate knows; without a key none is sent."""
    async with FakeLibreTranslate().running() as server, LibreTranslate(server.url) as adapter:
        await ask(adapter, FEE, PHOTO, FEE)
        assert server.requests == ["POST /translate"]
    html = ['Ein Reisepass kostet <b id="k0">70,00 Euro</b>.', PHOTO]
    assert server.asked == [{"q": html, "source": "de", "target": "fr", "format": "html"}]


async def test_a_server_may_lie_below_a_path() -> None:
    """With LibreTranslate's --url-prefix the path stays in front of the address."""
    async with FakeLibreTranslate(prefix="/lt").running() as server, LibreTranslate(server.url) as adapter:
        await adapter.ping()
        await ask(adapter, FEE)
    assert server.requests == ["GET /lt/languages", "POST /lt/translate"]


async def test_known_texts_are_not_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A text is asked once a language; of too many, the one not needed for the longest time is forgotten."""
    monkeypatch.setattr(libretranslate, "_MOST_KNOWN", 2)
    async with FakeLibreTranslate().running() as server, LibreTranslate(server.url) as adapter:
        await ask(adapter, FEE, PHOTO)
        assert await ask(adapter, FEE) == (pretend(FEE),)
        assert len(server.asked) == 1
        await adapter.translate((FEE,), Language.DE, Language.PL)
        assert await ask(adapter, FEE, PHOTO) == (pretend(FEE), pretend(PHOTO))
    assert [wish["q"] for wish in server.asked[2:]] == [[PHOTO]]


async def test_a_key_is_sent() -> None:
    """A server that requires a key gets it."""
    async with FakeLibreTranslate(key="geheim").running() as server, LibreTranslate(server.url, "geheim") as adapter:
        assert await ask(adapter, FEE) == (pretend(FEE),)
    assert server.asked[0]["api_key"] == "geheim"


@pytest.mark.parametrize(("key", "reason"), [("", "API key"), ("falsch", "Invalid API key")])
async def test_a_missing_or_wrong_key_is_told(key: str, reason: str) -> None:
    """The operator reads in the log what the server said."""
    async with FakeLibreTranslate(key="geheim").running() as server, LibreTranslate(server.url, key) as adapter:
        with pytest.raises(TranslatorUnavailableError, match=reason):
            await ask(adapter, FEE)


def _lose(html: str) -> str:
    return html.replace('<b id="k0">', "").replace("</b>", "")


async def test_a_text_that_comes_back_damaged_is_none() -> None:
    """A lost element voids its own text, not the others; it is not asked for again and again."""
    async with FakeLibreTranslate(spoil=_lose).running() as server, LibreTranslate(server.url) as adapter:
        for _ in range(2):
            assert await ask(adapter, FEE, PHOTO) == (None, pretend(PHOTO))
    assert len(server.asked) == 1


LONG = b'{"translatedText": ["' + b"x" * 1_000_001 + b'"]}'
BROKEN = {
    "too fast": FakeLibreTranslate(status=429),
    "broken": FakeLibreTranslate(status=500),
    "banned": FakeLibreTranslate(status=403),
    "slow": FakeLibreTranslate(delay_s=5),
    "dripping": FakeLibreTranslate(drip=True),
    "no json": FakeLibreTranslate(body=b"\xff<html>"),
    "other json": FakeLibreTranslate(body=b'{"translation": "x"}'),
    "one text": FakeLibreTranslate(body=b'{"translatedText": "x"}'),
    "endless": FakeLibreTranslate(body=LONG),
    "too many": FakeLibreTranslate(body=b'{"translatedText": ["x", "y"]}'),
}


@pytest.mark.parametrize("kind", BROKEN)
async def test_a_server_that_misbehaves_fails_in_time_and_is_left_alone(kind: str) -> None:
    """The error comes at the time limit; further calls fail at once for a while, then the server is asked again."""
    clock = Clock()
    async with (
        replace(BROKEN[kind]).running() as server,
        LibreTranslate(server.url, timeout_s=0.2, clock=clock) as adapter,
        asyncio.timeout(3),
    ):
        with pytest.raises(TranslatorUnavailableError):
            await ask(adapter, FEE)
        asked = len(server.requests)
        with pytest.raises(TranslatorUnavailableError, match="left alone"):
            await ask(adapter, FEE)
        assert len(server.requests) == asked
        server.status, server.body, server.delay_s, server.drip = 200, None, 0.0, False
        clock.now += 60
        assert await ask(adapter, FEE) == (pretend(FEE),)


async def test_a_dead_server_fails_at_once() -> None:
    """Where nobody listens, asking and pinging say so."""
    async with FakeLibreTranslate().running() as server:
        url = server.url
    async with LibreTranslate(url) as adapter:
        started = time.perf_counter()
        with pytest.raises(TranslatorUnavailableError):
            await adapter.ping()
        with pytest.raises(TranslatorUnavailableError):
            await ask(adapter, FEE)
        assert time.perf_counter() - started < 1


async def test_a_bad_request_does_not_stop_the_others() -> None:
    """A language the server lacks is refused with its own words; other languages go on."""
    languages = ("en", "de", "pl")
    async with FakeLibreTranslate(languages=languages).running() as server, LibreTranslate(server.url) as adapter:
        with pytest.raises(TranslatorUnavailableError, match="fr is not supported"):
            await ask(adapter, FEE)
        assert await adapter.translate((FEE,), Language.DE, Language.PL) == (pretend(FEE),)


@pytest.mark.parametrize(
    ("server", "reason"),
    [
        (FakeLibreTranslate(languages=("en", "de")), "lacks fr"),
        (FakeLibreTranslate(languages=("en", "fr")), "lacks de"),
        (FakeLibreTranslate(targets={"de": ("en",)}), "no way from German to fr"),
        (FakeLibreTranslate(body=b"[{}]"), "not what LibreTranslate says"),
        (FakeLibreTranslate(status=500), "500 Cannot translate text"),
    ],
)
async def test_the_ping_names_what_is_missing(server: FakeLibreTranslate, reason: str) -> None:
    """The health page knows whether German can be translated into what is configured."""
    async with server.running(), LibreTranslate(server.url, languages=(Language.EN, Language.FR)) as adapter:
        with pytest.raises(TranslatorUnavailableError, match=reason):
            await adapter.ping()


@pytest.mark.parametrize("targets", [None, {"de": ("de", "en", "fr")}])
async def test_the_ping_is_content_with_what_is_configured(targets: dict[str, tuple[str, ...]] | None) -> None:
    """Older servers do not say which language leads to which; that is no fault."""
    async with (
        FakeLibreTranslate(targets=targets).running() as server,
        LibreTranslate(server.url, languages=(Language.EN, Language.FR)) as adapter,
    ):
        await adapter.ping()
