"""What the catalogue says to one aspect of one service, and how completely."""

from dataclasses import dataclass

from assistant.dialogue.context import DialogueTools
from assistant.model import (
    Aspect,
    Block,
    FormHelp,
    Language,
    LinkOut,
    LinkPurpose,
    Paragraph,
    Register,
    SectionKind,
    Service,
)

# The sections that answer an aspect, best first; the first that the service has is quoted.
_SECTIONS: dict[Aspect, tuple[SectionKind, ...]] = {
    Aspect.OVERVIEW: (SectionKind.OVERVIEW,),
    Aspect.NEED: (SectionKind.PROCEDURE, SectionKind.OVERVIEW),
    Aspect.HOW: (SectionKind.PROCEDURE,),
    Aspect.DOCUMENTS: (SectionKind.DOCUMENTS,),
    Aspect.REQUIREMENTS: (SectionKind.REQUIREMENTS,),
    Aspect.FEE: (SectionKind.FEE,),
    Aspect.DURATION: (SectionKind.DURATION,),
    Aspect.DEADLINE: (SectionKind.DEADLINE,),
    Aspect.VALIDITY: (SectionKind.VALIDITY,),
    Aspect.REPRESENTATION: (SectionKind.REPRESENTATION,),
    Aspect.ONLINE: (SectionKind.ONLINE,),
    Aspect.FORM: (SectionKind.FORMS,),
    Aspect.APPOINTMENT: (SectionKind.APPOINTMENT,),
    Aspect.WHERE: (SectionKind.RESPONSIBILITY,),
    Aspect.OPENING_HOURS: (),
    Aspect.CONTACT: (),
}
# Where to look for the aspect's own sentences when it has no section; ``Composer.excerpt`` picks them out.
_EXCERPTED = (
    SectionKind.OVERVIEW,
    SectionKind.PROCEDURE,
    SectionKind.HINTS,
    SectionKind.REQUIREMENTS,
    SectionKind.DURATION,
    SectionKind.OTHER,
)
# What helps a little where nothing answers the aspect itself.
_INSTEAD: dict[Aspect, tuple[SectionKind, ...]] = {
    Aspect.ONLINE: (SectionKind.PROCEDURE,),
    Aspect.APPOINTMENT: (SectionKind.PROCEDURE,),
    Aspect.DOCUMENTS: (SectionKind.REQUIREMENTS, SectionKind.PROCEDURE),
    Aspect.REQUIREMENTS: (SectionKind.OVERVIEW,),
    Aspect.HOW: (SectionKind.ONLINE, SectionKind.APPOINTMENT, SectionKind.OVERVIEW),
    Aspect.FORM: (SectionKind.DOCUMENTS,),
    Aspect.DEADLINE: (SectionKind.VALIDITY,),
    Aspect.DURATION: (),
}
OFFICE_ASPECTS = frozenset({Aspect.WHERE, Aspect.OPENING_HOURS, Aspect.CONTACT})
_LINKED = {Aspect.ONLINE: LinkPurpose.ONLINE_SERVICE, Aspect.APPOINTMENT: LinkPurpose.APPOINTMENT}
_WITH_SUMMARY = frozenset({Aspect.OVERVIEW, Aspect.NEED})
_LONG = 1200


@dataclass(frozen=True, slots=True)
class Found:
    """The blocks that speak to an aspect; ``complete``: they answer it; ``cut``: more stands there than is said."""

    blocks: tuple[Block, ...]
    complete: bool
    cut: bool = False


def find_facts(tools: DialogueTools, service: Service, aspect: Aspect, language: Language, register: Register) -> Found:
    """What the catalogue says to the aspect: its own section, else sentences that show it, else what helps instead."""
    blocks = _lead(tools, service, aspect, language, register)
    for kind in _SECTIONS[aspect]:
        section = tools.composer.section(service, kind, language, register)
        if section:
            kept = _shorten(section)
            return Found(_without_repeats((*blocks, *kept)), complete=True, cut=len(kept) < len(section))
    if blocks or aspect in OFFICE_ASPECTS:
        return Found(blocks, complete=bool(blocks) or bool(service.office_ids))
    if _has_link(tools, service, aspect, language):
        return Found((), complete=True)
    for kind in _EXCERPTED:
        excerpt = tools.composer.excerpt(service, kind, aspect, language, register)
        if excerpt:
            return Found(_shorten(excerpt), complete=False)
    return Found(_instead(tools, service, aspect, language, register), complete=False)


def _lead(
    tools: DialogueTools, service: Service, aspect: Aspect, language: Language, register: Register
) -> tuple[Block, ...]:
    return tools.composer.summary(service, language, register) if aspect in _WITH_SUMMARY else ()


def _has_link(tools: DialogueTools, service: Service, aspect: Aspect, language: Language) -> bool:
    purpose = _LINKED.get(aspect)
    steps = tools.composer.next_steps(service, language)
    if aspect is Aspect.FORM:
        return any(isinstance(step, FormHelp) for step in steps)
    return any(isinstance(step, LinkOut) and step.purpose is purpose for step in steps)


def _instead(
    tools: DialogueTools, service: Service, aspect: Aspect, language: Language, register: Register
) -> tuple[Block, ...]:
    for kind in _INSTEAD.get(aspect, ()):
        section = tools.composer.section(service, kind, language, register)
        if section:
            return _shorten(section)
    return ()


def _shorten(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Whole blocks up to a length that people still read; always at least one."""
    kept: list[Block] = []
    length = 0
    for block in blocks:
        length += _length(block)
        if kept and length > _LONG:
            break
        kept.append(block)
    return tuple(kept)


def _length(block: Block) -> int:
    if isinstance(block, Paragraph):
        return len(block.text)
    return sum(len(item) for item in getattr(block, "items", ())) + sum(
        len(row.label) + len(row.value) for row in getattr(block, "rows", ())
    )


def _without_repeats(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Each text once: some catalogues begin the overview with the summary."""
    seen: set[str] = set()
    kept: list[Block] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            if block.text in seen:
                continue
            seen.add(block.text)
        kept.append(block)
    return tuple(kept)
