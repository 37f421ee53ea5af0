"""The conversation with a script: announced once, sent once, never lost."""

import asyncio

import pytest
from playwright.async_api import Page, Route, expect

from tests.e2e.conftest import Visit
from tests.e2e.site import Site
from tests.e2e.steps import SEND, ask, has_focus

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

LISTEN = """() => {
    window.said = [];
    const region = document.querySelector("[data-live]");
    const observer = new MutationObserver(() => window.said.push(region.textContent));
    observer.observe(region, { childList: true, characterData: true });
}"""


async def said(page: Page) -> list[str]:
    """What the live region was given since ``LISTEN``."""
    texts: list[str] = await page.evaluate("() => window.said")
    return texts


async def test_it_is_a_computer_program(visit: Visit) -> None:
    """That this is a program, and that no personal data should be written, stays visible beside the input."""
    page = await visit("/", height=800)
    await ask(page, "Was kostet ein Reisepass?")
    await expect(page.locator("#message-hint")).to_be_in_viewport()
    await expect(page.locator("#message-hint")).to_contain_text("Computerprogramm")


async def test_the_live_region_speaks_once(visit: Visit, site: Site) -> None:
    """There is one polite live region; it is silent while Roland looks, and then gets the finished answer once."""
    page = await visit("/")
    assert await page.locator("[aria-live], [role=status], [role=alert], [role=log]").count() == 1
    await expect(page.locator("[data-live]")).to_have_attribute("aria-live", "polite")
    await page.evaluate(LISTEN)
    site.dialogue.hold()
    await page.locator("#message").fill("bitte warten")
    await page.locator(SEND).click()
    await expect(page.locator(".turn .waiting")).to_be_attached()
    assert await said(page) == []
    site.dialogue.release()
    await expect(page.locator(".answer")).to_have_count(1)
    texts = await said(page)
    assert len(texts) == 1
    assert texts[0].startswith("Reisepass beantragen. Ein Reisepass kostet 70,00 Euro")
    assert "Welche Unterlagen?" in texts[0]


async def test_the_live_region_speaks_the_answers_language(visit: Visit) -> None:
    """What is announced is marked with its language and direction."""
    page = await visit("/")
    await ask(page, "كم يكلف جواز السفر؟")
    await expect(page.locator("[data-live]")).to_have_attribute("lang", "ar")
    await expect(page.locator("[data-live]")).to_have_attribute("dir", "rtl")


async def test_a_double_click_sends_once(visit: Visit, site: Site) -> None:
    """However often the button is pressed, one question is one turn."""
    page = await visit("/")
    before = len(site.dialogue.heard)
    await page.locator("#message").fill("Mond")
    await page.locator(SEND).dblclick()
    await expect(page.locator(".answer")).to_have_count(1)
    await ask(page, "Hund")
    assert [heard.text for heard in site.dialogue.heard[before:]] == ["Mond", "Hund"]


async def test_waiting(visit: Visit, site: Site) -> None:
    """While an answer is on its way Send is marked, not disabled, and a second question waits in the field."""
    page = await visit("/")
    site.dialogue.hold()
    await page.locator("#message").fill("bitte warten")
    await page.keyboard.press("Enter")
    await expect(page.locator(SEND)).to_have_attribute("aria-disabled", "true")
    await expect(page.locator(SEND)).to_be_enabled(enabled=False)
    assert await page.locator(SEND).get_attribute("disabled") is None
    await page.locator("#message").fill("Hund")
    await page.keyboard.press("Enter")
    assert await page.locator("#message").input_value() == "Hund"
    site.dialogue.release()
    await expect(page.locator(SEND)).to_have_attribute("aria-disabled", "false")
    assert await page.locator("#message").input_value() == "Hund"


async def test_a_reload_loses_nothing_on_its_way(visit: Visit, site: Site) -> None:
    """A message that had not reached the server when the page was loaded anew goes out again, and once."""
    page = await visit("/")
    await ask(page, "Hund")
    before = len(site.dialogue.heard)
    await page.route("**/chat/messages", lambda _: None)
    await page.locator("#message").fill("Mond")
    async with page.expect_request("**/chat/messages"):
        await page.keyboard.press("Enter")
    await page.unroute("**/chat/messages")
    await page.reload()
    await expect(page.locator(".answer")).to_have_count(2)
    await expect(page.locator("#message")).to_have_value("")
    await page.reload()
    await ask(page, "Hund")
    assert [heard.text for heard in site.dialogue.heard[before:]] == ["Mond", "Hund"]


