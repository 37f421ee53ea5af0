"""What agents see of somebody who comes out of a form: where they are, and nothing of what they entered."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.dialogue.run import TurnRunner
from assistant.model import Channel, Language
from assistant.service import Message
from assistant.storage.catalogue import SqlCatalogueStore
from knowledge.forms.library import FileFormLibrary
from tests.guided import guided_tools
from tests.workplace import KAYA, Floor, open_floor


@pytest.fixture
def formal(
    tmp_path: Path, sample_forms: FileFormLibrary, sample_catalogue: SqlCatalogueStore
) -> Iterator[tuple[Floor, str]]:
    """A desk, and the hand-off of somebody who has entered two values and asks for help."""
    dialogue = TurnRunner(guided_tools(sample_forms, sample_catalogue))
    with open_floor(tmp_path, dialogue=dialogue, forms=sample_forms) as floor:
        yield floor, floor.run(from_the_form(floor))


async def from_the_form(floor: Floor) -> str:
    """Somebody fills in a form, reviews it, and waits for a person; the hand-off's id."""
    conversations = floor.services.conversations
    talk = await conversations.start(Channel.WEB, Language.DE)
    for message in (
        Message(choice="form:begin:wohnungsgeberbestaetigung"),
        Message(choice="form:fill"),
        Message("01.03.2026"),
        Message("Geheimer Weg 7"),
        Message("Was heißt Wohnungsgeber?"),
        Message(choice="form:go_to:review"),
        Message(choice="form:go_to:wohnung/plz"),
    ):
        await conversations.say(talk.id, message)
    latest = await conversations.get(talk.id)
    handoff, notice = floor.reception.wish(latest, latest.state)
    await floor.tools.handoffs.queue(handoff, notice)
    return handoff.id


@pytest.mark.slow
def test_the_desk_is_told_the_place_and_no_value(formal: tuple[Floor, str]) -> None:
    """Beside the chat stand form, step and how much was entered, in German; what was entered stands nowhere."""
    floor, handoff = formal
    with floor.client(KAYA) as kaya:
        page = kaya.get("/desk", params={"look": handoff}).text
    for told in (
        "Formular",
        "Wohnungsgeberbestätigung",
        "Schritt 4 von 18: Angaben zur Wohnung · Postleitzahl",
        "wird ausgefüllt, Angaben bisher: 2",
        "(Angabe zum Formular, hier nicht gezeigt)",
        "Was heißt Wohnungsgeber?",
    ):
        assert told in page, told
    assert "Geheim" not in page
    assert "01.03.2026" not in page.replace("Zum Beispiel: 01.03.2026", "")
