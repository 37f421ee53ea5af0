"""The back office, the watch over promises, and the report of them."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from assistant.errors import TicketChangedError
from assistant.model import (
    ClosingReason,
    Errand,
    Language,
    TicketEventKind,
    TicketFilter,
    TicketState,
)
from assistant.model import Office as CatalogueOffice
from assistant.storage.database import Database
from assistant.tickets.report import promises
from tests.fakes import NOON, FixedClock
from tests.tickets.conftest import BERLIN, KAYA, LETTERS, VOGT, Office, by_mail, draft, make_office

STANDESAMT = CatalogueOffice("standesamt", "Standesamt Bremen-Mitte")
DUE = datetime(2026, 11, 24, 18, tzinfo=BERLIN)


async def told(office: Office, ticket_id: str) -> list[tuple[TicketEventKind, str, str]]:
    """A ticket's history in short."""
    _, history = await office.desk.look_at(ticket_id)
    return [(line.kind, line.by, line.text) for line in history]


def mail(errand: Errand) -> tuple[str, str]:
    """To whom a mail goes, and about what."""
    return errand.payload["to"], errand.payload["subject"]


async def test_the_answer_reaches_the_citizen(office: Office) -> None:
    """What is written at the desk is what is shown with the code."""
    ticket, code = await office.service.open(draft())
    await office.desk.answer(KAYA, ticket.id, " Ihr Pass ist seit gestern da. ")
    shown = await office.service.status(code, ())
    assert shown is not None
    assert (shown.state, shown.reply, shown.settled_by) == (
        TicketState.ANSWERED,
        "Ihr Pass ist seit gestern da.",
        "Frau Kaya",
    )
    assert shown.is_kept(NOON) is True


async def test_a_ticket_is_answered_once(office: Office) -> None:
    """The same answer sent twice is one; a colleague who comes later is told, and nothing is overwritten."""
    ticket, _ = await office.service.open(by_mail())
    first = await office.desk.answer(KAYA, ticket.id, "Ja.")
    assert await office.desk.answer(KAYA, ticket.id, "Ja.") == first
    for late in (
        office.desk.answer(VOGT, ticket.id, "Nein."),
        office.desk.close(VOGT, ticket.id, ClosingReason.DUPLICATE),
        office.desk.forward(VOGT, ticket.id, STANDESAMT),
    ):
        with pytest.raises(TicketChangedError):
            await late
    assert (await office.desk.look_at(ticket.id))[0].reply == "Ja."
    subjects = {mail(errand)[1] for errand in await office.outbox.undone()}
    assert subjects == {"Ihre Antwort ist da", "Ihr Anliegen ist angekommen"}


async def test_an_answer_needs_words(office: Office) -> None:
    """Nobody gets an empty answer."""
    ticket, _ = await office.service.open(draft())
    with pytest.raises(ValueError, match="words"):
        await office.desk.answer(KAYA, ticket.id, " \n")


async def test_closing_needs_a_reason_that_may_be_given(office: Office) -> None:
    """A ticket closed without an answer says why; that its time ran out is nobody's to choose."""
    ticket, code = await office.service.open(draft())
    with pytest.raises(ValueError, match="expired"):
        await office.desk.close(KAYA, ticket.id, ClosingReason.EXPIRED)
    for _ in range(2):
        await office.desk.close(KAYA, ticket.id, ClosingReason.WITHDRAWN, "am Telefon gesagt")
    shown = await office.service.status(code, ())
    assert shown is not None
    assert (shown.state, shown.closing_reason, shown.reply) == (TicketState.CLOSED, ClosingReason.WITHDRAWN, "")
    assert (await told(office, ticket.id))[1:] == [(TicketEventKind.CLOSED, "Frau Kaya", "am Telefon gesagt")]


async def test_sending_on_keeps_the_promise(office: Office) -> None:
    """Another office answers, by the same date; sent there twice is once."""
    ticket, _ = await office.service.open(draft(service_id="reisepass"))
    moved = await office.desk.forward(KAYA, ticket.id, STANDESAMT, "Es geht um eine Urkunde")
    assert await office.desk.forward(KAYA, ticket.id, STANDESAMT, "noch einmal") == moved
    assert (moved.office_id, moved.office_name, moved.due_at) == (
        "standesamt",
        "Standesamt Bremen-Mitte",
        ticket.due_at,
    )
    assert (await told(office, ticket.id))[1:] == [
        (TicketEventKind.FORWARDED, "Frau Kaya", "Standesamt Bremen-Mitte: Es geht um eine Urkunde")
    ]
    assert await office.desk.find(TicketFilter(office_id="standesamt")) == (moved,)


async def test_notes_stay_in_the_back_office(office: Office) -> None:
    """A note stands in the history, once, and in nothing that a citizen is shown."""
    ticket, code = await office.service.open(draft())
    for _ in range(2):
        await office.desk.write_note(KAYA, ticket.id, "Vorgang liegt in Zimmer 12", "note-1")
    await office.desk.write_note(KAYA, ticket.id, "  ")
    assert [text for _, _, text in await told(office, ticket.id)] == ["", "Vorgang liegt in Zimmer 12"]
    assert "Zimmer 12" not in repr(await office.service.status(code, ()))


