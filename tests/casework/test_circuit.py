"""A system that fails is left alone for a while."""

from datetime import timedelta

import pytest

from assistant.casework.circuit import Circuit
from assistant.errors import CaseSystemRefusedError, CaseSystemUnavailableError, ConnectorError
from assistant.model import Errand
from tests.fakes import NOON, FixedClock

ERRAND = Errand("e1", "zammad-chat", NOON, NOON, {"case": "h1"})


class Runner:
    """Fails as it is told to, and counts."""

    def __init__(self, error: ConnectorError | None = None) -> None:
        self.error = error
        self.runs = 0

    async def __call__(self, errand: Errand) -> None:
        self.runs += 1
        if self.error is not None:
            raise self.error


async def fail(circuit: Circuit, times: int = 1) -> None:
    """So many errands that fail."""
    for _ in range(times):
        with pytest.raises(ConnectorError):
            await circuit(ERRAND)


async def test_after_three_failures_it_rests() -> None:
    """What comes meanwhile fails at once, and does not reach the system."""
    runner, clock = Runner(CaseSystemUnavailableError("down")), FixedClock()
    circuit = Circuit("zammad", runner, clock)
    await fail(circuit, 5)
    assert runner.runs == 3
    clock.advance(timedelta(seconds=16))
    await fail(circuit, 2)
    assert runner.runs == 4


async def test_one_success_and_all_is_well() -> None:
    """The count begins anew."""
    runner, clock = Runner(CaseSystemUnavailableError("down")), FixedClock()
    circuit = Circuit("zammad", runner, clock)
    await fail(circuit, 2)
    runner.error = None
    await circuit(ERRAND)
    runner.error = CaseSystemUnavailableError("down")
    await fail(circuit, 2)
    assert runner.runs == 5


async def test_a_system_that_asks_for_rest_gets_it() -> None:
    """One answer with Retry-After is enough."""
    runner, clock = Runner(CaseSystemUnavailableError("busy", wait_s=60)), FixedClock()
    circuit = Circuit("zammad", runner, clock)
    await fail(circuit)
    clock.advance(timedelta(seconds=59))
    await fail(circuit)
    assert runner.runs == 1
    clock.advance(timedelta(seconds=2))
    await fail(circuit)
    assert runner.runs == 2


@pytest.mark.parametrize("error", [CaseSystemRefusedError("no"), ConnectorError("another worker")])
async def test_other_failures_are_no_reason_to_rest(error: ConnectorError) -> None:
    """A refused request says nothing about the next one."""
    runner = Runner(error)
    await fail(Circuit("zammad", runner, FixedClock()), 5)
    assert runner.runs == 5
