"""From catalogue entries to blocks: what is said is quoted, never reworded."""

import re
from collections.abc import Iterable
from datetime import date

from assistant.model import (
    Aspect,
    Block,
    Fact,
    Facts,
    FormHelp,
    Language,
    LinkOut,
    LinkPurpose,
    Office,
    OfficeCard,
    Paragraph,
    Register,
    Section,
    SectionKind,
    Service,
    ServiceText,
    Source,
    SourceKind,
    Steps,
)
from assistant.ports import Catalogue
from knowledge.markdown import Listing, Part, Prose, Table, parse

_MONTHS = "januar|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember"
# How an aspect shows by its form alone; other aspects cannot be told from a paragraph's looks.
_CUES = {
    Aspect.FEE: re.compile(
        r"\d\s*(?:€|euro\b|eur\b)|€\s*\d|gebührenfrei|kostenlos|kostenfrei|unentgeltlich", re.IGNORECASE
    ),
    Aspect.DURATION: re.compile(
        r"\b(?:\d+|ein(?:e|en|er)?|zwei|drei|vier|fünf|sechs|acht)(?:\s*(?:bis|-|–)\s*\w+)?\s+"
        r"(?:minuten?|stunden?|(?:werk|arbeits)?tage?n?|wochen?|monate?n?)\b",
        re.IGNORECASE,
    ),
    Aspect.DEADLINE: re.compile(
        rf"\b(?:innerhalb|binnen|spätestens|frist|bis zum)\b|\b\d{{1,2}}\.\s?(?:\d{{1,2}}\.|{_MONTHS})", re.IGNORECASE
    ),
}


class CatalogueComposer:
    """Composes blocks from the catalogue's own texts. Implements ``assistant.ports.Composer``."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def summary(self, service: Service, language: Language, register: Register) -> tuple[Block, ...]:
        """The service in one or two sentences; empty where the catalogue has none."""
        text = service.text(language, register)
        if not text.summary:
            return ()
        return _blocks(parse(text.summary), _frame_source(service, text), _foreign(text, language))

    def section(self, service: Service, kind: SectionKind, language: Language, register: Register) -> tuple[Block, ...]:
        """The section's text as blocks; empty where the service has no such section."""
        text, section = _find_section(service, kind, language, register)
        if section is None:
            return ()
        return _blocks(parse(section.text), _section_source(service, text, section), _foreign(text, language))

    def excerpt(
        self, service: Service, kind: SectionKind, aspect: Aspect, language: Language, register: Register
    ) -> tuple[Block, ...]:
        """Those paragraphs and items of a section that show the aspect by their form."""
        cue = _CUES.get(aspect)
        text, section = _find_section(service, kind, language, register)
        if cue is None or section is None:
            return ()
        parts = _matching(parse(section.text), cue)
        return _blocks(parts, _section_source(service, text, section), _foreign(text, language))

    def offices(
        self, service: Service, area: str | None, limit: int, language: Language, register: Register
    ) -> tuple[OfficeCard, ...]:
        """The responsible offices, those of the area first."""
        found = [office for id_ in service.office_ids if (office := self._catalogue.office(id_)) is not None]
        ranked = sorted(found, key=lambda office: area is not None and bool(office.areas) and area not in office.areas)
        return tuple(self.office(office, language, register) for office in ranked[:limit])

    def office(self, office: Office, language: Language, register: Register) -> OfficeCard:
        """One office as a block, its notes in the reader's language where the catalogue has them."""
        return OfficeCard(office.told_in(language, register), _office_source(office))

    def next_steps(self, service: Service, language: Language) -> tuple[LinkOut | FormHelp, ...]:
        """Online service, appointment, forms and the official page, each address once."""
        text = service.text(language)
        source = _frame_source(service, text)
        steps: list[LinkOut | FormHelp] = [
            LinkOut(online.title, online.url, LinkPurpose.ONLINE_SERVICE, source) for online in service.online_services
        ]
        if service.appointment_url:
            steps.append(LinkOut(text.title, service.appointment_url, LinkPurpose.APPOINTMENT, source))
        steps += [
            FormHelp(form.title, form.url, source, form.description, form.form_id) for form in service.forms if form.url
        ]
        if service.url:
            steps.append(LinkOut(text.title, service.url, LinkPurpose.OFFICIAL_PAGE, source))
        first: dict[str, LinkOut | FormHelp] = {}
        for step in steps:
            first.setdefault(step.url, step)
        return tuple(first.values())

    def source_text(self, source: Source) -> str | None:
        """Everything the catalogue says under that source, in all languages."""
        if source.kind is SourceKind.OFFICE:
            office = self._catalogue.office(source.entry_id)
            return None if office is None else _office_text(office)
        service = self._catalogue.service(source.entry_id)
        if service is None:
            return None
        if source.section is None:
            return _frame_text(service)
        sections = [text.section(source.section) for text in service.texts]
        said = [section.text for section in sections if section is not None]
        return "\n".join(said) or None


