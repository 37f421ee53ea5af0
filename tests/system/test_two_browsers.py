"""A citizen and an agent, each in a browser, over the whole system: nothing is lost, nothing comes twice."""

import subprocess
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.e2e.conftest import CHROMIUM, FLAGS
from tests.system.installation import Installation, Server

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.timeout(900)]

PASSWORD = "vier zufällige wörter hier"
EVERY_DAY = '[{"days": ["mo","tu","we","th","fr","sa","su"], "opens": "00:00", "closes": "23:59:59"}]'


@pytest.fixture
def office(bremen: Installation) -> Iterator[Server]:
    """Bremen's citizens' line, open at every hour, with Frau Kaya among its people."""
    always_open = bremen.having({"contact.hours": EVERY_DAY})
    added = subprocess.run(
        always_open.command("desk", "account", "add", "kaya", "--name", "Frau Kaya"),
        env=always_open.environment,
        input=PASSWORD.encode(),
        capture_output=True,
        check=False,
    )
    assert added.returncode == 0, added.stderr
    with always_open.serving() as server:
        yield server


@pytest.fixture
def chromium() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


def sit_down(chromium: Browser, office: Server) -> Page:
    """Frau Kaya signs in and takes chats."""
    desk = chromium.new_context(viewport={"width": 1280, "height": 860}, locale="de").new_page()
    desk.goto(f"{office.url}/desk")
    desk.fill("input[name=login]", "kaya")
    desk.fill("input[name=password]", PASSWORD)
    desk.press("input[name=password]", "Enter")
    desk.locator("[name=presence][value=available]").click()
    return desk


def say(chat: Page, text: str) -> None:
    """The citizen writes something, and it stands in the conversation."""
    chat.fill("#message", text)
    chat.press("#message", "Enter")
    expect(chat.locator(".question__text", has_text=text)).to_be_visible()


def reply(desk: Page, text: str) -> None:
    """The agent answers."""
    desk.locator("textarea[name=text]").first.fill(text)
    desk.keyboard.press("Enter")
    expect(desk.locator(".said--agent", has_text=text)).to_have_count(1)


def told(chat: Page) -> list[str]:
    """What stands in the conversation, in its order: the citizen's and agents' words, and what happened between."""
    words = chat.locator("[data-turns] .question__text, [data-turns] .said, [data-turns] [data-event]")
    return [element.get_attribute("data-event") or element.inner_text().strip() for element in words.element_handles()]


def test_asked_waited_answered_given_back(chromium: Browser, office: Server) -> None:
    """Who is not satisfied asks for a human in Turkish, waits, is answered, goes on with Roland, and leaves."""
    desk = sit_down(chromium, office)
    chat = chromium.new_context(viewport={"width": 360, "height": 760}, locale="tr").new_page()
    chat.goto(f"{office.url}/?lang=tr")

    say(chat, "Pasaport ücreti ne kadar?")
    expect(chat.locator(".answer--answered")).to_be_visible()
    say(chat, "Bir insanla konuşmak istiyorum")
    chat.locator("button[value='people:connect']").first.click()
    expect(chat.locator("[data-standing]")).to_have_attribute("data-mode", "queued")
    expect(chat.locator("[data-standing] [data-told]")).to_have_attribute("data-told", "0")
    say(chat, "Acelem var")

    desk.get_by_role("button", name="Übernehmen").first.click()
    expect(chat.locator("[data-standing]")).to_have_attribute("data-mode", "with_agent")
    expect(desk.locator(".entry", has_text="Pasaport ücreti ne kadar?")).to_be_visible()
    context = desk.locator("[data-panel]").first
    expect(context).to_contain_text("Türkisch")
    expect(context).to_contain_text("Reisepass")
    expect(context).to_contain_text("Acelem var")

    reply(desk, "Merhaba, ne zaman gerekiyor?")
    expect(chat.locator(".said", has_text="Merhaba, ne zaman gerekiyor?")).to_have_count(1)
    chat.context.set_offline(True)
    reply(desk, "Express pasaport daha hızlı.")
    chat.context.set_offline(False)
    expect(chat.locator(".said", has_text="Express pasaport daha hızlı.")).to_have_count(1, timeout=30_000)
    say(chat, "Teşekkürler")
    expect(desk.locator(".said--person", has_text="Teşekkürler")).to_have_count(1)

    desk.locator("[data-open^='transfer-']").first.click()
    dialog = desk.locator("dialog[open]")
    dialog.locator("[name=to][value='roland:']").check()
    dialog.locator("[name=reason]").fill("Den Rest weiß Roland")
    dialog.get_by_role("button", name="Weitergeben").click()
    expect(chat.locator("[data-event=to_bot]")).to_be_visible()
    expect(chat.locator("[data-standing] [name=solved][value=yes]")).to_be_visible()

    say(chat, "Hangi belgeler gerekli?")
    expect(chat.locator(".answer--answered")).to_have_count(2)
    assert told(chat) == [
        "Pasaport ücreti ne kadar?",
        "Bir insanla konuşmak istiyorum",
        chat.locator(".question__text").nth(2).inner_text(),
        "queued",
        "Acelem var",
        "claimed",
        "Merhaba, ne zaman gerekiyor?",
        "Express pasaport daha hızlı.",
        "Teşekkürler",
        "to_bot",
        "Hangi belgeler gerekli?",
    ]
    chat.goto(f"{office.url}/chat/delete?view=portal")
    chat.locator("form[action='/chat/delete'] button").click()
    expect(chat.locator("[data-turns] li")).to_have_count(0)