# ── the watch ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_reminder_before_and_an_escalation_after(office: Office) -> None:
    """Each once: four hours before the promised moment the desk is reminded, after it those in charge are told."""
    ticket, _ = await office.service.open(draft())
    steps = [(DUE - timedelta(hours=4, seconds=1), 0), (DUE - timedelta(hours=3), 1), (DUE, 1), (DUE + timedelta(1), 2)]
    for at, mails in steps:
        office.clock.advance(at - office.clock.now())
        await office.watch.look()
        await office.watch.look()
        assert len(await office.outbox.undone()) == mails, at
    assert [mail(errand) for errand in await office.outbox.undone()] == [
        ("buergerservice@example.org", "Erinnerung: Antwort fällig Dienstag, 24.11.2026, 18:00 Uhr"),
        ("leitung@example.org", "Versprechen nicht gehalten: fällig war Dienstag, 24.11.2026, 18:00 Uhr"),
    ]
    assert [kind for kind, _, _ in await told(office, ticket.id)] == [
        TicketEventKind.OPENED,
        TicketEventKind.REMINDED,
        TicketEventKind.ESCALATED,
    ]


async def test_what_is_settled_is_left_alone(office: Office) -> None:
    """Nobody is reminded of a ticket that has its answer."""
    ticket, _ = await office.service.open(draft())
    await office.desk.answer(KAYA, ticket.id, "Ja.")
    office.clock.advance(timedelta(days=10))
    await office.watch.look()
    assert await office.outbox.undone() == ()


async def test_many_workers_remind_once(office: Office, tmp_path: Path) -> None:
    """However many watches look at the same moment, each ticket causes one reminder and one escalation."""
    for number in range(10):
        await office.service.open(draft(text=f"Frage {number}"))
    async with Database(f"sqlite:///{tmp_path}/conversations.db") as second:
        late = FixedClock(DUE - timedelta(hours=1))
        workers = [make_office(database, late) for database in (office.database, second)]
        await asyncio.gather(*(worker.watch.look() for worker in workers * 3))
        assert len(await office.outbox.undone()) == 10
        late.advance(timedelta(hours=2))
        await asyncio.gather(*(worker.watch.look() for worker in workers * 3))
        assert len(await office.outbox.undone()) == 20


async def test_without_addresses_nobody_is_written_to(office: Office) -> None:
    """A city that names no addresses is reminded at the desk only."""
    quiet = make_office(office.database, office.clock, type(LETTERS)(city="Bremen", phone="0421 361-0"))
    ticket, _ = await quiet.service.open(draft())
    office.clock.advance(timedelta(days=30))
    await quiet.watch.look()
    assert await office.outbox.undone() == ()
    assert (await told(office, ticket.id))[-1][0] is TicketEventKind.ESCALATED


# ── mails ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("language", [Language.DE, Language.EN])
async def test_mails_hold_nothing_that_need_not_be_in_them(office: Office, language: Language) -> None:
    """Neither concern nor name nor answer nor code stands in a mail; date, link and telephone do."""
    ticket, code = await office.service.open(by_mail(language=language))
    await office.desk.answer(KAYA, ticket.id, "Ihr Pass liegt in Zimmer 12.")
    office.clock.advance(timedelta(days=1))
    mails = [errand.payload for errand in await office.outbox.undone()]
    assert [one["to"] for one in mails] == ["jamila@example.net"] * 2
    for one in mails:
        for secret in ("acht Wochen", "Haddad", "Zimmer 12", str(code), code.groups[0], ticket.id):
            assert secret not in one["subject"] + one["text"]
        assert "https://roland.example/ticket" in one["text"]
        assert "0421 361-0" in one["text"]


async def test_a_city_may_put_the_code_into_its_mails(office: Office) -> None:
    """Where a city decides so, the code stands in the mail, and the answer still does not."""
    rules = type(LETTERS)(city="Bremen", phone="0421 361-0", names_code=True)
    open_hearted = make_office(office.database, office.clock, rules)
    ticket, code = await open_hearted.service.open(by_mail())
    await open_hearted.desk.answer(KAYA, ticket.id, "Ihr Pass liegt in Zimmer 12.")
    texts = [errand.payload["text"] for errand in await office.outbox.undone()]
    assert all(str(code) in text and "Zimmer 12" not in text for text in texts)


# ── the report ─────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_promises_kept_and_broken_by_office(office: Office) -> None:
    """Kept is what was settled in time, broken what was not or still waits; what can still be kept is neither."""
    kept, late, waiting = [(await office.service.open(draft(text=text)))[0] for text in ("eins", "zwei", "drei")]
    await office.desk.forward(KAYA, late.id, STANDESAMT)
    await office.desk.answer(KAYA, kept.id, "Ja.")
    office.clock.advance(timedelta(days=6))
    await office.desk.close(KAYA, late.id, ClosingReason.UNREACHABLE)
    fresh, _ = await office.service.open(draft(text="vier"))
    reports = promises(await office.tools.store.find(TicketFilter()), office.clock.now())
    assert [(report.office, report.kept, report.broken, report.owed) for report in reports] == [
        ("", 1, 1, 1),
        ("Standesamt Bremen-Mitte", 0, 1, 0),
    ]
    assert [report.share_kept for report in reports] == [0.5, 0.0]
    assert fresh.due_at > office.clock.now() > waiting.due_at


async def test_the_report_outlives_the_tickets(office: Office) -> None:
    """What was kept and what was broken is known after the tickets themselves are forgotten."""
    ticket, _ = await office.service.open(draft())
    await office.service.open(draft(text="nie beantwortet"))
    await office.desk.answer(KAYA, ticket.id, "Ja.")
    office.clock.advance(timedelta(days=120))
    await office.watch.look()
    (report,) = promises(await office.tools.store.find(TicketFilter()), office.clock.now())
    assert (report.kept, report.broken, report.owed) == (1, 1, 0)
    assert await office.desk.find(TicketFilter()) == ()
