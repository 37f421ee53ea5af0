"""Beside what is told of a service stands the way into the forms that Roland can explain."""

from dataclasses import replace

import pytest

from assistant.dialogue.context import DialogueTools
from assistant.dialogue.run import TurnRunner
from assistant.model import Answer, FormHelp
from knowledge.forms.library import FileFormLibrary
from tests.dialogue.conftest import conversation, said


@pytest.fixture
def runner(tools: DialogueTools, sample_forms: FileFormLibrary) -> TurnRunner:
    """The dialogue with the sample forms."""
    return TurnRunner(replace(tools, forms=sample_forms))


def begins(answer: Answer) -> list[tuple[str, str]]:
    """The forms that are offered, each with the words on its button."""
    prefix = "form:begin:"
    return [
        (reply.payload.removeprefix(prefix), reply.label)
        for reply in answer.quick_replies
        if reply.payload.startswith(prefix)
    ]


async def test_a_link_to_a_form_says_that_it_can_be_explained(runner: TurnRunner) -> None:
    """The catalogue's link to the dog tax form names the form of that address, and a button begins it."""
    answer, _ = await runner.respond(conversation(), (), said("", "service:hund-anmelden#form"))
    (link,) = (block for block in answer.blocks if isinstance(block, FormHelp))
    assert link.form_id == "hundesteuer-anmeldung"
    assert begins(answer) == [("hundesteuer-anmeldung", "Formular Schritt für Schritt erklären")]


async def test_without_a_link_there_is_a_button(runner: TurnRunner) -> None:
    """The catalogue knows of no file for the housing allowance; the form can be explained all the same."""
    answer, _ = await runner.respond(conversation(), (), said("", "service:wohngeld#documents"))
    assert [form_id for form_id, _ in begins(answer)] == ["wohngeld-mietzuschuss"]


async def test_of_several_forms_each_is_named(runner: TurnRunner) -> None:
    """Who moves needs two forms; the service's own comes first."""
    answer, _ = await runner.respond(conversation(), (), said("", "service:wohnsitz-anmelden"))
    assert begins(answer) == [
        ("anmeldung-wohnsitz", "„Anmeldung bei der Meldebehörde (Meldeschein)“ Schritt für Schritt erklären"),
        ("wohnungsgeberbestaetigung", "„Wohnungsgeberbestätigung“ Schritt für Schritt erklären"),
    ]


@pytest.mark.parametrize("choice", ["service:wohngeld#fee", "service:reisepass"])
async def test_no_form_where_none_is_wanted_or_known(runner: TurnRunner, choice: str) -> None:
    """Who asks what it costs is not offered a form, nor is there one for every service."""
    answer, _ = await runner.respond(conversation(), (), said("", choice))
    assert begins(answer) == []


async def test_who_is_in_the_form_is_led_back(runner: TurnRunner) -> None:
    """In the midst of a form, its service offers the way back and not the beginning."""
    talk = conversation()
    for choice in ("form:begin:wohngeld-mietzuschuss", "form:next"):
        _, state = await runner.respond(talk, (), said("", choice))
        talk = replace(talk, state=state)
    answer, _ = await runner.respond(talk, (), said("", "service:wohngeld#documents"))
    assert begins(answer) == []
    assert answer.quick_replies[0].payload == "form:go_on"
