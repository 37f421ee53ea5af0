"""No page of the desk breaks a rule that axe can check, whatever state, theme or width it is in."""

from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Page, expect

from assistant.model import Language
from assistant.service import Message
from tests.e2e.desk.conftest import Enter
from tests.e2e.steps import sideways
from tests.e2e.test_accessibility import violations
from tests.workplace import KAYA, LUND, Floor, ring, ring_for_person, wait_for_person

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

WAYS = [("light", 1280), ("light", 768), ("dark", 1280), ("dark", 768)]
ARABIC = ("كم يكلف جواز السفر؟", "ترجمة")


async def waits(floor: Floor, *said: str, language: Language = Language.DE, then: tuple[str, ...] = ()) -> str:
    """Somebody waits; the hand-off's id."""
    return floor.run(wait_for_person(floor, *said, language=language, then=then))[1]


async def take(page: Page) -> None:
    """Take the next chat."""
    await page.locator("[data-claim]").first.click()
    await expect(page.locator(".pane--chat").last).to_be_visible()


async def empty(page: Page, floor: Floor) -> None:
    """Nobody waits."""
    await expect(page.locator(".queue__count")).to_contain_text("Niemand wartet")


async def full(page: Page, floor: Floor) -> None:
    """Several wait, one of them in danger, one passed to this agent."""
    await waits(floor, "Was kostet ein Reisepass?", then=("Hier ist Feuer!",))
    await waits(floor, *ARABIC, language=Language.AR)
    await page.goto("/desk")
    await expect(page.locator(".waits")).to_have_count(2)


async def preview(page: Page, floor: Floor) -> None:
    """A look before claiming."""
    handoff = await waits(floor, *ARABIC, language=Language.AR, then=("أحتاج إلى الجواز بسرعة",))
    await page.goto(f"/desk?look={handoff}")
    await page.locator(".said--roland summary").first.click()


async def talking(page: Page, floor: Floor) -> None:
    """An open chat with answers, messages, a quoted section and a note."""
    await waits(floor, *ARABIC, language=Language.AR, then=("أحتاج إلى الجواز بسرعة",))
    await take(page)
    await page.locator("textarea[name=text]").fill("Guten Tag, ich sehe nach.")
    await page.keyboard.press("Enter")
    await expect(page.locator(".said--agent").last).to_contain_text("Maschinell")
    if await page.locator("[data-fold]").is_visible():
        await page.locator("[data-fold]").click()
    await page.locator("textarea[name=note]").fill("Termin am Freitag")
    await page.locator(".notes__form button").click()
    await expect(page.locator(".notes__list")).to_contain_text("Termin am Freitag")


async def canned(page: Page, floor: Floor) -> None:
    """The ready-made replies are open."""
    await waits(floor, language=Language.EN)
    await take(page)
    await page.locator("textarea[name=text]").press_sequentially("/")
    await expect(page.locator("[role=option]").first).to_be_visible()


async def suggesting(page: Page, floor: Floor) -> None:
    """A suggestion is shown, and a section attached."""
    await waits(floor, "Was kostet ein Reisepass?")
    await take(page)
    await page.locator("[data-aid=sections]").click()
    await page.locator("#sections [data-attach]").first.click()
    await page.locator("[data-aid=suggest]").click()
    await expect(page.locator("[data-edit]")).to_be_visible()


async def searching(page: Page, floor: Floor) -> None:
    """The catalogue's sections are shown, one of them open."""
    await waits(floor, language=Language.AR)
    await take(page)
    await page.locator("[data-aid=sections]").click()
    await page.locator("#sections summary").first.click()


async def passing_on(page: Page, floor: Floor) -> None:
    """The dialog for passing on."""
    await waits(floor)
    await take(page)
    await page.locator("[data-open^=transfer]").click()


async def closing(page: Page, floor: Floor) -> None:
    """The dialog for closing."""
    await waits(floor)
    await take(page)
    await page.locator("[data-open^=close]").click()


async def lost(page: Page, floor: Floor) -> None:
    """The connection is lost, and a message waits for it."""
    await waits(floor)
    await take(page)
    await page.context.set_offline(True)
    await page.locator("textarea[name=text]").fill("Sind Sie noch da?")
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-state]")).to_contain_text("noch nicht gesendet")
    await page.evaluate("() => { document.querySelector('[data-lost]').hidden = false; }")


