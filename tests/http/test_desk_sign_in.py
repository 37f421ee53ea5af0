"""The desk's door: who comes in, who does not, and what is tried to get in all the same."""

import secrets
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from assistant.http.desk.sign_in import way_on
from assistant.model import AgentRole
from tests.desk_site import ELSEWHERE, PASSWORD, DeskSite, desk_site

pytestmark = pytest.mark.slow


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[DeskSite]:
    """A desk with one agent, Frau Kaya."""
    async with desk_site(tmp_path) as running:
        await running.add()
        yield running


async def test_nobody_gets_in_without_signing_in(site: DeskSite) -> None:
    """People are led to the sign-in and back; programs and event streams are told 401; no handler is reached."""
    browser = site.browser()
    page = await browser.get("/desk/above?period=7")
    assert (page.status_code, page.headers["location"]) == (303, "/desk/login?next=%2Fdesk%2Fabove%3Fperiod%3D7")
    for accept in ("application/json", "text/event-stream"):
        refused = await browser.get("/desk", headers={"Accept": accept})
        assert (refused.status_code, refused.json()["code"]) == (401, "sign_in_needed")
    posted = await browser.post("/desk/change")
    assert (posted.status_code, posted.headers["location"]) == (303, "/desk/login?next=%2Fdesk")
    assert site.seen == []


async def test_links_from_other_sites(site: DeskSite) -> None:
    """Browsers keep the cookie back then: a page of ours leads to the same address once more, and only once."""
    browser = site.browser()
    path = "/desk/above?a=1&b=%22"
    first = await browser.get(path, headers={"Sec-Fetch-Site": "cross-site"})
    assert (first.status_code, site.seen) == (200, [])
    assert 'content="0;url=/desk/above?a=1&amp;b=%22"' in first.text
    assert (await browser.get(path, headers={"Sec-Fetch-Site": "same-origin"})).status_code == 303


async def test_signing_in_and_out(site: DeskSite) -> None:
    """Login and password open a session and lead to the page that was asked for; signing out ends it."""
    browser = site.browser()
    entered = await browser.sign_in(" KAYA ", next="/desk/above")
    assert (entered.status_code, entered.headers["location"]) == (303, "/desk/above")
    me = (await browser.get("/desk")).json()
    assert (me["login"], me["address"]) == ("kaya", "198.51.100.7")
    assert (await browser.get("/desk/login?next=/desk/x")).headers["location"] == "/desk/x"
    kept = browser.cookie("roland_desk")
    out = await browser.post("/desk/logout", "/desk/account")
    assert out.status_code == 200
    assert browser.cookie("roland_desk") == ""
    browser.client.cookies.set("roland_desk", kept)
    assert (await browser.get("/desk")).status_code == 303, "a cookie taken from a browser before is worth nothing now"
    assert [entry.action for entry in await site.log()] == ["account_added", "signed_in", "signed_out"]


@pytest.mark.parametrize("https", [True, False])
async def test_the_cookie(tmp_path: Path, https: bool) -> None:
    """It is out of scripts' and other sites' reach; by HTTPS its name keeps other hosts from setting it."""
    async with desk_site(tmp_path, https=https) as site:
        await site.add()
        entered = await site.browser().sign_in()
        (cookie,) = [line for line in entered.headers.get_list("set-cookie") if "roland_desk=" in line]
        name, *attributes = cookie.split("; ")
        assert name.startswith("__Host-roland_desk=" if https else "roland_desk=")
        assert {"HttpOnly", "Path=/", "SameSite=strict"} <= set(attributes)
        assert ("Secure" in attributes) is https
        assert not [one for one in attributes if one.startswith(("Domain", "Max-Age", "expires"))]


async def test_guessed_and_made_up_sessions(site: DeskSite) -> None:
    """No token that was not given out opens anything, nor does what is kept of one that was."""
    browser = site.browser()
    await browser.sign_in()
    kept = await site.database.read(
        lambda connection: connection.exec_driver_sql("SELECT digest FROM desk_session").scalar()
    )
    token = browser.cookie("roland_desk")
    assert kept != token
    for guess in (secrets.token_urlsafe(32), str(kept), "", token[:-1], token + "A", "' OR 1=1 --", token.upper()):
        stranger = site.browser()
        stranger.client.cookies.set("roland_desk", guess)
        assert (await stranger.get("/desk")).status_code == 303, guess