def _find_section(
    service: Service, kind: SectionKind, language: Language, register: Register
) -> tuple[ServiceText, Section | None]:
    """The section in the best version that has it; a plain version may leave sections to the standard one."""
    versions = (service.text(language, register), service.text(language), service.text(Language.DE))
    for text in versions:
        section = text.section(kind)
        if section is not None and section.text.strip():
            return text, section
    return versions[0], None


def _matching(parts: Iterable[Part], cue: re.Pattern[str]) -> tuple[Part, ...]:
    kept: list[Part] = []
    for part in parts:
        match part:
            case Prose(text) if cue.search(text):
                kept.append(part)
            case Listing(items, ordered):
                hits = tuple(item for item in items if cue.search(item))
                kept += [Listing(hits, ordered=ordered and hits == items)] if hits else []
            case Table(header, rows):
                lines = tuple(row for row in rows if cue.search(" ".join(row)))
                kept += [Table(header, lines)] if lines else []
    return tuple(kept)


def _blocks(parts: Iterable[Part], source: Source, language: Language | None) -> tuple[Block, ...]:
    return tuple(_block(part, source, language) for part in parts)


def _block(part: Part, source: Source, language: Language | None) -> Block:
    match part:
        case Prose(text):
            return Paragraph(text, source, language)
        case Listing(items, ordered):
            return Steps(items, source, ordered, language)
        case Table(header, rows) if all(len(row) == 2 for row in rows):
            told = (header, *rows) if len(header) == 2 else rows
            return Facts(tuple(Fact(label, value) for label, value in told), source, language)
        case Table(header, rows):
            return Steps(tuple(_row(header, row) for row in rows), source, ordered=False, language=language)


def _row(header: tuple[str, ...], row: tuple[str, ...]) -> str:
    """A wide table's row as one readable line, each cell under its column's name."""
    first, *rest = row
    names = header[1:] if len(header) == len(row) else ("",) * len(rest)
    cells = [f"{name}: {cell}" if name else cell for name, cell in zip(names, rest, strict=True) if cell]
    return " – ".join([first, *cells])


def _foreign(text: ServiceText, wanted: Language) -> Language | None:
    return None if text.language is wanted else text.language


def _frame_source(service: Service, text: ServiceText) -> Source:
    return Source(SourceKind.SERVICE, service.id, text.title, None, service.url, service.updated_on)


def _section_source(service: Service, text: ServiceText, section: Section) -> Source:
    updated: date | None = section.updated_on or service.updated_on
    return Source(SourceKind.SERVICE, service.id, text.title, section.kind, section.url or service.url, updated)


def _office_source(office: Office) -> Source:
    return Source(SourceKind.OFFICE, office.id, office.name, None, office.source_url or office.url, office.updated_on)


def _frame_text(service: Service) -> str:
    lines = [line for text in service.texts for line in (text.title, text.summary)]
    for online in service.online_services:
        lines += [online.title, online.url, online.description or ""]
    for form in service.forms:
        lines += [form.title, form.url, form.description or ""]
    return "\n".join([*lines, service.appointment_url or "", service.url or ""])


def _office_text(office: Office) -> str:
    hours = [f"{span.opens:%H:%M} {span.closes:%H:%M} {span.note or ''}" for span in office.opening_hours]
    details = (
        office.name,
        office.short_name,
        office.address.line if office.address else None,
        office.address.addition if office.address else None,
        office.phone,
        office.email,
        office.url,
        office.appointment_url,
        office.hours_note,
        office.transport,
        office.accessibility,
        *(note.text for note in office.translations),
    )
    return "\n".join([detail for detail in details if detail] + hours)
