"""The pages of who waits for a person or writes with one, as a browser without JavaScript and as a script meet them."""

import asyncio
import re
from collections.abc import Iterator

import httpx
import pytest
from bs4 import BeautifulSoup

from assistant.bus import topic_of
from assistant.handoff.desk import Desk, Draft
from assistant.http.presenter import Presenter
from assistant.messages import TomlMessages
from assistant.model import Agent, AgentRole, Ending, Handoff, Language, Notice, NoticeKind, Paragraph, Presence
from assistant.model.handoff import Note
from tests.fakes import NOON, PASSPORT
from tests.server import Site

JSON = {"Accept": "application/json"}
KAYA = Agent("kaya", "kaya", "Frau Kaya", frozenset({AgentRole.AGENT}))


@pytest.fixture
def desk(here: Site) -> Iterator[Desk]:
    """A desk with Frau Kaya; what is left open is ended afterwards."""
    assert here.services.desk is not None
    httpx.get(here.url, timeout=60)  # answered as soon as the server runs
    asyncio.run(here.services.desk.report(KAYA, Presence.AVAILABLE))
    yield here.services.desk
    for handoff in asyncio.run(here.services.desk.waiting()):
        asyncio.run(here.services.desk.claim(KAYA, handoff.id))
    for handoff in asyncio.run(here.services.desk.claimed()):
        asyncio.run(here.services.desk.close(KAYA, handoff.id, Ending.OTHER))


@pytest.fixture
def browser(here: Site) -> Iterator[httpx.Client]:
    """A browser that waits for a person."""
    with httpx.Client(base_url=here.url, timeout=60, follow_redirects=True, headers={"Origin": here.url}) as fresh:
        send(fresh, "/chat/messages", text="Mensch, bitte!")
        yield fresh


def send(browser: httpx.Client, path: str, **fields: str) -> httpx.Response:
    """Send a form from the chat page."""
    return browser.post(path, data={"view": "chat"} | fields)


def ask_as_script(browser: httpx.Client, path: str, **fields: str) -> httpx.Response:
    """Send a form as a script does."""
    return browser.post(path, data={"view": "chat"} | fields, headers=JSON)


def news(browser: httpx.Client, after: int = 0) -> dict[str, object]:
    """What a script is told of what has come after a revision."""
    told: dict[str, object] = browser.get("/chat/news", params={"view": "chat", "after": after}).json()
    return told


def look(page: httpx.Response) -> BeautifulSoup:
    """A page to search."""
    return BeautifulSoup(page.text, "html.parser")


def text_of(page: httpx.Response) -> str:
    """What can be read on a page."""
    return look(page).get_text(" ", strip=True)


def waiting(desk: Desk) -> Handoff:
    """Who waits."""
    (only,) = asyncio.run(desk.waiting())
    return only


def claim(desk: Desk) -> Handoff:
    """Frau Kaya takes over who waits."""
    return asyncio.run(desk.claim(KAYA, waiting(desk).id))


@pytest.mark.slow
def test_who_waits_sees_place_and_ways_on(desk: Desk, browser: httpx.Client) -> None:
    """The page tells the place, the telephone and how to stop waiting, and reloads itself without a script."""
    page = browser.get("/chat")
    standing = look(page).select_one("[data-standing]")
    assert standing is not None
    assert standing["data-mode"] == "queued"
    for part in ("Sie sind als Nächstes dran.", "0421", "115", "Nicht mehr warten", "es wird gleich mitgelesen"):
        assert part in standing.get_text(" ", strip=True)
    refresh = look(page).select_one("noscript meta[http-equiv=refresh]")
    assert refresh is not None
    assert re.fullmatch(r"10; url=/chat\?look=[\w-]+#latest", str(refresh["content"]))
    assert look(browser.get("/chat?still=yes")).select_one("meta[http-equiv=refresh]") is None


def test_where_nobody_is_there_the_wait_is_not_guessed(desk: Desk, browser: httpx.Client) -> None:
    """With all agents on a break the page says that it cannot say how long it takes."""
    asyncio.run(desk.report(KAYA, Presence.PAUSED))
    assert "kann ich gerade nicht sagen" in text_of(browser.get("/chat"))


