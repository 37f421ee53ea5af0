"""The simulation of a full desk: what it counts is what happened."""

import io
import json
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from assistant.cli import app
from assistant.errors import HandoffTakenError, NotTheAgentError
from assistant.model import Handoff, Notice
from assistant.storage.handoffs import SqlHandoffStore
from evaluation.bench.handoff import Figures, Place, Plan, measure
from evaluation.bench.handoff_report import show
from evaluation.bench.stats import Pace
from tests.fakes import SmallCatalogue
from tests.redis import RedisServer

pytestmark = pytest.mark.slow

SMALL = Plan(chats=10, agents=4, seconds=2.0, exchanges=2, at_once=2, pause_s=0.2)
PACE = Pace(100, 0, 12.0, 40.0, 5.0)
FIGURES = Figures("here", 30, 20, 3, 0, 80, 0, 0, PACE, replace(PACE, p50_ms=0.1), (100.0, 101.0, 102.0), 0.5)


async def test_a_small_desk() -> None:
    """Ten wait for four agents: every claim has one winner, every message arrives once, and the figures say so."""
    figures = await measure(SMALL, Place("SQLite"), SmallCatalogue(), load=0.5)
    assert figures.is_sound
    assert figures.claims >= 8
    assert figures.sent == figures.claims * 2 * SMALL.exchanges == figures.delivery.count == figures.baseline.count
    assert figures.chats >= 18
    assert figures.ratio > 1


@pytest.mark.slow
async def test_a_small_desk_over_two_workers(empty_postgres: str, redis_server: RedisServer) -> None:
    """The same with citizens and agents on workers of their own, told by Redis sooner than by looking."""
    place = Place("PostgreSQL and Redis", empty_postgres, redis_server.url)
    figures = await measure(SMALL, place, SmallCatalogue(), load=0.5)
    assert figures.is_sound
    assert figures.claims >= 8
    assert figures.delivery.p50_ms < 1000  # streams look by themselves only every two seconds


async def test_a_chat_given_to_two_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where whoever reaches for a chat is told that it is theirs, the measurement does not end well."""
    claim = SqlHandoffStore.claim

    async def give(self: SqlHandoffStore, handoff_id: str, agent_id: str, notice: Notice) -> Handoff:
        with suppress(HandoffTakenError):
            return await claim(self, handoff_id, agent_id, notice)
        return await self.get(handoff_id)

    monkeypatch.setattr(SqlHandoffStore, "claim", give)
    with pytest.raises(ExceptionGroup) as caught:
        await measure(replace(SMALL, chats=1), Place("SQLite"), SmallCatalogue(), 0.5)
    assert caught.group_contains(NotTheAgentError)


@pytest.mark.parametrize(
    "flawed", [replace(FIGURES, claimed_twice=1), replace(FIGURES, lost=1), replace(FIGURES, doubled=1)]
)
def test_one_flaw_is_enough(flawed: Figures) -> None:
    """One message lost or doubled, or one claim given twice, and the run is not sound."""
    assert FIGURES.is_sound
    assert not flawed.is_sound


def test_the_report_tells_aim_and_soundness() -> None:
    """What was promised stands beside what was measured, met or not."""
    out = io.StringIO()
    slow = replace(FIGURES, place="there", lost=2, delivery=replace(PACE, p95_ms=200.0))
    show(SMALL, [FIGURES, slow], {}, Console(file=out, width=200))
    told = out.getvalue()
    assert "met    here: p95 of delivery under 150 ms: 40 ms" in told
    assert "missed there: p95 of delivery under 150 ms: 200 ms" in told
    assert "sound  here" in told
    assert "broken there: 0 of 20 claims given twice, 2 of 80 messages lost" in told


def test_the_command_prints_json(tmp_path: Path) -> None:
    """``roland bench handoff --json`` prints plan, machine and figures of every place, and ends with 0 when sound."""
    arguments = [
        "bench",
        "handoff",
        "--chats",
        "4",
        "--agents",
        "2",
        "--seconds",
        "1",
        "--json",
        "--data",
        str(tmp_path),
    ]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["plan"]["chats"] == 4
    (place,) = told["places"]
    assert place["lost"] == place["claimed_twice"] == 0
    assert place["delivery"]["count"] == place["sent"] > 0


def test_database_and_redis_go_together(tmp_path: Path) -> None:
    """Two workers without a bus are not what is asked for."""
    done = CliRunner().invoke(app, ["bench", "handoff", "--redis", "redis://localhost", "--data", str(tmp_path)])
    assert done.exit_code == 2
