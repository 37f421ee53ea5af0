"""Scenario files that promise nothing, or not what they seem to, are refused."""

from pathlib import Path

import pytest

from evaluation.scenarios import ScenarioError, load

TURNS = "turns: [{say: a, expect: {status: answered}}]"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (f"{{name: x, language: de, promisses: [follow-up], {TURNS}}}", "promisses"),
        (f"{{name: x, language: de, at: 2026-11-22T20:00:00, {TURNS}}}", "time zone"),
        ("{name: x, language: de, turns: []}", "nothing is expected"),
        ("{name: x, language: de, turns: [{say: a}, {say: b, expect: {}}]}", "nothing is expected"),
    ],
)
def test_an_empty_promise_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    """A scenario that nothing could break, or whose keys nobody reads, must not count as kept."""
    path = tmp_path / "x.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError, match=reason):
        load(path)