async def ringing(page: Page, floor: Floor) -> None:
    """Somebody calls, and waits to be put through."""
    floor.run(ring_for_person(floor, "Was kostet ein Reisepass?"))
    await page.goto("/desk")
    await expect(page.locator(".mark--call")).to_be_visible()


async def on_the_phone(page: Page, floor: Floor) -> None:
    """A call that the agent has taken over, a call-back being written down."""
    await ringing(page, floor)
    await take(page)
    if await page.locator("[data-fold]").is_visible():
        await page.locator("[data-fold]").click()
    await page.locator(".callback summary").click()
    await expect(page.locator("input[name=number]")).to_have_value("+494213610")
    await expect(page.locator("textarea[name=text]")).to_have_count(0)


async def keys(page: Page, floor: Floor) -> None:
    """The list of shortcuts."""
    await page.keyboard.press("?")
    await expect(page.locator("#keys")).to_be_visible()


CALLS = [ringing, on_the_phone]
STATES = [empty, full, preview, talking, canned, suggesting, searching, passing_on, closing, lost, keys, *CALLS]


@pytest.mark.parametrize("state", STATES)
async def test_states(enter: Enter, floor: Floor, state: Callable[[Page, Floor], Awaitable[None]]) -> None:
    """The desk is without a violation in every state, theme and width, and nothing reaches over the edge."""
    page = await enter(KAYA)
    await state(page, floor)
    for scheme, width in WAYS:
        await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        await page.set_viewport_size({"width": width, "height": 1024 if width == 768 else 800})
        assert await violations(page) == [], (scheme, width)
        tabs = await page.locator(".tab").count()
        assert tabs or await sideways(page) == [], (scheme, width)


async def test_other_pages(enter: Enter, floor: Floor) -> None:
    """History, one ended conversation, the supervisors' page and the forms without a script are without one too."""
    handoff = await waits(floor, *ARABIC, language=Language.AR)
    page = await enter(KAYA)
    await take(page)
    for name in ("transfer", "close"):
        await page.goto(f"/desk/chats/{handoff}/{name}?problem=reason")
        assert await violations(page) == [], name
    await page.locator("input[value=solved]").check()
    await page.locator(".letgo button").click()
    for path in ("/desk/history", "/desk/history?text=", f"/desk/history/{handoff}"):
        await page.goto(path)
        assert await violations(page) == [], path
    supervisor = await enter(LUND, "/desk/supervisor?problem=chat")
    for scheme, width in WAYS:
        await supervisor.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        await supervisor.set_viewport_size({"width": width, "height": 900})
        assert await violations(supervisor) == []
        assert await sideways(supervisor) == []


async def test_pages_of_calls(enter: Enter, floor: Floor) -> None:
    """The list of calls, and one that is read as it is spoken, are without a violation too; what is said comes live."""
    conversation, reference = floor.run(ring(floor, "Was kostet ein Reisepass?"))
    page = await enter(LUND, "/desk/calls")
    await expect(page.locator("main table a").first).to_be_visible()
    await page.goto(f"/desk/calls/{reference}")
    floor.run(floor.services.conversations.say(conversation, Message("Und wie lange dauert das?")))
    await expect(page.locator("[data-follow]")).to_contain_text("Und wie lange dauert das?")
    for path in (f"/desk/calls/{reference}", "/desk/calls"):
        await page.goto(path)
        for scheme, width in WAYS:
            await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            await page.set_viewport_size({"width": width, "height": 900})
            assert await violations(page) == [], (path, scheme, width)
            assert await sideways(page) == [], (path, scheme, width)
    floor.run(floor.services.conversations.delete(conversation))


async def test_forced_colours_keep_the_status_visible(enter: Enter) -> None:
    """With forced colours the pressed status still differs from the others."""
    page = await enter(KAYA, forced_colors="active")
    choices = page.locator(".presence__choice")
    colours = await choices.evaluate_all("all => all.map(one => getComputedStyle(one).backgroundColor)")
    assert colours[0] != colours[1] == colours[2]
