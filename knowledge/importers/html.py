"""HTML as authorities write it, as blocks of the Markdown subset.

Kept: paragraphs, headings, lists, tables, links, bold. Dropped: scripts, images, styles, form controls, and links that
lead nowhere. Whatever the input, the result lies inside the subset (``knowledge.importers.subset``) and says the same
words.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString

from knowledge.importers.inline import Run, Runs, is_bold, lines, plain, render

_DROPPED = frozenset(
    {
        *("script", "style", "template", "noscript", "head", "title", "link", "meta"),
        *("img", "picture", "svg", "math", "canvas", "map", "iframe", "object", "embed", "video", "audio"),
        *("input", "button", "select", "textarea", "datalist"),
    }
)
_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6, "summary": 7, "dt": 7, "legend": 7}
_BLOCKS = frozenset(
    {
        *("html", "body", "main", "header", "footer", "nav", "article", "section", "aside", "div", "center", "address"),
        *("p", "pre", "blockquote", "figure", "figcaption", "details", "fieldset", "form", "li", "dl", "dd"),
        *("caption", "thead", "tbody", "tfoot", "tr", "th", "td"),
    }
)
_CONTAINERS = [*_BLOCKS, *_HEADINGS, "ul", "ol", "table", "hr"]
_BOLD = frozenset({"b", "strong"})
_BOLD_HEADING_LEVEL = 8
_MAX_HEADING = 80
_MAX_LIST_LINE = 120
_MAX_DEPTH = 60


@dataclass(frozen=True, slots=True)
class Heading:
    """A line that announces what follows; ``level`` 1–7 by its tag, 8 where it is just bold."""

    text: str
    level: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One line of inline Markdown."""

    text: str


