"""A citizen and an agent, each in a browser, over the whole system: nothing is lost, nothing comes twice."""

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from nlu.rasa_train import free_port
from tests.e2e.conftest import CHROMIUM, FLAGS
from tests.redis import RedisServer
from tests.system.installation import Installation, Server

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.timeout(1800)]

PASSWORD = "vier zufällige wörter hier"
_USUAL_MS = 5_000
LIVE_AGAIN_MS = 120_000  # a page finds back to a server that was away for a while
EVERY_DAY = '[{"days": ["mo","tu","we","th","fr","sa","su"], "opens": "00:00", "closes": "23:59:59"}]'


class Office:
    """Bremen's citizens' line, open at every hour; its server may die at any moment and comes back where it was."""

    def __init__(self, bremen: Installation) -> None:
        self._bremen = bremen.having({"contact.hours": EVERY_DAY, "http.port": free_port()})
        self._running = ExitStack()
        self._server: Server | None = None

    @property
    def url(self) -> str:
        """Where it is reached."""
        assert self._server is not None
        return self._server.url

    def employ(self, login: str, name: str) -> None:
        """Add an account to its desk."""
        added = subprocess.run(
            self._bremen.command("desk", "account", "add", login, "--name", name),
            env=self._bremen.environment,
            input=PASSWORD.encode(),
            capture_output=True,
            check=False,
        )
        assert added.returncode == 0, added.stderr

    def open(self) -> None:
        """Start the server."""
        self._server = self._running.enter_context(self._bremen.serving())

    def crash(self) -> None:
        """Kill the server and all its workers, as a power cut does, and start it again."""
        assert self._server is not None
        os.killpg(self._server.process.pid, signal.SIGKILL)
        self.close()
        self.open()

    def close(self) -> None:
        """Stop the server."""
        self._running.close()


@contextmanager
def open_office(bremen: Installation) -> Iterator[Office]:
    """An open office with Frau Kaya among its people."""
    office = Office(bremen)
    office.employ("kaya", "Frau Kaya")
    office.open()
    try:
        yield office
    finally:
        office.close()


@pytest.fixture
def chromium() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as playwright:
        expect.set_options(timeout=LIVE_AGAIN_MS)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()
        expect.set_options(timeout=_USUAL_MS)


def _new_page(chromium: Browser, width: int, locale: str) -> Page:
    """A page of a browser of its own, as patient with a server that comes back as what is expected of it."""
    page = chromium.new_context(viewport={"width": width, "height": 860}, locale=locale).new_page()
    page.set_default_timeout(LIVE_AGAIN_MS)
    return page


def sit_down(chromium: Browser, office: Office) -> Page:
    """Frau Kaya signs in and takes chats."""
    desk = _new_page(chromium, 1280, "de")
    desk.goto(f"{office.url}/desk")
    desk.fill("input[name=login]", "kaya")
    desk.fill("input[name=password]", PASSWORD)
    desk.press("input[name=password]", "Enter")
    desk.locator("[name=presence][value=available]").click()
    return desk


def say(chat: Page, text: str) -> None:
    """The citizen writes something, and the server has given it its place in the conversation."""
    chat.fill("#message", text)
    chat.press("#message", "Enter")
    expect(chat.locator("[data-place] .question__text", has_text=text)).to_be_visible()


def reply(desk: Page, text: str) -> None:
    """The agent answers."""
    desk.locator("textarea[name=text]").first.fill(text)
    desk.keyboard.press("Enter")
    expect(desk.locator(".said--agent", has_text=text)).to_have_count(1)


def told(chat: Page) -> list[str]:
    """What stands in the conversation, in its order: the citizen's and agents' words, and what happened between."""
    words = chat.locator("[data-turns] .question__text, [data-turns] .said, [data-turns] [data-event]")
    return [element.get_attribute("data-event") or element.inner_text().strip() for element in words.element_handles()]


