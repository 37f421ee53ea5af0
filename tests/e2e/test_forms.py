"""Forms in the chat: led through by keyboard, heard as well as seen, on any screen, with and without a script."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from playwright.async_api import Page, expect
from pypdf import PdfReader

from tests.e2e.conftest import Visit
from tests.e2e.steps import SEND, ask, has_focus, sideways
from tests.e2e.test_accessibility import WAYS, violations
from tests.e2e.test_conversation import LISTEN, said

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

HELP = "Hilfe bei der Wohnungsgeberbestätigung"
OPEN = ".form[role=group]"
TITLE = f"{OPEN} [data-form-title]"
VALUES = {
    "wohnung/einzug-am": "01.03.2026",
    "wohnung/strasse": "Größmannstraße 12a",
    "wohnung/lage": "2. Stock",
}


async def press(page: Page, payload: str) -> None:
    """Press a button of the open step and wait for what comes."""
    answers = page.locator(".answer")
    before = await answers.count()
    await page.locator(f"button[value='{payload}']").last.click()
    await expect(answers).to_have_count(before + 1)


async def enter(page: Page, text: str) -> None:
    """Write into the message field with the keyboard, as long as the focus is there."""
    answers = page.locator(".answer")
    before = await answers.count()
    await page.keyboard.type(text)
    await page.keyboard.press("Enter")
    await expect(answers).to_have_count(before + 1)


async def tab_to(page: Page, selector: str, *, backwards: bool = False) -> None:
    """Go by keyboard to the first element that matches."""
    for _ in range(60):
        if await has_focus(page, selector):
            return
        await page.keyboard.press("Shift+Tab" if backwards else "Tab")
    raise AssertionError(f"{selector} cannot be reached by keyboard")


async def begin(page: Page, payload: str = "form:fill") -> None:
    """Stand at the first step of the landlord's confirmation."""
    await ask(page, HELP)
    await press(page, payload)


# ── the way through ────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_form_by_keyboard_alone(visit: Visit) -> None:
    """From the wish to the review without a mouse: focus goes to each new step, or stays where one writes."""
    page = await visit("/chat")
    await page.locator("#message").focus()
    await enter(page, HELP)
    assert await has_focus(page, "#message"), "who writes goes on writing"
    await tab_to(page, "button[value='form:fill']", backwards=True)
    await page.keyboard.press("Enter")
    await expect(page.locator(TITLE)).to_be_focused()
    await expect(page.locator(TITLE)).to_have_text("Angaben zur Wohnung · Tag des Einzugs")
    await tab_to(page, "#message")
    for value in VALUES.values():
        await enter(page, value)
        assert await has_focus(page, "#message")
    await expect(page.locator(TITLE)).to_have_text("Angaben zur Wohnung · Postleitzahl")
    await tab_to(page, "button[value='form:next']", backwards=True)
    await page.keyboard.press("Space")
    await expect(page.locator(TITLE)).to_have_text("Angaben zur Wohnung · Ort")
    await expect(page.locator(TITLE)).to_be_focused()
    await tab_to(page, "nav.outline button[value='form:go_to:unterschrift/unterschreibt-selbst']")
    await page.keyboard.press("Enter")
    await expect(page.locator(TITLE)).to_be_focused()
    await tab_to(page, ".options__one")
    await page.keyboard.press("Enter")
    await expect(page.locator(TITLE)).to_have_text("Unterschrift · Datum")
    await tab_to(page, "button[value='form:leave']")
    await page.keyboard.press("Enter")
    await expect(page.locator("#message")).to_be_focused()
    await expect(page.locator("[data-leads-on]")).to_have_count(0)


async def test_three_values_one_of_them_wrong(visit: Visit, tmp_path: Path) -> None:
    """A wrong date is explained at the field; reviewed, changed and downloaded, the PDF holds what counts."""
    page = await visit("/chat")
    await begin(page)
    await page.locator("#message").fill("31.02.2026")
    await page.locator(SEND).click()
    await expect(page.locator("#message-error")).to_contain_text("Den 31.02.2026 gibt es nicht.")
    await expect(page.locator("#message")).to_have_attribute("aria-invalid", "true")
    await expect(page.locator("#message")).to_have_value("31.02.2026")
    for value in VALUES.values():
        await ask(page, value)
    await expect(page.locator("#message")).to_have_value("")
    await expect(page.locator("#message-error")).to_be_hidden()

    await page.reload()
    await expect(page.locator(TITLE)).to_have_text("Angaben zur Wohnung · Postleitzahl")
    await expect(page.locator("label[for=message]")).to_have_text("Postleitzahl eintragen", use_inner_text=True)

    await ask(page, "28195")
    await to_the_end(page, "table.values")
    await expect(page.locator(f"{OPEN} table.values:not(.values--missing) td bdi")).to_have_text(
        [*VALUES.values(), "28195"]
    )
    await page.locator(".values button[value='form:go_to:wohnung/lage']").click()
    await expect(page.locator(TITLE)).to_be_focused()
    await ask(page, "Dachgeschoss")
    await expect(page.locator(f"{OPEN} table.values:not(.values--missing)")).to_contain_text("Dachgeschoss")

    async with page.expect_download() as started:
        await page.get_by_role("link", name="Ausgefüllt als PDF herunterladen").click()
    download = await started.value
    assert download.suggested_filename == "wohnungsgeberbestaetigung.pdf"
    await download.save_as(tmp_path / "form.pdf")
    text = "\n".join(part.extract_text() for part in PdfReader(tmp_path / "form.pdf").pages)
    for value in ("01.03.2026", "Größmannstraße 12a", "Dachgeschoss", "28195"):
        assert value in text
    assert "2. Stock" not in text


