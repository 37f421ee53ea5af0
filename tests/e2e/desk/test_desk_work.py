"""Agents at work: side by side, by keyboard, with the connection cut."""

import pytest
from playwright.async_api import expect

from assistant.model import Language
from assistant.service import Message
from tests.e2e.desk.conftest import Enter
from tests.e2e.desk.test_desk_accessibility import take, waits
from tests.e2e.steps import has_focus
from tests.workplace import BERG, KAYA, Floor, wait_for_person

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_claim_disappears_at_once(enter: Enter, floor: Floor) -> None:
    """What one agent takes goes from the other's queue by itself, and a look at it says so."""
    handoff = await waits(floor, "Was kostet ein Reisepass?")
    kaya, berg = await enter(KAYA), await enter(BERG, f"/desk?look={handoff}")
    await expect(berg.locator(".waits")).to_have_count(1)
    await take(kaya)
    await expect(berg.locator(".waits")).to_have_count(0)
    await expect(berg.locator("[data-look-gone]")).to_be_visible()
    await expect(berg.locator(".pane--look form")).to_be_hidden()


async def test_losing_a_race(enter: Enter, floor: Floor) -> None:
    """Who presses too late is told so kindly, and stays at the desk."""
    handoff = await waits(floor)
    kaya, berg = await enter(KAYA, "/desk/history"), await enter(BERG)
    await take(berg)
    await kaya.goto("/desk")
    await kaya.evaluate(
        """handoff => {
            const form = document.createElement("form");
            form.method = "post";
            form.action = `/desk/chats/${handoff}/claim`;
            form.innerHTML = `<input name="csrf" value="${document.body.dataset.csrf}">`;
            document.body.append(form);
            form.submit();
        }""",
        handoff,
    )
    await expect(kaya.locator("[data-notice]")).to_contain_text("hat gerade jemand anderes übernommen")


async def test_talking(enter: Enter, floor: Floor) -> None:
    """The person's words come by themselves, in their language and direction; the agent's stand there once."""
    conversation, _ = floor.run(wait_for_person(floor, "كم يكلف جواز السفر؟", language=Language.AR))
    page = await enter(KAYA)
    await take(page)
    said = page.locator(".said--person .said__text").last
    floor.run(floor.services.conversations.say(conversation, Message("هل أنت هناك؟")))
    await expect(said).to_have_text("هل أنت هناك؟")
    assert (await said.get_attribute("lang"), await said.get_attribute("dir")) == ("ar", "auto")
    await page.locator("textarea[name=text]").fill("Guten Tag!")
    await page.keyboard.press("Enter")
    await expect(page.locator(".said--agent", has_text="Guten Tag!")).to_have_count(1)
    await expect(page.locator(".entry--unsent")).to_have_count(0)
    await page.reload()
    await expect(page.locator(".said--agent", has_text="Guten Tag!")).to_have_count(1)


async def test_the_person_writes(enter: Enter, floor: Floor) -> None:
    """The desk shows that the person writes, for a while."""
    conversation, _ = floor.run(wait_for_person(floor))
    page = await enter(KAYA)
    await take(page)
    await expect(page.locator("[data-typing]")).to_be_hidden()
    topic = f"conversation:{conversation}"
    floor.run(floor.services.bus.publish(topic, {"type": "typing", "who": "person"}))
    await expect(page.locator("[data-typing]")).to_be_visible()


async def test_drafts_survive(enter: Enter, floor: Floor) -> None:
    """A reload keeps each chat's reply, note and attachments; Enter in one of them sends no other."""
    await waits(floor)
    await waits(floor)
    page = await enter(KAYA)
    await take(page)
    await take(page)
    first, second = page.locator(".pane--chat").first, page.locator(".pane--chat").last
    await first.locator("textarea[name=text]").fill("erste")
    await second.locator("textarea[name=text]").fill("zweite")
    await first.locator("[data-fold]").click()
    await first.locator("textarea[name=note]").fill("nur für uns")
    await first.locator("[data-fold]").click()
    await second.locator("[data-aid=sections]").click()
    await page.locator("#sections [data-attach]").first.click()
    await page.reload()
    await expect(first.locator("textarea[name=text]")).to_have_value("erste")
    await expect(first.locator("textarea[name=note]")).to_have_value("nur für uns")
    await expect(second.locator("textarea[name=text]")).to_have_value("zweite")
    await expect(second.locator("[data-attached] li")).to_have_count(1)
    await first.locator("textarea[name=text]").press("Enter")
    await expect(first.locator(".said--agent")).to_contain_text("erste")
    await expect(first.locator("textarea[name=note]")).to_have_value("nur für uns")
    await expect(page.locator(".notes__list")).to_have_count(0)


async def test_nothing_is_lost_with_the_connection(enter: Enter, floor: Floor) -> None:
    """While the connection is cut a message waits, also over a reload's worth of time, and goes out once, in order."""
    conversation, _ = floor.run(wait_for_person(floor))
    page = await enter(KAYA)
    await take(page)
    await page.context.set_offline(True)
    for text in ("eins", "zwei"):
        await page.locator("textarea[name=text]").fill(text)
        await page.keyboard.press("Enter")
    await expect(page.locator(".entry--unsent")).to_have_count(2)
    floor.run(floor.services.conversations.say(conversation, Message("inzwischen")))
    await page.context.set_offline(False)
    await expect(page.locator(".entry--unsent")).to_have_count(0)
    await expect(page.locator(".said--person .said__text").last).to_have_text("inzwischen")
    texts = await page.locator(".said--agent .said__text").all_inner_texts()
    assert texts == ["eins", "zwei"]