def test_what_is_said_to_people_is_sent_not_pending(desk: Desk, browser: httpx.Client) -> None:
    """A message to people is shown as sent, with no sign of Roland looking for an answer."""
    reply = ask_as_script(browser, "/chat/messages", text="Meine Adresse ist anna@example.org").json()
    assert (reply["pending"], reply["mode"], reply["began"]) == (False, "queued", False)
    shown = BeautifulSoup(reply["html"], "html.parser")
    assert shown.select_one(".waiting") is None
    assert "Gesendet" in shown.get_text()
    assert "anna@example.org" in shown.get_text()


def test_agents_words_and_sources_reach_the_page(desk: Desk, browser: httpx.Client) -> None:
    """Name, words, quoted section with its source, and a translation with what was really written beside it."""
    chat = claim(desk)
    quoted = Paragraph("Ein Reisepass kostet **70,00 Euro**.", PASSPORT)
    asyncio.run(desk.say(KAYA, chat.id, Draft("Good morning <b>!</b>", "m1", (quoted,), Language.EN, "Guten Morgen!")))
    message = look(browser.get("/chat")).select_one("[data-message]")
    assert message is not None
    text = message.get_text(" ", strip=True)
    for part in (
        "Frau Kaya",
        "Bürgertelefon",
        "Maschinell übersetzt",
        "Guten Morgen!",
        "70,00 Euro",
        "Stand: 1.9.2025",
    ):
        assert part in text
    original = message.select_one("details.original [lang=en]")
    assert original is not None
    assert original.get_text(strip=True) == "Good morning <b>!</b>"


def test_news_are_what_came_after(desk: Desk, browser: httpx.Client) -> None:
    """A script gets what it has not seen, once, in order, with how things stand; then nothing."""
    before = news(browser)
    chat = claim(desk)
    asyncio.run(desk.say(KAYA, chat.id, Draft("Guten Tag!")))
    after = news(browser, int(str(before["revision"])))
    entries = [BeautifulSoup(str(html), "html.parser") for html in after["entries"]]  # type: ignore[attr-defined]
    assert len(entries) == 2
    assert entries[0].select_one("[data-event=claimed]") is not None
    assert entries[1].get_text(" ", strip=True).endswith("Guten Tag!")
    places = [int(str(part["data-place"])) for entry in entries for part in entry.select("[data-place]")]
    assert places == sorted(places)
    assert after["mode"] == "with_agent"
    assert news(browser, int(str(after["revision"])))["entries"] == []


def test_leaving(desk: Desk, browser: httpx.Client) -> None:
    """Who waits no longer is out of the queue and back with Roland; leaving twice is leaving."""
    for _ in range(2):
        page = send(browser, "/chat/leave")
        assert page.history[0].status_code == 303
        assert "Ab jetzt antwortet wieder Roland" in text_of(page)
        assert "Frage gelöst" not in text_of(page)
    assert asyncio.run(desk.waiting()) == ()
    assert len(look(browser.get("/chat")).select("[data-event=withdrawn]")) == 1


def test_solved(desk: Desk, browser: httpx.Client) -> None:
    """After the end the page asks; the latest word counts; what is asked next ends the asking."""
    chat = claim(desk)
    asyncio.run(desk.give_back(KAYA, chat.id, reason="erledigt"))
    assert "Ist Ihre Frage gelöst?" in text_of(browser.get("/chat"))
    for word, is_solved in (("no", False), ("yes", True)):
        page = send(browser, "/chat/solved", solved=word)
        pressed = look(page).select_one(f"button[name=solved][value={word}]")
        assert pressed is not None
        assert pressed["aria-pressed"] == "true"
        assert asyncio.run(desk.look_at(chat.id)).handoff.is_solved is is_solved
    assert "Ist Ihre Frage gelöst?" not in text_of(send(browser, "/chat/messages", text="Danke"))


def test_a_message_sent_again_after_the_end_is_no_new_conversation(desk: Desk, browser: httpx.Client) -> None:
    """Whose reply was lost before the end sends again: it is the same message; another one begins anew."""
    chat = claim(desk)
    ask_as_script(browser, "/chat/messages", text="Danke schön", id="lost-reply")
    asyncio.run(desk.close(KAYA, chat.id, Ending.SOLVED))
    again = ask_as_script(browser, "/chat/messages", text="Danke schön", id="lost-reply").json()
    assert (again["began"], again["mode"]) == (False, "closed")
    assert "Mit Ihrer nächsten Nachricht beginnt ein neues" in text_of(browser.get("/chat"))
    fresh = ask_as_script(browser, "/chat/messages", text="Noch etwas").json()
    assert (fresh["began"], fresh["mode"]) == (True, "with_bot")
    assert "Danke schön" not in text_of(browser.get("/chat"))


