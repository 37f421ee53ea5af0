"""Worker processes are fast to replace, and nobody waits for one that is gone."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import SpeechUnavailableError
from voice.workers import EngineError, Message, Worker, WorkerLostError, WorkerOptions, WorkerPool
from voice.workers.wire import Unpacker, pack

_OBEDIENT = "tests.voice.engines:Obedient"
_messages = st.builds(
    Message,
    st.text(max_size=10),
    st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=9), max_size=3),
    st.binary(max_size=99),
)


def pool(engine: str = _OBEDIENT, count: int = 2, patience_s: float = 0.6, **options: Any) -> WorkerPool:
    """A pool for a test."""
    return WorkerPool(WorkerOptions("test", engine, options, count=count, start_s=30, patience_s=patience_s))


async def until(condition: Callable[[], bool]) -> None:
    """Wait for something to come true."""
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110 - what it waits for is in another process
            await asyncio.sleep(0.01)


def is_running(pid: int) -> bool:
    """Whether a process exists and is no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.slow
@given(st.lists(_messages, max_size=5), st.integers(1, 40))
def test_messages_arrive_whole_however_they_are_cut(messages: list[Message], size: int) -> None:
    """A stream of bytes knows no messages; the unpacker does."""
    wire = b"".join(pack(message) for message in messages)
    unpacker = Unpacker()
    arrived = [message for start in range(0, len(wire), size) for message in unpacker.feed(wire[start : start + size])]
    assert arrived == messages


async def test_requests_are_answered_in_order_by_one_process() -> None:
    """A worker answers one after the other, with the sound that came, in a process that is not this one."""
    async with pool(count=1, greeting="hallo") as workers:
        worker = await workers.ready()
        replies = await asyncio.gather(*(worker.ask(Message("pid", sound=bytes([n]) * 100_000)) for n in range(5)))
        assert [reply.sound[:1] for reply in replies] == [bytes([n]) for n in range(5)]
        assert {reply.data["pid"] for reply in replies} == {worker.pid}
        assert worker.pid != os.getpid()
        assert replies[0].data["greeting"] == "hallo"


async def test_the_least_busy_worker_is_the_best() -> None:
    """Requests go where the fewest wait."""
    async with pool() as workers:
        first, second = workers.workers
        first.post(Message("pid"), lambda _: None)
        assert workers.best() is second
        second.streams = 1
        assert workers.best() is first


async def test_a_request_that_fails_costs_no_worker() -> None:
    """The reason comes back, and the same process goes on."""
    async with pool(count=1) as workers:
        worker = await workers.ready()
        with pytest.raises(EngineError, match="cannot dance"):
            await worker.ask(Message("dance"))
        assert (await worker.ask(Message("pid"))).data["pid"] == worker.pid


async def test_what_a_library_prints_disturbs_nobody() -> None:
    """Standard output of a worker goes nowhere, however much it is."""
    async with pool(count=1) as workers:
        assert (await (await workers.ready()).ask(Message("print"))).kind == "printed"


@pytest.mark.slow
@pytest.mark.parametrize("death", ["die", "killed"])
async def test_a_worker_that_dies_is_replaced(death: str) -> None:
    """Who waits for it is told at once; the next one is another process; meanwhile there is the other one."""
    async with pool() as workers:
        first, second = workers.workers
        asked = asyncio.create_task(first.ask(Message("die" if death == "die" else "hang")))
        if death == "killed":
            await until(lambda: first.silent_s > 0)
            os.kill(first.pid, signal.SIGKILL)
        with pytest.raises(WorkerLostError):
            await asked
        assert workers.workers == (second,)
        workers.check()
        await until(lambda: len(workers.workers) == 2)
        assert first.pid not in {worker.pid for worker in workers.workers}
        with pytest.raises(WorkerLostError):
            await first.ask(Message("pid"))


@pytest.mark.slow
@pytest.mark.parametrize("is_asked", [True, False])
async def test_a_worker_that_hangs_is_killed_and_replaced(is_asked: bool) -> None:
    """A stopped process is noticed within its patience, whether anybody waits for it or not."""
    async with pool(count=1) as workers:
        worker = await workers.ready()
        os.kill(worker.pid, signal.SIGSTOP)
        if is_asked:
            with pytest.raises(WorkerLostError):
                await worker.ask(Message("pid"))
        await until(lambda: not worker.is_alive)
        assert (await workers.ready()).pid != worker.pid
        await until(lambda: not is_running(worker.pid))


@pytest.mark.slow
async def test_a_busy_worker_with_a_long_queue_does_not_hang() -> None:
    """As long as answers come, nobody is killed for those that are still due."""
    async with pool(count=1, patience_s=0.3) as workers:
        worker = await workers.ready()
        for _ in range(8):
            await asyncio.gather(*(worker.ask(Message("pid", sound=bytes(1 << 20))) for _ in range(20)))
        assert worker.is_alive


async def test_an_engine_that_cannot_be_made_is_told_at_the_start() -> None:
    """The error names the pool and the reason, and no process is left."""
    with pytest.raises(SpeechUnavailableError, match="test: no such model"):
        await pool("tests.voice.engines:broken", reason="no such model").start()


async def test_a_pool_whose_workers_die_at_the_start_says_so() -> None:
    """A process that ends before it is ready is an error, not a wait."""
    with pytest.raises(SpeechUnavailableError):
        await pool("os:_exit", count=1, status=1).start()


@pytest.mark.slow
async def test_replacing_goes_on_where_it_fails(tmp_path: Path) -> None:
    """A worker whose replacement dies is replaced again, after a rest; until then the pool says that it cannot."""
    marker = tmp_path / "died"
    marker.touch()
    async with pool("tests.voice.engines:dies_once", count=1, marker=str(marker)) as workers:
        marker.unlink()
        worker = await workers.ready()
        worker.kill()
        await worker.lost.wait()
        with pytest.raises(SpeechUnavailableError, match="test: no worker process"):
            workers.check()
        async with asyncio.timeout(30):
            assert (await workers.ready()).pid != worker.pid
        assert marker.exists()


async def test_leaving_ends_all_processes() -> None:
    """Nothing runs on, hanging or not."""
    async with pool() as workers:
        pids = [worker.pid for worker in workers.workers]
        workers.workers[0].post(Message("hang"), lambda _: None)
    assert not any(is_running(pid) for pid in pids)
    with pytest.raises(SpeechUnavailableError, match="stopped"):
        workers.check()


_PARENT = """
import asyncio, os, signal
from voice.workers import Message, Worker

async def main():
    worker = await Worker.start("tests.voice.engines:Obedient", {}, 30)
    worker.post(Message("hang"), print)
    print(worker.pid, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


@pytest.mark.slow
def test_a_worker_dies_with_the_process_that_started_it() -> None:
    """Even one that hangs, even where Roland is killed."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    parent = subprocess.run([sys.executable, "-c", _PARENT], env=environment, capture_output=True, check=False)
    pid = int(parent.stdout)
    asyncio.run(until(lambda: not is_running(pid)))


async def test_a_worker_that_is_never_ready_is_given_up() -> None:
    """Starting has an end too."""
    with pytest.raises(WorkerLostError, match="not ready"):
        await Worker.start(_OBEDIENT, {}, 0.001)
