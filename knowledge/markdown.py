"""Section texts (a Markdown subset) as blocks' raw material: paragraphs, lists and tables."""

from dataclasses import dataclass
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

_PARSER = MarkdownIt("commonmark", {"html": False}).enable("table")


@dataclass(frozen=True, slots=True)
class Prose:
    """One paragraph of inline Markdown."""

    text: str


@dataclass(frozen=True, slots=True)
class Listing:
    """One list, nested items flattened; ``ordered`` where it is numbered."""

    items: tuple[str, ...]
    ordered: bool


@dataclass(frozen=True, slots=True)
class Table:
    """The body rows of a table; ``header`` is empty where the table has none."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Part = Prose | Listing | Table


@lru_cache(maxsize=4096)
def parse(text: str) -> tuple[Part, ...]:
    """The parts of a Markdown text in order; inline Markdown inside them is kept as written."""
    parts: list[Part] = []
    tokens = _PARSER.parse(text)
    position = 0
    while position < len(tokens):
        end = _closing(tokens, position)
        part = _part(tokens[position : end + 1])
        if part is not None:
            parts.append(part)
        position = end + 1
    return tuple(parts)


def _closing(tokens: list[Token], start: int) -> int:
    """The index of the token that closes the block opened at ``start`` (itself for one without nesting)."""
    depth = 0
    for index in range(start, len(tokens)):
        depth += tokens[index].nesting
        if depth == 0:
            return index
    return len(tokens) - 1


def _part(block: list[Token]) -> Part | None:
    opener = block[0].type
    if opener in ("bullet_list_open", "ordered_list_open"):
        items = tuple(_one_line(token.content) for token in block if token.type == "inline" and token.content.strip())
        return Listing(items, ordered=opener == "ordered_list_open") if items else None
    if opener == "table_open":
        table = _table(block)
        return table if table.rows else None
    text = "\n".join(token.content for token in block if token.type in ("inline", "fence", "code_block")).strip()
    return Prose(_one_line(text)) if text else None


def _table(block: list[Token]) -> Table:
    rows: list[list[str]] = []
    for token in block:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            rows[-1].append(_one_line(token.content))
    header, *body = rows
    return Table(tuple(header) if any(header) else (), tuple(tuple(row) for row in body))


def _one_line(text: str) -> str:
    return " ".join(text.split())
