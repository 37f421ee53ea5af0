"""The keyboard is enough, and focus stays where the person is."""

import pytest
from playwright.async_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.site import Site
from tests.e2e.steps import ask, has_focus

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_whole_journey(visit: Visit) -> None:
    """From the skip link over a question and a choice to a thumb, without a mouse."""
    page = await visit("/")
    await page.keyboard.press("Tab")
    assert await has_focus(page, ".skip")
    await page.keyboard.press("Enter")
    while not await has_focus(page, "#message"):
        await page.keyboard.press("Tab")
    await page.keyboard.type("Was kostet ein")
    await page.keyboard.press("Shift+Enter")
    assert await page.locator("#message").input_value() == "Was kostet ein\n"
    await page.keyboard.press("Backspace")
    await page.keyboard.type(" Reisepass?")
    await page.keyboard.press("Enter")
    await expect(page.locator(".answer")).to_have_count(1)
    assert await has_focus(page, "#message"), "focus stays in the field"
    assert await page.locator("#message").input_value() == ""

    while not await has_focus(page, ".reply"):
        await page.keyboard.press("Shift+Tab")
    chosen = await page.evaluate("() => document.activeElement.value")
    await page.keyboard.press("Enter")
    await expect(page.locator(".answer")).to_have_count(2)
    assert await page.evaluate("() => document.activeElement.value") == chosen, "focus stays on the choice"

    while not await has_focus(page, "button[name=helpful]"):
        await page.keyboard.press("Shift+Tab")
    await page.keyboard.press("Space")
    await expect(page.locator("button[name=helpful][aria-pressed=true]")).to_have_count(1)
    assert await has_focus(page, "button[name=helpful]")


async def test_bubbles_take_no_focus(visit: Visit) -> None:
    """Within the list of turns only links, buttons, fields and summaries can be reached."""
    page = await visit("/")
    await ask(page, "Was kostet ein Reisepass?")
    assert await page.locator(".turns [tabindex]").count() == 0


async def test_a_menu_opens_and_closes(visit: Visit) -> None:
    """Enter opens the language menu, Escape closes it and gives focus back, leaving it closes it too."""
    page = await visit("/")
    menu = page.locator(".settings [data-menu]")
    await menu.locator("summary").focus()
    await page.keyboard.press("Enter")
    await expect(menu.get_by_text("Türkçe")).to_be_visible()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Escape")
    await expect(menu.get_by_text("Türkçe")).to_be_hidden()
    assert await has_focus(page, "summary")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Shift+Tab")
    await expect(menu.get_by_text("Türkçe")).to_be_hidden()


async def test_an_input_method_keeps_its_enter(visit: Visit, site: Site) -> None:
    """Enter that ends the composing of a character sends nothing."""
    page = await visit("/chat")
    await page.locator("#message").fill("こんにちは")
    await page.evaluate(
        """() => document.querySelector("#message").dispatchEvent(
            new KeyboardEvent("keydown", { key: "Enter", isComposing: true, bubbles: true, cancelable: true }))"""
    )
    assert await page.locator("#message").input_value() == "こんにちは"
    assert await page.locator(".turn").count() == 0
