"""The pages and the API of tickets, as a browser without JavaScript and a client meet them."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import httpx
import pytest
from bs4 import BeautifulSoup, Tag

from assistant.bootstrap.tickets import Surroundings, open_tickets
from assistant.model import Agent, AgentRole, ClosingReason, StatusCode, Ticket, TicketFilter
from assistant.storage.database import Database
from assistant.tickets.desk import TicketDesk
from tests.server import Site, site

pytestmark = pytest.mark.slow

KAYA = Agent("kaya", "kaya", "Frau Kaya", frozenset({AgentRole.AGENT}))
CODE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]")
TUESDAY = "Dienstag, 24.11.2026, 18:00 Uhr"


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server with room for many tickets and a mail server configured, which nobody needs to reach."""
    mail = {"host": "127.0.0.1", "port": 9, "sender": "amt@example.org"}
    many = {"new_per_minute": 500, "wrong_codes_per_hour": 500}
    with site(tmp_path_factory.mktemp("site"), tickets=many, mail=mail) as running:
        yield running


@pytest.fixture
def browser(here: Site) -> Iterator[httpx.Client]:
    """A browser: keeps cookies, names the origin with forms."""
    with httpx.Client(base_url=here.url, timeout=60, follow_redirects=True, headers={"Origin": here.url}) as fresh:
        yield fresh


def form_of(page: httpx.Response, action: str) -> dict[str, str]:
    """What a form on a page sends when nothing is changed in it."""
    form = BeautifulSoup(page.text, "html.parser").select_one(f'form[action^="{action}"]')
    assert isinstance(form, Tag)
    sent = {}
    for field in form.select("input, textarea"):
        if field.get("type") != "radio" or field.has_attr("checked"):
            sent[str(field["name"])] = str(field.get("value", "")) if field.name == "input" else field.text.strip()
    return sent


def text_of(page: httpx.Response) -> str:
    """What can be read on a page."""
    return " ".join(BeautifulSoup(page.text, "html.parser").get_text(" ", strip=True).split())


def code_of(page: httpx.Response) -> str:
    """The code that a page shows."""
    shown = BeautifulSoup(page.text, "html.parser").select_one("[data-code]")
    assert isinstance(shown, Tag)
    return shown.text.strip()


def leave(browser: httpx.Client, query: str = "", **fields: str) -> httpx.Response:
    """Fill in the form and send it."""
    page = browser.get(f"/ticket/new?view=chat{query}")
    return browser.post("/ticket/new", data=form_of(page, "/ticket/new") | {"text": "Wo ist mein Pass?"} | fields)


def ask(browser: httpx.Client, code: str) -> httpx.Response:
    """Ask how a ticket stands."""
    return browser.post("/ticket", data={"view": "chat", "lang": "de", "code": code})


# ── the pages ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_from_concern_to_answer(here: Site, browser: httpx.Client) -> None:
    """The form promises a date, its answer shows a code, and the code shows how it stands."""
    form = browser.get("/ticket/new")
    assert (form.status_code, TUESDAY in text_of(form)) == (200, True)
    opened = leave(browser)
    assert opened.status_code == 200
    assert TUESDAY in text_of(opened)
    code = code_of(opened)
    assert CODE.fullmatch(code)
    waiting = ask(browser, code.lower().replace("-", " "))
    assert (waiting.status_code, "in Arbeit" in text_of(waiting), TUESDAY in text_of(waiting)) == (200, True, True)


def test_the_code_is_shown_once(browser: httpx.Client) -> None:
    """Neither an address nor a cookie carries it, and it is not kept by the browser."""
    opened = leave(browser)
    code = code_of(opened)
    assert opened.history == []
    assert code not in str(opened.url) + str(opened.headers) + str(dict(browser.cookies))
    assert opened.headers["cache-control"] == "no-store"
    assert code not in browser.get("/ticket").text + browser.get("/ticket/new").text


def test_the_same_form_twice_is_one_ticket(here: Site, browser: httpx.Client) -> None:
    """A reload shows the same code; the same form with other words is another ticket."""
    fields = form_of(browser.get("/ticket/new"), "/ticket/new") | {"text": "Zweimal"}
    codes = [code_of(browser.post("/ticket/new", data=fields)) for _ in range(2)]
    assert codes[0] == codes[1]
    assert code_of(browser.post("/ticket/new", data=fields | {"text": "Anders"})) != codes[0]


