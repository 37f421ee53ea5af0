"""A server on loopback that speaks LibreTranslate's protocol, or breaks it, and a translator to script."""

import asyncio
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import unescape

from bs4 import BeautifulSoup

from assistant.errors import TranslatorUnavailableError
from assistant.model import Language
from tests.fake_server import FakeServer

_NO_KEY = "Please contact the server operator to get an API key"
Reply = tuple[int, object]


def pretend(text: str) -> str:
    """A text in no language: words in small letters run backwards; names, figures, marks and addresses stay."""
    words = re.compile(r"\]\([^)]*\)|(?<![\w@.])[a-zäöüß]{2,}(?![\w@])")
    return words.sub(lambda word: word[0] if word[0].startswith("]") else word[0][::-1], text)


@dataclass
class FakeLibreTranslate(FakeServer):
    """Translates with ``pretend``; ``spoil`` changes what it would say, ``status`` refuses, ``body`` replaces replies.

    As the real server does, it leaves elements marked ``translate="no"`` alone, checks the fields in the same order
    with the same words, and unescapes the HTML it returns.
    """

    key: str = ""
    spoil: Callable[[str], str] = str
    languages: tuple[str, ...] = ("en", *(language.value for language in Language if language != "en"))
    targets: dict[str, tuple[str, ...]] | None = None
    asked: list[dict[str, object]] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def reply(self, method: str, path: str, content: bytes) -> tuple[int, bytes]:
        self.requests.append(f"{method} {path}")
        status, said = self._reply(method, path, content)
        return status, json.dumps(said, ensure_ascii=False).encode() if self.body is None else self.body

    def _reply(self, method: str, path: str, content: bytes) -> Reply:
        if self.status == 429:
            return 429, {"error": "Slowdown: 30 per 1 minute"}
        if self.status != 200:
            return self.status, {"error": "Cannot translate text: out of memory"}
        if (method, path) == ("GET", f"{self.prefix}/languages"):
            return 200, [self._language(code) for code in self.languages]
        assert (method, path) == ("POST", f"{self.prefix}/translate")
        return self._translate(json.loads(content))

    def _language(self, code: str) -> dict[str, object]:
        offered: dict[str, object] = {"code": code, "name": code.upper()}
        return offered if self.targets is None else offered | {"targets": self.targets.get(code, ())}

    def _translate(self, wish: dict[str, object]) -> Reply:
        self.asked.append(wish)
        if self.key and wish.get("api_key", "") != self.key:
            return (403, {"error": "Invalid API key"}) if wish.get("api_key") else (400, {"error": _NO_KEY})
        for name in ("q", "source", "target"):
            if not wish.get(name):
                return 400, {"error": f"Invalid request: missing {name} parameter"}
        for name in ("source", "target"):
            if wish[name] not in self.languages:
                return 400, {"error": f"{wish[name]} is not supported"}
        assert wish["format"] == "html"
        texts = wish["q"]
        assert isinstance(texts, list)
        return 200, {"translatedText": [self.spoil(_translate_html(text)) for text in texts]}


def _translate_html(html: str) -> str:
    soup = BeautifulSoup(html, "html.parser")
    for text in list(soup.find_all(string=True)):
        if not any(parent.get("translate") == "no" for parent in text.parents):
            text.replace_with(pretend(str(text)))
    return unescape(str(soup))


class FakeTranslator:
    """Translates with ``pretend``, or as ``answers`` says; fails while ``broken``, never ends while ``stuck``."""

    name = "fake"

    def __init__(self) -> None:
        self.answers: dict[str, str | None] = {}
        self.broken = self.stuck = False
        self.asked: list[tuple[str, ...]] = []

    async def translate(self, texts: Sequence[str], source: Language, target: Language) -> tuple[str | None, ...]:
        self.asked.append(tuple(texts))
        if self.stuck:
            await asyncio.Event().wait()
        await self.ping()
        return tuple(self.answers.get(text, pretend(text)) for text in texts)

    async def ping(self) -> None:
        if self.broken:
            raise TranslatorUnavailableError("the fake is broken")
