"""The small parts that the ways in share: pace, crossing, access, what is known of calls between connections."""

import asyncio
import threading
import time
from datetime import UTC, datetime

import pytest

from assistant.model import CallDetails, TransferOutcome
from connectors.telephony.access import LOOPBACK, Networks, is_same
from connectors.telephony.crossing import Crossing
from connectors.telephony.fastagi import quoted
from connectors.telephony.pace import Pace
from connectors.telephony.switchboard import Orders, Switchboard
from tests.server import quiet_log

CALL = CallDetails("one", "audiosocket", "1763780042.7", datetime(2026, 11, 20, 12, tzinfo=UTC))


# ── pace ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


class Ticks:
    """A member of a pace that notes when it was called, and is done after some times."""

    def __init__(self, times: int) -> None:
        self.at: list[float] = []
        self.done = asyncio.Event()
        self._times = times

    def __call__(self) -> None:
        self.at.append(asyncio.get_running_loop().time())
        if len(self.at) == self._times:
            self.done.set()


@pytest.mark.slow
async def test_the_pace_does_not_drift() -> None:
    """After half a second of frames the last one is at its time, however late single ones were."""
    pace, ticks = Pace(), Ticks(25)
    began = asyncio.get_running_loop().time()
    pace.join(ticks)
    await ticks.done.wait()
    pace.stop()
    assert 0.5 <= ticks.at[-1] - began < 0.65


async def test_a_stop_is_not_made_up_for() -> None:
    """After a long one there is no burst of frames."""
    pace, ticks = Pace(), Ticks(5)
    pace.join(ticks)
    time.sleep(0.3)  # noqa: ASYNC251 - the event loop itself stands still
    await ticks.done.wait()
    pace.stop()
    assert ticks.at[-1] - ticks.at[0] >= 0.06


async def test_one_fault_does_not_silence_the_others() -> None:
    """Who fails is not asked again, everybody else is."""

    def fail() -> None:
        faults.append(1)
        raise RuntimeError("broken")

    faults: list[int] = []
    pace, ticks = Pace(), Ticks(3)
    with quiet_log():
        pace.join(fail)
        pace.join(ticks)
        await ticks.done.wait()
    pace.stop()
    assert faults == [1]


async def test_who_has_left_is_not_asked() -> None:
    """A call that is over costs nothing; the pace starts again with the next one."""
    pace, left, ticks = Pace(), Ticks(1), Ticks(2)
    pace.join(left)
    await left.done.wait()
    pace.leave(left)
    pace.leave(left)
    await asyncio.sleep(0.05)
    pace.join(ticks)
    await ticks.done.wait()
    pace.stop()
    assert len(left.at) == 1


# ── crossing ─────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_what_another_thread_puts_comes_in_order() -> None:
    """Everything arrives, in order, up to the end; nothing after it."""
    crossing = Crossing[int](asyncio.get_running_loop(), 10_000)

    def fill() -> None:
        for number in range(5_000):
            crossing.put(number)
        crossing.close()
        assert not crossing.put(5_000)

    thread = threading.Thread(target=fill)
    thread.start()
    came = []
    while (number := await crossing.get()) is not None:
        came.append(number)
    thread.join()
    assert came == list(range(5_000))
    assert await crossing.get() is None


async def test_a_crossing_never_grows_without_bound() -> None:
    """Where nobody reads, what does not fit is refused, and there is room again afterwards."""
    crossing = Crossing[int](asyncio.get_running_loop(), 2)
    assert [crossing.put(number) for number in range(3)] == [True, True, False]
    assert await crossing.get() == 0
    assert crossing.put(3)


def test_a_crossing_outlives_its_loop() -> None:
    """Who puts something when the other side has been stopped is not told off for it."""
    loop = asyncio.new_event_loop()
    crossing = Crossing[int](loop, 2)
    loop.close()
    assert crossing.put(1)
    crossing.close()


# ── access ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("host", "is_in"),
    [("127.0.0.1", True), ("::1", True), ("::ffff:127.0.0.1", True), ("192.0.2.1", False), ("", False), (None, False)],
)
def test_networks(host: object, is_in: bool) -> None:
    """Loopback in all its spellings, and nobody else, by default."""
    assert (host in Networks(LOOPBACK)) is is_in


def test_a_network_that_is_none_is_an_error() -> None:
    """A slip of the pen does not open the port to everybody."""
    with pytest.raises(ValueError, match="host bits"):
        Networks(("10.0.0.1/8",))


def test_the_shared_word() -> None:
    """Letters beyond ASCII are compared too."""
    assert is_same("Grüße", "Grüße")
    assert not is_same("Grüße", "Gruesse")


@pytest.mark.parametrize(("value", "written"), [("a b", '"a b"'), ('"\\', '"\\"\\\\"'), ("", '""')])
def test_values_of_variables_are_quoted(value: str, written: str) -> None:
    """One argument stays one argument."""
    assert quoted(value) == written
    with pytest.raises(ValueError, match="control"):
        quoted(f"{value}\n")


# ── switchboard ──────────────────────────────────────────────────────────────────────────────────────────────────────


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


async def test_what_nobody_comes_for_is_forgotten() -> None:
    """Announced calls, orders and calls passed on each last for their time only."""
    clock = Clock()
    board = Switchboard(10, 5, clock)
    board.announce(CALL)
    assert board.awaited == 1
    clock.seconds = 10
    assert board.awaited == 0
    assert board.connect("one") is None
    asked = board.leave(CALL, Orders("115"))
    clock.seconds = 16
    assert board.orders("one") is None
    assert not asked.is_set()
    board.leave(CALL, Orders("115"))
    assert board.orders("one") == Orders("115")
    clock.seconds += 7 * 3600
    assert not board.came_back("one", TransferOutcome.REFUSED)


async def test_a_call_that_was_hung_up_does_not_come_back() -> None:
    """Only a call that was passed on can return."""
    board = Switchboard(10, 5)
    asked = board.leave(CALL, Orders())
    assert board.orders("one") == Orders()
    assert asked.is_set()
    assert board.orders("one") is None
    assert not board.came_back("one", TransferOutcome.REFUSED)
