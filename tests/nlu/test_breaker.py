"""The circuit breaker: an answer always, and peace for an engine that keeps failing."""

import asyncio

import pytest
from structlog.testing import capture_logs

from assistant.errors import NluUnavailableError
from assistant.model import Language
from nlu.breaker import BreakerState, CircuitBreaker
from tests.fakes_nlu import FakeNlu


class Clock:
    """Seconds that pass only when told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    """A clock at zero."""
    return Clock()


@pytest.fixture
def first() -> FakeNlu:
    """The engine to ask first."""
    return FakeNlu("first")


@pytest.fixture
def breaker(first: FakeNlu, clock: Clock) -> CircuitBreaker:
    """Opens after two failures in a row, for ten seconds."""
    return CircuitBreaker(first, FakeNlu("second"), failures=2, reset_s=10, clock=clock)


async def ask(breaker: CircuitBreaker) -> str:
    """The name of the engine that answered."""
    return (await breaker.parse("Was kostet das?", Language.DE)).engine


async def test_a_healthy_engine_is_asked(breaker: CircuitBreaker) -> None:
    """While the first engine works, it alone answers."""
    assert [await ask(breaker) for _ in range(3)] == ["first"] * 3


async def test_every_question_is_answered_while_the_first_engine_fails(breaker: CircuitBreaker, first: FakeNlu) -> None:
    """Failures cost no answer; after enough of them in a row the first engine is left alone."""
    first.broken = True
    assert [await ask(breaker) for _ in range(5)] == ["second"] * 5
    assert len(first.asked) == 2
    assert breaker.state is BreakerState.OPEN


async def test_only_failures_in_a_row_count(breaker: CircuitBreaker, first: FakeNlu) -> None:
    """A success between two failures keeps the breaker closed."""
    for broken in (True, False, True, False):
        first.broken = broken
        await ask(breaker)
    assert breaker.state is BreakerState.CLOSED


async def test_after_a_while_one_question_tries_the_first_engine(
    breaker: CircuitBreaker, first: FakeNlu, clock: Clock
) -> None:
    """A trial that succeeds closes the breaker."""
    first.broken = True
    await ask(breaker)
    await ask(breaker)
    first.broken = False
    clock.now = 9.9
    assert await ask(breaker) == "second"
    clock.now = 10
    assert await ask(breaker) == "first"
    assert breaker.state is BreakerState.CLOSED


async def test_a_failed_trial_gives_peace_again(breaker: CircuitBreaker, first: FakeNlu, clock: Clock) -> None:
    """A trial that fails opens the breaker for another whole while, and its question is answered."""
    first.broken = True
    await ask(breaker)
    await ask(breaker)
    clock.now = 10
    assert await ask(breaker) == "second"
    clock.now = 19.9
    assert await ask(breaker) == "second"
    assert len(first.asked) == 3


async def test_only_one_question_at_a_time_is_a_trial(breaker: CircuitBreaker, first: FakeNlu, clock: Clock) -> None:
    """While a trial is under way, other questions do not wait for the doubtful engine."""
    first.broken = True
    await ask(breaker)
    await ask(breaker)
    first.broken, clock.now = False, 10
    first.gate.clear()
    first.entered.clear()
    trial = asyncio.create_task(ask(breaker))
    await first.entered.wait()
    assert await ask(breaker) == "second"
    first.gate.set()
    assert await trial == "first"


async def test_a_cancelled_trial_blocks_nothing(breaker: CircuitBreaker, first: FakeNlu, clock: Clock) -> None:
    """When the question of a trial is withdrawn, a later one becomes the trial."""
    first.broken = True
    await ask(breaker)
    await ask(breaker)
    first.broken, clock.now = False, 10
    first.gate.clear()
    first.entered.clear()
    trial = asyncio.create_task(ask(breaker))
    await first.entered.wait()
    trial.cancel()
    await asyncio.gather(trial, return_exceptions=True)
    first.gate.set()
    clock.now = 20
    assert await ask(breaker) == "first"


async def test_it_fails_only_where_both_fail(clock: Clock) -> None:
    """The second engine's failure is the breaker's."""
    breaker = CircuitBreaker(FakeNlu(broken=True), FakeNlu(broken=True), clock=clock)
    with pytest.raises(NluUnavailableError):
        await ask(breaker)
    with pytest.raises(NluUnavailableError):
        await breaker.ping()


async def test_one_engine_is_enough_to_be_healthy() -> None:
    """A ping succeeds while either engine answers."""
    await CircuitBreaker(FakeNlu(broken=True), FakeNlu()).ping()
    await CircuitBreaker(FakeNlu(), FakeNlu(broken=True)).ping()


async def test_changes_of_state_are_logged_without_the_question(
    breaker: CircuitBreaker, first: FakeNlu, clock: Clock
) -> None:
    """Operators see when an engine is given up and taken back, and nothing of what people asked."""
    with capture_logs() as logs:
        first.broken = True
        await ask(breaker)
        await ask(breaker)
        first.broken, clock.now = False, 10
        await ask(breaker)
    assert [entry["state"] for entry in logs] == ["open", "half_open", "closed"]
    assert "kostet" not in str(logs)
