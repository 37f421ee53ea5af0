"""Machine translation by a server with LibreTranslate's HTTP interface."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Annotated, Self

import httpx
import structlog
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from assistant.errors import TranslatorUnavailableError
from assistant.model import Language
from connectors.inline_markup import protect

_MOST_BYTES = 1_000_000
_MOST_KNOWN = 8_192
_PING_SECONDS = 1.0
_REST_SECONDS = 15.0
_CONNECTIONS = httpx.Limits(max_connections=16, max_keepalive_connections=4)

_log = structlog.get_logger(__name__)


class _Translated(BaseModel):
    texts: Annotated[list[str], Field(alias="translatedText")]


class _Refused(BaseModel):
    error: str


class _Offered(BaseModel):
    code: str
    targets: list[str] | None = None
    """What it can be translated into; older servers do not say."""


_OFFER = TypeAdapter(list[_Offered])
_Key = tuple[Language, Language, str]


class LibreTranslate:
    """Implements ``assistant.ports.Translator``; close it with ``aclose``.

    Remembers translations, since a catalogue's texts come again and again. After a failure that is not about the one
    request, the server is left alone for a while and every call fails at once.
    """

    name = "libretranslate"

    def __init__(
        self,
        url: str,
        api_key: str = "",
        *,
        timeout_s: float = 2.0,
        languages: Sequence[Language] = (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``languages`` are those that ``ping`` expects German to be translated into."""
        self._key, self._timeout, self._languages, self._clock = api_key, timeout_s, tuple(languages), clock
        # The city's own server needs no proxy, whatever the environment says.
        self._client = httpx.AsyncClient(base_url=url, timeout=timeout_s, limits=_CONNECTIONS, trust_env=False)
        self._known: OrderedDict[_Key, str | None] = OrderedDict()
        self._rests_until = float("-inf")

    async def translate(self, texts: Sequence[str], source: Language, target: Language) -> tuple[str | None, ...]:
        said: dict[str, str | None] = {text: text for text in texts if not text.strip()}
        for text in texts:
            if (key := (source, target, text)) in self._known:
                self._known.move_to_end(key)
                said[text] = self._known[key]
        missing = [text for text in dict.fromkeys(texts) if text not in said]
        if missing:
            new = await self._ask(missing, source, target)
            said |= new
            self._remember({(source, target, text): translation for text, translation in new.items()})
        return tuple(said[text] for text in texts)

    async def ping(self) -> None:
        try:
            async with asyncio.timeout(_PING_SECONDS):
                response = await self._request("GET", "/languages")
            offered = {language.code: language for language in _OFFER.validate_json(response)}
        except (TimeoutError, ValidationError) as error:
            raise TranslatorUnavailableError(f"the translator does not answer: {_reason(error)}") from error
        german = offered.get(Language.DE)
        targets = set(offered) if german is None or german.targets is None else set(german.targets)
        if lacking := [language for language in (Language.DE, *self._languages) if language not in offered]:
            raise TranslatorUnavailableError(f"the translator lacks {', '.join(lacking)}")
        if lacking := [language for language in self._languages if language not in targets]:
            raise TranslatorUnavailableError(f"the translator has no way from German to {', '.join(lacking)}")

    async def aclose(self) -> None:
        """Give the connections back."""
        await self._client.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def _ask(self, texts: Sequence[str], source: Language, target: Language) -> dict[str, str | None]:
        if self._clock() < self._rests_until:
            raise TranslatorUnavailableError("the translator failed a moment ago and is left alone for a while")
        protected = [protect(text) for text in texts]
        try:
            async with asyncio.timeout(self._timeout):
                translated = await self._fetch([text.html for text in protected], source, target)
        except _NotThisOneError:
            raise
        except (TimeoutError, TranslatorUnavailableError) as error:
            self._rests_until = self._clock() + _REST_SECONDS
            reason = _reason(error)
            _log.warning("translator_rests", seconds=_REST_SECONDS, reason=reason)
            raise TranslatorUnavailableError(f"the translator does not answer: {reason}") from error
        return {text: kept.restored(html) for text, kept, html in zip(texts, protected, translated, strict=True)}

    async def _fetch(self, html: Sequence[str], source: Language, target: Language) -> list[str]:
        wish: dict[str, object] = {"q": html, "source": source, "target": target, "format": "html"}
        content = await self._request("POST", "/translate", wish | ({"api_key": self._key} if self._key else {}))
        try:
            translated = _Translated.model_validate_json(content).texts
        except ValidationError as error:
            raise TranslatorUnavailableError(_reason(error)) from error
        if len(translated) != len(html):
            raise TranslatorUnavailableError(f"{len(translated)} texts came for {len(html)}")
        return translated

    async def _request(self, method: str, path: str, body: dict[str, object] | None = None) -> bytes:
        """The body of a good response; raises TranslatorUnavailableError, for a bad request as _NotThisOneError."""
        try:
            async with self._client.stream(method, path, json=body) as response:
                content = await _limited(response)
        except httpx.HTTPError as error:
            raise TranslatorUnavailableError(_reason(error)) from error
        if response.status_code == httpx.codes.OK:
            return content
        said = f"{response.status_code} {_error_text(content)}"
        if response.status_code == httpx.codes.BAD_REQUEST:
            raise _NotThisOneError(f"the translator refuses: {said}")
        raise TranslatorUnavailableError(said)

    def _remember(self, new: dict[_Key, str | None]) -> None:
        self._known |= new
        while len(self._known) > _MOST_KNOWN:
            self._known.popitem(last=False)


class _NotThisOneError(TranslatorUnavailableError):
    """The server is well; it refuses this request (a language it lacks, too long a text, no key)."""


async def _limited(response: httpx.Response) -> bytes:
    content = bytearray()
    async for piece in response.aiter_bytes():
        content += piece
        if len(content) > _MOST_BYTES:
            raise TranslatorUnavailableError(f"its response is longer than {_MOST_BYTES} bytes")
    return bytes(content)


def _error_text(content: bytes) -> str:
    try:
        return _Refused.model_validate_json(content).error[:200]
    except ValidationError:
        return ""


def _reason(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return "not what LibreTranslate says"
    return str(error) or type(error).__name__
