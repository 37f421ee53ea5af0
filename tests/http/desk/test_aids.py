"""What helps to answer: ready-made replies, sections with their source, suggestions, translation."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import httpx
import pytest

from assistant.messages.replies import load_replies
from assistant.model import AgentMessage, Language, LinkOut, Paragraph, Source
from tests.e2e.answers import ScriptedDialogue
from tests.fakes_translator import FakeTranslator, pretend
from tests.server import quiet_log
from tests.workplace import BERG, KAYA, PAGE, Floor, open_floor, send, send_json, wait_for_person


def claimed(
    floor: Floor, client: httpx.Client, *said: str, language: Language = Language.DE, then: tuple[str, ...] = ()
) -> tuple[str, str]:
    """A chat that the agent in that browser has taken over."""
    ids = floor.run(wait_for_person(floor, *said, language=language, then=then))
    send(client, f"/desk/chats/{ids[1]}/claim")
    return ids


def said(floor: Floor, conversation: str) -> AgentMessage:
    """What an agent said last."""
    entries = [entry.content for entry in floor.run(floor.store.transcript(conversation))]
    return [one for one in entries if isinstance(one, AgentMessage)][-1]


def attached(html: str) -> list[str]:
    """What the buttons of a part would attach."""
    return [unescape(value) for value in re.findall(r'data-attach="([^"]+)"', html)]


# ── ready-made replies ────────────────────────────────────────────────────────────────────────────────────────────────


def test_there_are_enough_replies() -> None:
    """At least fourteen, each in German and English, with no figure that would need a source."""
    replies = load_replies()
    assert len(replies) >= 14
    for reply in replies:
        assert {Language.DE, Language.EN} <= set(reply.texts), reply.id
        assert not re.search(r"\d", "".join(reply.texts.values())), reply.id


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "words", "marked"),
    [("begrüßung", "Hello, this is Frau Kaya", False), ("moin", "Moin, hier ist Frau Kaya.", True)],
)
def test_replies_speak_the_persons_language(
    floor: Floor, kaya: httpx.Client, name: str, words: str, marked: bool
) -> None:
    """A reply goes in as the person speaks; one that there is in German only is marked so."""
    _, handoff = claimed(floor, kaya, language=Language.EN)
    part = kaya.get(f"/desk/chats/{handoff}/replies", params={"q": name}).text
    assert f'data-text="{words}' in part
    assert ("nur auf Deutsch" in part) is marked
    assert part.count('role="option"') == 1


def test_replies_are_for_ones_own_chats(floor: Floor, kaya: httpx.Client) -> None:
    """Nobody learns by these ways what language somebody else's person speaks, or what their question was."""
    _, handoff = claimed(floor, kaya, "Was kostet ein Pass?")
    with floor.client(BERG) as berg:
        for name in ("replies", "sections", "suggestion"):
            answer = berg.get(f"/desk/chats/{handoff}/{name}", headers={"Accept": "application/json"})
            assert (answer.status_code, answer.json()["code"]) == (409, "not_yours")


# ── sections ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_section_goes_with_its_source(floor: Floor, kaya: httpx.Client) -> None:
    """What is inserted is quoted from the catalogue in the person's language, with its place and its date."""
    conversation, handoff = claimed(floor, kaya, language=Language.EN)
    part = kaya.get(f"/desk/chats/{handoff}/sections", params={"q": "reisepass"}).text
    assert "A passport costs" in part
    names = attached(part)
    assert names == ["section:reisepass#fee", "section:reisepass#documents"]
    assert send_json(kaya, f"/desk/chats/{handoff}/messages", attach=names[0]).status_code == 200
    (block,) = said(floor, conversation).blocks
    assert isinstance(block, Paragraph)
    assert isinstance(block.origin, Source)
    assert (block.text, block.origin.url) == ("A passport costs **70.00 euros**.", PAGE)


def test_what_the_conversation_is_about_is_there_unasked(floor: Floor, kaya: httpx.Client) -> None:
    """Before anything is searched, the sections of the conversation's own service are shown."""
    _, handoff = claimed(floor, kaya)
    assert "Reisepass beantragen" in kaya.get(f"/desk/chats/{handoff}/sections").text
    assert "Keine Leistung gefunden" in kaya.get(f"/desk/chats/{handoff}/sections", params={"q": "Mond"}).text


@pytest.mark.parametrize("name", ["section:reisepass#moon", "section:no#fee", "section:", "sealed:e30.abc", "nonsense"])
def test_nothing_else_can_be_attached(floor: Floor, kaya: httpx.Client, name: str) -> None:
    """A section that is not there, and a text that the server did not seal, send nothing at all."""
    conversation, handoff = claimed(floor, kaya)
    refused = send_json(kaya, f"/desk/chats/{handoff}/messages", text="Bitte sehr:", attach=name)
    assert (refused.status_code, refused.json()["code"]) == (422, "stale")
    assert "Bitte sehr" not in str(floor.run(floor.store.transcript(conversation)))


# ── suggestions ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def scripted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    """A desk whose Roland answers by a script."""
    with quiet_log(), open_floor(tmp_path_factory.mktemp("scripted"), dialogue=ScriptedDialogue()) as running:
        yield running


@pytest.fixture
def agent(scripted: Floor) -> Iterator[httpx.Client]:
    """The browser of an agent there."""
    with scripted.client(KAYA) as client:
        yield client
    for handoff in scripted.run(scripted.workplace.desk.claimed()):
        scripted.run(scripted.services.conversations.delete(handoff.conversation_id))