@dataclass(frozen=True, slots=True)
class Listing:
    """A list; each item is a sequence of blocks, most often one paragraph."""

    items: tuple[tuple["Block", ...], ...]
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells (inline Markdown), all of one width; the first row is the header."""

    rows: tuple[tuple[str, ...], ...]


Block = Heading | Paragraph | Listing | Table


def parse_html(html: str) -> tuple[Block, ...]:
    """The blocks of a piece of HTML; plain text is taken as lines."""
    if not html or html.isspace():
        return ()
    if "<" not in html:
        html = "<p>" + re.sub(r"\n\s*\n", "</p><p>", html.strip()).replace("\n", "<br>") + "</p>"
    return tuple(_Reader().read(BeautifulSoup(html, "lxml"), 0))


def to_markdown(html: str) -> str:
    """A piece of HTML in the Markdown subset; headings become bold paragraphs."""
    return render_blocks(parse_html(html))


def render_blocks(blocks: Sequence[Block]) -> str:
    """Blocks in the Markdown subset, parted by empty lines."""
    return "\n\n".join(part for part in _rendered(blocks) if part)


def _rendered(blocks: Sequence[Block]) -> Iterator[str]:
    previous: Block | None = None
    for block in blocks:
        if isinstance(block, Listing) and isinstance(previous, Listing):
            # Without something between them Markdown would read two lists as one; a comment is not allowed.
            yield _render_list(block, bullet="+" if not block.ordered else ")")
            previous = None
        else:
            yield _render(block)
            previous = block


def _render(block: Block) -> str:
    if isinstance(block, Heading):
        return render((Run(block.text, bold=True),))
    if isinstance(block, Paragraph):
        return block.text
    return _render_table(block) if isinstance(block, Table) else _render_list(block)


def _render_list(listing: Listing, bullet: str = "") -> str:
    lines_: list[str] = []
    for number, item in enumerate(listing.items, 1):
        mark = f"{number}{bullet or '.'} " if listing.ordered else f"{bullet or '-'} "
        body = render_blocks(item).split("\n")
        lines_ += [mark + body[0], *(" " * len(mark) + line if line else "" for line in body[1:])]
    return "\n".join(lines_)


def _render_table(table: Table) -> str:
    header, *body = table.rows
    rows = [header, ("---",) * len(header), *body]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


class _Reader:
    """Walks the tree once; runs of inline text gather until a block ends them."""

    def __init__(self) -> None:
        self._blocks: list[Block] = []
        self._runs: list[Run] = []

    def read(self, node: Tag, depth: int) -> list[Block]:
        self._walk(node, Run(""), depth)
        self._flush()
        return self._blocks

    def _walk(self, node: Tag, style: Run, depth: int) -> None:
        for child in node.children:
            if isinstance(child, Tag):
                self._tag(child, style, depth + 1)
            elif type(child) is NavigableString:
                self._runs.append(Run(str(child), style.bold, style.href))

    def _tag(self, tag: Tag, style: Run, depth: int) -> None:
        name = tag.name.lower()
        if name in _DROPPED:
            return
        if depth > _MAX_DEPTH:
            self._runs.append(Run(tag.get_text(" "), style.bold, style.href))
        elif name == "br":
            self._runs.append(Run("\n", is_break=True))
        elif name in _CONTAINERS:
            self._flush()
            self._container(tag, name, depth)
            self._flush()
        else:
            self._walk(tag, _styled(tag, name, style), depth)

    def _container(self, tag: Tag, name: str, depth: int) -> None:
        if name in ("ul", "ol"):
            self._list(tag, name == "ol", depth)
        elif name == "table" and not tag.find("table"):
            self._blocks += _table(tag, depth)
        elif name in _HEADINGS and not tag.find(_CONTAINERS):
            self._walk(tag, Run(""), depth)
            self._heading(_HEADINGS[name])
        elif name != "hr":
            self._walk(tag, Run(""), depth)

    def _heading(self, level: int) -> None:
        text = plain(self._runs)
        if len(text) <= 2 * _MAX_HEADING and any(letter.isalpha() for letter in text):
            self._blocks.append(Heading(text, level))
            self._runs = []

    def _list(self, tag: Tag, ordered: bool, depth: int) -> None:
        items: list[tuple[Block, ...]] = []
        for child in tag.find_all(recursive=False):
            blocks = tuple(_unheaded(block) for block in _Reader().read(child, depth))
            if blocks and child.name in ("ul", "ol") and items:
                items[-1] += blocks
            elif blocks:
                items.append(blocks)
        if items:
            self._blocks.append(Listing(tuple(items), ordered))

    def _flush(self) -> None:
        if not self._runs:
            return
        parts, self._runs = lines(self._runs), []
        if not parts:
            return
        if _announces(parts[0]):
            self._blocks.append(Heading(plain(parts[0]).rstrip(":"), _BOLD_HEADING_LEVEL))
            parts = parts[1:]
        paragraphs = [Paragraph(render(part)) for part in parts]
        if len(parts) > 1 and all(map(_enumerates, parts)):
            self._blocks.append(Listing(tuple((paragraph,) for paragraph in paragraphs)))
        else:
            self._blocks += paragraphs


def _enumerates(line: Runs) -> bool:
    """Whether a line among others, parted by line breaks, is rather an item of a list than a sentence."""
    text = plain(line)
    return len(text) <= _MAX_LIST_LINE and text[-1] not in ".!?:"


def _styled(tag: Tag, name: str, style: Run) -> Run:
    if name in _BOLD:
        return replace(style, bold=True)
    if name == "a" and isinstance(tag.get("href"), str):
        return replace(style, href=str(tag["href"]))
    return style


def _announces(line: Runs) -> bool:
    """Whether a line is a heading in disguise: all bold, short, and no sentence."""
    text = plain(line)
    return is_bold(line) and len(text) <= _MAX_HEADING and text[-1] not in ".!,;" and any(map(str.isalpha, text))


def _unheaded(block: Block) -> Block:
    return Paragraph(_render(block)) if isinstance(block, Heading) else block


def _table(tag: Tag, depth: int) -> list[Block]:
    rows: list[list[list[Block]]] = []
    for row in tag.find_all("tr"):
        cells = [_Reader().read(cell, depth) for cell in row.find_all(["td", "th"], recursive=False)]
        if any(cells):
            rows.append(cells)
    width = max((len(row) for row in rows), default=0)
    caption = tag.find("caption")
    before = _Reader().read(caption, depth) if caption else []
    if width < 2:  # a table that only frames a text
        return before + [block for row in rows for cell in row for block in cell]
    lines_ = (tuple(_cell(cell) for cell in row) + ("",) * (width - len(row)) for row in rows)
    return [*before, Table(tuple(lines_))]


def _cell(blocks: Sequence[Block]) -> str:
    return ", ".join(_cell_parts(blocks)).replace("|", "\\|")


def _cell_parts(blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Listing):
            yield from (part for item in block.items for part in _cell_parts(item))
        elif not isinstance(block, Table):
            yield _render(block)
