"""The pages as a browser without JavaScript meets them, and what scripts get from the same addresses."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from bs4 import BeautifulSoup

from assistant.http.assets import Assets
from tests.fakes import EchoDialogue
from tests.server import Site, site

JSON = {"Accept": "application/json"}


@pytest.fixture
def browser(here: Site) -> Iterator[httpx.Client]:
    """A browser: keeps cookies, names the origin with forms, follows redirects."""
    with httpx.Client(base_url=here.url, timeout=60, follow_redirects=True, headers={"Origin": here.url}) as fresh:
        yield fresh


def send(browser: httpx.Client, path: str, **fields: str) -> httpx.Response:
    """Send a form from the chat page."""
    return browser.post(path, data={"view": "chat"} | fields)


def text_of(page: httpx.Response) -> str:
    """What can be read on a page."""
    return BeautifulSoup(page.text, "html.parser").get_text(" ", strip=True)


@pytest.mark.parametrize("path", ["/", "/chat", "/widget"])
def test_first_words(browser: httpx.Client, path: str) -> None:
    """Every way in says that this is a computer program, and works as a form."""
    page = browser.get(path)
    assert page.status_code == 200
    assert "Computerprogramm" in text_of(page)
    form = BeautifulSoup(page.text, "html.parser").select_one('form[action="/chat/messages"] textarea[name="text"]')
    assert form is not None
    assert "roland" not in page.cookies


@pytest.mark.slow
def test_ask_and_read(browser: httpx.Client) -> None:
    """A question leads back to the page with question and answer; a reload shows them again."""
    page = send(browser, "/chat/messages", text="Was kostet ein Reisepass?")
    assert page.history[0].status_code == 303
    assert page.url.path == "/chat"
    for shown in (page, browser.get("/chat")):
        assert "Was kostet ein Reisepass?" in text_of(shown)
        assert "70,00 Euro" in text_of(shown)


def test_double_submit(here: Site, browser: httpx.Client) -> None:
    """The same form sent twice is one question."""
    assert isinstance(here.dialogue, EchoDialogue)
    send(browser, "/chat/messages", text="Zählung")
    before = len(here.dialogue.heard)
    for _ in range(2):
        send(browser, "/chat/messages", text="Doppelt", id="same-id")
    assert len(here.dialogue.heard) == before + 1


def test_cookie(here: Site, browser: httpx.Client) -> None:
    """The cookie cannot be read by scripts and is not sent by other sites' forms; the widget has its own."""
    cookie = browser.post("/chat/messages", data={"view": "chat", "text": "Hallo"}, follow_redirects=False).headers
    assert re.fullmatch(r"roland=[\w-]{22,}; Path=/; HttpOnly; SameSite=Lax", cookie["set-cookie"])
    widget = browser.post("/chat/messages", data={"view": "widget", "text": "Hallo"}, follow_redirects=False).headers
    assert widget["set-cookie"].startswith("roland_widget=")


@pytest.mark.slow
def test_cookie_by_https(tmp_path: Path) -> None:
    """Behind HTTPS cookies are secure, the widget's is kept apart for each embedding site, and HTTPS is kept to."""
    with site(tmp_path, http={"https": True}) as here:
        answers = {
            view: httpx.post(f"{here.url}/chat/messages", data={"view": view, "text": "Hallo"}, timeout=60).headers
            for view in ("chat", "widget")
        }
    assert answers["chat"]["set-cookie"].endswith("; Secure; SameSite=Lax")
    assert answers["widget"]["set-cookie"].endswith("; Secure; SameSite=None; Partitioned")
    assert "max-age" in answers["chat"]["strict-transport-security"]


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}],
)
def test_foreign_forms(here: Site, headers: dict[str, str]) -> None:
    """A form that another site sends is refused, whatever it wants."""
    for action in ("messages", "language", "register", "feedback", "delete"):
        response = httpx.post(
            f"{here.url}/chat/{action}", data={"view": "chat", "text": "x"}, headers=headers, timeout=60
        )
        assert response.status_code == 403


def test_framing(browser: httpx.Client) -> None:
    """The widget may be embedded by the city's sites, its error pages too; other pages by nobody."""
    assert "frame-ancestors 'self' https://*.bremen.de" in browser.get("/widget").headers["content-security-policy"]
    refused = browser.post("/chat/messages", data={"view": "widget", "text": ""})
    assert refused.status_code == 422
    assert "https://*.bremen.de" in refused.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in browser.get("/chat").headers["content-security-policy"]