async def test_every_sign_in_has_a_session_of_its_own(site: DeskSite) -> None:
    """A session that was in the browser before, maybe put there by somebody else, ends with the sign-in."""
    browser = site.browser()
    await browser.sign_in()
    first = browser.cookie("roland_desk")
    browser.client.cookies.delete("roland_desk")
    page = await browser.get("/desk/login")
    browser.client.cookies.set("roland_desk", first)
    await browser.post("/desk/login", login="kaya", password=PASSWORD, csrf=browser.token(page))
    tokens = {cookie.value for cookie in browser.client.cookies.jar if cookie.name == "roland_desk"}
    assert len(tokens - {first}) == 1
    stranger = site.browser()
    stranger.client.cookies.set("roland_desk", first)
    assert (await stranger.get("/desk")).status_code == 303


@pytest.mark.parametrize("origin", [None, "null", "https://evil.example", "http://desk.example.evil.example"])
async def test_forms_of_other_sites(site: DeskSite, origin: str | None) -> None:
    """What comes from elsewhere, or does not say where from, changes nothing, even with the right token."""
    browser = site.browser()
    await browser.sign_in()
    token = (await browser.get("/desk")).json()["csrf"]
    headers = {"Origin": origin} if origin else {}
    for path in ("/desk/change", "/desk/logout", "/desk/login"):
        refused = await browser.client.post(path, data={"csrf": token}, headers=headers)
        assert (refused.status_code, site.seen) == (403, ["home"]), path
    assert (await browser.get("/desk")).status_code == 200


async def test_a_page_of_the_same_host_without_https(tmp_path: Path) -> None:
    """Where people come by HTTPS, a page that came without it is no page of ours."""
    async with desk_site(tmp_path, https=True) as site:
        await site.add()
        browser = site.browser()
        await browser.sign_in()
        browser.origin = "http://desk.example"
        token = (await browser.get("/desk")).json()["csrf"]
        assert (await browser.post("/desk/change", csrf=token)).status_code == 403


async def test_tokens_of_another_session(site: DeskSite) -> None:
    """A form needs the token of the very session: none, another's, the one before signing in are refused."""
    browser, other = site.browser(), site.browser()
    before = browser.token(await browser.get("/desk/login"))
    await browser.sign_in()
    await other.sign_in()
    theirs = (await other.get("/desk")).json()["csrf"]
    mine = (await browser.get("/desk")).json()["csrf"]
    site.seen.clear()
    for token in ("", "x", theirs, before, browser.cookie("roland_desk"), mine[:-1]):
        assert (await browser.post("/desk/change", csrf=token)).status_code == 403
    assert site.seen == []
    assert (await browser.post("/desk/change", csrf=mine)).status_code == 200
    headers = {"Origin": browser.origin, "X-CSRF-Token": mine}
    assert (await browser.client.post("/desk/change", json={"a": 1}, headers=headers)).status_code == 200


async def test_the_form_of_the_sign_in_is_bound_to_its_browser(site: DeskSite) -> None:
    """Nobody can be signed in as somebody else by a form from elsewhere; an old form is shown afresh."""
    attacker, victim = site.browser(), site.browser()
    theirs = attacker.token(await attacker.get("/desk/login"))
    await victim.get("/desk/login")
    for token in (theirs, ""):
        refused = await victim.post("/desk/login", login="kaya", password=PASSWORD, csrf=token)
        assert refused.status_code == 403
        assert "zu lange offen" in refused.text
        assert victim.cookie("roland_desk") == ""


async def test_other_roles(site: DeskSite) -> None:
    """Only who has the role gets in; who is given or loses one signs in again."""
    browser = site.browser()
    await browser.sign_in()
    assert (await browser.get("/desk/above")).status_code == 403
    assert "above" not in site.seen
    await site.accounts.directory.set_roles("kaya", [AgentRole.AGENT, AgentRole.SUPERVISOR])
    assert (await browser.get("/desk")).status_code == 303
    await browser.sign_in()
    assert (await browser.get("/desk/above")).json() == "kaya"
    await site.accounts.directory.set_roles("kaya", [])
    await browser.sign_in()
    assert (await browser.get("/desk/above")).status_code == 403


