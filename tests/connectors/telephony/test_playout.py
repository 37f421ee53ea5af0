"""What is still to be sent to a caller."""

import asyncio
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.model import FRAME_BYTES, FRAME_MS
from connectors.telephony.playout import Playout


@given(st.lists(st.binary(max_size=1_000).map(lambda pcm: pcm[: len(pcm) // 2 * 2])))
def test_sound_comes_out_as_it_went_in(pieces: list[bytes]) -> None:
    """However it is cut on the way in, it leaves in whole frames, with silence after the last sample only."""
    playout = Playout()
    for piece in pieces:
        playout.add(piece)
    frames = list(iter(playout.next_frame, None))
    said = b"".join(pieces)
    assert all(len(frame) == FRAME_BYTES for frame in frames)
    assert b"".join(frames) == said.ljust(-(-len(said) // FRAME_BYTES) * FRAME_BYTES, b"\0")


def test_it_tells_how_much_is_queued_and_forgotten() -> None:
    """Milliseconds are counted down by frames, and clearing says how many are lost."""
    playout = Playout()
    playout.add(b"\1\2" * 800)
    assert playout.queued_ms == 100
    assert playout.next_frame() is not None
    assert playout.queued_ms == 100 - FRAME_MS
    assert playout.clear() == 80
    assert (playout.queued_ms, playout.next_frame()) == (0, None)


def test_nonsense_is_refused() -> None:
    """Half a sample would turn all that follows into noise; hours of sound are somebody's error."""
    playout = Playout()
    with pytest.raises(ValueError, match="half a sample"):
        playout.add(b"\0")
    with pytest.raises(ValueError, match="more sound"):
        playout.add(bytes(8_000 * 2 * 601))


async def test_emptied_waits_for_the_last_frame_to_have_its_time() -> None:
    """The end is told when the frame after the last one is due, not when the last one is taken."""
    playout = Playout()
    playout.add(bytes(FRAME_BYTES))
    waiting = asyncio.create_task(playout.emptied())
    playout.next_frame()
    await asyncio.sleep(0)
    assert not waiting.done()
    playout.next_frame()
    await asyncio.wait_for(waiting, 1)


@pytest.mark.parametrize("forget", [Playout.clear, Playout.close])
async def test_nobody_waits_for_sound_that_is_forgotten(forget: Callable[[Playout], object]) -> None:
    """Clearing and closing both let those go on who wait for the end."""
    playout = Playout()
    playout.add(bytes(FRAME_BYTES))
    waiting = asyncio.create_task(playout.emptied())
    await asyncio.sleep(0)
    forget(playout)
    await asyncio.wait_for(waiting, 1)


async def test_sound_for_a_call_that_is_over_is_forgotten() -> None:
    """After closing nothing is queued, and nobody waits."""
    playout = Playout()
    playout.close()
    playout.add(bytes(FRAME_BYTES))
    assert playout.next_frame() is None
    await asyncio.wait_for(playout.emptied(), 1)
