"""Runs of text with bold and links, as one line of inline Markdown."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from urllib.parse import quote

from markdown_it import MarkdownIt

from knowledge.importers.subset import is_link

# Zero-width space, soft hyphen, word joiner, byte order mark; joiners and direction marks are letters' business.
_INVISIBLE = re.compile("[\u200b\u00ad\u2060\ufeff\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]")
_SPACE = re.compile(r"\s+")
_HARD_MARKS = re.compile(r"`|\\(?=[!-/:-@\[-`{-~\s]|$)|<(?=[A-Za-z/!?])|\](?=[(:\[])|&(?=#?\w+;)")
_ALL_MARKS = re.compile(_HARD_MARKS.pattern + r"|[*_\[\]]")
_LINE_MARKS = re.compile(r"(?:[-+=#>|~]|:?-|[0-9]{1,9}[.)](?=\s|$))")
_ANY_MARK = re.compile(rf"[*_`\\<&\[\]]|^{_LINE_MARKS.pattern}")
_CHECKER = MarkdownIt("commonmark").enable("table")
_INLINE_TYPES = frozenset({"text", "strong_open", "strong_close", "link_open", "link_close"})


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text with one look; ``is_break`` marks a line break."""

    text: str
    bold: bool = False
    href: str | None = None
    is_break: bool = False


Runs = Sequence[Run]


def clean(text: str) -> str:
    """``text`` without invisible characters, every white space one blank."""
    return _SPACE.sub(" ", _INVISIBLE.sub("", text))


def plain(runs: Iterable[Run]) -> str:
    """The words of the runs on one line."""
    return clean("".join(run.text for run in runs)).strip()


def is_bold(runs: Runs) -> bool:
    """Whether all words (marks such as a colon aside) are bold."""
    spoken = [run for run in runs if any(map(str.isalnum, run.text))]
    return bool(spoken) and all(run.bold for run in spoken)


def lines(runs: Iterable[Run]) -> list[Runs]:
    """The runs parted at line breaks; lines without words are left out."""
    parts: list[list[Run]] = [[]]
    for run in runs:
        if run.is_break:
            parts.append([])
        else:
            parts[-1].append(run)
    return [part for part in parts if any(clean(run.text).strip() for run in part)]


def render(runs: Runs) -> str:
    """One line of inline Markdown that reads as the same words, with as few escapes as that needs.

    Bold that cannot be said in Markdown (``un**(ver)**bindlich``) is dropped.
    """
    words = plain(runs)
    if not any(run.bold or run.href for run in runs) and not _ANY_MARK.search(words):
        return words
    runs = _normal(runs)
    if not any(map(str.isalnum, words)):
        return _escape_all(words)  # what reads as text alone may be a rule in a list: "- --"
    sober = [replace(run, bold=False) for run in runs]
    for attempt, marks in ((runs, _HARD_MARKS), (runs, _ALL_MARKS), (sober, _ALL_MARKS)):
        text = "".join(_groups(attempt, marks)).strip()
        for candidate in (text, _escape_start(text)):
            if _reads_as(candidate, words):
                return candidate
    return _escape_all(words)


def _normal(runs: Runs) -> list[Run]:
    """Clean texts, unusable links dropped, neighbours of one look joined."""
    cleaned = [replace(run, text=clean(run.text), href=_usable(run.href)) for run in runs]
    return [
        Run(re.sub(" +", " ", "".join(run.text for run in group)), bold, href)
        for (bold, href), group in groupby(cleaned, key=lambda run: (run.bold, run.href))
    ]


def _usable(href: str | None) -> str | None:
    href = _INVISIBLE.sub("", href or "").strip()
    href = quote(href, safe="!#$%&'*+,/:;=?@[]~-._")
    return href if is_link(href) else None


def _groups(runs: Runs, marks: re.Pattern[str]) -> Iterator[str]:
    for href, group in groupby(runs, key=lambda run: run.href):
        text = "".join(_bolded(run, marks) for run in group)
        bare = text.strip()
        if href and bare:
            yield text.replace(bare, f"[{bare}]({href})")
        else:
            yield text


def _bolded(run: Run, marks: re.Pattern[str]) -> str:
    text = marks.sub(lambda match: "\\" + match[0], run.text)
    bare = text.strip()
    return text.replace(bare, f"**{bare}**") if run.bold and any(map(str.isalnum, bare)) else text


def _escape_start(line: str) -> str:
    """The line with what would begin a list, quotation, heading or table taken as text."""
    match = _LINE_MARKS.match(line)
    if not match:
        return line
    return f"{line[: match.end() - 1]}\\{line[match.end() - 1 :]}"


def _escape_all(text: str) -> str:
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)


def _reads_as(markdown: str, words: str) -> bool:
    tokens = _CHECKER.parse(markdown)
    if [token.type for token in tokens] != ["paragraph_open", "inline", "paragraph_close"]:
        return not words and not tokens
    children = tokens[1].children or []
    if any(child.type not in _INLINE_TYPES for child in children):
        return False
    return clean("".join(child.content for child in children)).strip() == words
