"""The back office: who may see tickets, and what can be done with them."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from bs4 import BeautifulSoup

from assistant.model import (
    ClosingReason,
    Language,
    ReplyBy,
    Ticket,
    TicketEvent,
    TicketKind,
    TicketState,
)
from assistant.tickets.draft import TicketDraft
from tests.fakes import FixedClock
from tests.server import quiet_log
from tests.workplace import BERG, EDDA, KAYA, LUND, Floor, csrf_of, open_floor, renew, send

pytestmark = pytest.mark.slow

WORDS = "Mein <b>Pass</b> ist nicht da.\nBitte helfen Sie."


@pytest.fixture(scope="module", autouse=True)
def _silence() -> Iterator[None]:
    """Servers under test keep quiet."""
    with quiet_log():
        yield


@pytest.fixture
def clock() -> FixedClock:
    """Friday noon; answers are due on Tuesday at six."""
    return FixedClock()


@pytest.fixture
def here(tmp_path: Path, clock: FixedClock) -> Iterator[Floor]:
    """A desk without any tickets."""
    mail = {"host": "127.0.0.1", "port": 9, "sender": "amt@example.org"}
    with open_floor(tmp_path, clock=clock, mail=mail) as running:
        yield running


@pytest.fixture
def kaya(here: Floor) -> Iterator[httpx.Client]:
    """Frau Kaya at her desk."""
    with here.client(KAYA) as client:
        client.follow_redirects = True
        yield client


def leave(here: Floor, text: str = WORDS, **values: object) -> Ticket:
    """Somebody leaves a concern."""
    assert here.services.tickets
    draft = replace(TicketDraft(TicketKind.CONCERN, text, Language.TR), **values)  # type: ignore[arg-type]
    return here.run(here.services.tickets.open(draft))[0]


def look(here: Floor, ticket: Ticket) -> tuple[Ticket, tuple[TicketEvent, ...]]:
    """The ticket as it is stored now, with its history."""
    assert here.services.ticket_desk
    return here.run(here.services.ticket_desk.look_at(ticket.id))


def text_of(page: httpx.Response) -> str:
    """What can be read on a page."""
    return " ".join(BeautifulSoup(page.text, "html.parser").get_text(" ", strip=True).split())


def rows(page: httpx.Response) -> list[str]:
    """The lines of the list."""
    found = BeautifulSoup(page.text, "html.parser").select("tbody tr")
    return [" ".join(row.get_text(" ", strip=True).split()) for row in found]


def test_what_is_owed(here: Floor, kaya: httpx.Client, clock: FixedClock) -> None:
    """The list shows what is due first at the beginning, with the time left in words; not what was written."""
    leave(here, service_id="reisepass")
    clock.advance(timedelta(days=3))
    renew(here, kaya, KAYA)
    leave(here, kind=TicketKind.COMPLAINT)
    page = kaya.get("/desk/tickets")
    first, second = rows(page)
    assert "noch 1 T. 5 Std. 24.11.2026, 18:00 Reisepass beantragen Anliegen noch keine Stelle Türkisch Offen" in first
    assert "Beschwerde" in second
    assert "Mein" not in page.text
    clock.advance(timedelta(days=1, hours=3))
    renew(here, kaya, KAYA)
    assert "noch 2 Std. 0 Min." in rows(kaya.get("/desk/tickets"))[0]
    clock.advance(timedelta(days=2))
    renew(here, kaya, KAYA)
    late = rows(kaya.get("/desk/tickets"))[0]
    assert "überfällig seit 1 T. 22 Std." in late
    assert "kern-icon--danger" in kaya.get("/desk/tickets").text


def test_filters(here: Floor, kaya: httpx.Client) -> None:
    """By kind, state and office; what is settled is shown where it is asked for."""
    done, _ = leave(here), leave(here, kind=TicketKind.PRAISE)
    send(kaya, f"/desk/tickets/{done.id}/answer", text="Ja.")
    assert [
        len(rows(kaya.get(f"/desk/tickets?{query}"))) for query in ("", "state=", "state=answered", "kind=praise")
    ] == [
        1,
        2,
        1,
        1,
    ]
    assert "rechtzeitig" in rows(kaya.get("/desk/tickets?state=answered"))[0]
    assert rows(kaya.get("/desk/tickets?office=nirgends&state=rubbish")) == []


def test_a_ticket(here: Floor, kaya: httpx.Client) -> None:
    """Everything needed to answer stands on one page, nothing of it is markup, and the look is in the audit log."""
    ticket = leave(here, reply_by=ReplyBy.MAIL, contact="jamila@example.net", name="Jamila <i>Haddad</i>")
    page = kaya.get(f"/desk/tickets/{ticket.id}")
    assert page.status_code == 200
    for told in ("Mein &lt;b&gt;Pass&lt;/b&gt;", "jamila@example.net", "Jamila &lt;i&gt;Haddad&lt;/i&gt;", "Türkisch"):
        assert told in page.text
    assert ("looked_at", ticket.id) in here.log(KAYA)
    assert here.services.tickets
    assert str(here.services.tickets.code_of(ticket)) not in page.text


def test_answering(here: Floor, kaya: httpx.Client) -> None:
    """What is sent is what the citizen reads; sent twice it is one answer."""
    ticket = leave(here)
    for _ in range(2):
        page = send(kaya, f"/desk/tickets/{ticket.id}/answer", text="Ihr Pass ist da.")
        assert "Die Antwort ist gesendet." in text_of(page)
    stored, history = look(here, ticket)
    assert (stored.state, stored.reply, stored.settled_by) == (TicketState.ANSWERED, "Ihr Pass ist da.", "Frau Kaya")
    assert [event.kind for event in history] == ["opened", "answered"]
    assert ("answered", ticket.id) in here.log(KAYA)
    assert "Ihr Pass ist da." in text_of(kaya.get(f"/desk/tickets/{ticket.id}"))


def test_a_colleague_was_quicker(here: Floor, kaya: httpx.Client) -> None:
    """Whoever comes second is told, and sees what the first has done."""
    ticket = leave(here)
    with here.client(BERG) as berg:
        send(berg, f"/desk/tickets/{ticket.id}/answer", text="Schon erledigt.")
    for path, fields in (
        ("answer", {"text": "Anders"}),
        ("close", {"reason": "duplicate"}),
        ("forward", {"office": "buergeramt"}),
    ):
        page = send(kaya, f"/desk/tickets/{ticket.id}/{path}", **fields)
        assert "Jemand anderes war schneller" in text_of(page)
        assert "Schon erledigt." in text_of(page)


def test_notes(here: Floor, kaya: httpx.Client) -> None:
    """A note is kept once and shown here; no page and no answer for citizens holds it."""
    ticket = leave(here)
    for _ in range(2):
        send(kaya, f"/desk/tickets/{ticket.id}/note", text="Anruf beim Amt", id="note-1")
    assert text_of(kaya.get(f"/desk/tickets/{ticket.id}")).count("Anruf beim Amt") == 1
    assert here.services.tickets
    code = str(here.services.tickets.code_of(ticket))
    public = httpx.post(f"{here.url}/ticket", data={"view": "chat", "code": code}, timeout=60)
    api = httpx.post(f"{here.url}/api/v1/tickets/status", json={"code": code}, timeout=60)
    assert (public.status_code, api.status_code) == (200, 200)
    assert "Anruf" not in public.text + api.text


def test_sending_on(here: Floor, kaya: httpx.Client) -> None:
    """Another office gets it, by the same date, with a remark; one that does not exist gets nothing."""
    ticket = leave(here)
    page = send(kaya, f"/desk/tickets/{ticket.id}/forward", office="buergeramt", remark="für Sie")
    assert "weitergeleitet" in text_of(page)
    assert "Bürgeramt: für Sie" in text_of(page)
    assert look(here, ticket)[0].due_at == ticket.due_at
    assert "Bitte wählen Sie eine Stelle" in text_of(send(kaya, f"/desk/tickets/{ticket.id}/forward", office="mond"))
    assert len(rows(kaya.get("/desk/tickets?office=buergeramt"))) == 1


def test_closing(here: Floor, kaya: httpx.Client) -> None:
    """Without an answer only for a reason that somebody may give."""
    ticket = leave(here)
    for reason in ("", "expired", "keine Lust"):
        page = send(kaya, f"/desk/tickets/{ticket.id}/close", reason=reason)
        assert "Bitte geben Sie einen Grund an." in text_of(page)
    send(kaya, f"/desk/tickets/{ticket.id}/close", reason="not_ours", remark="Bundesbehörde")
    stored, history = look(here, ticket)
    assert (stored.state, stored.closing_reason) == (TicketState.CLOSED, ClosingReason.NOT_OURS)
    assert history[-1].text == "Bundesbehörde"


@pytest.mark.parametrize("path", ["answer", "note"])
def test_empty_texts(here: Floor, kaya: httpx.Client, path: str) -> None:
    """Nothing is sent where nothing is written."""
    ticket = leave(here)
    page = send(kaya, f"/desk/tickets/{ticket.id}/{path}", text=" \n")
    assert "Bitte schreiben Sie einen Text." in text_of(page)
    assert len(look(here, ticket)[1]) == 1


def test_a_ticket_that_does_not_exist(kaya: httpx.Client) -> None:
    """Looking at it and working on it lead back to the desk."""
    for response in (kaya.get("/desk/tickets/nirgends"), send(kaya, "/desk/tickets/nirgends/answer", text="Ja")):
        assert "notice=not_found" in str(response.url)


# ── who may ────────────────────────────────────────────────────────────────────────────────────────────────────────

ACTIONS = ("answer", "note", "close", "forward")


def test_nobody_without_login_reads_or_changes_a_ticket(here: Floor) -> None:
    """Whoever is not signed in gets nothing, with the right id too."""
    ticket = leave(here)
    with here.client(None) as stranger:
        stranger.headers["Accept"] = "application/json"
        for path in ("/desk/tickets", f"/desk/tickets/{ticket.id}"):
            assert stranger.get(path).status_code == 401
        for action in ACTIONS:
            assert send(stranger, f"/desk/tickets/{ticket.id}/{action}", text="x", reason="abuse").status_code == 401
    assert look(here, ticket)[0] == ticket


def test_editors_read_no_tickets(here: Floor) -> None:
    """Who works on the catalogue only is kept out; who looks after the agents is let in."""
    ticket = leave(here)
    with here.client(EDDA) as editor, here.client(LUND) as lund:
        for path in ("/desk/tickets", f"/desk/tickets/{ticket.id}"):
            assert (editor.get(path).status_code, lund.get(path).status_code) == (403, 200)
        for action in ACTIONS:
            assert send(editor, f"/desk/tickets/{ticket.id}/{action}", text="x", reason="abuse").status_code == 403
    assert look(here, ticket)[0] == ticket


@pytest.mark.parametrize("action", ACTIONS)
def test_forms_of_others(here: Floor, kaya: httpx.Client, action: str) -> None:
    """A form from another site, or of another session, changes nothing."""
    ticket = leave(here)
    fields = {"text": "x", "reason": "abuse", "office": "buergeramt"}
    path = f"/desk/tickets/{ticket.id}/{action}"
    kaya.post(path, data=fields | {"csrf": "guessed"}, headers={"Origin": here.url})
    kaya.post(path, data=fields | {"csrf": csrf_of(kaya)}, headers={"Origin": "https://evil.example"})
    assert look(here, ticket) == (ticket, look(here, ticket)[1][:1])


def test_every_part_of_the_page_has_a_form_for_this_session(here: Floor, kaya: httpx.Client) -> None:
    """Each form on a ticket's page carries the session's token."""
    page = kaya.get(f"/desk/tickets/{leave(here).id}")
    forms = re.findall(r'<form method="post" action="/desk/tickets/.*?</form>', page.text, flags=re.DOTALL)
    assert len(forms) == 4
    assert all(f'name="csrf" value="{csrf_of(kaya)}"' in form for form in forms)
