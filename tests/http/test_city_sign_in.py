"""Signing in at the desk by the city's own provider, from the first page to the last."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from assistant.model import AgentRole
from connectors.openid import OpenIdProvider, Registration
from tests.desk_site import Browser, DeskSite, desk_site
from tests.fake_openid import CLIENT, SECRET, Claims, FakeOpenId, running
from tests.fakes import FixedClock

pytestmark = pytest.mark.slow

BASE = "http://desk.example"
ROLES = {"agents": (AgentRole.AGENT,), "leads": (AgentRole.SUPERVISOR,)}
KAYA: Claims = {"sub": "7", "preferred_username": "kaya", "name": "Frau Kaya", "groups": ["agents"]}


@pytest.fixture
def provider() -> Iterator[FakeOpenId]:
    """The city's provider, where Frau Kaya is signed in."""
    fake = FakeOpenId(FixedClock(), {f"{BASE}/desk/login/city/return"}, {f"{BASE}/desk/login"}, person=KAYA)
    with running(fake) as at_work:
        yield at_work


@pytest.fixture
async def site(tmp_path: Path, provider: FakeOpenId) -> AsyncIterator[DeskSite]:
    """A desk that knows nobody yet."""
    known_as = Registration(provider.url, CLIENT, SECRET, roles=ROLES)
    async with OpenIdProvider(known_as, FixedClock()) as client, desk_site(tmp_path, provider=client) as running_site:
        yield running_site


async def way_back(browser: Browser, wanted: str = "/desk") -> str:
    """Go to the provider; the address to which it sends the browser back."""
    left = await browser.get(f"/desk/login/city?next={quote(wanted, safe='')}")
    assert left.status_code == 303, left.text
    async with httpx.AsyncClient(timeout=60) as http:
        there = await http.get(left.headers["location"])
    assert there.status_code == 303, there.text
    return str(there.headers["location"]).removeprefix(BASE)


async def sign_in(browser: Browser, wanted: str = "/desk") -> httpx.Response:
    """The whole way."""
    return await browser.get(await way_back(browser, wanted))


async def test_coming_in(site: DeskSite) -> None:
    """Whoever has a mapped role gets an account and a session; the last page, our own, leads to what was asked for."""
    browser = site.browser()
    assert "/desk/login/city?next=" in (await browser.get("/desk/login")).text
    entered = await sign_in(browser, "/desk/above?x=1")
    assert entered.status_code == 200
    assert 'http-equiv="refresh" content="0;url=/desk/above?x=1"' in entered.text
    assert (await browser.get("/desk")).json()["login"] == "kaya"
    (account,) = await site.accounts.directory.all()
    assert (account.agent.name, account.password_hash, account.subject) == ("Frau Kaya", None, "7")
    assert [entry.action for entry in await site.log()] == ["account_added", "signed_in"]


async def test_cookies_of_the_way(site: DeskSite) -> None:
    """Only the secret of the way may come with other sites' links; it is gone afterwards, used or not."""
    browser = site.browser()
    left = await browser.get("/desk/login/city")
    assert "SameSite=lax" in left.headers["set-cookie"]
    entered = await sign_in(browser)
    (session,) = [line for line in entered.headers.get_list("set-cookie") if line.startswith("roland_desk=")]
    assert "SameSite=strict" in session
    assert browser.cookie("roland_desk_city") == ""


async def test_the_same_answer_twice(site: DeskSite) -> None:
    """An answer that was used, or was meant for another browser, opens nothing."""
    browser = site.browser()
    back = await way_back(browser)
    secret = browser.cookie("roland_desk_city")
    stranger = site.browser()
    assert (await stranger.get(back)).status_code == 403
    assert (await browser.get(back)).status_code == 200
    for again in (site.browser(), browser):
        again.client.cookies.delete("roland_desk") if again.cookie("roland_desk") else None
        again.client.cookies.set("roland_desk_city", secret)
        assert (await again.get(back)).status_code == 403
        assert (await again.get("/desk")).status_code == 303


