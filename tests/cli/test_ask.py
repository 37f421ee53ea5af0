"""``roland ask``: the answer goes to stdout, and nothing else does."""

import json
from datetime import time
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest

from assistant import bootstrap
from assistant.calendar import CityCalendar
from assistant.dialogue.context import CityFacts, DialogueTools
from assistant.messages import TomlMessages
from assistant.model import OpeningHours, Weekday
from tests.cli.conftest import Roland
from tests.fakes import FixedClock, SmallCatalogue


class _Broken:
    def is_emergency(self, text: str) -> bool:
        raise RuntimeError(f"cannot read {text}")

    def is_acute(self, text: str) -> bool:
        raise RuntimeError(f"cannot read {text}")

    def is_crisis(self, text: str) -> bool:
        raise RuntimeError(f"cannot read {text}")


@pytest.fixture
def broken() -> DialogueTools:
    """Tools whose first part breaks on every question."""
    missing = cast("Any", None)
    return DialogueTools(
        catalogue=SmallCatalogue(),
        retriever=missing,
        composer=missing,
        nlu=missing,
        languages=missing,
        splitter=missing,
        emergency=_Broken(),
        distress=missing,
        messages=TomlMessages(),
        calendar=CityCalendar((OpeningHours((Weekday.MO,), time(8), time(12)),), ZoneInfo("Europe/Berlin"), "HB"),
        clock=FixedClock(),
        city=CityFacts("Musterstadt", "010010000000", "0123 456-0", "115"),
    )


def test_a_failure_is_logged_beside_the_answer(
    roland: Roland, monkeypatch: pytest.MonkeyPatch, broken: DialogueTools
) -> None:
    """With --json, stdout stays one JSON document; the log goes to stderr and does not quote the question."""
    monkeypatch.setattr(bootstrap, "build_tools", lambda _settings: broken)
    result = roland("ask", "Ich heiße Erika", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["status"] == "error_internal"
    assert "turn_failed" in result.stderr
    assert "Erika" not in result.stderr
