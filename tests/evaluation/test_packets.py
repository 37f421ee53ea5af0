"""An agent who takes over somebody in a form is told where they are, and not what they entered."""

from dataclasses import replace

import pytest

from assistant.handoff.packet import Packet
from assistant.model import Language, WalkMode
from assistant.storage.catalogue import SqlCatalogueStore
from evaluation.packets import packet_faults
from evaluation.talk import Talk
from knowledge.forms.library import FileFormLibrary
from tests.guided import guided_tools


@pytest.fixture
async def talk(sample_forms: FileFormLibrary, sample_catalogue: SqlCatalogueStore) -> Talk:
    """Somebody has entered three values into the landlord's confirmation, and asked what a word means."""
    talk = Talk(guided_tools(sample_forms, sample_catalogue), "form", Language.DE)
    await talk.say("Hilfe bei der Wohnungsgeberbestätigung")
    await talk.say("", choice="form:fill")
    await talk.say("01.03.2026")
    await talk.say("Geheimer Weg 7")
    await talk.say("Was heißt Wohnungsgeber?")
    await talk.say("", choice="form:go_on")
    await talk.say("2. Stock")
    return talk


@pytest.mark.slow
async def test_the_packet_tells_the_place_and_no_value(talk: Talk) -> None:
    """Title, part and field in German, how far, and how many answers; questions are what was asked, nothing else."""
    packet = talk.packet()
    assert packet.form is not None
    assert (packet.form.title, packet.form.at) == (
        "Wohnungsgeberbestätigung",
        "Angaben zur Wohnung · Postleitzahl",
    )
    assert (packet.form.position, packet.form.mode, packet.form.entered) == (4, WalkMode.FILL, 3)
    assert packet.questions == ("Hilfe bei der Wohnungsgeberbestätigung", "Was heißt Wohnungsgeber?")
    assert "Geheim" not in repr(packet)
    assert list(packet_faults(packet, talk.turns, talk.state.walk)) == []


async def test_a_form_that_was_left_is_not_told(talk: Talk) -> None:
    """After leaving, the packet knows of no form."""
    await talk.say("Formular beenden")
    assert talk.packet().form is None
    assert list(packet_faults(talk.packet(), talk.turns, talk.state.walk)) == []


async def test_what_a_packet_keeps_back_or_lets_slip_is_noticed(talk: Talk) -> None:
    """A packet without the form, with another mode, with more answers than were given, or with a value, is faulty."""
    packet, form = talk.packet(), talk.packet().form
    assert form is not None
    wrong: tuple[Packet, ...] = (
        replace(packet, form=None),
        replace(packet, form=replace(form, mode=WalkMode.EXPLAIN)),
        replace(packet, form=replace(form, entered=99)),
        replace(packet, questions=(*packet.questions, "Geheimer Weg 7")),
    )
    for one in wrong:
        assert list(packet_faults(one, talk.turns, talk.state.walk))
