"""One desk for all tests of it in a browser; every test begins with an empty queue."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page

from assistant.http.services import WEB
from assistant.model import Agent
from tests.e2e.answers import ScriptedDialogue
from tests.fakes_translator import FakeTranslator
from tests.server import quiet_log
from tests.workplace import STAFF, Floor, come, open_floor

Enter = Callable[..., Awaitable[Page]]


@pytest.fixture(scope="session")
def desk_floor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    """The running desk; needs the built assets."""
    assert (WEB / "dist/desk.js").is_file(), "build the web pages first: npm ci && npm run build in assistant/web"
    folder = tmp_path_factory.mktemp("desk")
    often = {"messages_per_minute": 100_000, "requests_per_minute": 100_000}
    with (
        quiet_log(),
        open_floor(folder, dialogue=ScriptedDialogue(), translator=FakeTranslator(), http=often) as floor,
    ):
        yield floor


@pytest.fixture
def floor(desk_floor: Floor) -> Iterator[Floor]:
    """The desk with nobody waiting, and everybody available."""
    for agent in STAFF:
        desk_floor.run(come(desk_floor, agent))
    yield desk_floor
    desk_floor.run(_empty(desk_floor))


async def _empty(floor: Floor) -> None:
    for handoff in (*await floor.workplace.desk.claimed(), *await floor.workplace.desk.waiting()):
        await floor.services.conversations.delete(handoff.conversation_id)


@pytest_asyncio.fixture(loop_scope="session")
async def enter(browser: Browser, floor: Floor) -> AsyncIterator[Enter]:
    """Open a page of the desk as an agent; fails the test when a page logs an error."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def note(message: ConsoleMessage) -> None:
        # A refused request is noted too, and a connection that a test has cut; those are part of what is tested.
        if message.type == "error" and "Failed to load resource" not in message.text and "net::" not in message.text:
            faults.append(message.text)

    async def open_page(
        agent: Agent, path: str = "/desk", *, width: int = 1280, height: int = 800, **options: Any
    ) -> Page:
        options = {"locale": "de-DE", "reduced_motion": "reduce"} | options
        context = await browser.new_context(base_url=floor.url, viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        await context.add_cookies([{"name": "roland_desk", "value": floor.tokens[agent.id], "url": floor.url}])
        page = await context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", note)
        page.on("pageerror", lambda error: faults.append(str(error)))
        await page.goto(path)
        return page

    yield open_page
    for context in contexts:
        await context.close()
    assert not faults