async def test_steps_are_announced(visit: Visit) -> None:
    """The one live region is told place and field of a new step, after what was wrong, and nothing of its buttons."""
    page = await visit("/chat")
    await begin(page)
    await page.evaluate(LISTEN)
    await ask(page, "blau")
    told = " | ".join(await page.locator("[data-live] p").all_inner_texts())
    assert "nicht als Datum verstanden" in told
    assert told.endswith("Schritt 1 von 18: Tag des Einzugs")
    await ask(page, "01.03.2026")
    assert (await said(page))[-1].endswith("Schritt 2 von 18: Straße und Hausnummer")
    assert not any("Später weitermachen" in text or "Teile des Formulars" in text for text in await said(page))
    assert await page.locator("[aria-live], [role=status], [role=alert], [role=log]").count() == 1


async def test_live_and_reloaded_pages_are_alike(visit: Visit) -> None:
    """What the script folds away looks as the server makes it."""
    page = await visit("/chat")
    await begin(page)
    await ask(page, "01.03.2026")
    await press(page, "form:next")

    async def shown() -> list[object]:
        lines = await page.locator(".past > summary").all_inner_texts()
        buttons = await page.locator(".turns button").evaluate_all("all => all.map((one) => one.value)")
        return [lines, buttons, await page.locator("[data-passing]").count(), await page.locator(TITLE).inner_text()]

    live = await shown()
    assert live[0] == [
        "Wohnungsgeberbestätigung",
        "Schritt 1 von 18: Tag des Einzugs",
        "Schritt 2 von 18: Straße und Hausnummer",
    ]
    await page.reload()
    assert await shown() == live
    await page.locator(".past > summary").nth(1).click()
    await expect(page.locator(".past").nth(1)).to_contain_text("Der Tag, an dem Sie wirklich eingezogen sind.")


async def test_something_else_in_between(visit: Visit) -> None:
    """After another question the step stays above, and the message field is for messages again."""
    page = await visit("/chat")
    await begin(page)
    await ask(page, "Was heißt Wohnungsgeber?")
    await expect(page.locator(OPEN)).to_have_count(1)
    await page.locator("button[value='form:go_on']").click()
    await expect(page.locator("label[for=message]")).to_have_text("Tag des Einzugs eintragen", use_inner_text=True)


# ── how it looks ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("width", "is_open"), [(360, False), (1280, True)])
@pytest.mark.parametrize("path", ["/chat?lang=de", "/chat?lang=ar"])
async def test_the_outline(visit: Visit, path: str, width: int, is_open: bool) -> None:
    """Closed on a phone, open beside the step where there is room; nothing reaches over the edge, either way."""
    page = await visit(path, width=width, height=800)
    await begin(page)
    outline = page.locator("nav.outline details")
    assert await outline.evaluate("one => one.open") is is_open
    if not is_open:
        await outline.locator("summary").click()
    await expect(outline.locator("[aria-current=step]")).to_have_count(1)
    assert await sideways(page) == []
    step_box = await page.locator(f"{OPEN} .form__step").bounding_box()
    beside = await page.locator("nav.outline").bounding_box()
    assert step_box is not None
    assert beside is not None
    if not is_open:
        assert beside["y"] >= step_box["y"] + step_box["height"]
    elif "ar" in path:
        assert beside["x"] + beside["width"] <= step_box["x"]
    else:
        assert beside["x"] >= step_box["x"] + step_box["width"]


async def overview(page: Page) -> None:
    """Before the first step."""
    await ask(page, HELP)


async def step(page: Page) -> None:
    """At a step with all kinds of buttons; one that lies behind is open."""
    await begin(page, "form:next")
    await press(page, "form:why")
    await page.locator(".past > summary").last.click()


async def options(page: Page) -> None:
    """At a question with options, after something was left out."""
    await begin(page)
    await press(page, "form:go_to:wohnungsgeber/name")
    for value in ("Muster", "Weg 3", "28203", "Bremen"):
        await ask(page, value)
    await press(page, "form:value:yes")