def test_nothing_typed_is_lost(browser: httpx.Client) -> None:
    """A message that is refused stands in the field again, with the reason; the conversation is still there."""
    send(browser, "/chat/messages", text="Vorher")
    page = send(browser, "/chat/messages", text="lang " * 500)
    assert page.status_code == 422
    assert "2000 Zeichen" in text_of(page)
    assert "Vorher" in text_of(page)
    field = BeautifulSoup(page.text, "html.parser").select_one('textarea[name="text"]')
    assert field is not None
    assert field.text.count("lang") == 500


def test_what_people_write_is_never_markup(browser: httpx.Client) -> None:
    """Tags that somebody writes are shown as they were written, by the page and by what scripts get."""
    attack = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    page = send(browser, "/chat/messages", text=attack)
    fragment = browser.post("/chat/messages", data={"view": "chat", "text": attack}, headers=JSON).json()["html"]
    for html in (page.text, fragment):
        assert "<script>alert" not in html
        assert "<img" not in html
        assert "&lt;script&gt;alert(1)" in html


def test_button(here: Site, browser: httpx.Client) -> None:
    """A button is sent as a choice with its label as the text."""
    assert isinstance(here.dialogue, EchoDialogue)
    send(browser, "/chat/messages", choice="service:reisepass", label="Reisepass beantragen")
    heard = here.dialogue.heard[-1]
    assert (heard.choice, heard.text) == ("service:reisepass", "Reisepass beantragen")


def test_language(browser: httpx.Client) -> None:
    """The language can be asked for in the address, and switched with a form that keeps the conversation."""
    assert 'lang="en"' in browser.get("/chat?lang=en").text
    send(browser, "/chat/messages", text="Vorher")
    page = send(browser, "/chat/language", language="ar")
    assert '<html lang="ar" dir="rtl"' in page.text
    assert "Vorher" in text_of(page)
    assert send(browser, "/chat/language", language="xx").status_code == 422


def test_the_pages_language_goes_into_the_conversation(browser: httpx.Client) -> None:
    """A conversation begun on a page in some language is in that language, and so are refusals."""
    page = browser.get("/chat?lang=en")
    hidden = BeautifulSoup(page.text, "html.parser").select('form[action="/chat/messages"] input[name="lang"]')
    assert {field["value"] for field in hidden} == {"en"}
    refused = send(browser, "/chat/messages", text="", lang="en")
    assert "Please write your question" in text_of(refused)
    assert '<html lang="en"' in send(browser, "/chat/messages", text="Hello", lang="en").text


def test_plain_language(browser: httpx.Client) -> None:
    """Plain language can be switched on before anything was said, and holds."""
    send(browser, "/chat/register", register="plain")
    fragment = browser.post("/chat/messages", data={"view": "chat", "text": "Hallo"}, headers=JSON).json()
    assert fragment["status"] == "answered"
    name = browser.cookies["roland"]
    assert browser.get(f"/api/v1/conversations/{name}").json()["register"] == "plain"


def test_feedback(here: Site, browser: httpx.Client) -> None:
    """A rating is kept and shown; it needs a conversation."""
    turn = browser.post("/chat/messages", data={"view": "chat", "text": "Hallo"}, headers=JSON).json()["id"]
    page = send(browser, "/chat/feedback", id=turn, helpful="no", reason="zu lang")
    assert "Vielen Dank" in text_of(page)
    assert page.url.params["notice"] == "thanks"
    assert 'aria-pressed="true"' in page.text
    again = browser.post("/chat/feedback", data={"view": "chat", "id": turn, "helpful": "yes"}, headers=JSON)
    assert again.json()["ok"] is True
    stranger = httpx.post(f"{here.url}/chat/feedback", data={"view": "chat", "id": turn, "helpful": "yes"}, timeout=60)
    assert stranger.status_code == 404


def test_delete(browser: httpx.Client) -> None:
    """Deleting asks first, then removes conversation and cookie; a second time does no harm."""
    send(browser, "/chat/messages", text="Hallo")
    name = browser.cookies["roland"]
    assert browser.get("/chat/delete?view=chat").status_code == 200
    page = send(browser, "/chat/delete")
    assert page.url.params["notice"] == "deleted"
    assert "roland" not in browser.cookies
    assert browser.get(f"/api/v1/conversations/{name}").status_code == 404
    assert send(browser, "/chat/delete").status_code == 200


