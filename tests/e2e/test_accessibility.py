"""No page breaks a rule that axe can check, whatever state, theme or width it is in."""

from collections.abc import Awaitable, Callable
from typing import Literal

import pytest
from playwright.async_api import Page, expect

from assistant.http.services import WEB
from tests.e2e.answers import FEE
from tests.e2e.conftest import Visit
from tests.e2e.people import AgentsDesk
from tests.e2e.site import Site
from tests.e2e.steps import SEND, ask, sideways

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

AXE = WEB / "node_modules/axe-core/axe.min.js"
WAYS: list[tuple[Literal["light", "dark"], int]] = [("light", 1280), ("light", 320), ("dark", 1280), ("dark", 320)]


async def empty(page: Page, site: Site) -> None:
    """Nothing has been said yet."""
    await expect(page.locator(".examples")).to_be_visible()


async def waiting(page: Page, site: Site) -> None:
    """An answer is on its way."""
    site.dialogue.hold()
    await page.locator("#message").fill("Bitte warten")
    await page.locator(SEND).click()
    # The sign of waiting fades in only after a while.
    await page.wait_for_function("() => getComputedStyle(document.querySelector('.turn .waiting')).opacity === '1'")


async def answered(page: Page, site: Site) -> None:
    """All kinds of answers, with sources, the field for a reason and the menu of tools open."""
    for question in ("Was kostet ein Reisepass?", "Welche Unterlagen?", "Beides", "Hilfe!", "meine@adresse.de"):
        await ask(page, question)
    await page.locator(".turn").first.locator(".sources summary").click()
    await page.locator("button[name=helpful][value=no]").first.click()
    await expect(page.locator("[data-reason]").first).to_be_visible()
    await page.locator("[data-tools] summary").click()


async def translated(page: Page, site: Site) -> None:
    """A machine has translated the answer; one original is open, the others are closed."""
    await ask(page, "ترجمة")
    await page.locator(".original summary").first.click()
    await expect(page.locator(".original .block").first).to_be_visible()


async def clarifying(page: Page, site: Site) -> None:
    """Roland asks back; the language menu is open."""
    await ask(page, "Hund")
    await expect(page.locator(".reply", has_text="Hundesteuer")).to_be_visible()
    await page.locator(".settings [data-menu] summary").click()


async def error(page: Page, site: Site) -> None:
    """Something broke, nothing was found, and a message was refused."""
    for question in ("kaputt", "Mond"):
        await ask(page, question)
    await page.locator("#message").fill("x" * 2001)
    await page.locator(SEND).click()
    await expect(page.locator("[data-error]")).to_be_visible()


async def offered(page: Page, site: Site) -> None:
    """The ways to a person are named."""
    await ask(page, "Mensch")
    await expect(page.locator(".ways__way")).to_have_count(4)


async def queued(page: Page, site: Site) -> None:
    """The person waits for somebody, and has written meanwhile."""
    await AgentsDesk(site).arrive()
    await offered(page, site)
    await page.locator("button[value='people:connect']").click()
    await expect(page.locator("[data-standing]")).to_have_attribute("data-mode", "queued")
    await expect(page.locator("[data-event=queued]")).to_be_visible()
    await page.locator("#message").fill("Ist da jemand?")
    await page.locator(SEND).click()
    await expect(page.locator(".question__sent")).to_be_visible()


async def with_agent(page: Page, site: Site) -> None:
    """Somebody answers with a translation and a section of the catalogue, and writes on; the line is cut."""
    await queued(page, site)
    desk = AgentsDesk(site)
    chat = await desk.claim()
    await desk.say(chat, "Guten Tag!", translation="Hello!")
    await desk.say(chat, "Hier steht es:", *FEE.blocks)
    await expect(page.locator("[data-message]")).to_have_count(2)
    await page.locator(".original summary").click()
    await desk.type(chat)
    await expect(page.locator("[data-typing-text]")).to_be_visible()
    await page.evaluate("""() => { document.querySelector("[data-banner]").hidden = false; }""")


async def ended(page: Page, site: Site) -> None:
    """The conversation with people is over; the person says that the question is not solved."""
    await with_agent(page, site)
    await page.get_by_role("button", name="Gespräch mit Frau Kaya beenden").click()
    await page.locator("button[name=solved][value=no]").click()
    await expect(page.locator("[data-standing] [data-told]")).to_be_visible()


@pytest.mark.parametrize("view", ["/", "/widget"])
@pytest.mark.parametrize("state", [offered, queued, with_agent, ended])
async def test_states_with_people(
    visit: Visit, site: Site, view: str, state: Callable[[Page, Site], Awaitable[None]]
) -> None:
    """No violation on the way to a person, with one, and after."""
    page = await visit(view)
    await state(page, site)
    for scheme, width in WAYS:
        await page.emulate_media(color_scheme=scheme)
        await page.set_viewport_size({"width": width, "height": 900})
        assert await violations(page) == [], (scheme, width)
        assert await sideways(page) == [], (scheme, width)
    await AgentsDesk(site).go_home()


@pytest.mark.parametrize("view", ["/", "/widget"])
@pytest.mark.parametrize("state", [empty, waiting, answered, translated, clarifying, error])
async def test_states(visit: Visit, site: Site, view: str, state: Callable[[Page, Site], Awaitable[None]]) -> None:
    """Portal and widget are without a violation in every state, theme and width."""
    page = await visit(view)
    await state(page, site)
    for scheme, width in WAYS:
        await page.emulate_media(color_scheme=scheme)
        await page.set_viewport_size({"width": width, "height": 900})
        assert await violations(page) == [], (scheme, width)


@pytest.mark.parametrize("path", ["/chat", "/chat/delete", "/chat/print", "/no-such-page", "/?lang=ar"])
async def test_other_pages(visit: Visit, path: str) -> None:
    """The remaining pages are without a violation too."""
    page = await visit("/chat")
    await ask(page, "Was kostet ein Reisepass?")
    await page.goto(path)
    assert await violations(page) == []


@pytest.mark.parametrize(
    ("path", "question"),
    [("/?lang=ar", "كم يكلف جواز السفر؟"), ("/?lang=ru", "Сколько стоит паспорт?"), ("/", "Wo?")],
)
async def test_other_languages_and_folded_offices(visit: Visit, path: str, question: str) -> None:
    """Answered pages in Arabic and in Russian, and one with several offices, are without a violation too."""
    page = await visit(path)
    await ask(page, question)
    for scheme, width in WAYS:
        await page.emulate_media(color_scheme=scheme)
        await page.set_viewport_size({"width": width, "height": 900})
        assert await violations(page) == [], (scheme, width)


async def test_forced_colours_keep_what_is_pressed_visible(visit: Visit) -> None:
    """With forced colours a pressed thumb still differs from one that is not."""
    page = await visit("/chat", forced_colors="active")
    await ask(page, "Was kostet ein Reisepass?")
    yes, no = page.locator("button[value=yes]"), page.locator("button[value=no]")
    await yes.click()
    await expect(yes).to_have_attribute("aria-pressed", "true")
    colours = [await button.evaluate("b => getComputedStyle(b).backgroundColor") for button in (yes, no)]
    assert colours[0] != colours[1]


async def violations(page: Page) -> list[str]:
    """What axe finds wrong, each with the elements concerned."""
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[str] = await page.evaluate(
        """async () => {
            const { violations } = await axe.run({ resultTypes: ["violations"] });
            return violations.map((rule) => `${rule.id}: ${rule.nodes.map((node) => node.html).join(" | ")}`);
        }"""
    )
    return found
