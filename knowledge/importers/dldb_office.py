"""Offices of DLDB exports."""

import re
from collections.abc import Iterable, Mapping
from datetime import time
from typing import Any

from assistant.model import Address, Office, OpeningHours, Weekday
from knowledge.importers.dldb_fields import mapping, parse_date, text, url

_DAYS = {
    "monday": Weekday.MO,
    "tuesday": Weekday.TU,
    "wednesday": Weekday.WE,
    "thursday": Weekday.TH,
    "friday": Weekday.FR,
    "saturday": Weekday.SA,
    "sunday": Weekday.SU,
}
_MOMENT = r"(\d{1,2})(?:[:.](\d{2}))?(?:\s*Uhr)?"
_SPAN = re.compile(rf"{_MOMENT}\s*(?:-|–|bis)\s*{_MOMENT}")
_BETWEEN_SPANS = re.compile(r"[\s,;]*(?:und|u\.)?[\s,;]*")


def read_office(data: Mapping[str, Any], notes: list[str]) -> Office:
    """The office in an entry that has an id and a name; what is odd about it is added to ``notes``."""
    office_id = text(data.get("id"))
    contact, meta = mapping(data.get("contact")), mapping(data.get("meta"))
    hours, hours_note = _hours(mapping(data.get("opening_times")))
    public = data.get("public") is not False
    if not public:
        notes.append("internal: imported, but not shown to the public")
    return Office(
        id=office_id,
        name=text(data.get("displayName")) or text(data.get("name")),
        address=_address(mapping(data.get("address")), notes),
        phone=text(contact.get("phone")) or None,
        email=text(contact.get("email")) or None,
        url=url(contact.get("webinfo"), office_id, notes),
        opening_hours=hours,
        hours_note=hours_note,
        transport=_joined(mapping(data.get("transit")).values()),
        accessibility=text(data.get("accessibility")) or None,
        source_url=url(meta.get("url"), office_id, notes),
        updated_on=parse_date(meta.get("lastupdate")),
        public=public,
    )


def _address(data: Mapping[str, Any], notes: list[str]) -> Address | None:
    street, city = text(data.get("street")), text(data.get("city"))
    if not street and not city:
        notes.append("no address")
        return None
    return Address(
        street=street,
        house_number=text(data.get("house_number")),
        postal_code=text(data.get("postal_code")),
        city=city,
        addition=text(data.get("hint")) or None,
    )


def _hours(times: Mapping[str, Any]) -> tuple[tuple[OpeningHours, ...], str | None]:
    """The opening hours, days of equal hours together; what cannot be read as hours becomes the note, as it stands."""
    spans: dict[tuple[time, time], list[Weekday]] = {}
    rest: list[str] = []
    for key, value in times.items():
        stated = text(value)
        found = _spans(stated) if key in _DAYS else None
        if found is None:
            rest.append(stated)
            continue
        for span in found:
            spans.setdefault(span, []).append(_DAYS[key])
    hours = tuple(OpeningHours(tuple(days), opens, closes) for (opens, closes), days in spans.items())
    return hours, _joined(rest)


def _spans(stated: str) -> list[tuple[time, time]] | None:
    """Spans such as "8-12 und 14:00–18:00 Uhr"; None where the text says anything else."""
    found, end = [], 0
    for match in _SPAN.finditer(stated):
        hours = [int(part or 0) for part in match.groups()]
        if not _BETWEEN_SPANS.fullmatch(stated[end : match.start()]) or max(hours[0::2]) > 23 or max(hours[1::2]) > 59:
            return None
        found.append((time(hours[0], hours[1]), time(hours[2], hours[3])))
        end = match.end()
    return found if _BETWEEN_SPANS.fullmatch(stated[end:]) else None


def _joined(values: Iterable[object]) -> str | None:
    return "; ".join(filter(None, map(text, values))) or None