async def test_a_restart_of_the_stream_shows_a_banner(enter: Enter, floor: Floor) -> None:
    """While the server cannot be reached the desk says so, and takes it back when it can."""
    page = await enter(KAYA)
    await expect(page.locator(".queue__count")).to_contain_text("Niemand wartet")
    await page.route("**/desk/events*", lambda route: route.abort())
    await page.reload()
    await expect(page.locator("[data-lost]")).to_be_visible()
    await page.unroute("**/desk/events*")
    await expect(page.locator("[data-lost]")).to_be_hidden()


async def test_a_person_who_leaves(enter: Enter, floor: Floor) -> None:
    """When the person goes, the chat stays to be read, says so, and takes no more replies."""
    conversation, _ = floor.run(wait_for_person(floor))
    page = await enter(KAYA)
    await take(page)
    floor.run(floor.reception.leave(conversation))
    await expect(page.locator("[data-gone]")).to_contain_text("verlassen")
    await expect(page.locator("textarea[name=text]")).to_be_disabled()
    await page.locator("[data-dismiss]").click()
    await expect(page.locator(".pane--empty")).to_be_visible()


async def test_by_keyboard(enter: Enter, floor: Floor) -> None:
    """Take, answer with a ready-made reply, note, pass on: without a mouse."""
    await waits(floor, "Was kostet ein Reisepass?", language=Language.EN)
    page = await enter(KAYA)
    await expect(page.locator(".waits")).to_have_count(1)
    await page.keyboard.press("n")
    await expect(page.locator(".pane--chat")).to_be_visible()
    await page.keyboard.press("a")
    assert await has_focus(page, "textarea[name=text]")
    await page.keyboard.type("/moment")
    await expect(page.locator("[role=option]")).to_have_count(1)
    await page.keyboard.press("Enter")
    await expect(page.locator("textarea[name=text]")).to_have_value("One moment please, I am looking this up for you.")
    await page.keyboard.press("Enter")
    await expect(page.locator(".said--agent")).to_contain_text("One moment please")
    await page.keyboard.press("Escape")
    await page.locator(".pane--chat").focus()
    await page.keyboard.press("i")
    assert await has_focus(page, "textarea[name=note]")
    await page.locator(".pane--chat").focus()
    await page.keyboard.press("w")
    await expect(page.locator("dialog[open]")).to_contain_text("Gespräch weitergeben")
    assert await has_focus(page, "textarea[name=reason]")
    await page.keyboard.press("Escape")
    await page.keyboard.press("b")
    await expect(page.locator("dialog[open]")).to_contain_text("Gespräch beenden")
    await page.locator("dialog[open] input[value=solved]").focus()
    await page.keyboard.press("Space")
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-notice]")).to_contain_text("Das Gespräch ist beendet")


async def test_shortcuts_rest_while_writing_and_can_be_switched_off(enter: Enter, floor: Floor) -> None:
    """Letters typed into a field are letters; who switches the shortcuts off has them off after a reload as well."""
    await waits(floor)
    page = await enter(KAYA)
    await take(page)
    await page.locator("textarea[name=text]").press_sequentially("wann ist b? p")
    await expect(page.locator("dialog[open]")).to_have_count(0)
    await page.locator(".pane--chat").focus()
    await page.keyboard.press("?")
    await page.locator("[data-keys-on]").uncheck()
    await page.keyboard.press("Escape")
    await page.reload()
    await page.keyboard.press("?")
    await page.keyboard.press("b")
    await expect(page.locator("dialog[open]")).to_have_count(0)


async def test_tabs_on_a_tablet(enter: Enter, floor: Floor) -> None:
    """On a tablet one chat is shown at a time, and a message in another marks its tab by more than colour."""
    other, _ = floor.run(wait_for_person(floor))
    floor.run(wait_for_person(floor))
    page = await enter(KAYA, width=768, height=1024)
    await page.keyboard.press("n")
    await expect(page.locator(".pane--chat")).to_have_count(1)
    await page.locator(".tab").first.click()
    await page.keyboard.press("n")
    await expect(page.locator(".pane--chat")).to_have_count(2)
    await expect(page.locator(".pane:visible")).to_have_count(1)
    await page.keyboard.press("2")
    floor.run(floor.services.conversations.say(other, Message("hallo?")))
    for conversation in floor.run(floor.workplace.desk.chats_of(KAYA)):
        floor.run(floor.services.conversations.say(conversation.conversation_id, Message("noch da?")))
    marked = page.locator(".tab:has([data-news]:not([hidden]))")
    await expect(marked).to_have_count(1)
    await marked.click()
    await expect(marked).to_have_count(0)


async def test_without_a_script(enter: Enter, floor: Floor) -> None:
    """Take, answer, note, pass on: every form works by itself."""
    await waits(floor, "Was kostet ein Reisepass?")
    page = await enter(KAYA, java_script_enabled=False)
    await page.locator("[data-claim]").click()
    await page.locator("textarea[name=text]").fill("Guten Tag!")
    await page.get_by_role("button", name="Senden").click()
    await expect(page.locator(".said--agent")).to_contain_text("Guten Tag!")
    await page.locator("textarea[name=note]").fill("wirkt eilig")
    await page.get_by_role("button", name="Notiz speichern").click()
    await expect(page.locator(".notes__list")).to_contain_text("wirkt eilig")
    await page.get_by_role("link", name="Weitergeben").click()
    await page.locator("textarea[name=reason]").fill("Feierabend")
    await page.get_by_role("button", name="Weitergeben").click()
    await expect(page.locator("[data-notice]")).to_contain_text("weitergegeben")
