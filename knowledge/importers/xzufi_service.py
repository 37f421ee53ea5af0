"""Services (Leistungen) of XZuFi files."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from html import escape

from bs4 import BeautifulSoup

from assistant.model import FormLink, Language, OnlineService, Register, SectionKind, Service, ServiceText
from knowledge.importers.inline import clean
from knowledge.importers.safe_xml import Element, child, children, day, value, words
from knowledge.importers.sections import Description, describe, join_sections, section_of
from knowledge.importers.subset import is_link
from knowledge.importers.xzufi_xml import Version, area, object_id, version_of

_NAME, _SERVICE_NAME, _SHORT, _FULL, _FORMS, _FURTHER, _TEASER = "02", "03", "05", "06", "14", "15", "24"
_KINDS = {
    "07": SectionKind.LEGAL_BASIS,
    "08": SectionKind.DOCUMENTS,
    "09": SectionKind.REQUIREMENTS,
    "11": SectionKind.PROCEDURE,
    "14": SectionKind.FORMS,
    "15": SectionKind.OTHER,
    "16": SectionKind.HINTS,
    "22": SectionKind.RESPONSIBILITY,
    "23": SectionKind.RESPONSIBILITY,
    "25": SectionKind.HINTS,
}
_NOT_FOR_CITIZENS = frozenset({"18"})
_STRUCTURED = {
    "modulKosten": SectionKind.FEE,
    "modulFrist": SectionKind.DEADLINE,
    "modulBearbeitungsdauer": SectionKind.DURATION,
}
_ORDER = {kind: position for position, kind in enumerate(SectionKind)}


def read_service(
    element: Element, office_ids: tuple[str, ...], online_services: tuple[OnlineService, ...], notes: list[str]
) -> Service:
    """The service in a ``leistung``; raises ValueError with the reason where it has no id or no name."""
    service_id = object_id(child(element, "id"))
    if not service_id:
        raise ValueError("no id")
    texts = tuple(_texts(element, notes))
    if not texts:
        raise ValueError("no name in any language Roland speaks")
    if not office_ids:
        notes.append("no office is responsible for it")
    version = child(element, "versionsinformation")
    return Service(
        id=service_id,
        texts=texts,
        updated_on=day(value(version, "geaendertDatumZeit")) or day(value(version, "erstelltDatumZeit")),
        url=next(filter(is_link, (value(link, "uri") for link in children(element, "modulUrsprungsportal"))), None),
        leika_key=_leika_key(element, notes),
        areas=_areas(element, notes),
        life_situations=tuple(category_id for category_id, _ in life_situations(element)),
        office_ids=office_ids,
        online_services=online_services,
        forms=tuple(_forms(element)),
        valid_from=day(value(element, "gueltigkeit", "beginn")),
        valid_until=day(value(element, "gueltigkeit", "ende")),
    )


def life_situations(element: Element) -> Iterator[tuple[str, Element]]:
    """Ids and elements of the categories whose class is that of the life situations."""
    for category in children(element, "kategorie"):
        classes = " ".join(words(name) for name in children(category, "klasse", "bezeichnung"))
        category_id = object_id(child(category, "id"))
        if category_id and "lebenslage" in classes.lower():
            yield category_id, category


def _texts(element: Element, notes: list[str]) -> Iterator[ServiceText]:
    modules = _text_modules(element, notes)
    structured = _structured_modules(element)
    synonyms = _synonyms(element)
    for version, contents in modules.items():
        titles = [plain for code in (_SERVICE_NAME, _NAME) if (plain := _plain(contents.get(code, "")))]
        if not titles:
            notes.append(f"no name in {version[0]}: that version is left out")
            continue
        description = _described(contents)
        sections = [
            *(section_of(kind, "".join(htmls)) for kind, htmls in structured.get(version, {}).items()),
            *(section_of(_KINDS[code], html) for code, html in contents.items() if code in _KINDS),
            *description.sections,
        ]
        if not description.summary and not any(sections):
            notes.append(f"no text in {version[0]}")
        yield ServiceText(
            language=version[0],
            register=version[1],
            title=titles[0],
            summary=description.summary,
            synonyms=tuple(dict.fromkeys([*titles[1:], *synonyms.get(version, ())])),
            sections=tuple(sorted(join_sections(sections), key=lambda section: _ORDER[section.kind])),
        )


def _described(contents: dict[str, str]) -> Description:
    """The summary from teaser or short text, the sections from the full text, which covers the short one."""
    short = next((html for code in (_TEASER, _SHORT) if (html := contents.get(code))), "")
    full = contents.get(_FULL, "")
    brief = describe(short)
    if not full or not brief.summary:
        return describe(full) if full else brief
    return replace(describe(full, with_summary=False), summary=brief.summary)


def _text_modules(element: Element, notes: list[str]) -> dict[Version, dict[str, str]]:
    """HTML by version and code of the text module; further links stand below as a list."""
    found: dict[Version, dict[str, str]] = defaultdict(lambda: defaultdict(str))
    for module in children(element, "modulText"):
        code = value(module, "leikaTextmodul", "code") or _FURTHER
        if code in _NOT_FOR_CITIZENS:
            continue
        for content in children(module, "inhalt"):
            version = version_of(content)
            if version:
                found[version][code] += "".join(content.itertext())
            else:
                notes.append(f"the language {content.get('languageCode')!r} is left out")
        for version, links in _by_version(children(module, "weiterfuehrenderLink")).items():
            if code != _FORMS:  # those are forms of their own
                found[version][code] += _link_list(links)
    return found


def _structured_modules(element: Element) -> dict[Version, dict[SectionKind, list[str]]]:
    """HTML of costs, deadlines and durations: their descriptions, or else what is stated in figures."""
    found: dict[Version, dict[SectionKind, list[str]]] = defaultdict(lambda: defaultdict(list))
    for name, kind in _STRUCTURED.items():
        for module in children(element, name):
            descriptions = [(version_of(text), "".join(text.itertext())) for text in children(module, "beschreibung")]
            for version, html in descriptions:
                if version:
                    found[version][kind].append(html)
            if not any(html.strip() for _, html in descriptions):
                figures = "".join(f"<li>{escape(figure)}</li>" for figure in _figures(module))
                found[Language.DE, Register.STANDARD][kind].append(f"<ul>{figures}</ul>")
    return found


def _figures(module: Element) -> Iterator[str]:
    """Amounts and spans as stated, such as "37,50 EUR" or "Antragsfrist: 4 Wochen"; without a unit they say nothing."""
    for entry in module:
        label = value(entry, "typ", "name") or value(entry, "bezeichnung")
        for figure in (_amount(entry), _span(entry), _span(child(entry, "frist"))):
            if figure:
                yield f"{label}: {figure}" if label else figure


def _amount(entry: Element) -> str:
    bounds = [value(entry, name) for name in ("betrag", "betragUntergrenze", "betragObergrenze")]
    currency = value(entry, "waehrung", "code") or value(entry, "waehrung") or value(entry, "betragWaehrung")
    stated = "–".join(bound.replace(".", ",") for bound in bounds if bound)
    return f"{stated} {currency}" if stated and currency else ""


def _span(entry: Element | None) -> str:
    length, unit = value(entry, "dauer"), value(entry, "einheit", "name")
    return f"{length} {unit}" if length and unit else ""


def _synonyms(element: Element) -> dict[Version, list[str]]:
    found: dict[Version, list[str]] = defaultdict(list)
    for term in children(element, "modulBegriffImKontext", "begriffImKontext", "begriff"):
        version = version_of(term)
        if version and words(term):
            found[version].append(words(term))
    return found


def _forms(element: Element) -> Iterator[FormLink]:
    for module in children(element, "modulText"):
        if value(module, "leikaTextmodul", "code") == _FORMS:
            for link in children(module, "weiterfuehrenderLink"):
                if is_link(value(link, "uri")):
                    yield FormLink(value(link, "titel") or value(link, "uri"), value(link, "uri"))


def _by_version(elements: Iterator[Element]) -> dict[Version, list[Element]]:
    found: dict[Version, list[Element]] = defaultdict(list)
    for element in elements:
        version = version_of(element)
        if version:
            found[version].append(element)
    return found


def _link_list(links: list[Element]) -> str:
    items = (
        f'<li><a href="{escape(value(link, "uri"))}">{escape(value(link, "titel") or value(link, "uri"))}</a></li>'
        for link in links
    )
    return f"<ul>{''.join(items)}</ul>"


def _plain(html: str) -> str:
    return BeautifulSoup(html, "lxml").get_text(" ", strip=True) if "<" in html or "&" in html else clean(html).strip()


def _leika_key(element: Element, notes: list[str]) -> str | None:
    stated = [words(code) for code in children(element, "referenzLeiKa", "code")]
    keys = [key for key in stated if len(key) == 14 and key.isdigit()]
    notes += [f"{key!r} is no LeiKa key" for key in stated if key not in keys]
    if len(keys) > 1:
        notes.append(f"has {len(keys)} LeiKa keys; the first is taken: {', '.join(keys)}")
    return keys[0] if keys else None


def _areas(element: Element, notes: list[str]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for stated in children(element, "gueltigkeitGebietID"):
        key = area(stated)
        if key:
            found[key] = None
        else:
            notes.append(f"{words(stated)!r} is no regional key")
    return tuple(found)
