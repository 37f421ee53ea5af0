"""Services of DLDB exports."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

from assistant.model import FormLink, Language, OnlineService, Section, SectionKind, Service, ServiceText
from assistant.own_yaml import read_yaml
from knowledge.importers.dldb_fields import children, html, mapping, parse_date, text, url
from knowledge.importers.sections import Description, describe, join_sections, section_of

_ORDER = {kind: position for position, kind in enumerate(SectionKind)}
# Characters; entries for staff have no description, or a line at most.
_A_DESCRIPTION = 100
_LEIKA = re.compile(r"\b\d{14}\b")


def read_service(
    data: Mapping[str, Any], offices: frozenset[str] | None, situations: frozenset[str], notes: list[str]
) -> Service:
    """The service in an entry that has an id and a name; what is odd about it is added to ``notes``.

    ``offices`` and ``situations`` are the ids there are; no offices means that they are not known.
    """
    service_id = text(data.get("id"))
    meta = mapping(data.get("meta"))
    words = _text(data, notes)
    marked_public = data.get("public") is not False
    public = marked_public or _is_written_for_citizens(words)
    if not public:
        notes.append("internal: imported, but not shown to the public")
    elif not marked_public:
        notes.append("marked as not public, but described for citizens: shown")
    topic = text(mapping(data.get("relation")).get("root_topic"))
    if topic and situations and topic not in situations:
        notes.append(f"topic {topic} does not exist")
    return Service(
        id=service_id,
        texts=(words,),
        updated_on=parse_date(meta.get("lastupdate")),
        url=url(meta.get("url"), service_id, notes),
        leika_key=_leika_key(data.get("leika"), notes),
        life_situations=(topic,) if topic in situations else (),
        office_ids=_office_ids(data, offices, notes),
        online_services=tuple(_online_services(data, service_id, notes)),
        forms=tuple(_forms(data, notes)),
        appointment_url=_appointment_url(data, service_id, notes),
        public=public,
    )


def _text(data: Mapping[str, Any], notes: list[str]) -> ServiceText:
    description = describe(html(data.get("description")))
    _note_description(data, description, notes)
    meta = mapping(data.get("meta"))
    sections = join_sections([*_field_sections(data), *description.sections])
    return ServiceText(
        language=_language(text(meta.get("locale"))),
        title=text(data.get("name")),
        summary=description.summary,
        synonyms=_keywords(text(meta.get("keywords"))),
        sections=tuple(sorted(sections, key=lambda section: _ORDER[section.kind])),
    )


def _is_written_for_citizens(words: ServiceText) -> bool:
    """Whether there is more than a label: the mark "not public" often says only that not everyone may book a date."""
    return len(words.summary) + sum(len(section.text) for section in words.sections) >= _A_DESCRIPTION


def _note_description(data: Mapping[str, Any], description: Description, notes: list[str]) -> None:
    stated = data.get("description")
    if not description.summary and not description.sections:
        if "description" not in data:
            notes.append("no description")
        elif stated is False:
            notes.append("the description is false")
        else:
            notes.append("a description without words" if stated else "empty description")
    if description.unclassified:
        notes.append("headings of no known kind: " + " | ".join(description.unclassified))


def _field_sections(data: Mapping[str, Any]) -> Iterator[Section | None]:
    """Sections that stand in fields of their own (Munich: the fee; Berlin: most)."""
    yield section_of(SectionKind.FEE, html(data.get("fees")))
    yield section_of(SectionKind.DOCUMENTS, _list(data.get("requirements")))
    yield section_of(SectionKind.REQUIREMENTS, _list(data.get("prerequisites")))
    yield section_of(SectionKind.DURATION, html(data.get("process_time")))
    yield section_of(SectionKind.LEGAL_BASIS, _list(data.get("legal")))
    yield section_of(SectionKind.RESPONSIBILITY, html(data.get("responsibility")))
    yield section_of(SectionKind.ONLINE, html(mapping(data.get("onlineprocessing")).get("description")))
    form_links = {text(form.get("link")) for form in _form_entries(data)}
    others = [link for link in children(data.get("links")) if text(link.get("link")) not in form_links]
    yield section_of(SectionKind.OTHER, _list(others))


def _list(value: object) -> str:
    """A list of named links with descriptions, as HTML."""
    items = []
    for child in children(value):
        name, link = escape(text(child.get("name"))), text(child.get("link"))
        head = f'<a href="{escape(link)}">{name}</a>' if link else name
        items.append(f"<li>{head} {html(child.get('description'))}</li>")
    return f"<ul>{''.join(items)}</ul>" if items else ""


def _language(locale: str) -> Language:
    code = locale[:2].lower()
    return Language(code) if code in set(Language) else Language.DE


def _keywords(stated: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.strip() for word in stated.split(",") if word.strip()))


def _leika_key(value: object, notes: list[str]) -> str | None:
    stated = text(value)
    keys = _LEIKA.findall(stated)
    if stated and not keys:
        notes.append(f"{stated!r} is no LeiKa key")
    if len(keys) > 1:
        notes.append(f"has {len(keys)} LeiKa keys; the first is taken: {', '.join(keys)}")
    return keys[0] if keys else None


def _office_ids(data: Mapping[str, Any], offices: frozenset[str] | None, notes: list[str]) -> tuple[str, ...]:
    named = tuple(dict.fromkeys(text(location.get("location")) for location in children(data.get("locations"))))
    if not named:
        notes.append("no office")
    if offices is None:
        return named
    notes += [f"office {office_id} does not exist" for office_id in named if office_id not in offices]
    return tuple(office_id for office_id in named if office_id in offices)


def _online_services(data: Mapping[str, Any], service_id: str, notes: list[str]) -> Iterator[OnlineService]:
    link = url(mapping(data.get("onlineprocessing")).get("link"), service_id, notes)
    if link:
        yield OnlineService(text(data.get("name")), link)


def _forms(data: Mapping[str, Any], notes: list[str]) -> Iterator[FormLink]:
    if data.get("forms") and data.get("forms") == data.get("links"):
        notes.append("the forms repeat the links; those that look like forms are taken")
    for form in _form_entries(data):
        title, link = text(form.get("name")), url(form.get("link"), text(data.get("id")), notes)
        if title and link:
            yield FormLink(title, link, text(form.get("description")) or None)


def _form_entries(data: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The forms; of a list that only repeats the links, those that look like forms."""
    repeats = data.get("forms") == data.get("links")
    for form in children(data.get("forms")):
        if not repeats or _form_words().search(text(form.get("name"))):
            yield form


def _appointment_url(data: Mapping[str, Any], service_id: str, notes: list[str]) -> str | None:
    offered = any(
        mapping(location.get("appointment")).get("allowed") is True for location in children(data.get("locations"))
    )
    return url(mapping(data.get("appointment")).get("link"), service_id, notes) if offered else None


@cache
def _form_words() -> re.Pattern[str]:
    words: list[str] = read_yaml((files("knowledge.importers") / "form_words.yaml").read_text("utf-8"))
    return re.compile("|".join(words), re.IGNORECASE)
