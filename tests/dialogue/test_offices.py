"""Offices asked for by name."""

import pytest

from assistant.dialogue.context import DialogueTools
from assistant.dialogue.offices import named_office
from assistant.dialogue.run import TurnRunner
from assistant.model import AnswerStatus, Intent, OfficeCard
from assistant.storage.catalogue import SqlCatalogueStore
from tests.dialogue.conftest import ScriptedNlu, conversation, said


@pytest.mark.parametrize(
    ("text", "office_id"),
    [
        ("Wann hat das Standesamt Bremerhaven geöffnet?", "standesamt-bremerhaven"),
        ("Adresse Standesamt Mitte", "standesamt-bremen-mitte"),
        ("Wo ist das Standesamt Bremen-Nord?", "standesamt-bremen-nord"),
        ("Öffnungszeiten BürgerServiceCenter Mitte", "buergerservicecenter-mitte"),
        ("Wo ist das Standesamt?", None),
        ("Wo melde ich mich in Bremen an?", None),
        ("", None),
    ],
)
def test_an_office_is_known_by_its_whole_name(catalogue: SqlCatalogueStore, text: str, office_id: str | None) -> None:
    """The whole name must be said, the city's aside; half a name is no office."""
    office = named_office(text, catalogue.offices(), "Bremen")
    assert (office.id if office else None) == office_id


async def test_a_named_office_is_the_answer(tools: DialogueTools, nlu: ScriptedNlu) -> None:
    """Who asks for an office gets its card, with its source, and needs no service for it."""
    question = "Wann hat das Standesamt Bremerhaven geöffnet?"
    nlu.intents[question] = Intent.ASK_OPENING_HOURS
    answer, _ = await TurnRunner(tools).respond(conversation(), (), said(question))
    assert answer.status is AnswerStatus.ANSWERED
    assert [block.office.id for block in answer.blocks if isinstance(block, OfficeCard)] == ["standesamt-bremerhaven"]
    assert answer.sources
