"""Organisational units (Organisationseinheiten) and online services (Onlinedienste) of XZuFi files."""

from collections.abc import Iterator

from assistant.model import Address, Language, Office, OnlineService
from knowledge.importers.safe_xml import Element, child, children, day, value, words
from knowledge.importers.subset import is_link
from knowledge.importers.xzufi_xml import area, object_id, version_of


def read_office(element: Element, notes: list[str]) -> Office:
    """The office in an ``organisationseinheit``; raises ValueError with the reason where it has no id or no name."""
    office_id, name = object_id(child(element, "id")), _in_german(element, "name", "name")
    if not office_id or not name:
        raise ValueError("no name" if office_id else "no id")
    address = _address(child(element, "anschrift"))
    if address is None:
        notes.append("no address")
    phone, email, url = _contacts(element)
    version = child(element, "versionsinformation")
    areas = [area(key) for key in (*children(element, "zustaendigkeit", "gebietID"), *_own_areas(element))]
    return Office(
        id=office_id,
        name=name,
        short_name=_in_german(element, "name", "kurzbezeichnung") or None,
        areas=tuple(dict.fromkeys(key for key in areas if key)),
        address=address,
        phone=phone,
        email=email,
        url=url,
        hours_note=_in_german(element, "oeffnungszeiten") or None,
        updated_on=day(value(version, "geaendertDatumZeit")) or day(value(version, "erstelltDatumZeit")),
    )


def responsibilities(element: Element) -> Iterator[str]:
    """Ids of the services an organisational unit or an online service is there for."""
    for path in (("zustaendigkeit", "leistungID"), ("leistungID",)):
        yield from filter(None, map(object_id, children(element, *path)))


def read_online_service(element: Element) -> OnlineService | None:
    """The online service in an ``onlinedienst``; None where it has no name or no link."""
    title = _in_german(element, "bezeichnung")
    link = next(filter(is_link, (value(found, "link") for found in children(element, "link"))), None)
    return OnlineService(title, link) if title and link else None


def _in_german(element: Element, *path: str) -> str:
    """The German text at a path of names, else the first in any language."""
    found = {version_of(text): words(text) for text in reversed(list(children(element, *path)))}
    german = next((text for version, text in found.items() if version and version[0] is Language.DE and text), "")
    return german or next(filter(None, reversed(found.values())), "")


def _own_areas(element: Element) -> Iterator[Element]:
    return children(element, "gueltigkeitGebietID")


def _address(element: Element | None) -> Address | None:
    street, city = value(element, "strasse"), value(element, "ort") or value(element, "ort", "name")
    if not street and not city:
        return None
    return Address(
        street=street,
        house_number=value(element, "hausnummer"),
        postal_code=value(element, "postleitzahl"),
        city=city,
        addition=value(element, "zusatz") or None,
    )


def _contacts(element: Element) -> tuple[str | None, str | None, str | None]:
    """Phone, e-mail and web address, told by what they look like; a fax number is none of them."""
    phone = email = url = None
    for entry in children(element, "kommunikation"):
        channel, stated = value(entry, "kanal", "name").lower(), value(entry, "kennung")
        if "@" in stated:
            email = email or stated
        elif is_link(stated):
            url = url or stated
        elif "telefon" in channel:
            phone = phone or stated
    page = value(element, "internetadresse", "uri")
    return phone, email, page if is_link(page) else url
