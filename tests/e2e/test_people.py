"""A person and an agent in one conversation: nothing lost, nothing doubled, said once, with and without a script."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio
from playwright.async_api import Page, Route, expect

from tests.e2e.answers import FEE
from tests.e2e.conftest import Visit
from tests.e2e.people import BERG, AgentsDesk
from tests.e2e.site import Site
from tests.e2e.steps import SEND, ask, sideways
from tests.e2e.test_conversation import LISTEN, said

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

CONNECT = "button[value='people:connect']"
STANDING = "[data-standing]"


@pytest_asyncio.fixture(loop_scope="session")
async def agents(site: Site) -> AsyncIterator[AgentsDesk]:
    """Frau Kaya is there; whatever is left open is ended afterwards."""
    desk = AgentsDesk(site)
    await desk.arrive()
    yield desk
    await desk.go_home()


async def want_a_person(page: Page, wish: str = "Mensch") -> None:
    """Ask for a person, take the offer, and wait."""
    await ask(page, wish)
    await page.locator(CONNECT).last.click()
    await expect(page.locator(STANDING)).to_have_attribute("data-mode", "queued")
    await expect(page.locator("[data-event=queued]")).to_be_visible()


async def send(page: Page, text: str) -> None:
    """Write to people, who answer when they do."""
    await page.locator("#message").fill(text)
    await page.locator(SEND).click()
    await expect(page.locator("li[data-place] .question__text", has_text=text)).to_have_count(1)


async def order(page: Page) -> list[str]:
    """What the list of the conversation shows, each by what the person wrote, by who spoke, or by what happened."""
    texts: list[str] = await page.locator("[data-turns] > li").evaluate_all(
        """entries => entries.map((entry) =>
            entry.querySelector(".question__text, .answer__speaker bdi, .event__text").innerText)"""
    )
    return texts


async def test_the_offer_says_what_each_way_promises(visit: Visit, agents: AgentsDesk) -> None:
    """Chat, telephone, call-back and writing: each with its sign, its words, and how long it takes."""
    page = await visit("/widget")
    await ask(page, "Mensch")
    ways = page.locator(".ways__way")
    await expect(ways).to_contain_text(
        ["Personen vor Ihnen: 2. Wartezeit: etwa 6 Min.", "0421 361-0", "spätestens am 24.11.2026", "24.11.2026"]
    )
    for way in await ways.all():
        await expect(way.locator("[class*=icon]").first).to_be_visible()
    link = ways.get_by_role("link", name="Um Rückruf bitten")
    await expect(link).to_have_attribute("href", "/ticket/new?view=widget&kind=callback")
    await expect(page.locator(CONNECT)).to_have_count(1)


@pytest.mark.parametrize("width", [320, 360])
async def test_an_arabic_conversation(visit: Visit, agents: AgentsDesk, width: int) -> None:
    """From the offer to the end on a phone, in Arabic, live, each message marked with its language."""
    page = await visit("/chat?lang=ar", width=width, height=740)
    await ask(page, "كم يكلف جواز السفر؟")
    await want_a_person(page, "إنسان")
    assert await sideways(page) == []
    await send(page, "لدي سؤال")
    await expect(page.locator(".question__sent")).to_have_count(1)
    await expect(page.locator(".waiting")).to_have_count(0)

    chat = await agents.claim()
    await expect(page.locator(STANDING)).to_have_attribute("data-mode", "with_agent")
    await expect(page.locator("[data-event=claimed] p")).to_have_attribute("dir", "rtl")
    await agents.say(chat, "Guten Tag, der Pass kostet 70,00 Euro.", translation="مرحبًا، يكلف الجواز 70,00 يورو.")
    message = page.locator("[data-message] .answer")
    await expect(message).to_have_attribute("lang", "ar")
    await expect(message.locator(".translated")).to_be_visible()
    original = message.locator(".original")
    await original.locator("summary").click()
    await expect(original.locator("[lang=de]")).to_have_attribute("dir", "ltr")
    await expect(original).to_contain_text("Guten Tag, der Pass kostet 70,00 Euro.")
    await agents.say(chat, "Hier steht es.", *FEE.blocks[:2])
    words, quoted = (page.locator("[data-message]").nth(1).locator(".answer").nth(part) for part in (0, 1))
    await expect(words).to_have_attribute("lang", "de")
    await expect(words).to_have_attribute("dir", "ltr")
    await expect(quoted).to_have_attribute("lang", "ar")
    await expect(quoted.locator(".sources summary")).to_contain_text("1/5/2025")
    assert await sideways(page) == []

    await agents.give_back(chat)
    await expect(page.locator("[data-event=to_bot]")).to_be_visible()
    await expect(page.locator("form[action='/chat/solved']")).to_be_visible()
    assert await sideways(page) == []
    await ask(page, "كم يكلف جواز السفر؟")
    await expect(page.locator("form[action='/chat/solved']")).to_have_count(0)


async def test_everything_once_and_in_order(visit: Visit, agents: AgentsDesk) -> None:
    """What both sides say stands in the order in which it was said, and so it does after a reload."""
    page = await visit("/chat")
    await ask(page, "Hund")
    await want_a_person(page)
    await send(page, "Ist da jemand?")
    chat = await agents.claim()
    await agents.say(chat, "Guten Tag!")
    await expect(page.locator("[data-message]")).to_have_count(1)
    await send(page, "Eine Frage noch")
    await agents.say(chat, "Gern.")
    await agents.pass_on(chat)
    again = await agents.claim(BERG)
    await agents.say(again, "Hier ist Herr Berg.", agent=BERG)
    await expect(page.locator("[data-message]")).to_have_count(3)
    live = await order(page)
    assert [text for text in live if text not in ("Hund", "Mensch", "Jetzt chatten")] == [
        "Sie warten jetzt auf einen Menschen vom Bürgertelefon.",
        "Ist da jemand?",
        "Frau Kaya vom Bürgertelefon ist jetzt für Sie da.",
        "Frau Kaya",
        "Eine Frage noch",
        "Frau Kaya",
        "Frau Kaya gibt Ihr Gespräch weiter. Wer übernimmt, kann alles lesen, was bisher geschrieben wurde.",
        "Herr Berg vom Bürgertelefon ist jetzt für Sie da.",
        "Herr Berg",
    ]
    await page.reload()
    assert await order(page) == live
    await agents.say(again, "Noch etwas.", agent=BERG)
    await expect(page.locator("[data-message]")).to_have_count(4)


async def test_the_place_is_told_when_it_changes(visit: Visit, agents: AgentsDesk, site: Site) -> None:
    """Who waits sees the place, and hears it only when it is another; the transcript is not read out again."""
    first, second = await visit("/chat"), await visit("/chat")
    await want_a_person(first)
    site.clock.advance(timedelta(seconds=1))
    await want_a_person(second)
    place = second.locator(f"{STANDING} [data-told]")
    await expect(place).to_contain_text("Personen vor Ihnen: 1.")
    await expect(second.locator("[data-live]")).to_contain_text("Personen vor Ihnen: 1.")
    await second.evaluate(LISTEN)
    await agents.claim()
    await expect(place).to_contain_text("Sie sind als Nächstes dran.")
    assert [text for text in await said(second) if text] == [await place.inner_text()]
    await expect(second.locator("[aria-live], [role=status], [role=alert], [role=log]")).to_have_count(1)


async def test_messages_are_said_once_and_typing_never(visit: Visit, agents: AgentsDesk) -> None:
    """An agent's message is announced with the name, once, in its language; that somebody writes is only seen."""
    page = await visit("/chat")
    await want_a_person(page)
    chat = await agents.claim()
    await expect(page.locator(STANDING)).to_have_attribute("data-mode", "with_agent")
    await page.evaluate(LISTEN)
    await agents.type(chat)
    await expect(page.locator("[data-typing-text]")).to_have_text("Frau Kaya schreibt …")
    assert await said(page) == []
    await agents.say(chat, "Guten Tag!")
    await expect(page.locator("[data-typing-text]")).to_be_hidden()
    await expect(page.locator("[data-live] p").last).to_have_text("Frau Kaya: Guten Tag!")
    await expect(page.locator("[data-live] p").last).to_have_attribute("lang", "de")
    await page.evaluate("() => window.dispatchEvent(new Event('online'))")  # looks again for all that is new
    await agents.say(chat, "Und noch etwas.")
    await expect(page.locator("[data-message]")).to_have_count(2)
    assert sum("Guten Tag!" in text and "noch etwas" not in text for text in await said(page)) == 1