async def fault(page: Page) -> None:
    """A value was wrong."""
    await begin(page)
    await ask(page, "31.02.2026")
    await expect(page.locator("#message-error")).to_be_visible()


async def review(page: Page) -> None:
    """Before the end, with values and with what is missing."""
    await begin(page)
    await ask(page, "01.03.2026")
    await to_the_end(page, "table.values--missing")


async def checklist(page: Page) -> None:
    """At the end, one thing ticked."""
    await ask(page, "Hilfe beim Wohngeldantrag")
    await press(page, "form:fill")
    await to_the_end(page, ".ticks")
    await page.locator(".ticks input").first.check()


async def to_the_end(page: Page, selector: str) -> None:
    """Skip what is left, part by part, until what is looked for is there."""
    for _ in range(80):
        if await page.locator(f"{OPEN} {selector}").count():
            return
        skip = page.locator(f"{OPEN} button[value='form:skip_part']")
        await press(page, "form:skip_part" if await skip.count() else "form:next")
    raise AssertionError(f"{selector} never came")


WIDTHS = (*WAYS, *((scheme, 360) for scheme, width in WAYS if width == 320))
STATES = [overview, step, options, fault, review, checklist]


@pytest.mark.parametrize("path", ["/chat?lang=de", "/chat?lang=ar"])
@pytest.mark.parametrize("state", STATES)
async def test_accessible(visit: Visit, path: str, state: Callable[[Page], Awaitable[None]]) -> None:
    """No violation, and nothing over the edge, in any state, theme and width."""
    page = await visit(path)
    await state(page)
    for scheme, width in WIDTHS:
        await page.emulate_media(color_scheme=scheme)
        await page.set_viewport_size({"width": width, "height": 900})
        assert await violations(page) == [], (scheme, width)
        assert await sideways(page) == [], (scheme, width)


@pytest.mark.parametrize("path", ["/", "/widget"])
async def test_portal_and_widget(visit: Visit, path: str) -> None:
    """The same holds on the portal page and inside other sites."""
    page = await visit(path, width=420, height=700)
    await step(page)
    assert await violations(page) == []
    assert await sideways(page) == []


async def test_targets_are_large_enough(visit: Visit) -> None:
    """Whatever can be pressed at a step is at least 24 pixels high and wide."""
    page = await visit("/chat", width=360, height=740)
    await step(page)
    await page.locator("nav.outline summary").click()
    boxes = await page.locator(f"{OPEN} button, {OPEN} summary").evaluate_all(
        "all => all.map((one) => [one.textContent.trim(), one.offsetWidth, one.offsetHeight])"
    )
    assert boxes
    assert [box for box in boxes if box[1] < 24 or box[2] < 24] == []


async def test_on_paper(visit: Visit) -> None:
    """Printed, a checklist has its boxes and no buttons; what lies behind is there too."""
    page = await visit("/chat")
    await checklist(page)
    await page.emulate_media(media="print")
    await expect(page.locator(".ticks input").first).to_be_visible()
    for hidden in (".form__controls", "nav.outline", ".form__download", ".composer"):
        await expect(page.locator(hidden).first).to_be_hidden()


# ── without a script ───────────────────────────────────────────────────────────────────────────────────────────────


async def test_without_a_script(visit: Visit) -> None:
    """The same way by forms alone: begin, fill in, a wrong value, the outline, the review, change, the PDF."""
    page = await visit("/chat", java_script_enabled=False)

    async def send(text: str) -> None:
        await page.locator("#message").fill(text)
        await page.get_by_role("button", name="Senden").click()

    await send(HELP)
    await page.get_by_role("button", name="Gemeinsam ausfüllen").click()
    await expect(page.locator(TITLE)).to_have_text("Angaben zur Wohnung · Tag des Einzugs")
    await send("31.02.2026")
    await expect(page.locator("#message-error")).to_contain_text("gibt es nicht")
    await send("01.03.2026")
    await expect(page.locator("label[for=message]")).to_have_text(
        "Straße und Hausnummer eintragen", use_inner_text=True
    )
    await page.locator("nav.outline summary").click()
    await page.locator("nav.outline").get_by_role("button", name="Unterschrift").click()
    await expect(page.locator(".question__text").last).to_have_text("Unterschrift")
    await page.locator(".options__one").first.click()
    await page.get_by_role("button", name="Weiter", exact=True).click()
    await page.get_by_role("button", name="Weiter", exact=True).click()
    await expect(page.locator(f"{OPEN} table.values")).not_to_have_count(0)
    await page.locator(".values button[value='form:go_to:wohnung/einzug-am']").click()
    await send("02.03.2026")
    await expect(page.locator(f"{OPEN} table.values").last).to_contain_text("02.03.2026")
    await expect(page.locator("[data-leads-on] a[download]")).to_have_attribute("href", "/chat/form.pdf?view=chat")
