"""The JSON API: what a portal, an app or a script does with it."""

import httpx

from tests.fakes import EchoDialogue
from tests.server import Site


def test_start(client: httpx.Client) -> None:
    """A conversation begins with an id that cannot be guessed, an address, and the words that this is a program."""
    response = client.post("/api/v1/conversations", json={"language": "ar", "channel": "widget"})
    assert response.status_code == 201
    body = response.json()
    assert response.headers["location"].endswith(body["id"])
    assert len(body["id"]) >= 22
    assert (body["language"], body["dir"], body["channel"], body["turns"]) == ("ar", "rtl", "widget", [])
    german = client.post("/api/v1/conversations").json()
    assert "Computerprogramm" in german["greeting"]


def test_language_of_the_browser(client: httpx.Client) -> None:
    """Without a choice the conversation begins in the best language the browser accepts and the city offers."""
    for accepted, language in (("fr,en;q=0.5,de;q=0.1", "en"), ("ar-EG", "ar"), ("ja", "de"), ("de;q=x,en", "en")):
        started = client.post("/api/v1/conversations", headers={"Accept-Language": accepted})
        assert started.json()["language"] == language


def test_say(client: httpx.Client, conversation: str) -> None:
    """An answer has a status, text for any screen, blocks with their sources, buttons, and the time it took."""
    turn = client.post(f"{conversation}/messages", json={"text": "Was kostet ein Reisepass?"}).json()
    assert turn["pending"] is False
    answer = turn["answer"]
    assert (answer["status"], answer["language"], answer["dir"], answer["register"]) == (
        "answered",
        "de",
        "ltr",
        "standard",
    )
    assert "Reisepass: 70,00 Euro" in answer["text"]
    assert [block["type"] for block in answer["blocks"]] == ["paragraph", "facts", "link"]
    assert [block["source"] for block in answer["blocks"]] == [None, 0, 0]
    assert answer["sources"] == [
        {
            "kind": "service",
            "service_id": "reisepass",
            "office_id": None,
            "form_id": None,
            "title": "Reisepass beantragen",
            "section": "fee",
            "url": "https://www.service.bremen.de/",
            "updated_on": "2025-09-01",
            "updated_on_text": "1.9.2025",
        }
    ]
    assert answer["quick_replies"] == [{"label": "Unterlagen", "payload": "service:reisepass#documents"}]
    assert answer["candidates"] == [{"service_id": "reisepass", "title": "Reisepass beantragen", "score": 0.9}]
    assert answer["timings"] == {"respond": 1.0}


def test_read_again(client: httpx.Client, conversation: str) -> None:
    """The conversation can be read again with all its turns, each as it was given."""
    said = [client.post(f"{conversation}/messages", json={"text": f"Frage {number}"}).json() for number in range(3)]
    read = client.get(conversation).json()
    assert read["turns"] == said
    assert client.get(f"{conversation}/messages/{said[1]['id']}").json() == said[1]


def test_same_id_again(client: httpx.Client, conversation: str) -> None:
    """A message sent again after a lost connection is not asked twice."""
    first, second = (
        client.post(f"{conversation}/messages", json={"text": "Hallo", "id": "m-1"}).json() for _ in range(2)
    )
    assert first == second
    assert len(client.get(conversation).json()["turns"]) == 1


def test_button(client: httpx.Client, conversation: str) -> None:
    """A button needs no text; language and register may be switched with a message."""
    message = {"choice": "service:reisepass", "language": "ar", "register": "plain"}
    turn = client.post(f"{conversation}/messages", json=message).json()
    assert turn["choice"] == "service:reisepass"
    assert turn["answer"]["language"] == "ar"
    read = client.get(conversation).json()
    assert (read["language"], read["register"]) == ("ar", "plain")


def test_personal_data_is_not_kept(client: httpx.Client, conversation: str) -> None:
    """What comes back and what is kept has no personal data, and says that something was made unreadable."""
    turn = client.post(f"{conversation}/messages", json={"text": "Ich bin a@b.de"}).json()
    assert (turn["text"], turn["masked"]) == ("Ich bin [EMAIL]", True)
    assert client.get(conversation).json()["turns"][0]["text"] == "Ich bin [EMAIL]"


