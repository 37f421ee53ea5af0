"""One server and one Chromium for all browser tests, a fresh browser context for each page they visit.

The loop is the session's: Playwright's asynchronous interface leaves other tests' loops alone.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, async_playwright

from assistant.http.services import WEB
from assistant.storage.catalogue import SqlCatalogueStore
from knowledge.forms.library import FileFormLibrary
from tests.e2e.site import Site, running_site
from tests.server import quiet_log

CHROMIUM = "/usr/bin/chromium-headless-shell"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

Visit = Callable[..., Awaitable[Page]]


@pytest.fixture(scope="session")
def site(
    tmp_path_factory: pytest.TempPathFactory, sample_forms: FileFormLibrary, sample_catalogue: SqlCatalogueStore
) -> Iterator[Site]:
    """The running site; needs the built assets."""
    assert (WEB / "dist/app.js").is_file(), "build the web pages first: npm ci && npm run build in assistant/web"
    with quiet_log(), running_site(tmp_path_factory.mktemp("site"), sample_forms, sample_catalogue) as running:
        yield running


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Debian's Chromium, the one without windows."""
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield chromium
        await chromium.close()


@pytest_asyncio.fixture(loop_scope="session")
async def visit(browser: Browser, site: Site) -> AsyncIterator[Visit]:
    """Open a page as a new visitor: path, width and height of the window, options of the browser context.

    The test fails when a page logs an error: a broken script, or a breach of its own content security policy.
    """
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def note(message: ConsoleMessage) -> None:
        # A refused request is noted too; those are part of what is tested.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            faults.append(message.text)

    async def open_page(path: str = "/", *, width: int = 1280, height: int = 900, **options: Any) -> Page:
        options = {"locale": "de-DE", "reduced_motion": "reduce"} | options
        context = await browser.new_context(base_url=site.url, viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        page = await context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", note)
        page.on("pageerror", lambda error: faults.append(str(error)))
        await page.goto(path)
        return page

    yield open_page
    site.dialogue.release()
    for context in contexts:
        await context.close()
    assert not faults
