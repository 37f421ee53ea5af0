"""Inline Markdown as plain text: emphasis is not heard, and of a link only its words are."""

from functools import lru_cache

from markdown_it import MarkdownIt

_PARSER = MarkdownIt("commonmark", {"html": False})


@lru_cache(maxsize=1024)
def plain(text: str) -> str:
    """The words of inline Markdown, in one line."""
    said: list[str] = []
    for inline in _PARSER.parseInline(text):
        for token in inline.children or ():
            if token.type in ("text", "code_inline"):
                said.append(token.content)
            elif token.type in ("softbreak", "hardbreak"):
                said.append(" ")
    return " ".join("".join(said).split())
