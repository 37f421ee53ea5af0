"""The desk's entrance in a browser: accessible, usable without a script, and by the city's own provider."""

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from typing import Annotated, Any

import pytest
import pytest_asyncio
from fastapi import Depends
from fastapi.responses import HTMLResponse
from playwright.async_api import Browser, BrowserContext, Page, expect

from assistant.accounts import Accounts, Passwords
from assistant.bootstrap.accounts import build_accounts
from assistant.http.app import create_app
from assistant.http.desk.auth import SignedIn, signed_in
from assistant.model import AgentRole
from assistant.storage.database import Database
from connectors.openid import OpenIdProvider, Registration
from tests.desk_site import PASSWORD, CountingHasher
from tests.e2e.steps import sideways
from tests.e2e.test_accessibility import WAYS, violations
from tests.fake_openid import CLIENT, SECRET, FakeOpenId, running
from tests.fakes import FixedClock
from tests.server import make_server, make_services, quiet_log, settings_for

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

HOME = "<!doctype html><html lang=de><title>Arbeitsplatz</title><h1>Guten Tag, {name}</h1>"
Open = Callable[..., Awaitable[Page]]


@dataclass(frozen=True)
class Desk:
    """A server with a desk, and the provider of its city, which is another site to the browser."""

    url: str
    provider: FakeOpenId


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The desk at work, with one account of its own."""
    clock = FixedClock()
    settings = settings_for(tmp_path_factory.mktemp("desk"))
    services, _ = make_services(settings, clock=clock)
    database = Database(settings.database_url)
    person = {"sub": "7", "preferred_username": "berg", "name": "Herr Berg", "groups": ["agents"]}
    with (
        quiet_log(),
        running(FakeOpenId(clock, person=person, asks=True), "localhost") as provider,
        socket.create_server(("127.0.0.1", 0)) as listening,
    ):
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        provider.redirect_uris.add(f"{url}/desk/login/city/return")
        provider.farewells.add(f"{url}/desk/login")
        roles = {"agents": (AgentRole.AGENT,)}
        client = OpenIdProvider(Registration(provider.url, CLIENT, SECRET, roles=roles), clock)
        accounts = build_accounts(settings, database, clock, services.secret, client, Passwords(CountingHasher()))
        asyncio.run(_add_kaya(database, accounts))
        app = create_app(replace(services, accounts=accounts, resources=(*services.resources, database, client)))
        app.add_api_route("/desk", _home, methods=["GET"])
        server = make_server(app, settings.http)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield Desk(url, provider)
        finally:
            server.should_exit = True
            thread.join()


async def _add_kaya(database: Database, accounts: Accounts) -> None:
    async with database:
        await accounts.directory.add("kaya", "Frau Kaya", PASSWORD, [AgentRole.AGENT])


async def _home(signed: Annotated[SignedIn, Depends(signed_in)]) -> HTMLResponse:
    return HTMLResponse(HOME.format(name=signed.agent.name))


@pytest_asyncio.fixture(loop_scope="session")
async def at(browser: Browser, desk: Desk) -> AsyncIterator[Open]:
    """Open a page of the desk in a fresh browser, with options of its context."""
    contexts: list[BrowserContext] = []

    async def open_page(path: str, **options: Any) -> Page:
        context = await browser.new_context(base_url=desk.url, locale="de-DE", reduced_motion="reduce", **options)
        contexts.append(context)
        page = await context.new_page()
        page.set_default_timeout(10_000)
        await page.goto(path)
        return page

    yield open_page
    for context in contexts:
        await context.close()


async def sign_in(page: Page, password: str = PASSWORD) -> None:
    """Fill in the form and send it."""
    await page.get_by_label("Anmeldename").fill("kaya")
    await page.get_by_label("Passwort", exact=True).fill(password)
    await page.get_by_role("button", name="Anmelden", exact=True).click()


@pytest.mark.parametrize("script", [True, False])
async def test_in_and_out(at: Open, script: bool) -> None:
    """With a script or without: from any page of the desk to the sign-in, back to that page, and out again."""
    page = await at("/desk", java_script_enabled=script)
    await sign_in(page, "falsch geraten")
    await expect(page.get_by_role("alert")).to_contain_text("nicht geklappt")
    await sign_in(page)
    await expect(page.get_by_role("heading")).to_have_text("Guten Tag, Frau Kaya")
    await page.goto("/desk/account")
    await page.get_by_role("button", name="Abmelden", exact=True).click()
    await expect(page.get_by_role("heading")).to_have_text("Sie sind abgemeldet.")
    await page.goto("/desk")
    await expect(page.get_by_label("Anmeldename")).to_be_visible()


@pytest.mark.parametrize("script", [True, False])
async def test_by_the_citys_provider(at: Open, desk: Desk, script: bool) -> None:
    """The way over another site ends signed in, although the session's cookie keeps away from such ways."""
    page = await at("/desk", java_script_enabled=script)
    await page.get_by_role("link", name="Mit dem Konto der Stadt anmelden").click()
    await page.get_by_role("link", name="Weiter", exact=True).click()
    await expect(page.get_by_role("heading")).to_have_text("Guten Tag, Herr Berg")
    (session,) = [cookie for cookie in await page.context.cookies() if cookie.get("name") == "roland_desk"]
    assert (session.get("sameSite"), session.get("httpOnly")) == ("Strict", True)
    await page.goto("/desk/account")
    await page.get_by_role("button", name="Abmelden", exact=True).click()
    await page.get_by_role("link", name="Auch bei der Stadt abmelden").click()
    await expect(page.get_by_label("Anmeldename")).to_be_visible()
    assert desk.provider.signed_out[-1] == "7"


async def test_a_link_from_another_site(at: Open, desk: Desk) -> None:
    """Whoever is signed in and follows a link, in a mail for example, gets to the page without signing in again."""
    page = await at("/desk")
    await sign_in(page)
    await expect(page.get_by_role("heading")).to_have_text("Guten Tag, Frau Kaya")
    await page.goto(f"{desk.provider.url}/keys")
    await page.evaluate("url => { location.href = url }", f"{desk.url}/desk/account")
    await expect(page.get_by_role("heading", name="Ihr Konto")).to_be_visible()


async def test_another_password_by_keyboard(at: Open) -> None:
    """The form of the account tells what is wrong with a password, and is reached by the keyboard alone."""
    page = await at("/desk/account")
    await sign_in(page)
    await page.get_by_label("Bisheriges Passwort").focus()
    for text in (PASSWORD, "Passwort2026!", "Passwort2026!"):
        await page.keyboard.type(text)
        await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("zu leicht zu erraten")


async def test_no_violations(at: Open) -> None:
    """Sign-in, refusal, account, farewell: no violation in any theme and width, and nothing sticks out."""
    page = await at("/desk/login?next=/desk/account")
    await _looks_right(page)
    await sign_in(page, "falsch geraten")
    await expect(page.get_by_role("alert")).to_be_visible()
    await _looks_right(page)
    await sign_in(page)
    await expect(page.get_by_role("heading", name="Ihr Konto")).to_be_visible()
    await _looks_right(page)
    await page.get_by_role("button", name="Abmelden", exact=True).click()
    await expect(page.get_by_role("heading")).to_have_text("Sie sind abgemeldet.")
    await _looks_right(page)


async def _looks_right(page: Page) -> None:
    for scheme, width in WAYS:
        await page.emulate_media(color_scheme=scheme)
        await page.set_viewport_size({"width": width, "height": 900})
        assert await violations(page) == [], (scheme, width)
        assert await sideways(page) == [], (scheme, width)
