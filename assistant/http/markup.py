"""Markdown of the catalogue as safe HTML, and as plain text."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from html import escape

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from assistant.http.bidi import isolated_html

_SCHEMES = ("https://", "http://", "mailto:", "tel:")
_WEB_ADDRESS = re.compile(r"(https?://[^\s<>()\"]*[^\s<>()\".,;:!?])")
_EMPTY_LINES = re.compile(r"\n\s*\n")
_BREAKS = ("paragraph_close", "tr_close", "list_item_close", "bullet_list_open", "ordered_list_open")


class _Renderer(RendererHTML):
    """Opens links in a new tab, so that nobody loses the conversation, without a way back into this page.

    For a right-to-left text, ``env["rtl"]``, what stands in Latin letters and figures is set apart.
    """

    def text(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        content = tokens[idx].content
        return isolated_html(content) if env["rtl"] else escape(content)

    def link_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        if str(tokens[idx].attrGet("href") or "").startswith("http"):
            tokens[idx].attrSet("rel", "noopener")
            tokens[idx].attrSet("target", "_blank")
        return self.renderToken(tokens, idx, options, env)

    def cell_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        tokens[idx].attrs.pop("style", None)  # alignment comes as inline style, which the page's policy forbids
        return self.renderToken(tokens, idx, options, env)

    td_open = th_open = cell_open


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}, renderer_cls=_Renderer).enable("table").disable("image")
    parser.validateLink = lambda url: url.lower().startswith(_SCHEMES)  # type: ignore[method-assign]
    return parser


_markdown = _parser()


# The texts are the catalogue's, so the same ones are rendered again and again.
@lru_cache(maxsize=4096)
def to_html(text: str, *, rtl: bool = False) -> str:
    """Paragraphs, lists and tables as HTML; HTML in the text stays visible text."""
    return str(_markdown.render(text, {"rtl": rtl})).strip()


@lru_cache(maxsize=4096)
def to_inline_html(text: str, *, rtl: bool = False) -> str:
    """A text of one line (bold, emphasis, links) as HTML without a surrounding element."""
    return str(_markdown.renderInline(text, {"rtl": rtl})).strip()


@lru_cache(maxsize=4096)
def to_plain(text: str) -> str:
    """The text without marks, one line a paragraph, item or row; links keep their address in brackets."""
    lines = "".join(_plain(_markdown.parse(text))).splitlines()
    return "\n".join(line.rstrip(" |") for line in lines if line.strip(" |"))


def written_html(text: str, *, rtl: bool = False) -> str:
    """What a person wrote, as it is: paragraphs, line breaks, web addresses as links; marks stay visible."""
    paragraphs = (part.strip().splitlines() for part in _EMPTY_LINES.split(text))
    return "".join(f"<p>{'<br>'.join(_line(line, rtl) for line in lines)}</p>" for lines in paragraphs if lines)


def _line(line: str, rtl: bool) -> str:
    parts = _WEB_ADDRESS.split(line)
    apart = isolated_html if rtl else escape
    return "".join(link_html(part, part, rtl=rtl) if place % 2 else apart(part) for place, part in enumerate(parts))


def link_html(label: str, url: str, *, rtl: bool = False) -> str:
    """A link, or the label alone where the address is not one to go to."""
    shown = isolated_html(label) if rtl else escape(label)
    if not url.lower().startswith(_SCHEMES):
        return shown
    return f'<a href="{escape(url)}" rel="noopener" target="_blank">{shown}</a>'


def _plain(tokens: Sequence[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type == "inline":
            yield "".join(_plain_inline(token.children or []))
        elif token.type == "list_item_open":
            yield f"{token.info}. " if token.markup == "." else "- "
        elif token.type in {"th_close", "td_close"}:
            yield " | "
        elif token.type in _BREAKS and not token.hidden:
            yield "\n"


def _plain_inline(tokens: Sequence[Token]) -> Iterator[str]:
    address = label = ""
    for token in tokens:
        if token.type == "link_open":
            address, label = str(token.attrGet("href")), ""
        elif token.type == "link_close":
            bare = address.removeprefix("mailto:").removeprefix("tel:")
            yield "" if bare == label else f" ({bare})"
            address = ""
        elif token.type in {"softbreak", "hardbreak"}:
            yield "\n"
        else:
            label += token.content
            yield token.content
