"""A walk through a form, with the server killed at every step."""

from pathlib import Path

import pytest

from tests.system.workers import Json, Pair, two_workers

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

ENTERED = {"wohnung/einzug-am": "01.03.2026", "wohnung/plz": "28195", "unterschrift/unterschreibt-selbst": "ja"}


class Walker:
    """Somebody on the way through the landlord's confirmation; every message may be sent again."""

    def __init__(self, pair: Pair) -> None:
        self._pair = pair
        self._count = 0
        self._path = "/api/v1/conversations/" + pair.citizens.call("POST", "/api/v1/conversations").json()["id"]

    def press(self, payload: str) -> Json:
        """The block of the form after a button."""
        return self._sent({"choice": payload})

    def say(self, text: str) -> Json:
        """The block of the form after a text."""
        return self._sent({"text": text})

    def read(self) -> Json:
        """The block that stands last in the conversation, as the other worker tells it."""
        transcript = self._pair.agents.call("GET", self._path).json()["transcript"]
        return _form_of(transcript[-1]["answer"])

    def _sent(self, message: dict[str, str]) -> Json:
        self._count += 1
        content = {"id": f"m{self._count}", **message}
        sent = self._pair.citizens.call("POST", f"{self._path}/messages", json=content).json()
        return _form_of(sent["answer"])


def _form_of(answer: Json) -> Json:
    block: Json = next(block for block in answer["blocks"] if block["type"].startswith("form_"))
    return block


def test_the_server_is_killed_at_every_step(tmp_path: Path) -> None:
    """Whatever was said before is there again, and the walk goes on from the same step to its end."""
    with two_workers(tmp_path, {"storage.lock_timeout_ms": "5000"}, 60, with_forms=True) as pair:
        walker = Walker(pair)
        walker.press("form:begin:wohnungsgeberbestaetigung")
        block = walker.press("form:fill")
        seen = []
        while block["type"] == "form_step":
            pair.restart()
            assert walker.read() == block
            assert walker.press("form:again")["key"] == block["key"]
            seen.append(block["key"])
            value = ENTERED.get(block["key"])
            block = walker.say(value) if value else walker.press("form:next")
        pair.restart()
        assert walker.read() == block
        assert block["type"] == "form_review"
        assert {value["key"]: value["value"] for value in block["values"]} == {
            "wohnung/einzug-am": "01.03.2026", "wohnung/plz": "28195", "unterschrift/unterschreibt-selbst": "Ja",
        }  # fmt: skip
        assert walker.press("form:next")["type"] == "form_checklist"
    assert len(seen) == len(set(seen)) == 17
