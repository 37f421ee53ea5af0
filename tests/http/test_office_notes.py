"""What the offices of the sample catalogue say, as people read it on the page and programs get it."""

from collections.abc import Iterator, Sequence

import httpx
import pytest
from bs4 import BeautifulSoup, Tag

from assistant.model import Answer, AnswerStatus, Conversation, DialogueState, Turn, Utterance
from assistant.storage.catalogue import SqlCatalogueStore
from knowledge.compose import CatalogueComposer
from tests.server import site

BUREAU = "buergerservicecenter-nord"
MIGRATION = "migrationsamt-bremen"


class OfficeDialogue:
    """Answers every utterance with the card of the office whose id it is, in the conversation's language."""

    def __init__(self, catalogue: SqlCatalogueStore) -> None:
        self._catalogue = catalogue
        self._composer = CatalogueComposer(catalogue)

    async def respond(
        self, conversation: Conversation, turns: Sequence[Turn], utterance: Utterance
    ) -> tuple[Answer, DialogueState]:
        state = conversation.state
        office = self._catalogue.office(utterance.text)
        assert office is not None, utterance.text
        card = self._composer.office(office, state.language, state.register)
        return Answer(AnswerStatus.ANSWERED, state.language, (card,), state.register), state


@pytest.fixture(scope="module")
def address(sample_catalogue: SqlCatalogueStore, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server that shows offices of the sample catalogue."""
    folder = tmp_path_factory.mktemp("offices")
    with site(folder, OfficeDialogue(sample_catalogue), sample_catalogue) as running:
        yield running.url


@pytest.fixture
def browser(address: str) -> Iterator[httpx.Client]:
    """A browser without cookies from other tests."""
    with httpx.Client(base_url=address, timeout=60, follow_redirects=True, headers={"Origin": address}) as fresh:
        yield fresh


def card(browser: httpx.Client, office_id: str, **fields: str) -> Tag:
    """The card of an office as the chat shows it."""
    page = browser.post("/chat/messages", data={"view": "chat", "text": office_id} | fields)
    found = BeautifulSoup(page.text, "html.parser").select_one(".answer .office")
    assert found is not None
    return found


@pytest.mark.slow
def test_an_arabic_card_has_german_names_only(browser: httpx.Client) -> None:
    """Notes are Arabic, their numbers set apart; what is left in German is the name and the address, marked so."""
    shown = card(browser, MIGRATION, lang="ar")
    german = [part.get_text(" ", strip=True) for part in shown.select('[lang="de"]')]
    assert german == [
        "Migrationsamt Bremen",
        "Behördenzentrum",
        "Stresemannstraße 48 28207 Bremen",
    ]
    assert "الزيارة بموعد فقط." in shown.text
    assert "0421 361-0" in [part.text for part in shown.select('bdi[dir="ltr"]')]


def test_hours_have_their_remarks_in_the_answers_language(browser: httpx.Client) -> None:
    """The remark beside a span of hours is told like every other note."""
    shown = card(browser, BUREAU, lang="en")
    assert {remark.text for remark in shown.select(".hours__note")} == {
        "open consultation hours, no appointment needed"
    }
    assert not shown.select('[lang="de"].hours__note, .hours__note [lang="de"]')


def test_plain_german_says_it_plainly(browser: httpx.Client) -> None:
    """In plain language the card says in short sentences what it says otherwise in usual German."""
    usual = card(browser, MIGRATION)
    assert "Besuch nur mit Termin." in usual.text
    browser.post("/chat/register", data={"view": "chat", "register": "plain"})
    page = browser.post("/chat/messages", data={"view": "chat", "text": MIGRATION})
    plain = BeautifulSoup(page.text, "html.parser").select(".answer .office")[-1]
    assert "Kommen Sie nur mit Termin." in plain.text


def test_programs_are_told_what_is_german(browser: httpx.Client) -> None:
    """The API gives each note in the answer's language and names the fields that stand in another."""
    conversation = browser.post("/api/v1/conversations", json={"language": "ar"}).json()["id"]
    answer = browser.post(f"/api/v1/conversations/{conversation}/messages", json={"text": MIGRATION}).json()["answer"]
    [office] = answer["blocks"]
    assert office["addition"] == "Behördenzentrum"
    assert office["hours_note"].startswith("الزيارة بموعد فقط.")
    assert office["note_languages"] == {"addition": "de"}
    assert "الزيارة بموعد فقط." in answer["text"]
    assert "Besuch nur mit Termin" not in answer["text"] + office["html"]
