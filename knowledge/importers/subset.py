"""The Markdown subset of section texts: paragraphs, lists, pipe tables, links, bold, italics, line breaks."""

from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token

SCHEMES = frozenset({"http", "https", "mailto", "tel"})

_ALLOWED = frozenset(
    {
        *("text", "softbreak", "hardbreak", "inline"),
        *(
            f"{name}_{side}"
            for name in ("paragraph", "bullet_list", "ordered_list", "list_item", "strong", "em", "link")
            for side in ("open", "close")
        ),
        *(f"{name}_{side}" for name in ("table", "thead", "tbody", "tr", "th", "td") for side in ("open", "close")),
    }
)
_NAMES = {
    "heading_open": "heading",
    "lheading_open": "heading",
    "html_block": "HTML",
    "html_inline": "HTML",
    "image": "image",
    "fence": "code block",
    "code_block": "indented code block",
    "code_inline": "code",
    "blockquote_open": "quotation",
    "hr": "horizontal rule",
}
_PARSER = MarkdownIt("commonmark").enable("table")


def problems(text: str) -> tuple[str, ...]:
    """What in ``text`` lies outside the subset, each kind once; empty where all is well."""
    found: dict[str, None] = {}
    for token in _flat(_PARSER.parse(text)):
        if token.type in _NAMES:
            found[f"{_NAMES[token.type]} is not allowed"] = None
        elif token.type not in _ALLOWED and not token.type.endswith("_close"):
            found[f"{token.type} is not allowed"] = None
        elif token.type == "link_open" and not is_link(str(token.attrGet("href"))):
            found[f"link to {token.attrGet('href')!r} leads nowhere"] = None
    return tuple(found)


def is_link(url: str) -> bool:
    """Whether ``url`` is absolute and of a kind that people may be sent to."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    if parts.scheme.lower() not in SCHEMES or any(mark.isspace() for mark in url):
        return False
    return bool(parts.netloc) if parts.scheme.lower() in ("http", "https") else bool(parts.path)


def _flat(tokens: Iterable[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _flat(token.children or ())
