"""A machine translation says what it is, and its German original is one click away."""

import pytest
from playwright.async_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.steps import ask, sideways

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

QUESTION = "ترجمة"


@pytest.mark.parametrize("view", ["/", "/widget"])
@pytest.mark.parametrize("scripts", [True, False])
async def test_the_label_is_seen_and_the_original_opens(visit: Visit, view: str, scripts: bool) -> None:
    """In portal and widget, with and without JavaScript: label, translation, and the original in German markup."""
    page = await visit(f"{view}?lang=ar", java_script_enabled=scripts)
    await ask(page, QUESTION)
    labels, originals = page.locator(".translated"), page.locator(".original")
    await expect(labels).to_have_count(3)
    await expect(originals).to_have_count(3)
    await expect(labels.first).to_have_text("ترجمة آلية")
    quoted = originals.first.locator(".block")
    await expect(quoted).to_be_hidden()
    await originals.first.locator("summary").click()
    await expect(quoted).to_be_visible()
    await expect(quoted).to_have_text("Ein Reisepass kostet 70,00 Euro.")
    assert [await quoted.get_attribute(name) for name in ("lang", "dir")] == ["de", "ltr"]


async def test_it_fits_a_narrow_screen(visit: Visit) -> None:
    """Label and original need no sideways scrolling at 320 pixels."""
    page = await visit("/?lang=ar", width=320)
    await ask(page, QUESTION)
    for summary in await page.locator(".original summary").all():
        await summary.click()
    assert await sideways(page) == []


async def test_the_translation_is_read_aloud_with_its_label(visit: Visit) -> None:
    """The live region has one language, so the German original is not read in it; it is there to be opened."""
    page = await visit("/?lang=ar")
    await ask(page, QUESTION)
    region = page.locator("[data-live]")
    await expect(region).to_contain_text("ترجمة آلية")
    await expect(region).to_contain_text("70,00 يورو")
    await expect(region).not_to_contain_text("Euro")


async def test_both_are_on_paper_and_in_the_text(visit: Visit) -> None:
    """Print shows originals that were never opened; the downloaded text has both."""
    page = await visit("/chat?lang=ar")
    await ask(page, QUESTION)
    await page.goto("/chat/print")
    await page.emulate_media(media="print")
    await expect(page.get_by_text("Ein Reisepass kostet 70,00 Euro.")).to_be_visible()
    await expect(page.locator(".translated").first).to_be_visible()
    text = await (await page.request.get("/chat/transcript")).text()
    assert "70,00 يورو" in text
    assert "Expressverfahren: 32,00 Euro" in text
