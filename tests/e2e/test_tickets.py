"""Tickets in a browser: usable without a script, accessible in every state, the same from right to left."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace

import pytest
from playwright.async_api import Browser, Page, expect

from assistant.model import Agent, AgentRole, ClosingReason, Language, ReplyBy, Ticket, TicketFilter, TicketKind
from assistant.tickets.draft import TicketDraft
from tests.desk import KAYA, DeskSite, desk_site
from tests.e2e.conftest import Visit
from tests.e2e.site import Site
from tests.e2e.steps import sideways
from tests.e2e.test_accessibility import WAYS, violations
from tests.fakes import FixedClock
from tests.server import quiet_log

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

CLERK = Agent("kaya", "kaya", "Frau Kaya", frozenset({AgentRole.AGENT}))
TUESDAY = "Dienstag, 24.11.2026, 18:00 Uhr"


async def leave(page: Page, text: str = "Wo ist mein Pass?") -> str:
    """Fill in the form and send it; the code."""
    await page.locator("#text").fill(text)
    await page.get_by_role("button", name="Absenden").click()
    return (await page.locator("[data-code]").inner_text()).strip()


async def settle(site: Site, text: str, reason: ClosingReason | None = None) -> None:
    """Answer the ticket of that text, or close it."""
    desk = site.services.ticket_desk
    assert desk
    (ticket,) = [one for one in await site.run(desk.find(TicketFilter())) if one.text == text]
    work = desk.close(CLERK, ticket.id, reason) if reason else desk.answer(CLERK, ticket.id, "Er ist da.\nZimmer 12.")
    await site.run(work)


async def test_a_whole_journey_without_a_script(visit: Visit, site: Site) -> None:
    """From the chat to a promise with a code, and with the code to the answer."""
    page = await visit("/chat", java_script_enabled=False)
    await page.locator("#message").fill("Hund")
    await page.get_by_role("button", name="Senden").click()
    await page.goto("/ticket/new?view=chat")
    await expect(page.locator("#text")).to_have_value("Hund")
    await expect(page.locator(".ticket__due")).to_have_text(TUESDAY)
    code = await leave(page, "Ohne Skript")
    await expect(page.locator(".ticket__due")).to_have_text(TUESDAY)
    await expect(page.get_by_role("button", name="Code kopieren")).to_be_hidden()
    await page.get_by_role("link", name="Stand abfragen").click()
    await page.get_by_label("Ihr Code").fill(code.lower())
    await page.get_by_role("button", name="Stand anzeigen").click()
    await expect(page.locator(".ticket__headline")).to_contain_text("in Arbeit")
    await settle(site, "Ohne Skript")
    await page.get_by_label("Ihr Code").fill(code)
    await page.get_by_role("button", name="Stand anzeigen").click()
    await expect(page.locator(".ticket__words")).to_have_text("Er ist da.\nZimmer 12.")


async def test_a_field_is_there_when_its_way_is_chosen(visit: Visit) -> None:
    """The field for a number or an address shows with its choice, with no script at work."""
    page = await visit("/ticket/new", java_script_enabled=False)
    phone, mail = page.locator("#phone"), page.locator("#mail")
    await expect(phone).to_be_hidden()
    await expect(mail).to_be_hidden()
    await page.get_by_label("Rufen Sie mich an").check()
    await expect(phone).to_be_visible()
    await expect(mail).to_be_hidden()
    await phone.fill("0421 361-0")
    await leave(page)
    await expect(page.locator("main")).to_contain_text("0421 361-0")


async def test_the_code_can_be_copied_and_printed(visit: Visit) -> None:
    """One press copies the code; on paper stands the code, and nothing to press."""
    page = await visit("/ticket/new", permissions=["clipboard-read", "clipboard-write"])
    code = await leave(page)
    await page.get_by_role("button", name="Code kopieren").click()
    await expect(page.locator("[data-tell]")).to_have_text("Der Code ist kopiert.")
    assert await page.evaluate("() => navigator.clipboard.readText()") == code
    await page.emulate_media(media="print")
    await expect(page.locator("[data-code]")).to_be_visible()
    for part in (".actions", ".footer", ".settings"):
        await expect(page.locator(part).first).to_be_hidden()


async def test_a_fault_leads_to_its_field(visit: Visit) -> None:
    """The list of what is wrong leads to the fields by keyboard, and the field is marked."""
    page = await visit("/ticket/new?kind=complaint")
    await page.locator("#text").fill("Die Tür war zu")
    await page.get_by_label("Schreiben Sie mir eine E-Mail").check()
    await page.locator("#mail").fill("jamila@localhost")
    await page.get_by_role("button", name="Absenden").click()
    await page.locator('[role=alert] a[href="#mail"]').press("Enter")
    assert await page.evaluate("() => document.activeElement.id") == "mail"
    await expect(page.locator("#mail")).to_have_attribute("aria-invalid", "true")


# ── accessibility ──────────────────────────────────────────────────────────────────────────────────────────────────


async def empty(page: Page, site: Site) -> None:
    """The form as it comes."""


async def faulty(page: Page, site: Site) -> None:
    """Nothing that was typed can be used."""
    await page.locator("form[action^='/ticket/new']").evaluate("form => form.noValidate = true")
    await page.get_by_label("Schreiben Sie mir eine E-Mail").check()
    await page.get_by_role("button", name="Absenden").click()
    await expect(page.locator("[role=alert]")).to_be_visible()


async def opened(page: Page, site: Site) -> None:
    """The promise and the code."""
    await leave(page)
    await page.get_by_role("button", name="Code kopieren").click()


async def unknown(page: Page, site: Site) -> None:
    """A code that nobody was given."""
    await page.goto("/ticket")
    await page.locator("#code").fill("K7RM")
    await page.get_by_role("button", name="Stand anzeigen").click()
    await expect(page.locator("#fault-code")).to_be_visible()


async def owed(page: Page, site: Site) -> None:
    """An answer that is still owed."""
    code = await leave(page)
    await page.goto("/ticket")
    await page.locator("#code").fill(code)
    await page.get_by_role("button", name="Stand anzeigen").click()


async def answered(page: Page, site: Site) -> None:
    """An answer that is there."""
    text = f"Frage {id(page)}"
    code = await leave(page, text)
    await settle(site, text)
    await page.goto("/ticket")
    await page.locator("#code").fill(code)
    await page.get_by_role("button", name="Stand anzeigen").click()
    await expect(page.locator(".ticket__words")).to_be_visible()


@pytest.mark.parametrize("state", [empty, faulty, opened, unknown, owed, answered])
async def test_states(visit: Visit, site: Site, state: Callable[[Page, Site], Awaitable[None]]) -> None:
    """Every state is without a violation and without sideways scrolling, in every theme and width."""
    page = await visit("/ticket/new")
    await state(page, site)
    for scheme, width in WAYS:
        await page.emulate_media(color_scheme=scheme)
        await page.set_viewport_size({"width": width, "height": 900})
        assert await violations(page) == [], (scheme, width)
        assert await sideways(page) == [], (scheme, width)


@pytest.mark.parametrize(
    "path",
    [
        "/ticket/new?lang=ar&kind=callback",
        "/ticket?lang=fa",
        "/ticket/new?view=widget",
        "/ticket/new?lang=en&kind=praise",
    ],
)
async def test_other_languages_and_the_widget(visit: Visit, path: str) -> None:
    """From right to left, in English and in the widget the pages are without a violation too."""
    page = await visit(path, width=320)
    assert await violations(page) == []
    assert await sideways(page) == []


async def test_a_code_in_the_chat(visit: Visit) -> None:
    """The code runs from left to right in Arabic too, and the field for it as well."""
    page = await visit("/ticket?lang=ar")
    assert await page.locator("#code").get_attribute("dir") == "ltr"
    assert await page.evaluate("() => document.documentElement.dir") == "rtl"


# ── the back office ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskSite]:
    """A desk with tickets in every state, one of them overdue."""
    clock = FixedClock()
    with quiet_log(), desk_site(tmp_path_factory.mktemp("desk"), clock=clock) as running:
        yield running


def left(office: DeskSite, **values: object) -> Ticket:
    """A ticket."""
    assert office.services.tickets
    draft = replace(TicketDraft(TicketKind.CONCERN, "جواز سفري\nلم يصل", Language.AR), **values)  # type: ignore[arg-type]
    return office.run(office.services.tickets.open(draft))[0]


@pytest.mark.parametrize("width", [1280, 820])
async def test_the_back_office(browser: Browser, office: DeskSite, width: int) -> None:
    """List, open ticket and settled ticket are without a violation, on a wide screen and on a tablet."""
    assert office.services.ticket_desk
    desk = office.services.ticket_desk
    owed = left(office, reply_by=ReplyBy.PHONE, contact="0421 361-0", name="Jamila Haddad")
    done, closed = left(office, kind=TicketKind.COMPLAINT), left(office, kind=TicketKind.PRAISE)
    office.run(desk.write_note(KAYA, owed.id, "Anruf um zehn"))
    office.run(desk.answer(KAYA, done.id, "Er ist da."))
    office.run(desk.close(KAYA, closed.id, ClosingReason.SETTLED_OTHERWISE))
    context = await browser.new_context(viewport={"width": width, "height": 900}, reduced_motion="reduce")
    await context.add_cookies([{"name": "agent", "value": "kaya", "url": office.url}])
    page = await context.new_page()
    paths = ["/desk/tickets?state=", *(f"/desk/tickets/{one.id}" for one in (owed, done, closed))]
    for path in paths:
        await page.goto(office.url + path)
        for summary in await page.locator(".case__do summary").all():
            await summary.click()
        for scheme in ("light", "dark"):
            await page.emulate_media(color_scheme=scheme)
            assert await violations(page) == [], (path, scheme)
        assert await sideways(page) == [], path
    await context.close()