async def test_a_disabled_account_is_out_at_once(site: DeskSite) -> None:
    """Its sessions end, its password opens nothing, and the refusal is that of a wrong password."""
    browser = site.browser()
    await browser.sign_in()
    await site.accounts.directory.disable("kaya")
    assert (await browser.get("/desk")).status_code == 303
    assert (await browser.sign_in()).status_code == 403
    await site.accounts.directory.enable("kaya")
    assert (await browser.get("/desk")).status_code == 303
    assert (await browser.sign_in()).status_code == 303


async def test_refusals_tell_nothing(site: DeskSite) -> None:
    """Wrong password, unknown login, disabled account: the same page after the same work, one hash each time."""
    await site.add("berg")
    await site.accounts.directory.disable("berg")
    pages, work = set(), []
    for login in ("kaya", "nobody", "berg"):
        browser = site.browser()
        before = site.hasher.verified
        refused = await browser.sign_in(login, "falsch geraten, leider")
        work.append(site.hasher.verified - before)
        token = browser.token(refused)
        pages.add((refused.status_code, refused.text.replace(token, "").replace(login, "")))
    assert work == [1, 1, 1]
    assert len(pages) == 1
    assert "falsch geraten" not in str(pages)


async def test_sessions_end_by_themselves(site: DeskSite) -> None:
    """After an hour of nothing, and after twelve hours in any case; what a page does by itself is nothing."""
    idle, busy = site.browser(), site.browser()
    await idle.sign_in()
    await busy.sign_in()
    for _ in range(13):
        site.clock.advance(timedelta(minutes=50))
        assert (await busy.get("/desk")).status_code == 200
        streamed = await idle.get("/desk/stream")
        assert (streamed.status_code == 200) is (_ == 0)
    site.clock.advance(timedelta(minutes=69))
    assert (await busy.get("/desk")).status_code == 303


async def test_a_stream_ends_with_its_session(site: DeskSite) -> None:
    """What streams is told when the session that opened it is over."""
    browser = site.browser()
    await browser.sign_in()
    assert (await browser.get("/desk/stream")).json() is True
    await site.accounts.directory.disable("kaya")
    assert (await browser.get("/desk/stream", headers={"Accept": "text/event-stream"})).status_code == 401


async def test_guessing_leads_to_pauses_that_end(site: DeskSite) -> None:
    """After five wrong tries each further one has to wait, the right password too; the pause passes."""
    browser = site.browser()
    for _ in range(5):
        assert (await browser.sign_in(password="falsch geraten")).status_code == 403
    paused = await browser.sign_in()
    assert (paused.status_code, paused.headers["retry-after"]) == (429, "30")
    before = site.hasher.verified
    assert (await browser.sign_in()).status_code == 429
    assert site.hasher.verified == before, "during a pause no password is looked at"
    site.clock.advance(timedelta(seconds=31))
    assert (await browser.sign_in(password="noch einmal falsch")).status_code == 403
    site.clock.advance(timedelta(seconds=31))
    assert (await browser.sign_in()).headers["retry-after"] == "29", "pauses double"
    site.clock.advance(timedelta(seconds=30))
    assert (await browser.sign_in()).status_code == 303


async def test_nobody_can_shut_a_colleague_out(site: DeskSite) -> None:
    """While somebody keeps guessing from elsewhere, the browser that is known for the login gets in."""
    desk = site.browser()
    await desk.sign_in()
    attacker = site.browser(ELSEWHERE)
    for _ in range(40):
        await attacker.sign_in(password="falsch geraten")
        site.clock.advance(timedelta(minutes=16))
    await attacker.sign_in(password="falsch geraten")
    assert (await site.browser().sign_in()).status_code == 429
    desk.client.cookies.delete("roland_desk")
    assert (await desk.sign_in()).status_code == 303
    await site.accounts.directory.enable("kaya")
    assert (await site.browser().sign_in()).status_code == 303


async def test_a_known_browser_is_known_for_one_login_only(site: DeskSite) -> None:
    """The token of one account gives no further tries at another, nor does a made-up one."""
    await site.add("berg")
    browser = site.browser()
    await browser.sign_in()
    browser.client.cookies.delete("roland_desk")
    known = browser.cookie("roland_desk_known")
    for token in (known, "x.y", known.partition(".")[0] + "." + "0" * 64):
        stranger = site.browser()
        stranger.client.cookies.set("roland_desk_known", token)
        refused = [(await stranger.sign_in("berg", "falsch geraten")).status_code for _ in range(6)]
        assert refused == [403] * 5 + [429]
        await site.accounts.directory.enable("berg")