async def test_a_cut_connection_loses_and_doubles_nothing(visit: Visit, agents: AgentsDesk) -> None:
    """Cut off, the page says so and keeps what was to be sent; restored, it shows what was missed, each once."""
    page = await visit("/chat")
    await want_a_person(page)
    chat = await agents.claim()
    await agents.say(chat, "Erstens")
    await expect(page.locator("[data-message]")).to_have_count(1)

    await page.context.set_offline(True)
    await expect(page.locator("[data-banner]")).to_be_visible()
    await agents.say(chat, "Zweitens")
    await page.locator("#message").fill("Hören Sie mich?")
    await page.locator(SEND).click()
    await expect(page.locator("[data-error]")).to_contain_text("Verbindung")
    await expect(page.locator("#message")).to_have_value("Hören Sie mich?")
    await agents.say(chat, "Drittens")
    await page.context.set_offline(False)

    await expect(page.locator("[data-message] .said")).to_have_text(["Erstens", "Zweitens", "Drittens"])
    await expect(page.locator("[data-banner]")).to_be_hidden()
    await page.locator(SEND).click()
    await expect(page.locator("li[data-place] .question__text", has_text="Hören Sie mich?")).to_have_count(1)
    await agents.say(chat, "Ja!")
    await expect(page.locator("[data-message]")).to_have_count(4)
    assert (await order(page))[-2:] == ["Hören Sie mich?", "Frau Kaya"]
    live = await order(page)
    await page.reload()
    assert await order(page) == live


