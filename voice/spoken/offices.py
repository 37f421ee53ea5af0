"""Offices as they are told: name and address, today's hours first, the telephone number."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby

from assistant.model import Aspect, Office, OfficeCard, OpeningHours, Weekday
from voice.spoken.script import Aside, Pen, Script
from voice.spoken.told import Told, tell
from voice.spoken.verbalise import verbalise
from voice.spoken.words import words

OFFICE_ASPECTS = frozenset({Aspect.WHERE, Aspect.OPENING_HOURS, Aspect.CONTACT})
_DAYS = tuple(Weekday)


def tell_offices(cards: Sequence[OfficeCard], pen: Pen, now: datetime) -> Script:
    """One office in the script where it was asked for, several by name; beside it what else is known of them."""
    script = Script()
    if not cards:
        return script
    if not OFFICE_ASPECTS & pen.aspects:
        script.asides = [pen.aside("office", _whole(cards[0].office, pen, now), is_asked=True)]
        return script
    if len(cards) > 1:
        script.told += [
            *pen.frame("office.several", count=len(cards)),
            *pen.items((card.office.name for card in cards), is_counted=True),
        ]
        script.asides = [_named(card.office, pen, now, is_asked=not at) for at, card in enumerate(cards)]
        return script
    office = cards[0].office
    script.told += _asked(office, pen, now)
    script.asides += _beside(office, pen)
    return script


def tell_help_line(office: Office, pen: Pen) -> tuple[Told, ...]:
    """Its name with its number; who has none is not for a caller in need."""
    return pen.frame("office.help", name=office.name, number=office.phone) if office.phone else ()


def _asked(office: Office, pen: Pen, now: datetime) -> list[Told]:
    """What was asked for comes first: the place, the hours or the number."""
    name = pen.frame("office.responsible", name=office.name)
    if Aspect.OPENING_HOURS in pen.aspects and Aspect.WHERE not in pen.aspects:
        return [*name, *_today(office, pen, now), *_told(office.hours_note, office)]
    if Aspect.CONTACT in pen.aspects and Aspect.WHERE not in pen.aspects:
        return [*name, *(_phone(office, pen) or pen.frame("office.no_phone"))]
    return [*name, *_address(office, pen), *_today(office, pen, now)]


def _beside(office: Office, pen: Pen) -> Iterable[Aside]:
    parts = {
        "office": _address(office, pen),
        "hours": (*_week(office, pen), *_told(office.hours_note, office)),
        "phone": _phone(office, pen),
        "way": (*_told(office.transport, office), *_told(office.accessibility, office)),
    }
    first = {"office": "hours", "hours": "phone"}.get(_main(pen), "hours")
    return [pen.aside(key, told, is_asked=key == first) for key, told in parts.items() if told]


def _main(pen: Pen) -> str:
    return "hours" if Aspect.OPENING_HOURS in pen.aspects else "phone" if Aspect.CONTACT in pen.aspects else "office"


def _named(office: Office, pen: Pen, now: datetime, *, is_asked: bool) -> Aside:
    """One of several offices, asked for by its name."""
    told = _whole(office, pen, now)
    aside = pen.aside(f"office:{office.id}", told, question="office_named", is_asked=is_asked, name=office.name)
    names = dict.fromkeys(verbalise(name, pen.language).lower() for name in (office.name, *office.aliases))
    return replace(aside, phrases=tuple(names))


def _whole(office: Office, pen: Pen, now: datetime) -> tuple[Told, ...]:
    return (
        *pen.frame("office.responsible", name=office.name),
        *_address(office, pen),
        *_today(office, pen, now),
        *_phone(office, pen),
        *_told(office.hours_note, office),
    )


def _address(office: Office, pen: Pen) -> tuple[Told, ...]:
    """Street and house number, the way in, the city; the postcode is not for the ear."""
    address = office.address
    if address is None:
        return ()
    street = f"{address.street} {address.house_number}".strip()
    parts = (street, address.addition or "", address.city)
    return pen.frame("office.address", address=", ".join(part for part in parts if part))


def _phone(office: Office, pen: Pen) -> tuple[Told, ...]:
    return pen.frame("office.phone", number=office.phone) if office.phone else ()


def _told(note: str | None, office: Office) -> tuple[Told, ...]:
    """A note of an office in the caller's language where it has been translated, else in German."""
    if not note:
        return ()
    told = office.told(note)
    return tell(told.text, told.language)


def _today(office: Office, pen: Pen, now: datetime) -> tuple[Told, ...]:
    """Today's hours as they usually are, or that it is closed and when it opens again."""
    if not office.opening_hours:
        return ()
    today = _spans_on(office, _DAYS[now.weekday()], pen)
    if today:
        return pen.frame("office.open_today", spans=today)
    for days in range(1, 8):
        day = now + timedelta(days=days)
        if spans := _spans_on(office, _DAYS[day.weekday()], pen):
            name = words(pen.language)["calendar"]["weekdays"][day.weekday()]
            return (*pen.frame("office.closed_today"), *pen.frame("office.open_next", day=name, spans=spans))
    return ()


def _week(office: Office, pen: Pen) -> tuple[Told, ...]:
    """All hours, days in a row with the same ones together."""
    names = words(pen.language)["calendar"]["weekdays"]
    said = [(names[at], _spans_on(office, day, pen)) for at, day in enumerate(_DAYS)]
    rows = []
    for spans, run in groupby(said, key=lambda one: one[1]):
        days = [name for name, _ in run]
        if spans:
            key = "office.one_day" if len(days) == 1 else "office.several_days"
            rows.append(pen.prompts.text(key, pen.language, first=days[0], last=days[-1], spans=spans))
    return pen.items(rows)


def _spans_on(office: Office, day: Weekday, pen: Pen) -> str:
    """The hours of one weekday in words; empty where it is closed."""
    joint = f" {pen.prompts.text('office.and', pen.language)} "
    return joint.join(_span(hours, office, pen) for hours in office.opening_hours if day in hours.days)


def _span(hours: OpeningHours, office: Office, pen: Pen) -> str:
    opens, closes = (f"{clock:%H:%M}" for clock in (hours.opens, hours.closes))
    span = pen.prompts.text("office.span", pen.language, opens=opens, closes=closes)
    return f"{span}, {office.told(hours.note).text}," if hours.note else span