async def test_one_address_cannot_try_every_login(site: DeskSite) -> None:
    """Thirty wrong tries from one address lead to a pause, whatever the login; colleagues who sign in do not count."""
    office = site.browser()
    for _ in range(40):
        assert (await office.sign_in()).status_code == 303
        office.client.cookies.clear()
    for number in range(30):
        assert (await site.browser(ELSEWHERE).sign_in(f"login{number}", "falsch")).status_code == 403
    assert (await site.browser(ELSEWHERE).sign_in("another", "falsch")).status_code == 429
    assert (await site.browser().sign_in("another", "falsch")).status_code == 403


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "/desk@evil.example",
        "/desk.evil.example",
        "/desk/../../evil",
        "/desk\r\nSet-Cookie: a=b",
        "javascript:alert(1)",
        "/chat",
        "/desk/login?next=/desk/login",
        "/desk/logout",
        "",
        "/desk/" + "a" * 400,
    ],
)
async def test_the_way_on_stays_at_the_desk(site: DeskSite, target: str) -> None:
    """No address that somebody puts into a link leads away after signing in."""
    assert way_on(target) == "/desk"
    browser = site.browser()
    assert (await browser.sign_in(next=target)).headers["location"] == "/desk"


async def test_the_way_on_keeps_a_page_of_the_desk() -> None:
    """Whoever opened a page of the desk gets there."""
    for target in ("/desk", "/desk?chat=h-1", "/desk/tickets/T7?tab=notes&lang=de"):
        assert way_on(target) == target


async def test_changing_ones_password(site: DeskSite) -> None:
    """It takes the present one, a good new one, twice; all sessions end; the old one opens nothing any more."""
    browser, other = site.browser(), site.browser()
    await browser.sign_in()
    await other.sign_in()
    fresh = "elf Störche am Osterdeich"
    tries: list[tuple[dict[str, str], int]] = [
        ({"old": "falsch", "new": fresh, "again": fresh}, 403),
        ({"old": PASSWORD, "new": fresh, "again": "anders geschrieben"}, 422),
        ({"old": PASSWORD, "new": "Passwort2026!", "again": "Passwort2026!"}, 422),
        ({"old": PASSWORD, "new": fresh, "again": fresh}, 200),
    ]
    for fields, status in tries:
        told = await browser.post("/desk/account/password", "/desk/account", **fields)
        assert told.status_code == status, told.text
        assert fresh not in told.text
    assert [(await one.get("/desk")).status_code for one in (browser, other)] == [303, 303]
    assert (await browser.sign_in()).status_code == 403
    assert (await browser.sign_in(password=fresh)).status_code == 303


async def test_signing_out_everywhere(site: DeskSite) -> None:
    """One press ends the sessions of all one's browsers, and of nobody else's."""
    await site.add("berg")
    here, there, colleague = site.browser(), site.browser(), site.browser()
    for browser, login in ((here, "kaya"), (there, "kaya"), (colleague, "berg")):
        await browser.sign_in(login)
    assert (await here.post("/desk/account/everywhere", "/desk/account")).status_code == 200
    assert [(await one.get("/desk")).status_code for one in (here, there, colleague)] == [303, 303, 200]


async def test_what_is_logged_of_sign_ins(site: DeskSite) -> None:
    """Who, when, from which network; never what was typed for a login that nobody has."""
    await site.browser(ELSEWHERE).sign_in("mein geheimes Passwort", "x")
    await site.browser("2001:db8:1:2::3").sign_in("kaya", "x")
    unknown, wrong = await site.log("sign_in_failed")
    assert (unknown.agent_id, unknown.login, unknown.address) == ("", "", "203.0.113.0/24")
    assert (wrong.login, wrong.address, wrong.at) == ("kaya", "2001:db8:1::/48", site.clock.now())
    assert "geheimes" not in str(await site.log())


async def test_without_accounts_there_is_no_desk(tmp_path: Path) -> None:
    """A city that has no accounts shows no sign-in; with the city's own sign-in alone, no password is taken."""
    async with desk_site(tmp_path, passwords=False) as site:
        await site.add()
        browser = site.browser()
        page = await browser.get("/desk/login")
        assert 'type="password"' not in page.text
        posted = await browser.post("/desk/login", login="kaya", password=PASSWORD)
        assert posted.status_code == 404
