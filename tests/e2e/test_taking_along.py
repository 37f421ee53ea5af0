"""Printing, downloading, copying, mailing and deleting a conversation."""

from pathlib import Path
from urllib.parse import unquote

import pytest
from playwright.async_api import Page, expect

from tests.e2e.conftest import Visit
from tests.e2e.steps import ask

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def open_tools(page: Page) -> None:
    """Open the menu of what can be done with the conversation."""
    await page.locator("[data-tools] summary").click()


async def test_only_what_was_said_can_be_taken_along(visit: Visit) -> None:
    """The menu appears with the first turn."""
    page = await visit("/")
    await expect(page.locator("[data-tools]")).to_be_hidden()
    await ask(page, "Hund")
    await expect(page.locator("[data-tools]")).to_be_visible()


async def test_print(visit: Visit) -> None:
    """The print page shows the conversation alone and prints on request."""
    page = await visit("/")
    await page.context.add_init_script("window.print = () => { window.printed = true; };")
    await ask(page, "Was kostet ein Reisepass?")
    await open_tools(page)
    await page.get_by_role("link", name="Drucken").click()
    await page.wait_for_url("**/chat/print?view=portal")
    await expect(page.locator(".answer")).to_contain_text("70,00 Euro")
    await page.get_by_role("button", name="Jetzt drucken").click()
    assert await page.evaluate("() => window.printed")
    await page.emulate_media(media="print")
    for part in (".actions", ".feedback", ".replies", ".footer", ".settings"):
        await expect(page.locator(part).first).to_be_hidden()
    await page.emulate_media(media="screen")
    await page.get_by_role("link", name="Zurück zum Gespräch").click()
    await expect(page.locator(".turn")).to_have_count(1)


async def test_paper_is_white(visit: Visit) -> None:
    """Printed from the dark theme, the text is dark all the same."""
    page = await visit("/", color_scheme="dark")
    await ask(page, "Was kostet ein Reisepass?")
    await page.locator("[data-theme-switch]").click()
    await page.locator("[data-theme-switch]").click()
    await page.emulate_media(media="print", color_scheme="dark")
    ink, paper = await page.evaluate(
        """() => ["color", "backgroundColor"].map((part) => getComputedStyle(document.body)[part])"""
    )
    assert float(ink.removeprefix("oklch(").split()[0]) < 0.3
    assert paper == "rgb(255, 255, 255)"
    await expect(page.locator(".composer")).to_be_hidden()


async def test_download(visit: Visit, tmp_path: Path) -> None:
    """The download is a text file with question and answer."""
    page = await visit("/")
    await ask(page, "Was kostet ein Reisepass?")
    await open_tools(page)
    async with page.expect_download() as download:
        await page.get_by_role("link", name="Als Text herunterladen").click()
    file = await download.value
    await file.save_as(tmp_path / "talk.txt")
    text = (tmp_path / "talk.txt").read_text(encoding="utf-8")
    assert file.suggested_filename.endswith(".txt")
    assert "Was kostet ein Reisepass?" in text
    assert "70,00 Euro" in text


async def test_copy(visit: Visit) -> None:
    """Copying puts the text on the clipboard and says so."""
    page = await visit("/", permissions=["clipboard-read", "clipboard-write"])
    await ask(page, "Mond")
    await open_tools(page)
    await page.get_by_role("button", name="Text kopieren").click()
    await expect(page.locator("[data-tell]")).to_contain_text("kopiert")
    assert "Mond" in await page.evaluate("() => navigator.clipboard.readText()")


async def test_mail(visit: Visit) -> None:
    """A short conversation goes into a new mail; a long one onto the clipboard, with word of it."""
    page = await visit("/", permissions=["clipboard-read", "clipboard-write"])
    devtools = await page.context.new_cdp_session(page)
    await devtools.send("Page.enable")
    addresses: list[str] = []
    devtools.on("Page.frameRequestedNavigation", lambda event: addresses.append(event["url"]))
    await ask(page, "Mond")
    await open_tools(page)
    await page.get_by_role("button", name="Per E-Mail senden").click()
    while not addresses:
        await page.evaluate("() => new Promise(requestAnimationFrame)")
    assert addresses[0].startswith("mailto:?subject=Mein%20Gespr")
    assert "Ich möchte nicht raten" in unquote(addresses[0])
    for _ in range(3):
        await ask(page, "Was kostet ein Reisepass?")
    await open_tools(page)
    await page.get_by_role("button", name="Per E-Mail senden").click()
    await expect(page.locator("[data-tell]")).to_contain_text("zu lang")
    assert "70,00 Euro" in await page.evaluate("() => navigator.clipboard.readText()")


async def test_delete(visit: Visit) -> None:
    """Deleting asks first; afterwards nothing is left on the page or in the browser."""
    page = await visit("/")
    await ask(page, "Was kostet ein Reisepass?")
    assert [cookie["name"] for cookie in await page.context.cookies()] == ["roland"]
    await open_tools(page)
    await page.get_by_role("link", name="Gespräch löschen").click()
    await expect(page.get_by_role("heading", name="Möchten Sie das Gespräch löschen?")).to_be_visible()
    await page.get_by_role("button", name="Ja, endgültig löschen").click()
    await expect(page.locator("[data-notice]")).to_contain_text("gelöscht")
    await expect(page.locator(".turn")).to_have_count(0)
    assert await page.context.cookies() == []