def test_typing_is_told_to_agents_alone(here: Site, desk: Desk, browser: httpx.Client) -> None:
    """That the person writes goes to the bus while somebody answers, and nowhere else; nothing is kept of it."""
    told: list[tuple[str, object]] = []
    publish = here.services.bus.publish

    async def listen(topic: str, event: dict[str, object]) -> None:
        told.append((topic, event.get("who")))
        await publish(topic, event)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(here.services.bus, "publish", listen)
        assert send(browser, "/chat/typing").status_code == 204
        assert told == []
        chat = claim(desk)
        told.clear()
        before = news(browser)["revision"]
        assert send(browser, "/chat/typing").status_code == 204
        assert told == [(topic_of(chat.conversation_id), "person")]
        assert news(browser)["revision"] == before


def test_notes_stay_at_the_desk(desk: Desk, browser: httpx.Client) -> None:
    """What agents write down for each other is in nothing that the person's browser can fetch."""
    chat = claim(desk)
    note: Note = asyncio.run(desk.write_note(KAYA, chat.id, "Vorsicht, vertraulich"))
    assert note.text == "Vorsicht, vertraulich"
    for path in ("/chat", "/chat/news", "/chat/print", "/chat/transcript", "/"):
        assert "vertraulich" not in browser.get(path).text
    api = f"/api/v1/conversations/{chat.conversation_id}"
    assert "vertraulich" not in browser.get(api).text + browser.get(f"{api}/transcript.txt").text


@pytest.mark.parametrize("path", ["leave", "solved", "typing"])
def test_foreign_forms(here: Site, path: str) -> None:
    """Another site can neither end somebody's wait nor speak for them."""
    response = httpx.post(
        f"{here.url}/chat/{path}", data={"view": "chat", "solved": "yes"}, headers={"Origin": "https://evil.example"}
    )
    assert response.status_code == 403


@pytest.mark.parametrize("path", ["/chat/news", "/chat/events"])
def test_nobody_without_the_cookie(here: Site, path: str) -> None:
    """Without the browser's own conversation there is nothing to read."""
    assert httpx.get(f"{here.url}{path}", headers=JSON, timeout=60).status_code == 404
    assert httpx.post(f"{here.url}/chat/leave", data={"view": "chat"}, headers=JSON, timeout=60).status_code == 404


def test_danger_is_answered_at_once(desk: Desk, browser: httpx.Client) -> None:
    """Who writes of acute danger while waiting is told whom to call, set apart from other notices."""
    page = send(browser, "/chat/messages", text="Hilfe, es brennt in meiner Wohnung!")
    notice = look(page).select_one("[data-event=emergency].event--urgent")
    assert notice is not None
    assert "112" in notice.get_text()


def test_nobody_came_without_a_promise_says_so() -> None:
    """Where no date was promised none is told; where one was, date and code are."""
    presenter = Presenter(TomlMessages(), "Bremen")
    promise = {"code": "K7RM-4XQ2", "due": "25. November 2026"}
    bare, promised = (
        presenter.notice(Notice("n", NoticeKind.NOBODY_CAME, NOON, values), Language.DE).text
        for values in ({}, promise)
    )
    assert "Code" not in bare
    assert "K7RM-4XQ2" in promised
    assert "25. November 2026" in promised


@pytest.mark.slow
def test_an_arabic_page_marks_what_is_not_arabic(desk: Desk, browser: httpx.Client) -> None:
    """The list, the text file and the notices keep names and numbers together between isolates."""
    send(browser, "/chat/language", language="ar")
    chat = claim(desk)
    asyncio.run(desk.say(KAYA, chat.id, Draft("Rufen Sie an: 0421 361-0", "m1")))
    page = look(browser.get("/chat"))
    said = page.select_one("[data-message] .answer")
    assert said is not None
    assert (said["lang"], said["dir"]) == ("de", "ltr")
    told = page.select_one("[data-event=claimed] p")
    assert told is not None
    assert told["dir"] == "rtl"
    text = browser.get("/chat/transcript").text
    assert "\u2066Frau Kaya\u2069" in text
    assert "\u2068Rufen Sie an: 0421 361-0\u2069" in text
