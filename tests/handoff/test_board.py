"""One reading of the queue for all desks."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from assistant.handoff.board import Board
from assistant.handoff.desk import Desk
from assistant.model import Handoff
from tests.workplace import make_desk


class CountingDesk(Desk):
    """Counts readings, and lets them wait."""

    reads = 0

    async def waiting(self) -> tuple[Handoff, ...]:
        self.reads += 1
        await asyncio.sleep(0)
        return await super().waiting()


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[CountingDesk]:
    """A desk on an open database."""
    _, _, _, tools, database = make_desk(tmp_path)
    async with database:
        yield CountingDesk(tools)


async def test_many_at_once_read_twice(desk: CountingDesk) -> None:
    """Of many who ask together, the first begins a reading, and one more serves all others: none gets an older one."""
    board = Board(desk)
    await asyncio.gather(*(board.snapshot() for _ in range(20)))
    assert desk.reads <= 2


async def test_a_later_question_is_read_anew(desk: CountingDesk) -> None:
    """Nobody is told how things stood before they asked."""
    board = Board(desk)
    await board.snapshot()
    await board.snapshot()
    assert desk.reads == 2