@pytest.mark.parametrize(
    ("kind", "title", "thanks"),
    [
        ("concern", "Anliegen hinterlassen", "Wir antworten Ihnen bis:"),
        ("complaint", "Beschwerde einreichen", "Ihre Beschwerde wird geprüft"),
        ("praise", "Lob und Dank", "freundlichen Worte"),
    ],
)
def test_complaints_and_praise_take_the_same_road(browser: httpx.Client, kind: str, title: str, thanks: str) -> None:
    """Each with its own words, at the form and in the acknowledgement."""
    assert title in text_of(browser.get(f"/ticket/new?kind={kind}"))
    assert thanks in text_of(leave(browser, f"&kind={kind}"))


def test_a_callback_needs_a_number_only(browser: httpx.Client) -> None:
    """Who wants to be called is asked for the number, and is called."""
    form = browser.get("/ticket/new?kind=callback")
    assert BeautifulSoup(form.text, "html.parser").select_one("[name=reply_by]") is None
    refused = leave(browser, "&kind=callback")
    assert (refused.status_code, "Telefonnummer an" in text_of(refused)) == (422, True)
    assert "0421 361-0815" in text_of(leave(browser, "&kind=callback", phone="0421 361-0815"))


def test_what_is_wrong_is_named_and_nothing_is_lost(browser: httpx.Client) -> None:
    """Every fault is told at the top and at its field; what was typed stands there still."""
    page = leave(browser, text="Mein <b>Pass</b>", reply_by="mail", mail="jamila", name="Jamila")
    assert page.status_code == 422
    soup = BeautifulSoup(page.text, "html.parser")
    assert soup.select_one("#mail[aria-invalid=true][aria-describedby=fault-mail]")
    assert soup.select_one('[role=alert] a[href="#mail"]')
    assert form_of(page, "/ticket/new") | {"id": ""} == {
        "view": "chat",
        "lang": "de",
        "id": "",
        "kind": "concern",
        "service": "",
        "text": "Mein <b>Pass</b>",
        "reply_by": "mail",
        "phone": "",
        "mail": "jamila",
        "name": "Jamila",
    }
    assert "Worum es geht" not in text_of(page)
    empty = leave(browser, text=" \n ")
    assert (empty.status_code, "worum es geht" in text_of(empty)) == (422, True)


def test_by_mail(browser: httpx.Client) -> None:
    """Who wants a mail is told to which address it goes."""
    assert "jamila@example.net" in text_of(leave(browser, reply_by="mail", mail="jamila@example.net"))


def test_mail_is_offered_only_where_there_is_a_server(tmp_path: Path) -> None:
    """A city without a mail server promises no mails, whatever a form says."""
    with site(tmp_path) as here, httpx.Client(base_url=here.url, headers={"Origin": here.url}, timeout=60) as browser:
        assert 'value="mail"' not in browser.get("/ticket/new").text
        assert leave(browser, reply_by="mail", mail="jamila@example.net").status_code == 422


def test_the_last_question_stands_in_the_form(browser: httpx.Client) -> None:
    """Who comes from a conversation need not write it again; a code in it is left out."""
    code = code_of(leave(browser))
    browser.post("/chat/messages", data={"view": "chat", "text": f"Mein Pass {code} fehlt"})
    page = browser.get("/ticket/new?view=chat")
    assert form_of(page, "/ticket/new")["text"] == "Mein Pass [CODE] fehlt"
    assert form_of(browser.get("/ticket/new?view=widget"), "/ticket/new")["text"] == ""


def back_office(here: Site, text: str, work: Callable[[TicketDesk, Ticket], Awaitable[object]]) -> Ticket:
    """Do something at the desk with the ticket of that text; the ticket as it was before."""

    async def run() -> Ticket:
        services = here.services
        around = Surroundings(
            services.catalogue, services.calendar, services.messages, services.clock, services.bus, here.store
        )
        async with Database(services.settings.database_url) as database:
            desk = open_tickets(services.settings, database, around).desk
            (ticket,) = [one for one in await desk.find(TicketFilter()) if one.text == text]
            await work(desk, ticket)
            return ticket

    return asyncio.run(run())


def test_the_conversation_goes_with_it(here: Site, browser: httpx.Client) -> None:
    """A ticket knows the conversation it came from, and no form can name somebody else's."""
    browser.post("/chat/messages", data={"view": "chat", "text": "Hallo"})
    leave(browser, text="Mit Gespräch", conversation_id="somebody-elses-conversation")
    ticket = back_office(here, "Mit Gespräch", lambda desk, ticket: desk.look_at(ticket.id))
    assert ticket.conversation_id == browser.cookies["roland"]


