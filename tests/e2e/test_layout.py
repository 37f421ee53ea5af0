"""The pages fit small screens, large text and both directions of writing."""

import pytest
from playwright.async_api import Page, expect

from assistant.model import Language
from tests.e2e.conftest import Visit
from tests.e2e.steps import ask, sideways

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

QUESTIONS = ("Was kostet ein Reisepass?", "Welche Unterlagen?", "Hund", "Beides", "Mond", "Hilfe!", "W" * 300)
ARABIC = "كم يكلف جواز السفر؟"
RUSSIAN = "Сколько стоит паспорт?"


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


async def test_a_telephone_number_reads_left_to_right_in_arabic(visit: Visit) -> None:
    """In an Arabic line its first figures stand left of its last ones, and it can be copied without marks."""
    page = await visit("/?lang=ar")
    await ask(page, ARABIC)
    number = page.locator(".answer__body p bdi", has_text="6021")
    await expect(number).to_have_text("0421 361-6021")
    await expect(number).to_have_attribute("dir", "ltr")
    first, last = await number.evaluate(
        """(bdi) => [[0, 4], [9, 13]].map(([start, end]) => {
            const range = document.createRange();
            range.setStart(bdi.firstChild, start);
            range.setEnd(bdi.firstChild, end);
            return range.getBoundingClientRect().left;
        })"""
    )
    assert first < last


async def test_a_page_in_cyrillic(visit: Visit) -> None:
    """A Russian page speaks Russian in its own words, the answer and the office card."""
    page = await visit("/?lang=ru", width=390, height=667)
    await expect(page.locator("html")).to_have_attribute("lang", "ru")
    await ask(page, RUSSIAN)
    answer = page.locator(".answer")
    await expect(answer).to_have_attribute("lang", "ru")
    await expect(answer).to_have_attribute("dir", "ltr")
    await expect(answer.locator("dt").first).to_have_text("Адрес")
    await expect(answer.locator(".hours th[scope=row]").first).to_have_text("понедельник, четверг")
    await expect(answer.locator(".block bdi")).to_have_count(0)
    latin = await page.locator(".situation, .kern-label, dt").all_inner_texts()
    assert not [text for text in latin if text.isascii() and text.strip()]
    assert await sideways(page) == []


@pytest.mark.parametrize("language", [*Language])
async def test_the_first_screen_of_a_phone(visit: Visit, language: Language) -> None:
    """In every language a small phone shows, unscrolled, who speaks, that it is a program, and the whole input."""
    page = await visit(f"/?lang={language}", width=390, height=667)
    send, greeting = [await page.locator(part).bounding_box() for part in ("[data-send]", ".welcome > p:first-child")]
    composer = await page.locator(".composer").bounding_box()
    assert send
    assert greeting
    assert composer
    assert send["y"] + send["height"] <= 667
    assert greeting["y"] + greeting["height"] <= composer["y"], "the input covers the greeting"


async def test_several_offices_are_folded(visit: Visit) -> None:
    """Of several offices one sees names and addresses, and opens the one that is near; one alone stands open."""
    page = await visit("/chat", width=390, height=667)
    await ask(page, "Wo?")
    offices = page.locator(".office")
    await expect(offices).to_have_count(2)
    await expect(offices.first.locator("summary")).to_contain_text("Stresemannstraße 48, 28207 Bremen")
    await expect(offices.first.locator(".hours")).to_be_hidden()
    await expect(page.locator("[data-live]")).to_contain_text("BürgerServiceCenter-Nord")
    await expect(page.locator("[data-live]")).not_to_contain_text("Straßenbahn")
    await offices.first.locator("summary").click()
    await expect(offices.first.locator(".hours")).to_be_visible()
    await ask(page, "Was kostet ein Reisepass?")
    await expect(offices.last.locator(".hours")).to_be_visible()


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