async def test_a_reload_resumes(visit: Visit, site: Site) -> None:
    """A page that is reloaded while the answer is on its way shows it when it comes, without another reload."""
    page = await visit("/widget")
    await ask(page, "Hund")
    heard = len(site.dialogue.heard)
    site.dialogue.hold()
    await page.locator("#message").fill("bitte warten")
    async with page.expect_request("**/chat/messages"):
        await page.keyboard.press("Enter")
    while len(site.dialogue.heard) == heard:
        await page.evaluate("() => new Promise(requestAnimationFrame)")
    await page.reload()
    await expect(page.locator("[data-pending]")).to_have_count(1)
    await expect(page.locator(SEND)).to_have_attribute("aria-disabled", "true")
    await page.evaluate(LISTEN)
    site.dialogue.release()
    await expect(page.locator(".answer")).to_have_count(2)
    await expect(page.locator("[data-pending]")).to_have_count(0)
    assert len(await said(page)) == 1
    await ask(page, "Mond")


async def test_a_refusal_gives_the_text_back(visit: Visit) -> None:
    """A message that is too long stays in the field; the reason is shown, announced and tied to it."""
    page = await visit("/")
    await page.evaluate(LISTEN)
    await page.locator("#message").fill("x" * 2001)
    await expect(page.locator("[data-count]")).to_contain_text("1 Zeichen zu viel")
    await page.locator(SEND).click()
    await expect(page.locator("[data-error]")).to_contain_text("2")
    await expect(page.locator("#message")).to_have_attribute("aria-invalid", "true")
    assert len(await page.locator("#message").input_value()) == 2001
    assert await page.locator(".turn").count() == 0
    assert (await said(page))[-1] == await page.locator("[data-error-text]").inner_text()
    await page.locator("#message").fill("")
    await ask(page, "Mond")
    await expect(page.locator("[data-error]")).to_be_hidden()


async def test_characters_left(visit: Visit) -> None:
    """The counter shows only near the end."""
    page = await visit("/")
    await page.locator("#message").fill("x" * 1500)
    await expect(page.locator("[data-count]")).to_be_hidden()
    await page.locator("#message").fill("x" * 1900)
    await expect(page.locator("[data-count]")).to_have_text("Noch 100 Zeichen.")


async def test_a_lost_connection_loses_nothing(visit: Visit, site: Site) -> None:
    """Offline, the question comes back into the field and can be sent again."""
    page = await visit("/")
    await page.context.set_offline(True)
    await page.locator("#message").fill("Mond")
    await page.locator(SEND).click()
    await expect(page.locator("[data-error]")).to_contain_text("Verbindung")
    assert await page.locator("#message").input_value() == "Mond"
    await page.context.set_offline(False)
    await page.locator(SEND).click()
    await expect(page.locator(".answer")).to_have_count(1)


async def test_personal_data_is_masked_with_a_reason(visit: Visit) -> None:
    """What was masked is shown as a placeholder, and why."""
    page = await visit("/")
    await ask(page, "Ich heiße anna@example.org")
    question = page.locator(".question")
    await expect(question).to_contain_text("[EMAIL]")
    await expect(question).not_to_contain_text("anna@")
    await expect(question.locator(".question__masked")).to_be_visible()


async def test_an_answer_at_a_glance(visit: Visit) -> None:
    """Title, figure, table, office with its telephone, the ways on, and the date of the oldest source."""
    page = await visit("/")
    await ask(page, "Was kostet ein Reisepass?")
    answer = page.locator(".answer")
    await expect(answer.locator("h4")).to_have_text("Reisepass beantragen")
    await expect(answer.locator(".block--paragraph")).to_contain_text("70,00 Euro")
    await expect(answer.locator(".block--facts th")).to_have_count(3)
    office = answer.locator(".office")
    for text in ("28207 Bremen-Hastedt", "7:30 bis 18:00 Uhr", "nur mit Termin", "Haltestelle", "stufenlos"):
        await expect(office).to_contain_text(text)
    await expect(office.get_by_role("link", name="0421 361-0")).to_have_attribute("href", "tel:+494213610")
    await expect(answer.get_by_role("link", name="Termin beim Bürgeramt")).to_be_visible()
    sources = answer.locator(".sources")
    await expect(sources.locator("summary")).to_contain_text("Stand: 1.5.2025")
    await expect(sources.locator("li").first).to_be_hidden()
    await sources.locator("summary").click()
    await expect(sources.locator("li")).to_have_count(2)