def test_without_waiting(here: Site, client: httpx.Client, conversation: str) -> None:
    """With respond-async a message is accepted at once, and its answer can be waited for."""
    assert isinstance(here.dialogue, EchoDialogue)
    here.dialogue.hold()
    response = client.post(f"{conversation}/messages", json={"text": "Hallo"}, headers={"Prefer": "respond-async"})
    assert response.status_code == 202
    assert response.headers["preference-applied"] == "respond-async"
    assert response.json()["pending"] is True
    here.dialogue.release()
    turn = client.get(response.headers["location"], params={"wait": 10}).json()
    assert turn["answer"]["status"] == "answered"


def test_feedback(client: httpx.Client, conversation: str) -> None:
    """An answer can be rated, with a reason and again."""
    turn = client.post(f"{conversation}/messages", json={"text": "Hallo"}).json()
    for rating in ({"helpful": True}, {"helpful": False, "reason": "zu lang"}):
        response = client.post(f"{conversation}/messages/{turn['id']}/feedback", json=rating)
        assert response.status_code == 204
    assert client.post(f"{conversation}/messages/unknown/feedback", json={"helpful": True}).status_code == 404


def test_transcript(client: httpx.Client, conversation: str) -> None:
    """The conversation can be taken home as text, in local time and with the sources."""
    client.post(f"{conversation}/messages", json={"text": "Was kostet ein Reisepass?"})
    response = client.get(f"{conversation}/transcript.txt")
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert "attachment" in response.headers["content-disposition"]
    assert "[13:00] Sie: Was kostet ein Reisepass?" in response.text
    assert "Quelle: Reisepass beantragen, 1.9.2025, https://www.service.bremen.de/" in response.text


def test_delete(client: httpx.Client, conversation: str) -> None:
    """After deletion nothing can be read, said or deleted any more."""
    client.post(f"{conversation}/messages", json={"text": "Hallo"})
    assert client.delete(conversation).status_code == 204
    assert client.get(conversation).status_code == 404
    assert client.delete(conversation).status_code == 404
    assert client.post(f"{conversation}/messages", json={"text": "Hallo"}).json()["code"] == "conversation_not_found"


def test_catalogue(client: httpx.Client) -> None:
    """A portal can show life situations and services."""
    assert client.get("/api/v1/life-situations").json() == [
        {
            "id": "reisen",
            "title": "Reisen",
            "description": "Ausweise und Pässe",
            "services": [{"id": "reisepass", "title": "Reisepass beantragen"}],
        }
    ]
    service = client.get("/api/v1/services/reisepass", params={"lang": "ar"}).json()
    assert (service["title"], service["language"]) == ("Reisepass beantragen", "de")
    assert client.get("/api/v1/services/nichts").status_code == 404


def test_health(here: Site, client: httpx.Client) -> None:
    """The health page says what works and which version runs, and nothing about where things are."""
    body = client.get("/health").json()
    assert body["status"] == "ok"
    assert body["checks"] == {"conversations": "ok"}
    assert str(here.services.settings.storage.data_dir) not in str(body)


def test_reference(client: httpx.Client) -> None:
    """The reference names every address of the API and needs nothing from elsewhere."""
    page = client.get("/docs").text
    for path in client.get("/openapi.json").json()["paths"]:
        assert path in page
    assert "http://" not in page.replace("http://127.0.0.1", "")
    assert "<script" not in page


def test_security_headers(client: httpx.Client) -> None:
    """Every response forbids inline scripts, guessing of types, framing and caching, and names its trace."""
    for path in ("/", "/api/v1/life-situations", "/nirgends"):
        headers = client.get(path).headers
        assert "default-src 'self'" in headers["content-security-policy"]
        assert "unsafe-inline" not in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cache-control"] == "no-store"
        assert headers["x-trace-id"]
        assert "server" not in headers
