"""What the people of another system are told of the form that somebody is in."""

from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from assistant.casework.briefing import chat_briefing
from assistant.casework.tools import CaseworkTools
from assistant.forms.progress import Progress
from assistant.handoff.packet import Packet
from assistant.messages import TomlMessages
from assistant.model import Channel, HandoffReason, Language, Register, WalkMode
from assistant.storage.case_links import SqlCaseLinks
from assistant.storage.database import Database
from assistant.storage.outbox import SqlOutbox
from tests.fakes import NOON, FixedClock

FORM = Progress("wohngeld", "Wohngeldantrag", "Wohnung · Miete", 12, 63, WalkMode.FILL, 9)
PACKET = Packet("h", Language.AR, Register.STANDARD, Channel.WEB, HandoffReason.REQUEST, NOON, ("Wohngeld",), form=FORM)


@pytest.fixture
def tools(tmp_path: Path) -> CaseworkTools:
    """The words of the bridges; nothing is read from the database."""
    database = Database(f"sqlite:///{tmp_path / 'unused.db'}")
    zone = ZoneInfo("Europe/Berlin")
    return CaseworkTools(SqlCaseLinks(database), SqlOutbox(database), FixedClock(), TomlMessages(), zone)


def test_the_briefing_tells_the_place_in_the_form(tools: CaseworkTools) -> None:
    """Title, field, and whether it is filled in, with how many answers; nothing where there is no form."""
    told = chat_briefing(PACKET, tools)
    assert "Formular, wird ausgefüllt: Wohngeldantrag, gerade bei: Wohnung · Miete, Angaben bisher: 9" in told
    explained = chat_briefing(replace(PACKET, form=replace(FORM, mode=WalkMode.EXPLAIN)), tools)
    assert "Formular, wird nur erklärt: Wohngeldantrag, gerade bei: Wohnung · Miete" in explained
    assert "Formular" not in chat_briefing(replace(PACKET, form=None), tools)