async def test_two_services_two_titles(visit: Visit) -> None:
    """An answer about two services names each, and says that it is incomplete."""
    page = await visit("/")
    await ask(page, "Beides")
    await expect(page.locator(".answer h4")).to_have_text(["Reisepass beantragen", "Hundesteuer anmelden"])
    await expect(page.locator(".partly")).to_be_visible()


async def test_no_answer_has_ways_on(visit: Visit) -> None:
    """Who gets no answer is offered the telephone and a human."""
    page = await visit("/")
    await ask(page, "Mond")
    await expect(page.locator(".answer__call a")).to_have_attribute("href", "tel:+494213610")
    await expect(page.locator(".answer").get_by_role("button", name="Mit einem Menschen sprechen")).to_be_visible()


async def test_feedback(visit: Visit) -> None:
    """A thumb is pressed at once; a "no" opens a field for the reason; both survive a reload."""
    page = await visit("/")
    await ask(page, "Was kostet ein Reisepass?")
    await page.get_by_role("button", name="Nein").click()
    await expect(page.get_by_role("button", name="Nein")).to_have_attribute("aria-pressed", "true")
    await expect(page.locator("[data-thanks]")).to_contain_text("Vielen Dank")
    await page.get_by_label("Was hat gefehlt?").fill("Die Adresse")
    await page.get_by_role("button", name="Absenden").click()
    await expect(page.get_by_label("Was hat gefehlt?")).to_have_value("")
    await page.get_by_role("button", name="Ja", exact=True).click()
    await expect(page.get_by_label("Was hat gefehlt?")).to_be_hidden()
    await page.reload()
    await expect(page.get_by_role("button", name="Ja", exact=True)).to_have_attribute("aria-pressed", "true")


async def test_switching_language_keeps_the_draft(visit: Visit) -> None:
    """Another language reloads the page; the conversation and what is typed stay."""
    page = await visit("/?lang=de")
    await ask(page, "Was kostet ein Reisepass?")
    await page.locator("#message").fill("noch nicht fertig")
    await page.locator(".settings summary").click()
    await page.get_by_role("button", name="English").click()
    await expect(page.locator("html")).to_have_attribute("lang", "en")
    await expect(page.locator(".turn")).to_have_count(1)
    assert await page.locator("#message").input_value() == "noch nicht fertig"


async def test_a_life_situation_asks(visit: Visit) -> None:
    """A card of a life situation is a question by its name; focus stays on it."""
    page = await visit("/")
    await page.get_by_role("button", name="Umzug und Meldewesen").click()
    await expect(page.locator(".answer")).to_have_count(1)
    await expect(page.locator(".question__text")).to_have_text("Umzug und Meldewesen")
    assert await has_focus(page, ".situation")


async def test_a_notice_is_told_once(visit: Visit) -> None:
    """What a form has done is told on the page that follows, and not again after a reload."""
    page = await visit("/")
    await page.get_by_role("button", name="Einfache Sprache").click()
    await expect(page.locator("[data-notice]")).to_be_visible()
    await expect(page.locator("[data-live]")).to_have_text(await page.locator("[data-notice]").inner_text())
    await page.reload()
    await expect(page.locator("[data-notice]")).to_have_count(0)
    await expect(page.get_by_role("button", name="Einfache Sprache")).to_have_attribute("aria-pressed", "true")


async def test_what_is_typed_meanwhile_is_kept_too(visit: Visit) -> None:
    """A refused question comes back before whatever has been typed since."""
    page = await visit("/")
    held = asyncio.Event()

    async def refuse(route: Route) -> None:
        await held.wait()
        await route.abort()

    await page.route("**/chat/messages", refuse)
    await page.locator("#message").fill("erste Frage")
    await page.locator(SEND).click()
    await page.locator("#message").fill("zweite Frage")
    held.set()
    await expect(page.locator("#message")).to_have_value("erste Frage\nzweite Frage")