@pytest.mark.parametrize("with_stream", [True, False])
async def test_a_lost_reply_is_no_second_message(visit: Visit, agents: AgentsDesk, with_stream: bool) -> None:
    """A message that arrived, but whose reply did not, stands there once; sent again it is the same message."""
    page = await visit("/chat")
    await want_a_person(page)
    await agents.claim()
    await expect(page.locator(STANDING)).to_have_attribute("data-mode", "with_agent")

    is_lost = asyncio.Event()

    async def lose_the_reply(route: Route) -> None:
        await route.fetch()
        await route.abort()
        is_lost.set()

    if not with_stream:
        await page.route("**/chat/news*", lambda route: route.abort())
        await page.route("**/chat/events*", lambda route: route.abort())
        await page.evaluate("() => window.dispatchEvent(new Event('offline'))")  # the open stream is given up
    await page.route("**/chat/messages", lose_the_reply)
    await page.locator("#message").fill("Nur einmal")
    await page.locator(SEND).click()
    await is_lost.wait()
    if not with_stream:
        await expect(page.locator("#message")).to_have_value("Nur einmal")
        await page.unroute("**/chat/messages")
        await page.locator(SEND).click()
    await expect(page.locator(".question__text", has_text="Nur einmal")).to_have_count(1)
    await expect(page.locator("#message")).to_have_value("")
    await page.unroute_all()
    await page.reload()
    await expect(page.locator(".question__text", has_text="Nur einmal")).to_have_count(1)


async def test_something_else_after_a_failure_is_another_message(visit: Visit, agents: AgentsDesk) -> None:
    """A text that is changed before it is sent again is never taken for the one that had arrived."""
    page = await visit("/chat")
    await ask(page, "Hund")

    async def lose_the_reply(route: Route) -> None:
        await route.fetch()
        await route.abort()

    await page.route("**/chat/messages", lose_the_reply)
    await page.locator("#message").fill("Mond")
    await page.locator(SEND).click()
    await expect(page.locator("#message")).to_have_value("Mond")
    await page.unroute("**/chat/messages")
    await page.locator("#message").fill("Beides")
    await page.locator(SEND).click()
    await expect(page.locator("li[data-place] .question__text", has_text="Beides")).to_have_count(1)
    await page.reload()
    assert await order(page) == ["Hund", "Mond", "Beides"]


async def test_without_streams_the_page_asks(visit: Visit, agents: AgentsDesk) -> None:
    """Where no stream gets through, messages come all the same."""
    page = await visit("/chat")
    await page.route("**/chat/events*", lambda route: route.abort())
    await want_a_person(page)
    chat = await agents.claim()
    await agents.say(chat, "Auch so")
    await expect(page.locator("[data-message]")).to_contain_text("Auch so")


async def test_leaving_by_keyboard(visit: Visit, agents: AgentsDesk) -> None:
    """The queue is left with the keyboard alone; focus goes to the input, and Roland answers again."""
    page = await visit("/chat")
    await want_a_person(page)
    await page.get_by_role("button", name="Nicht mehr warten").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-event=withdrawn]")).to_be_visible()
    await expect(page.locator("#message")).to_be_focused()
    await expect(page.locator("form[action='/chat/solved']")).to_have_count(0)
    await expect(page.get_by_text("Ist Ihre Frage gelöst?")).to_have_count(0)
    await page.keyboard.type("Hund")
    await page.keyboard.press("Enter")
    await expect(page.locator(".answer").last).to_contain_text("Was meinen Sie?")
    assert await agents.waiting() == ()


