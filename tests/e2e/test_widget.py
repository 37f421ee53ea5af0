"""The chat embedded into a page of another site."""

import re
import threading
from collections.abc import Awaitable, Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.e2e.conftest import Visit
from tests.e2e.site import Site
from tests.e2e.steps import ask

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

EXAMPLE = Path(__file__).parents[2] / "docs/examples/embed.html"
STRICT = "default-src 'none'; script-src {site}; frame-src {site}"
Embed = Callable[..., Awaitable[Page]]


class Host(ThreadingHTTPServer):
    """Another site, with one page and a strict content security policy."""

    html = ""
    policy = ""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _HostPage)


class _HostPage(BaseHTTPRequestHandler):
    server: Host

    def do_GET(self) -> None:
        """The page."""
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Security-Policy", self.server.policy)
        self.end_headers()
        self.wfile.write(self.server.html.encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


@pytest.fixture
def host() -> Iterator[Host]:
    """The other site, running."""
    with Host() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def embed(visit: Visit, site: Site, host: Host) -> Embed:
    """Open the example page on the other site, one text in it replaced."""

    async def open_page(change: tuple[str, str] = ("", ""), width: int = 1280) -> Page:
        host.html = EXAMPLE.read_text(encoding="utf-8").replace("http://localhost:8115", site.url).replace(*change)
        host.policy = STRICT.format(site=site.url)
        return await visit(f"http://127.0.0.1:{host.server_port}/", width=width)

    return open_page


async def test_keyboard(embed: Embed) -> None:
    """Enter opens the chat and moves focus into it; Escape closes it and gives focus back to the button."""
    page = await embed()
    button = page.get_by_role("button", name="Fragen Sie Roland")
    await expect(button).to_have_attribute("aria-expanded", "false")
    await button.focus()
    await page.keyboard.press("Enter")
    frame = page.frame_locator("iframe")
    await expect(page.locator("iframe")).to_have_attribute("title", re.compile("Computerprogramm"))
    await expect(frame.locator("#message")).to_be_visible()
    await page.wait_for_function("() => document.activeElement.shadowRoot?.activeElement?.tagName === 'IFRAME'")
    await frame.locator("#message").focus()
    await page.keyboard.press("Escape")
    await expect(page.locator("iframe")).to_be_hidden()
    closed = page.get_by_role("button", name="Fragen Sie Roland")
    await expect(closed).to_be_focused()
    await expect(closed).to_have_attribute("aria-expanded", "false")


async def test_a_conversation_lasts(embed: Embed) -> None:
    """The embedded chat answers, and keeps its conversation when the embedding page is left and opened again."""
    page = await embed()
    await page.get_by_role("button", name="Fragen Sie Roland").click()
    await ask(page.frame_locator("iframe"), "Was kostet ein Reisepass?")
    await page.reload()
    await page.get_by_role("button", name="Fragen Sie Roland").click()
    await expect(page.frame_locator("iframe").locator(".answer")).to_contain_text("70,00 Euro")


async def test_its_address_is_fetched_on_use(embed: Embed) -> None:
    """Until somebody opens the chat, the embedding page loads no frame."""
    page = await embed()
    await expect(page.get_by_role("button", name="Fragen Sie Roland")).to_be_visible()
    assert await page.locator("iframe").count() == 0


async def test_data_attributes(embed: Embed) -> None:
    """Language, label, corner and an open start can be set on the script element."""
    settings = 'data-language="en" data-label="Need help?" data-position="start" data-open async'
    page = await embed(('data-language="de" data-position="end" async', settings))
    await expect(page.frame_locator("iframe").get_by_role("button", name="Send", exact=True)).to_be_visible()
    await page.get_by_role("button", name="Close the chat").click()
    button = page.get_by_role("button", name="Need help?")
    box = await button.bounding_box()
    assert box
    assert box["x"] < 100


async def test_right_to_left(embed: Embed) -> None:
    """On a page that runs from right to left the button stands at the end of the line, on the left."""
    page = await embed(('<html lang="de">', '<html lang="de" dir="rtl">'))
    box = await page.get_by_role("button", name="Fragen Sie Roland").bounding_box()
    assert box
    assert box["x"] < 100


async def test_a_small_screen(embed: Embed) -> None:
    """On a telephone the chat takes the whole width, and the button that closes it stays in reach."""
    page = await embed(width=320)
    await page.get_by_role("button", name="Fragen Sie Roland").click()
    frame = await page.locator("iframe").bounding_box()
    button = await page.get_by_role("button", name="Chat schließen").bounding_box()
    assert frame
    assert button
    assert frame["width"] == 320
    assert frame["y"] + frame["height"] <= button["y"]


async def test_foreign_sites_may_not_embed_the_rest(visit: Visit) -> None:
    """The portal page itself refuses to be framed."""
    page = await visit("/static/icon.svg")
    response = await page.request.get("/")
    assert "frame-ancestors 'none'" in response.headers["content-security-policy"]
