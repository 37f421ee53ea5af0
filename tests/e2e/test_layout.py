"""The pages fit small screens, large text and both directions of writing."""

import pytest
from playwright.async_api import Page, expect

from tests.e2e.conftest import Visit
from tests.e2e.steps import ask, sideways

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

QUESTIONS = ("Was kostet ein Reisepass?", "Welche Unterlagen?", "Hund", "Beides", "Mond", "Hilfe!", "W" * 300)
ARABIC = "كم يكلف جواز السفر؟"


async def long_talk(page: Page) -> None:
    """A conversation with every kind of answer, and words that never end."""
    for question in QUESTIONS:
        await ask(page, question)
    for sources in await page.locator(".sources summary").all():
        await sources.click()


@pytest.mark.parametrize("view", ["/", "/widget"])
async def test_nothing_scrolls_sideways(visit: Visit, view: str) -> None:
    """Neither at 320 pixels nor with text of twice the size, nor with both."""
    page = await visit(view)
    await long_talk(page)
    for width, text in ((320, "100%"), (1280, "200%"), (640, "200%"), (320, "200%")):
        await page.set_viewport_size({"width": width, "height": 640})
        await page.evaluate("size => { document.documentElement.style.fontSize = size; }", text)
        assert await sideways(page) == [], (width, text)


async def test_menus_fit_a_small_screen(visit: Visit) -> None:
    """Open menus stay within 320 pixels, left to right and right to left."""
    for path in ("/", "/?lang=ar", "/widget"):
        page = await visit(path, width=320, height=640)
        await ask(page, "Hund")
        for menu in await page.locator("[data-menu]").all():
            await menu.locator("summary").click()
            await expect(menu.locator(".menu__list")).to_be_visible()
            assert await sideways(page) == [], path
            await page.keyboard.press("Escape")


async def test_targets_are_large(visit: Visit) -> None:
    """Whatever can be pressed outside of running text is at least 24 pixels high and wide."""
    page = await visit("/", width=320, height=640)
    await ask(page, "Was kostet ein Reisepass?")
    small: list[str] = await page.evaluate(
        """() => [...document.querySelectorAll("button, summary, textarea, input:not([type=hidden])")]
            .map((element) => [element, element.getBoundingClientRect()])
            .filter(([, box]) => box.width > 0 && (box.width < 24 || box.height < 24))
            .map(([element]) => element.outerHTML)"""
    )
    assert small == []


async def test_the_input_covers_no_low_screen(visit: Visit) -> None:
    """On a low window, as with a large zoom, the input scrolls with the page."""
    page = await visit("/chat", width=320, height=256)
    assert await page.locator(".composer").evaluate("e => getComputedStyle(e).position") == "static"


async def test_right_to_left(visit: Visit) -> None:
    """An Arabic page is mirrored; German in it keeps its own direction and language."""
    page = await visit("/?lang=ar")
    await expect(page.locator("html")).to_have_attribute("dir", "rtl")
    brand, settings = [await page.locator(part).bounding_box() for part in (".brand", ".settings")]
    assert brand
    assert settings
    assert brand["x"] > settings["x"]
    await ask(page, ARABIC)
    answer = page.locator(".answer")
    await expect(answer).to_have_attribute("dir", "rtl")
    await expect(answer).to_have_attribute("lang", "ar")
    german = answer.locator(".block", has_text="Ein Reisepass kostet")
    await expect(german).to_have_attribute("dir", "ltr")
    await expect(german).to_have_attribute("lang", "de")
    await expect(answer.locator(".office__name bdi")).to_have_attribute("lang", "de")
    bubble, text = [await page.locator(part).bounding_box() for part in (".question__text", ".answer__body")]
    assert bubble
    assert text
    assert bubble["x"] < text["x"], "the person's words stand at the end of the line, here on the left"
    assert await sideways(page) == []


async def test_an_answer_in_another_language_says_so(visit: Visit) -> None:
    """On a German page an Arabic answer carries its own language and direction."""
    page = await visit("/chat")
    await ask(page, ARABIC)
    await expect(page.locator("html")).to_have_attribute("dir", "ltr")
    await expect(page.locator(".answer")).to_have_attribute("dir", "rtl")
    await expect(page.locator(".question__text")).to_have_attribute("dir", "auto")


async def test_theme(visit: Visit) -> None:
    """The system's theme holds until the person chooses another one, which then lasts."""
    page = await visit("/", color_scheme="dark")
    switch = page.locator("[data-theme-switch]")
    await expect(switch).to_have_attribute("aria-pressed", "true")
    dark = await page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    await switch.click()
    await expect(switch).to_have_attribute("aria-pressed", "false")
    await page.reload()
    await expect(page.locator("html")).to_have_attribute("data-kern-theme", "light")
    assert await page.evaluate("() => getComputedStyle(document.body).backgroundColor") != dark


async def test_reduced_motion(visit: Visit) -> None:
    """Who wants less motion sees nothing turn or glide."""
    page = await visit("/", reduced_motion="reduce")
    assert await page.evaluate("() => getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    moving = await visit("/", reduced_motion="no-preference")
    assert await moving.evaluate("() => getComputedStyle(document.documentElement).scrollBehavior") == "smooth"