async def test_solved(visit: Visit, agents: AgentsDesk) -> None:
    """After the end the page asks once, keeps the answer over a reload, and a "no" names the ways on."""
    page = await visit("/chat")
    await want_a_person(page)
    chat = await agents.claim()
    await page.get_by_role("button", name="Gespräch mit Frau Kaya beenden").click()
    no = page.locator("button[name=solved][value=no]")
    await no.focus()
    await page.keyboard.press("Space")
    await expect(no).to_have_attribute("aria-pressed", "true")
    await expect(no).to_be_focused()
    await expect(page.locator(f"{STANDING} [data-told] a").first).to_have_attribute("href", "tel:+494213610")
    await page.reload()
    await expect(no).to_have_attribute("aria-pressed", "true")
    await page.locator("button[name=solved][value=yes]").click()
    await expect(page.locator("button[name=solved][value=yes]")).to_have_attribute("aria-pressed", "true")
    await expect(no).to_have_attribute("aria-pressed", "false")
    assert chat


async def test_after_a_closed_conversation_a_new_one_begins(visit: Visit, agents: AgentsDesk) -> None:
    """The composer says so; the next message stands alone, as it does after a reload."""
    page = await visit("/chat")
    await want_a_person(page)
    await agents.close(await agents.claim())
    await expect(page.locator("[data-event=closed]")).to_be_visible()
    await expect(page.locator("#message-hint")).to_contain_text("ein neues", use_inner_text=True)
    await ask_fresh(page, "Hund")
    await expect(page.locator("#message-hint")).to_contain_text("Computerprogramm", use_inner_text=True)
    assert await order(page) == ["Hund"]
    await page.reload()
    assert await order(page) == ["Hund"]


async def ask_fresh(page: Page, text: str) -> None:
    """Ask where the answer will be the only one."""
    await page.locator("#message").fill(text)
    await page.locator(SEND).click()
    await expect(page.locator(".answer")).to_have_count(1)


async def test_without_a_script(visit: Visit, agents: AgentsDesk) -> None:
    """The whole way by forms: the page reloads itself while people are waited for, and can be told not to."""
    page = await visit("/chat", java_script_enabled=False)
    await page.locator("#message").fill("Mensch")
    await page.get_by_role("button", name="Senden").click()
    await page.locator(CONNECT).click()
    await expect(page.locator(STANDING)).to_contain_text("Sie sind als Nächstes dran.")
    await expect(page.locator("meta[http-equiv=refresh]")).to_have_attribute("content", re.compile("^10; "))
    await page.get_by_role("link", name="Anhalten und in Ruhe schreiben").click()
    await expect(page.locator("meta[http-equiv=refresh]")).to_have_count(0)
    await page.locator("#message").fill("Ich warte")
    await page.get_by_role("button", name="Senden").click()
    await expect(page.locator("#latest")).to_contain_text("Gesendet")
    chat = await agents.claim()
    await agents.say(chat, "Guten Tag!")
    # The page fetches it by itself.
    await expect(page.locator("[data-message]")).to_contain_text("Guten Tag!", timeout=15_000)
    await page.get_by_role("button", name="Gespräch mit Frau Kaya beenden").click()
    await page.locator("button[name=solved][value=yes]").click()
    await expect(page.locator("button[name=solved][value=yes]")).to_have_attribute("aria-pressed", "true")
    await expect(page.locator(STANDING)).to_contain_text("Schön!")


async def test_taken_along(visit: Visit, agents: AgentsDesk) -> None:
    """Paper, text file and clipboard hold what the agent said and what happened."""
    page = await visit("/chat")
    await want_a_person(page)
    chat = await agents.claim()
    await agents.say(chat, "Guten Tag, hier steht es:", *FEE.blocks[:2], translation=None)
    await agents.give_back(chat)
    await expect(page.locator("[data-event=to_bot]")).to_be_visible()
    text = await (await page.request.get("/chat/transcript?view=chat")).text()
    for part in (
        r"\[13:\d\d\] – Sie warten jetzt auf einen Menschen vom Bürgertelefon\.",
        r"\[13:\d\d\] Frau Kaya \(Bürgertelefon\): Guten Tag, hier steht es:\nEin Reisepass kostet 70,00 Euro",
        r"  Quelle: Reisepass beantragen, 1\.5\.2025",
        r"\[13:\d\d\] – Frau Kaya hat das Gespräch zurückgegeben",
    ):
        assert re.search(part, text), part
    await page.goto("/chat/print?view=chat")
    await page.emulate_media(media="print")
    await expect(page.locator("[data-message]")).to_be_visible()
    await expect(page.locator("[data-event]")).to_have_count(3)
