"""Inline Markdown as HTML that a translating machine cannot spoil unnoticed, and back."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser

from markdown_it import MarkdownIt
from markdown_it.token import Token

_ADDRESS = re.compile(r"(https?://[^\s<>)]+[^\s<>).,;:]|[\w.+-]+@[\w-]+(?:\.[\w-]+)+)")
_MARKS = re.compile(r"([\\`*\[\]<])")
# What begins a line would begin a list, a heading or a quotation.
_OPENER = re.compile(r"^(\s*)([-+#>]|\d+(?=[.)]\s))")
_WITHOUT_MARKS = frozenset({"text", "softbreak", "hardbreak"})
_ELEMENTS = {"strong_open": "b", "em_open": "i", "link_open": "a"}


@dataclass(frozen=True, slots=True)
class _Part:
    """What an element stands for: marks around its translated text, or (``verbatim``) a text that is kept as it is."""

    tag: str
    before: str = ""
    after: str = ""
    verbatim: str | None = None


@dataclass(frozen=True, slots=True)
class Protected:
    """A text to be translated as HTML: addresses are left out, every element is numbered."""

    markdown: str
    html: str
    parts: tuple[_Part, ...]

    def restored(self, html: str) -> str | None:
        """The Markdown of the translated HTML; None where an element was lost, doubled, invented or entangled."""
        reader = _Reader(self.parts)
        try:
            reader.feed(html)
            reader.close()
            text = reader.text()
        except _DamagedError:
            return None
        return text if _marks(text) == _marks(self.markdown) else None


def protect(markdown: str) -> Protected:
    """Make a text ready to be translated; links and bold and emphasised words become elements, addresses fixed ones."""
    writer = _Writer()
    writer.write(_inline(markdown))
    return Protected(markdown, "".join(writer.html), tuple(writer.parts))


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).disable("image")
    # Addresses must stay as the catalogue writes them.
    parser.normalizeLink = lambda url: url  # type: ignore[method-assign]
    return parser


_PARSER = _parser()


def _inline(markdown: str) -> list[Token]:
    return _PARSER.parseInline(markdown)[0].children or []


def _marks(markdown: str) -> Counter[tuple[str, object]]:
    """Every mark of a text with its address, so that none is lost or made on the way."""
    return Counter(
        (token.type, token.attrGet("href")) for token in _inline(markdown) if token.type not in _WITHOUT_MARKS
    )


@dataclass(slots=True)
class _Writer:
    html: list[str] = field(default_factory=list)
    parts: list[_Part] = field(default_factory=list)
    _open: list[str] = field(default_factory=list)

    def write(self, tokens: Iterable[Token]) -> None:
        waiting = iter(tokens)
        for token in waiting:
            if token.type == "link_open" and token.info == "auto":
                self._keep(f"<{next(waiting).content}>")
                next(waiting)
            elif token.type in _ELEMENTS:
                self._begin(token)
            elif token.nesting < 0:
                self.html.append(f"</{self._open.pop()}>")
            elif token.type == "code_inline":
                self._keep(f"{token.markup}{token.content}{token.markup}")
            elif token.type in {"softbreak", "hardbreak"}:
                self.html.append(" ")
            else:
                self._text(token.content)

    def _begin(self, token: Token) -> None:
        tag = _ELEMENTS[token.type]
        marks = ("[", f"]({token.attrGet('href')})") if tag == "a" else ("*" * len(token.markup),) * 2
        self.html.append(f'<{tag} id="k{len(self.parts)}">')
        self.parts.append(_Part(tag, *marks))
        self._open.append(tag)

    def _text(self, text: str) -> None:
        for place, piece in enumerate(_ADDRESS.split(text)):
            if place % 2:
                self._keep(piece)
            else:
                self.html.append(escape(piece, quote=False))

    def _keep(self, verbatim: str) -> None:
        shown = escape(verbatim.strip("<>"), quote=False)
        self.html.append(f'<span id="k{len(self.parts)}" translate="no">{shown}</span>')
        self.parts.append(_Part("span", verbatim=verbatim))


class _DamagedError(Exception):
    """The translated HTML does not have the elements of the original."""


class _Reader(HTMLParser):
    def __init__(self, parts: tuple[_Part, ...]) -> None:
        super().__init__(convert_charrefs=True)
        self._left = {f"k{number}": part for number, part in enumerate(parts)}
        self._stack: list[tuple[_Part | None, list[str]]] = [(None, [])]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        part = self._left.pop(str(dict(attrs).get("id")), None)
        if part is None or part.tag != tag:
            raise _DamagedError
        self._stack.append((part, []))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        part, inner = self._stack.pop()
        if part is None or part.tag != tag:
            raise _DamagedError
        self._stack[-1][1].extend(_around(part, "".join(inner)))

    def handle_data(self, data: str) -> None:
        self._stack[-1][1].append(_MARKS.sub(r"\\\1", data))

    def handle_comment(self, data: str) -> None:
        raise _DamagedError

    def handle_decl(self, decl: str) -> None:
        raise _DamagedError

    def handle_pi(self, data: str) -> None:
        raise _DamagedError

    def unknown_decl(self, data: str) -> None:
        raise _DamagedError

    def text(self) -> str:
        """Everything read, as Markdown; raises where elements are missing or open."""
        if self._left or len(self._stack) != 1:
            raise _DamagedError
        return _OPENER.sub(_escaped_opener, " ".join("".join(self._stack[0][1]).split()))


def _around(part: _Part, inner: str) -> Iterator[str]:
    """The marks close to the words: with a space inside, Markdown would show them as asterisks."""
    if part.verbatim is not None:
        yield part.verbatim
        return
    if not inner.strip():
        raise _DamagedError
    yield inner[: len(inner) - len(inner.lstrip())]
    yield f"{part.before}{inner.strip()}{part.after}"
    yield inner[len(inner.rstrip()) :]


def _escaped_opener(match: re.Match[str]) -> str:
    space, opener = match.groups()
    return f"{space}{opener}\\" if opener.isdigit() else f"{space}\\{opener}"