@pytest.mark.slow
def test_a_suggestion_is_only_that(scripted: Floor, agent: httpx.Client) -> None:
    """Roland's answer to what was said last is shown to the agent, and kept and sent nowhere."""
    conversation, handoff = claimed(scripted, agent, "Mond", then=("Was kostet ein Reisepass?",))
    before = scripted.run(scripted.store.transcript(conversation))
    part = agent.get(f"/desk/chats/{handoff}/suggestion").text
    assert "Was kostet ein Reisepass?" in part
    assert "70,00 Euro" in part
    assert scripted.run(scripted.store.transcript(conversation)) == before


def test_a_suggestion_goes_as_it_was_seen(scripted: Floor, agent: httpx.Client) -> None:
    """Sent as it is, it arrives with all its blocks and sources."""
    conversation, handoff = claimed(scripted, agent, "Was kostet ein Reisepass?")
    whole, _ = attached(agent.get(f"/desk/chats/{handoff}/suggestion").text)
    assert send_json(agent, f"/desk/chats/{handoff}/messages", attach=whole).status_code == 200
    message = said(scripted, conversation)
    assert "70,00 Euro" in str(message.blocks)
    assert all(isinstance(block.origin, Source) for block in message.blocks)


def test_an_edited_suggestion_keeps_its_sources(scripted: Floor, agent: httpx.Client) -> None:
    """Worded anew, it is the agent's text with links to the pages it came from."""
    conversation, handoff = claimed(scripted, agent, "Was kostet ein Reisepass?")
    _, sources = attached(agent.get(f"/desk/chats/{handoff}/suggestion").text)
    send_json(agent, f"/desk/chats/{handoff}/messages", text="Der Pass kostet 70 Euro.", attach=sources)
    message = said(scripted, conversation)
    assert message.text == "Der Pass kostet 70 Euro."
    assert message.blocks
    assert all(isinstance(block, LinkOut) for block in message.blocks)


def test_a_suggestion_belongs_to_its_chat(scripted: Floor, agent: httpx.Client) -> None:
    """What was suggested in one chat cannot be sent in another, nor with a letter changed."""
    _, first = claimed(scripted, agent, "Was kostet ein Reisepass?")
    _, second = claimed(scripted, agent)
    whole, _ = attached(agent.get(f"/desk/chats/{first}/suggestion").text)
    assert send_json(agent, f"/desk/chats/{second}/messages", attach=whole).status_code == 422
    assert (
        send_json(agent, f"/desk/chats/{first}/messages", attach=whole.replace("sealed:e", "sealed:f")).status_code
        == 422
    )


@pytest.mark.parametrize("question", ["Mond", "Hund", "kaputt"])
def test_no_answer_is_no_suggestion(scripted: Floor, agent: httpx.Client, question: str) -> None:
    """Where Roland has nothing out of the catalogue, it suggests nothing."""
    _, handoff = claimed(scripted, agent, then=(question,))
    assert "keine Antwort aus dem Katalog" in agent.get(f"/desk/chats/{handoff}/suggestion").text


# ── translation ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_german_goes_out_with_its_translation(floor: Floor, kaya: httpx.Client) -> None:
    """The agent writes German; the person gets that and its translation, and the desk shows both."""
    conversation, handoff = claimed(floor, kaya, language=Language.TR)
    send_json(kaya, f"/desk/chats/{handoff}/messages", text="Der Pass kostet 70 Euro.", language="de")
    message = said(floor, conversation)
    assert (message.language, message.translation) == (Language.DE, pretend("Der Pass kostet 70 Euro."))
    assert "Maschinell übersetzt" in kaya.get("/desk").text


@pytest.mark.parametrize("trouble", ["differs", "broken"])
def test_a_translation_that_does_not_hold_is_left_out(
    floor: Floor, kaya: httpx.Client, translator: FakeTranslator, trouble: str
) -> None:
    """With another figure in it, or no translator, the original goes alone, and the agent is told."""
    conversation, handoff = claimed(floor, kaya, language=Language.TR)
    text = f"Der Pass kostet 70 Euro ({trouble})."
    translator.answers[text] = "pasaport 80 euro" if trouble == "differs" else None
    translator.broken = trouble == "broken"
    send_json(kaya, f"/desk/chats/{handoff}/messages", text=text, language="de")
    translator.broken = False
    message = said(floor, conversation)
    assert (message.text, message.translation) == (text, None)
    assert "Eine geprüfte Übersetzung gab es nicht" in kaya.get("/desk").text


def test_who_writes_the_persons_language_is_not_translated(floor: Floor, kaya: httpx.Client) -> None:
    """An agent who writes Turkish says so, and their words go as they are."""
    conversation, handoff = claimed(floor, kaya, language=Language.TR)
    send_json(kaya, f"/desk/chats/{handoff}/messages", text="merhaba", language="tr")
    message = said(floor, conversation)
    assert (message.language, message.translation) == (Language.TR, None)


@pytest.mark.slow
def test_without_a_translator(tmp_path: Path) -> None:
    """Nothing of translation is shown or tried where none is configured."""
    with open_floor(tmp_path) as floor, floor.client(KAYA) as client:
        conversation, handoff = claimed(floor, client, language=Language.TR)
        send_json(client, f"/desk/chats/{handoff}/messages", text="Guten Tag")
        assert said(floor, conversation).translation is None
        assert "Deutsch (Maschinell" not in client.get("/desk").text