@dataclass(frozen=True)
class Story:
    """Who is not satisfied asks for a human in Turkish, waits, is answered, goes on with Roland, and leaves."""

    chat: Page
    desk: Page

    @property
    def steps(self) -> tuple[Callable[[], None], ...]:
        """What happens, in order."""
        return self.ask, self.wish, self.wait, self.claim, self.answer, self.give_back, self.go_on

    def ask(self) -> None:
        """Roland answers a question."""
        say(self.chat, "Pasaport ücreti ne kadar?")
        expect(self.chat.locator(".answer--answered")).to_be_visible()

    def wish(self) -> None:
        """A person is asked for, and the place in the queue is shown."""
        say(self.chat, "Bir insanla konuşmak istiyorum")
        self.chat.locator("button[value='people:connect']").first.click()
        standing = self.chat.locator("[data-standing]")
        expect(standing).to_have_attribute("data-mode", "queued")
        expect(standing.locator("[data-told]")).to_have_attribute("data-told", "0")

    def wait(self) -> None:
        """What is said while waiting is kept for the agent."""
        say(self.chat, "Acelem var")

    def claim(self) -> None:
        """The agent takes over and reads the packet."""
        self.desk.get_by_role("button", name="Übernehmen").first.click()
        expect(self.chat.locator("[data-standing]")).to_have_attribute("data-mode", "with_agent")
        expect(self.desk.locator(".entry", has_text="Pasaport ücreti ne kadar?")).to_be_visible()
        context = self.desk.locator("[data-panel]").first
        for known in ("Türkisch", "Reisepass", "Acelem var"):
            expect(context).to_contain_text(known)

    def answer(self) -> None:
        """Both talk; what is said while the citizen's connection is cut arrives when it is back."""
        reply(self.desk, "Merhaba, ne zaman gerekiyor?")
        self._arrived("Merhaba, ne zaman gerekiyor?")
        self.chat.context.set_offline(True)
        reply(self.desk, "Express pasaport daha hızlı.")
        self.chat.context.set_offline(False)
        self._arrived("Express pasaport daha hızlı.")
        say(self.chat, "Teşekkürler")
        thanks = self.desk.locator(".said--person", has_text="Teşekkürler")
        expect(thanks).to_have_count(1)

    def give_back(self) -> None:
        """The agent gives the conversation back to Roland."""
        self.desk.locator("[data-open^='transfer-']").first.click()
        dialog = self.desk.locator("dialog[open]")
        dialog.locator("[name=to][value='roland:']").check()
        dialog.locator("[name=reason]").fill("Den Rest weiß Roland")
        dialog.get_by_role("button", name="Weitergeben").click()
        expect(self.chat.locator("[data-event=to_bot]")).to_be_visible(timeout=LIVE_AGAIN_MS)
        expect(self.chat.locator("[data-standing] [name=solved][value=yes]")).to_be_visible()

    def go_on(self) -> None:
        """Roland still knows what it was about."""
        say(self.chat, "Hangi belgeler gerekli?")
        expect(self.chat.locator(".answer--answered")).to_have_count(2)

    def check(self) -> None:
        """Every message stands there, in order, once."""
        assert told(self.chat) == [
            "Pasaport ücreti ne kadar?",
            "Bir insanla konuşmak istiyorum",
            self.chat.locator(".question__text").nth(2).inner_text(),
            "queued",
            "Acelem var",
            "claimed",
            "Merhaba, ne zaman gerekiyor?",
            "Express pasaport daha hızlı.",
            "Teşekkürler",
            "to_bot",
            "Hangi belgeler gerekli?",
        ]

    def leave(self) -> None:
        """The citizen deletes the conversation."""
        self.chat.goto(self.chat.url.split("?")[0] + "chat/delete?view=portal")
        self.chat.locator("form[action='/chat/delete'] button").click()
        expect(self.chat.locator("[data-turns] li")).to_have_count(0)

    def _arrived(self, text: str) -> None:
        expect(self.chat.locator(".said", has_text=text)).to_have_count(1)


def begin(chromium: Browser, office: Office) -> Story:
    """Two browsers, each at its page."""
    desk = sit_down(chromium, office)
    chat = _new_page(chromium, 360, "tr")
    chat.goto(f"{office.url}/?lang=tr")
    return Story(chat, desk)


def test_asked_waited_answered_given_back(chromium: Browser, bremen: Installation) -> None:
    """The whole story, as it should go."""
    with open_office(bremen) as office:
        story = begin(chromium, office)
        for step in story.steps:
            step()
        story.check()
        story.leave()


def test_server_and_bus_die_between_any_two_steps(
    chromium: Browser, bremen: Installation, empty_postgres: str, mortal_redis: RedisServer
) -> None:
    """Two workers with PostgreSQL and Redis: neither page is loaded anew, and nothing is lost or doubled."""
    several = {"storage.url": empty_postgres, "bus.url": mortal_redis.url, "http.workers": 2}
    with open_office(bremen.having(several)) as office:
        story = begin(chromium, office)
        for number, step in enumerate(story.steps):
            step()
            if number % 2:
                mortal_redis.kill()
                mortal_redis.start()
            else:
                office.crash()
        story.check()
        story.leave()