def test_the_answer_is_shown_as_it_was_written(here: Site, browser: httpx.Client) -> None:
    """In its own lines, never as markup; notes of the back office are not among it."""

    async def answer(desk: TicketDesk, ticket: Ticket) -> None:
        await desk.write_note(KAYA, ticket.id, "nur für uns")
        await desk.answer(KAYA, ticket.id, "Er ist da.\n<script>alert(1)</script>")

    code = code_of(leave(browser, text="Frage für die Antwort"))
    back_office(here, "Frage für die Antwort", answer)
    other = code_of(leave(browser, text="Frage ohne Antwort"))
    reason = ClosingReason.NOT_OURS
    back_office(here, "Frage ohne Antwort", lambda desk, one: desk.close(KAYA, one.id, reason, "geht uns nichts an"))
    page = ask(browser, code)
    assert "Ihre Antwort ist da." in text_of(page)
    assert "Er ist da.\n&lt;script&gt;" in page.text
    assert "nur für uns" not in page.text
    assert "<script>alert" not in page.text
    page = ask(browser, other)
    assert "Dafür sind wir nicht zuständig." in text_of(page)
    assert "geht uns nichts an" not in page.text


@pytest.mark.parametrize("code", ["", "K7RM", "K7RM-4XQ2-9TPA-H", "Wo ist mein Pass?", "x" * 900])
def test_unknown_codes(browser: httpx.Client, code: str) -> None:
    """Whatever is wrong with a code, the same words come back."""
    page = ask(browser, code)
    assert page.status_code == 404
    assert "Zu diesem Code gibt es kein Anliegen" in text_of(page)


def test_guessing(tmp_path: Path) -> None:
    """After a few wrong codes the page says how long to wait; the API counts with it."""
    with site(tmp_path, tickets={"wrong_codes_per_hour": 3}) as here:
        browser = httpx.Client(base_url=here.url, headers={"Origin": here.url}, timeout=60)
        with browser:
            right = code_of(leave(browser))
            for _ in range(3):
                assert ask(browser, "K7RM-4XQ2-9TPA-H").status_code == 404
            refused = ask(browser, right)
            assert (refused.status_code, "zu viele Versuche" in text_of(refused)) == (429, True)
            assert 0 < int(refused.headers["retry-after"]) <= 20 * 60
            problem = browser.post("/api/v1/tickets/status", json={"code": right})
            assert (problem.status_code, problem.json()["code"]) == (429, "too_many_codes")


def test_many_tickets_at_once(tmp_path: Path) -> None:
    """One address cannot flood the back office; what was typed is not lost."""
    few = site(tmp_path, tickets={"new_per_minute": 2})
    with few as here, httpx.Client(base_url=here.url, headers={"Origin": here.url}, timeout=60) as browser:
        assert [leave(browser, text=f"Frage {number}").status_code for number in range(3)] == [200, 200, 429]
        refused = leave(browser, text="Frage vier")
        assert form_of(refused, "/ticket/new")["text"] == "Frage vier"
        assert [browser.post("/api/v1/tickets", json={"text": "x"}).status_code for _ in range(3)] == [201, 201, 429]


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
@pytest.mark.parametrize("path", ["/ticket", "/ticket/new"])
def test_foreign_forms(here: Site, path: str, headers: dict[str, str]) -> None:
    """A form that another site sends is refused."""
    response = httpx.post(here.url + path, data={"view": "chat", "text": "x", "code": "x"}, headers=headers, timeout=60)
    assert response.status_code == 403


@pytest.mark.parametrize("fields", [{"kind": "bribe"}, {"reply_by": "pigeon"}, {"id": "a b"}, {"name": "x" * 2000}])
def test_forms_made_by_hand(browser: httpx.Client, fields: dict[str, str]) -> None:
    """Fields that no page sends are refused, not believed."""
    assert leave(browser, **fields).status_code == 422


