"""Offices asked for by name."""

import pytest

from assistant.dialogue.context import DialogueTools
from assistant.dialogue.offices import named_offices
from assistant.dialogue.run import TurnRunner
from assistant.model import AnswerStatus, Intent, OfficeCard
from assistant.storage.catalogue import SqlCatalogueStore
from tests.dialogue.conftest import ScriptedNlu, conversation, said

BREMEN, BREMERHAVEN = "040110000000", "040120000000"
ALL_OF_BREMEN = {"buergerservicecenter-mitte", "buergerservicecenter-nord", "buergerservicecenter-stresemannstrasse"}


@pytest.mark.parametrize(
    ("text", "area", "office_ids"),
    [
        ("Wann hat das Standesamt Bremerhaven geöffnet?", BREMEN, {"standesamt-bremerhaven"}),
        ("Adresse Standesamt Mitte", BREMEN, {"standesamt-bremen-mitte"}),
        ("Wo ist das Standesamt Bremen-Nord?", BREMEN, {"standesamt-bremen-nord"}),
        ("Öffnungszeiten BürgerServiceCenter Mitte", BREMEN, {"buergerservicecenter-mitte"}),
        ("Wann hat das Bürgeramt auf?", BREMEN, ALL_OF_BREMEN),
        ("Wo ist das Bürgeramt in Vegesack?", BREMEN, {"buergerservicecenter-nord"}),
        ("bürgeramt", BREMERHAVEN, {"buergerbuero-bremerhaven-mitte", "buergerbuero-bremerhaven-nord"}),
        ("when is the citizens office open", BREMEN, ALL_OF_BREMEN),
        ("Wo ist das Standesamt?", BREMEN, set()),
        ("Wo melde ich mich in Bremen an?", BREMEN, set()),
        ("", BREMEN, set()),
    ],
)
def test_offices_are_known_by_name_and_alias(
    catalogue: SqlCatalogueStore, text: str, area: str, office_ids: set[str]
) -> None:
    """The whole name must be said, the city's aside; an alias of several offices means those of the area."""
    assert {office.id for office in named_offices(text, catalogue.offices(), "Bremen", area)} == office_ids


async def test_a_named_office_is_the_answer(tools: DialogueTools, nlu: ScriptedNlu) -> None:
    """Who asks for an office gets its card, with its source, and needs no service for it."""
    question = "Wann hat das Standesamt Bremerhaven geöffnet?"
    nlu.intents[question] = Intent.ASK_OPENING_HOURS
    answer, _ = await TurnRunner(tools).respond(conversation(), (), said(question))
    assert answer.status is AnswerStatus.ANSWERED
    assert [block.office.id for block in answer.blocks if isinstance(block, OfficeCard)] == ["standesamt-bremerhaven"]
    assert answer.sources
