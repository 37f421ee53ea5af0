"""Finds the sections of a service inside a running description, by its headings."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from assistant.model import Section, SectionKind
from assistant.own_yaml import read_yaml
from knowledge.importers.html import Block, Heading, Paragraph, parse_html, render_blocks

_MAX_SUMMARY = 400


@dataclass(frozen=True, slots=True)
class Description:
    """A description taken apart.

    ``unclassified`` are those of the ``headings`` that tell no kind of section; what stands below them is in the
    overview, or in the section they are part of.
    """

    summary: str
    sections: tuple[Section, ...]
    headings: tuple[str, ...] = ()
    unclassified: tuple[str, ...] = ()


@dataclass(slots=True)
class _Part:
    kind: SectionKind
    heading: Heading | None
    blocks: list[Block]


def classify(heading: str) -> SectionKind | None:
    """The kind of section a German heading announces, or None."""
    return next((kind for kind, pattern in _patterns().items() if pattern.search(heading)), None)


def describe(html: str, *, with_summary: bool = True) -> Description:
    """The summary and sections of a description in HTML; sections of one kind are joined."""
    parts, unclassified = _split(parse_html(html))
    summary = _take_summary(parts) if with_summary else ""
    headings = tuple(part.heading.text for part in parts if part.heading)
    return Description(summary, join_sections(map(_section, parts)), headings, unclassified)


def section_of(kind: SectionKind, html: str, title: str | None = None) -> Section | None:
    """A section of a known kind made of HTML; None where it says nothing."""
    text = render_blocks(parse_html(html))
    return Section(kind, text, title) if text else None


def join_sections(sections: Iterable[Section | None]) -> tuple[Section, ...]:
    """One section a kind, in order of first appearance; a later one keeps its title as a bold line."""
    joined: dict[SectionKind, Section] = {}
    for section in sections:
        if section is not None and (section.text or section.title):
            first = joined.get(section.kind)
            joined[section.kind] = section if first is None else _appended(first, section)
    return tuple(section for section in joined.values() if section.text)


def _appended(first: Section, second: Section) -> Section:
    head = [Heading(second.title, 1)] if second.title and second.title != first.title else []
    text = "\n\n".join(part for part in (first.text, render_blocks(head), second.text) if part)
    return replace(first, text=text)


def _split(blocks: Sequence[Block]) -> tuple[list[_Part], tuple[str, ...]]:
    """The description parted at its headings. A heading of no known kind belongs to the classified one above it."""
    parts = [_Part(SectionKind.OVERVIEW, None, [])]
    above: list[tuple[int, SectionKind]] = []
    unclassified: list[str] = []
    for block in blocks:
        if not isinstance(block, Heading):
            parts[-1].blocks.append(block)
            continue
        while above and above[-1][0] >= block.level:
            above.pop()
        kind = classify(block.text)
        if kind is None:
            unclassified.append(block.text)
            kind = above[-1][1] if above else SectionKind.OVERVIEW
        above.append((block.level, kind))
        parts.append(_Part(kind, block, []))
    return parts, tuple(unclassified)


def _take_summary(parts: list[_Part]) -> str:
    """The first paragraph, taken out of the overview, where it is short enough to stand for all."""
    blocks = parts[0].blocks
    first = blocks[0] if blocks else None
    if not isinstance(first, Paragraph) or len(first.text) > _MAX_SUMMARY:
        return ""
    del blocks[0]
    return first.text


def _section(part: _Part) -> Section:
    if part.heading and part.kind is SectionKind.OVERVIEW:
        return Section(part.kind, render_blocks([part.heading, *part.blocks]))
    return Section(part.kind, render_blocks(part.blocks), part.heading.text if part.heading else None)


@cache
def _patterns() -> Mapping[SectionKind, re.Pattern[str]]:
    text = (files("knowledge.importers") / "headings.yaml").read_text("utf-8")
    words: dict[str, list[str]] = read_yaml(text)
    return {SectionKind(kind): re.compile("|".join(found), re.IGNORECASE) for kind, found in words.items()}