def test_languages(browser: httpx.Client) -> None:
    """Every page is in the language that the one before it was in; Arabic runs from right to left."""
    form = browser.get("/ticket/new?lang=en")
    assert "Tuesday, 2026-11-24, 18:00" in text_of(form)
    opened = browser.post("/ticket/new?lang=en", data=form_of(form, "/ticket/new") | {"text": "Where is my passport?"})
    assert '<html lang="en"' in opened.text
    status = browser.post("/ticket?lang=en", data={"view": "chat", "lang": "en", "code": code_of(opened)})
    assert "We are working on your request" in text_of(status)
    arabic = browser.get("/ticket/new?lang=ar")
    assert '<html lang="ar" dir="rtl"' in arabic.text
    assert "الثلاثاء" in text_of(arabic)


def test_in_the_widget(browser: httpx.Client) -> None:
    """The widget's pages stay within it, and may be embedded like it."""
    page = browser.get("/ticket/new?view=widget")
    assert "frame-ancestors 'self' https://*.bremen.de" in page.headers["content-security-policy"]
    assert form_of(page, "/ticket/new")["view"] == "widget"
    with_code = browser.post("/ticket/new", data=form_of(page, "/ticket/new") | {"text": "Im Widget"})
    assert "frame-ancestors 'self' https://*.bremen.de" in with_code.headers["content-security-policy"]


def test_closed_channels(tmp_path: Path) -> None:
    """Where a way in is closed, its forms are closed as well."""
    with site(tmp_path, channels={"web": False}) as here:
        for path in ("/ticket", "/ticket/new"):
            assert httpx.get(f"{here.url}{path}?view=chat", timeout=60).status_code == 404
            assert (
                httpx.post(here.url + path, data={"view": "chat", "text": "x", "code": "x"}, timeout=60).status_code
                == 404
            )


# ── the API ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_api(client: httpx.Client) -> None:
    """A ticket can be opened and asked for in JSON; the code is told once."""
    response = client.post("/api/v1/tickets", json={"text": "Wo ist mein Pass?", "language": "en", "kind": "complaint"})
    assert response.status_code == 201
    opened = response.json()
    assert CODE.fullmatch(opened.pop("code"))
    assert opened == {
        "kind": "complaint",
        "due_at": "2026-11-24T18:00:00+01:00",
        "due_text": "Tuesday, 2026-11-24, 18:00",
        "office": "",
    }
    code = response.json()["code"]
    status = client.post("/api/v1/tickets/status", json={"code": code, "language": "de"}).json()
    assert (status["state"], status["reply"], status["is_late"], status["due_text"]) == ("open", "", False, TUESDAY)
    assert code not in str(status)


def test_the_api_knows_the_conversation(client: httpx.Client, conversation: str) -> None:
    """A conversation gives language and service; one that does not exist gives nothing."""
    name = conversation.rpartition("/")[2]
    client.post(f"{conversation}/messages", json={"text": "Hello", "language": "en"})
    for known, due in ((name, "Tuesday"), ("x" * 22, "Dienstag")):
        opened = client.post("/api/v1/tickets", json={"text": "Hi", "conversation_id": known}).json()
        assert opened["due_text"].startswith(due)


def test_the_api_is_idempotent(client: httpx.Client) -> None:
    """The same id with the same words is one ticket; the same id with other words tells nothing of it."""
    codes = [
        client.post("/api/v1/tickets", json={"text": text, "id": "easy-to-guess"}).json()["code"]
        for text in ("Geheim", "Geheim", "Geraten")
    ]
    assert codes[0] == codes[1] != codes[2]
    assert StatusCode.read(codes[2]) is not None


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"text": " "}, "ticket_invalid"),
        ({"text": "x", "reply_by": "mail", "contact": "a@b.de\r\nBcc: c@d.de"}, "ticket_invalid"),
        ({"text": "x", "kind": "callback"}, "ticket_invalid"),
        ({"text": "x" * 5000}, "ticket_invalid"),
        ({"text": "x", "kind": "bribe"}, "invalid"),
        ({"text": "x", "office": "mine"}, "invalid"),
        ({}, "invalid"),
    ],
)
def test_the_api_names_what_is_wrong(client: httpx.Client, wish: dict[str, str], code: str) -> None:
    """A ticket that cannot be answered is refused with the reason."""
    response = client.post("/api/v1/tickets", json=wish)
    assert (response.status_code, response.json()["code"]) == (422, code)


def test_the_api_tells_unknown_codes_alike(client: httpx.Client) -> None:
    """Malformed or unknown: one answer, letter by letter."""
    answers = {
        client.post("/api/v1/tickets/status", json={"code": code}).json()["detail"]
        for code in ("", "K7RM", "K7RM-4XQ2-9TPA-H", "Wo?")
    }
    assert len(answers) == 1