def test_take_home(browser: httpx.Client) -> None:
    """Print page and transcript show the conversation; without one both lead back to the chat."""
    for path in ("/chat/print", "/chat/transcript"):
        assert browser.get(path).url.path == "/chat"
    send(browser, "/chat/messages", text="Was kostet ein Reisepass?")
    assert "Was kostet ein Reisepass?" in text_of(browser.get("/chat/print"))
    assert "Was kostet ein Reisepass?" in browser.get("/chat/transcript").text


def test_pending_answer(here: Site, browser: httpx.Client) -> None:
    """A reload while the answer is being made shows the question; the answer can be waited for."""
    assert isinstance(here.dialogue, EchoDialogue)
    send(browser, "/chat/messages", text="Vorher")
    here.dialogue.hold()
    name = browser.cookies["roland"]
    turn = browser.post(
        f"/api/v1/conversations/{name}/messages", json={"text": "Langsam"}, headers={"Prefer": "respond-async"}
    ).json()["id"]
    page = browser.get("/chat")
    assert "Langsam" in text_of(page)
    assert f'data-pending="{turn}"' in page.text
    assert 'http-equiv="refresh"' in page.text
    here.dialogue.release()
    fragment = browser.get(f"/chat/turns/{turn}", headers=JSON).json()
    assert fragment["pending"] is False
    assert "Sie sagten: Langsam" in fragment["html"]


def test_expired_conversation(browser: httpx.Client) -> None:
    """Who comes back after the conversation was removed begins a new one without noticing."""
    browser.cookies.set("roland", "gone-since-long-ago")
    assert browser.get("/chat").status_code == 200
    assert "Neu" in text_of(send(browser, "/chat/messages", text="Neu"))


def test_error_page(browser: httpx.Client) -> None:
    """A page that does not exist, and an answer that broke, are told as pages with a way on."""
    missing = browser.get("/nirgends")
    assert (missing.status_code, missing.headers["content-type"]) == (404, "text/html; charset=utf-8")
    broken = send(browser, "/chat/messages", text="kaputt")
    assert broken.status_code == 500
    assert "0421 361-0" in text_of(broken)
    assert broken.headers["x-trace-id"] in broken.text
    assert "broken on purpose" not in broken.text


def test_problems_for_scripts(browser: httpx.Client) -> None:
    """A script gets the same refusals as problems."""
    response = browser.post("/chat/messages", data={"view": "chat", "text": ""}, headers=JSON)
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["code"] == "message_empty"


@pytest.mark.slow
def test_closed_channels(tmp_path: Path) -> None:
    """A way in that the city has closed is not there, and says how else to reach somebody."""
    with site(tmp_path, channels={"web": False, "widget": False}) as here:
        for path in ("/", "/chat", "/widget"):
            page = httpx.get(here.url + path, timeout=60)
            assert page.status_code == 404
            assert "0421 361-0" in page.text
        assert (
            httpx.post(f"{here.url}/chat/messages", data={"view": "chat", "text": "x"}, timeout=60).status_code == 404
        )


def test_assets(tmp_path: Path) -> None:
    """Assets are kept for ever under an address that changes with their content."""
    built = tmp_path / "dist"
    built.mkdir()
    (built / "widget.js").write_text("1")
    assets = Assets(built)
    first = assets.url("widget.js")
    (built / "widget.js").write_text("22")
    assert assets.url("widget.js") != first
    assert assets.url("missing.js") == "/static/missing.js"


@pytest.mark.parametrize("path", ["../package.json", "%2e%2e/package.json", "..%2fpackage.json", "/etc/passwd", ""])
def test_nothing_outside_is_served(client: httpx.Client, path: str) -> None:
    """Only what was built is served, however the address is written."""
    assert client.get(f"/static/{path}").status_code == 404


@pytest.mark.parametrize("path", ["/", "/chat", "/widget"])
def test_a_page_can_be_asked_for_its_head(client: httpx.Client, path: str) -> None:
    """What watches over a site asks whether a page is there without reading it."""
    response = client.head(path)
    assert response.status_code == 200
    assert response.content == b""
