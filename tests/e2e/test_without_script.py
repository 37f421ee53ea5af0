"""Everything works where scripts are switched off."""

import pytest
from playwright.async_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest.mark.parametrize("view", ["/", "/chat", "/widget"])
async def test_a_whole_journey(visit: Visit, view: str) -> None:
    """Ask, choose, rate with a reason, and delete: all by forms that come back to the same view."""
    page = await visit(view, java_script_enabled=False)
    path = f"**{view}*"
    await page.locator("#message").fill("Was kostet ein Reisepass?")
    await page.get_by_role("button", name="Senden").click()
    await page.wait_for_url(path)
    assert page.url.endswith("#latest")
    await expect(page.locator("#latest .answer")).to_contain_text("70,00 Euro")

    await page.get_by_role("button", name="Welche Unterlagen?").click()
    await expect(page.locator(".turn")).to_have_count(2)
    await expect(page.locator("#latest .question")).to_contain_text("Welche Unterlagen?")
    await expect(page.locator("#latest .answer")).to_contain_text("digitales Passfoto")

    await page.locator("#latest").get_by_role("button", name="Nein").click()
    await expect(page.locator(".notice").first).to_contain_text("Vielen Dank")
    await expect(page.locator("#latest button[value=no]")).to_have_attribute("aria-pressed", "true")
    await page.locator("#latest [name=reason]").fill("Das Foto fehlt")
    await page.locator("#latest").get_by_role("button", name="Absenden").click()
    await page.wait_for_url(path)

    await page.locator("[data-tools] summary").click()
    await page.get_by_role("link", name="Gespräch löschen").click()
    await page.get_by_role("link", name="Nein, behalten").click()
    await expect(page.locator(".turn")).to_have_count(2)
    await page.locator("[data-tools] summary").click()
    await page.get_by_role("link", name="Gespräch löschen").click()
    await page.get_by_role("button", name="Ja, endgültig löschen").click()
    await page.wait_for_url(path)
    await expect(page.locator(".notice").first).to_contain_text("gelöscht")
    await expect(page.locator(".turn")).to_have_count(0)


async def test_ways_in(visit: Visit, site: Site) -> None:
    """Examples and life situations are buttons that ask."""
    page = await visit("/", java_script_enabled=False)
    await page.get_by_role("button", name="Mein Perso ist weg").click()
    await expect(page.locator(".turn")).to_have_count(1)
    await page.get_by_role("button", name="Umzug und Meldewesen").click()
    await expect(page.locator(".turn")).to_have_count(2)
    await expect(page.locator("#latest .question__text")).to_have_text("Umzug und Meldewesen")
    assert site.dialogue.heard[-1].choice == "situation:umzug"


async def test_language_and_plain_language(visit: Visit) -> None:
    """Both switches are forms; the conversation stays."""
    page = await visit("/chat", java_script_enabled=False)
    await page.locator("#message").fill("Was kostet ein Reisepass?")
    await page.get_by_role("button", name="Senden").click()
    await page.get_by_role("button", name="Einfache Sprache").click()
    await expect(page.get_by_role("button", name="Einfache Sprache")).to_have_attribute("aria-pressed", "true")
    await page.locator(".settings summary").click()
    await page.get_by_role("button", name="English").click()
    await expect(page.locator("html")).to_have_attribute("lang", "en")
    await expect(page.get_by_role("button", name="Send", exact=True)).to_be_visible()
    await expect(page.locator(".turn")).to_have_count(1)


async def test_what_was_typed_survives_a_refusal(visit: Visit) -> None:
    """A message that is too long comes back with the reason."""
    page = await visit("/chat", java_script_enabled=False)
    await page.locator("#message").fill("x" * 2001)
    await page.get_by_role("button", name="Senden").click()
    await expect(page.locator("#message-error")).to_be_visible()
    assert len(await page.locator("#message").input_value()) == 2001
    await expect(page.locator("#message")).to_have_attribute("aria-invalid", "true")


async def test_a_pending_answer_is_asked_for_again(visit: Visit, site: Site) -> None:
    """A page that is opened while the answer is on its way reloads itself until it is there."""
    page = await visit("/chat", java_script_enabled=False)
    await page.locator("#message").fill("Hund")
    await page.get_by_role("button", name="Senden").click()
    await expect(page.locator(".turn")).to_have_count(1)
    site.dialogue.hold()
    await page.locator("#message").fill("bitte warten")
    await page.get_by_role("button", name="Senden").click(no_wait_after=True)
    second = await page.context.new_page()
    while True:  # until the server has taken the message in
        await second.goto("/chat")
        if await second.locator("[data-pending]").count():
            break
    site.dialogue.release()
    await expect(second.locator("#latest .answer")).to_contain_text("70,00 Euro")
