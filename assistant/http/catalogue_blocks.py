"""Offices, forms and ways on, as the API shows them."""

import re
from html import escape

from assistant.calendar import describe_days
from assistant.http.bidi import isolated_line_html
from assistant.http.block_schemas import CatalogueBlockOut, FormOut, HoursOut, LinkOutOut, OfficeOut
from assistant.http.blocks import is_rtl, other
from assistant.http.markup import link_html
from assistant.model import FormHelp, Language, LinkOut, Office, OfficeCard, OfficeNote, OpeningHours
from assistant.ports import Messages


def catalogue_block(
    block: OfficeCard | FormHelp | LinkOut, source: int | None, language: Language, messages: Messages
) -> CatalogueBlockOut:
    """A block as data; ``source`` is the place of its source in the answer."""
    match block:
        case OfficeCard():
            return _office(block.office, source, language, messages)
        case FormHelp():
            return FormOut(
                html=link_html(block.title, block.url, rtl=is_rtl(language)),
                source=source,
                title=block.title,
                url=block.url,
                description=block.description,
                form_id=block.form_id,
            )
        case LinkOut():
            return LinkOutOut(
                html=link_html(block.label, block.url, rtl=is_rtl(language)),
                source=source,
                label=block.label,
                url=block.url,
                purpose=block.purpose,
            )


def office_lines(office: Office, language: Language, messages: Messages) -> list[str]:
    """An office in words."""
    hours = (_hours(office, span, language, messages) for span in office.opening_hours)
    notes = _notes(office)
    lines = [
        office.name,
        office.address.line if office.address else None,
        office.phone,
        office.email,
        *(f"{span.days} {span.opens}–{span.closes}" + (f" ({span.note})" if span.note else "") for span in hours),
        *(_words(notes.get(name)) for name in ("hours_note", "transport", "accessibility")),
    ]
    return [line for line in lines if line]


def phone_href(phone: str | None) -> str | None:
    """A telephone number as the address of a link, e.g. ``tel:+494213610``; None where there is none."""
    digits = re.sub(r"[^\d+]", "", (phone or "").replace("(0)", ""))
    if not digits:
        return None
    # Short numbers such as 115 are dialled as they are; others in Germany begin with 0.
    return f"tel:+49{digits[1:]}" if digits.startswith("0") and not digits.startswith("00") else f"tel:{digits}"


def _office(office: Office, source: int | None, language: Language, messages: Messages) -> OfficeOut:
    address = office.address
    notes = _notes(office)
    line_html = isolated_line_html if is_rtl(language) else escape
    return OfficeOut(
        html="<p>" + "<br>".join(map(line_html, office_lines(office, language, messages))) + "</p>",
        source=source,
        id=office.id,
        name=office.name,
        short_name=office.short_name,
        address=address.line if address else None,
        street=f"{address.street} {address.house_number}".strip() if address else None,
        postal_code=address.postal_code if address else None,
        city=address.city if address else None,
        district=address.district if address else None,
        addition=_words(notes.get("addition")),
        phone=office.phone,
        phone_href=phone_href(office.phone),
        email=office.email,
        url=office.url,
        appointment_url=office.appointment_url,
        hours=tuple(_hours(office, span, language, messages) for span in office.opening_hours),
        hours_note=_words(notes.get("hours_note")),
        transport=_words(notes.get("transport")),
        accessibility=_words(notes.get("accessibility")),
        note_languages={name: note.language for name, note in notes.items() if note.language is not language},
    )


def _hours(office: Office, span: OpeningHours, language: Language, messages: Messages) -> HoursOut:
    note = office.told(span.note) if span.note else None
    return HoursOut(
        days=describe_days(span.days, messages, language),
        opens=f"{span.opens:%-H:%M}",
        closes=f"{span.closes:%-H:%M}",
        note=_words(note),
        note_language=other(note.language, language) if note else None,
    )


def _notes(office: Office) -> dict[str, OfficeNote]:
    """What is told for each note that the office has, by the name of its field."""
    stated = {
        "addition": office.address.addition if office.address else None,
        "hours_note": office.hours_note,
        "transport": office.transport,
        "accessibility": office.accessibility,
    }
    return {name: office.told(note) for name, note in stated.items() if note}


def _words(note: OfficeNote | None) -> str | None:
    return note.text if note else None