async def test_somebody_elses_answer(site: DeskSite) -> None:
    """Nobody can be signed in as somebody else by a link: the state is not this browser's."""
    attacker, victim = site.browser(), site.browser()
    link = await way_back(attacker)
    await way_back(victim)
    assert (await victim.get(link)).status_code == 403
    assert (await victim.get("/desk")).status_code == 303
    (entry,) = await site.log("sign_in_failed")
    assert "invitation" in entry.detail


async def test_without_a_mapped_role(site: DeskSite, provider: FakeOpenId) -> None:
    """The city's other people are not let in, and no account is made for them."""
    provider.person = KAYA | {"groups": ["choir"]}
    refused = await sign_in(site.browser())
    assert (refused.status_code, await site.accounts.directory.all()) == (403, ())


async def test_roles_follow_the_provider(site: DeskSite, provider: FakeOpenId) -> None:
    """With each sign-in roles and name are those of the provider; who has lost them is out everywhere."""
    first, second = site.browser(), site.browser()
    await sign_in(first)
    provider.person = KAYA | {"groups": ["agents", "leads"], "name": "Dr. Kaya", "preferred_username": "ayse.kaya"}
    await sign_in(second)
    assert (await first.get("/desk")).status_code == 303, "other roles end the sessions that had the old ones"
    assert (await second.get("/desk/above")).status_code == 200
    (account,) = await site.accounts.directory.all()
    assert (account.agent.name, account.agent.login) == ("Dr. Kaya", "kaya")
    provider.person = KAYA | {"groups": []}
    assert (await sign_in(site.browser())).status_code == 403
    assert (await second.get("/desk")).status_code == 303
    assert [entry.detail for entry in await site.log("roles_changed")] == ["agent supervisor", ""]


async def test_disabled_here(site: DeskSite) -> None:
    """An account that is disabled here stays out, whatever the provider says."""
    browser = site.browser()
    await sign_in(browser)
    await site.accounts.directory.disable("kaya")
    assert (await sign_in(site.browser())).status_code == 403
    assert (await browser.get("/desk")).status_code == 303


async def test_a_name_gives_nobody_anothers_account(site: DeskSite, provider: FakeOpenId) -> None:
    """Somebody of the provider who is called like an account here gets one of their own."""
    ours = await site.add("kaya", AgentRole.SUPERVISOR)
    browser = site.browser()
    await sign_in(browser)
    assert (await browser.get("/desk/above")).status_code == 403
    logins = {account.agent.login: account.agent for account in await site.accounts.directory.all()}
    assert logins["kaya"] == ours
    assert logins["kaya (7)"].roles == {AgentRole.AGENT}


async def test_no_password_opens_an_account_of_the_provider(site: DeskSite) -> None:
    """It has none; none can be set, and none is taken."""
    await sign_in(site.browser())
    before = site.hasher.verified
    assert (await site.browser().sign_in("kaya", "")).status_code == 403
    assert site.hasher.verified == before + 1


async def test_signing_out_leads_to_the_provider(site: DeskSite, provider: FakeOpenId) -> None:
    """Signing out ends the session here and offers to end the provider's, which then leads back."""
    browser = site.browser()
    await sign_in(browser)
    out = await browser.post("/desk/logout", "/desk/account")
    assert (await browser.get("/desk")).status_code == 303
    (there,) = [link for link in out.text.split('"') if link.startswith(f"{provider.url}/logout")]
    async with httpx.AsyncClient(timeout=60) as http:
        left = await http.get(there.replace("&amp;", "&"))
    assert (left.headers["location"], provider.signed_out) == (f"{BASE}/desk/login", ["7"])


async def test_an_outage(site: DeskSite, provider: FakeOpenId) -> None:
    """While the provider is away the page says so, and accounts that are kept here still get in."""
    await site.add("berg")
    browser = site.browser()
    back = await way_back(browser)
    provider.status = 503
    told = await browser.get(back)
    assert (told.status_code, "antwortet gerade nicht" in told.text) == (503, True)
    assert (await browser.sign_in("berg")).status_code == 303


async def test_without_a_provider_there_is_no_such_way(tmp_path: Path) -> None:
    """Where the city has none, nothing leads there."""
    async with desk_site(tmp_path) as site:
        browser = site.browser()
        assert "/desk/login/city" not in (await browser.get("/desk/login")).text
        assert (await browser.get("/desk/login/city")).status_code == 404
