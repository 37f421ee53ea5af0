"""Real telephones call the SIP endpoint."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from ipaddress import IPv4Network
from pathlib import Path

import numpy as np
import pytest

from assistant.model import CallEnded, CallEnding, HoldChanged, KeyPressed, LegEvent, Sound, TransferOutcome
from assistant.ports import MediaLeg
from connectors.telephony.sip.options import SipOptions, SipPeer
from connectors.telephony.sip.trunk import SipTrunk
from tests.fakes import FixedClock
from tests.system.phone.baresip import Baresip, heard_in, spoken
from tests.system.phone.sipp import Sipp

pytestmark = pytest.mark.slow
LOCAL = SipPeer("local", (IPv4Network("127.0.0.1/32"),), calls_a_second=200.0)
OPTIONS = SipOptions(port=0, rtp_ports=(22_000, 22_399), peers=(LOCAL,))


class Talks:
    """What happens on the calls: everything is noted, and a key 0 hangs up."""

    def __init__(self) -> None:
        self.events: list[list[LegEvent]] = []
        self.outcomes: list[TransferOutcome] = []
        self.desk = ""
        self.says = b""

    async def __call__(self, leg: MediaLeg) -> None:
        events: list[LegEvent] = []
        self.events.append(events)
        leg.play(self.says)
        if self.desk:
            self.outcomes.append(await leg.transfer(self.desk, "R-7"))
        async for event in leg.events():
            events.append(event)
            if event == KeyPressed("0"):
                await leg.hang_up()

    def told(self) -> list[list[LegEvent]]:
        """The events of every call but its sound."""
        return [[event for event in events if not isinstance(event, Sound)] for events in self.events]


@pytest.fixture
def talks() -> Talks:
    """Nobody has called yet."""
    return Talks()


@pytest.fixture
async def sipp(tmp_path: Path) -> AsyncIterator[Sipp]:
    """The caller."""
    async with AsyncExitStack() as stack:
        caller = Sipp(tmp_path)
        stack.push_async_callback(caller.close)
        yield caller


@pytest.fixture
async def baresip(tmp_path: Path) -> AsyncIterator[Baresip]:
    """A telephone."""
    async with AsyncExitStack() as stack:
        phone = Baresip(tmp_path)
        stack.push_async_callback(phone.close)
        yield phone


async def test_keys_are_heard_and_calls_are_hung_up(talks: Talks, sipp: Sipp) -> None:
    """A caller presses 0, once, and we hang up."""
    trunk = SipTrunk(OPTIONS, FixedClock())
    async with trunk.serving(talks):
        await sipp.call("keys", trunk.address, "-m", "1")
    assert talks.told() == [[KeyPressed("0"), CallEnded(CallEnding.ROLAND)]]


async def test_calls_are_held(talks: Talks, sipp: Sipp) -> None:
    """Another INVITE holds, a third one takes back."""
    trunk = SipTrunk(OPTIONS, FixedClock())
    async with trunk.serving(talks):
        await sipp.call("hold", trunk.address, "-m", "1")
    assert talks.told() == [[HoldChanged(True), HoldChanged(False), CallEnded(CallEnding.CALLER)]]


async def test_callers_hang_up_at_any_moment(talks: Talks, sipp: Sipp) -> None:
    """Forty calls at once, each over when the caller says so, and nothing is left of any."""
    trunk = SipTrunk(OPTIONS, FixedClock())
    async with trunk.serving(talks):
        await sipp.call("hang_up", trunk.address, "-m", "40", "-r", "100")
        metrics = trunk.metrics()
    assert talks.told() == [[CallEnded(CallEnding.CALLER)]] * 40
    assert (metrics.calls, metrics.answered, metrics.refused, metrics.faults) == (0, 40, 0, 0)


async def test_callers_think_better_of_it(talks: Talks, sipp: Sipp) -> None:
    """While it rings, at any moment."""
    trunk = SipTrunk(replace(OPTIONS, ringing=timedelta(seconds=5)), FixedClock())
    async with trunk.serving(talks):
        await sipp.call("cancel", trunk.address, "-m", "20", "-r", "100")
        assert trunk.metrics().calls == 0
    assert talks.events == []


async def test_other_codecs_are_refused(talks: Talks, sipp: Sipp) -> None:
    """A caller who speaks none of ours is told so."""
    trunk = SipTrunk(OPTIONS, FixedClock())
    async with trunk.serving(talks):
        await sipp.call("codec", trunk.address, "-m", "1")
    assert talks.events == []


async def test_callers_prove_who_they_are(talks: Talks, sipp: Sipp) -> None:
    """With user and password; this telephone knows MD5 only."""
    peer = replace(LOCAL, username="bremen", password="geheim", digests=("MD5",))
    trunk = SipTrunk(replace(OPTIONS, peers=(peer,)), FixedClock())
    async with trunk.serving(talks):
        await sipp.call("digest", trunk.address, "-m", "1")
    assert talks.told() == [[CallEnded(CallEnding.CALLER)]]


async def test_a_flood_of_strangers_is_not_answered(talks: Talks, sipp: Sipp, tmp_path: Path) -> None:
    """Hundreds of calls from an address that may not; whoever may is answered meanwhile."""
    trunk = SipTrunk(OPTIONS, FixedClock())
    (tmp_path / "flood").mkdir()
    flood = Sipp(tmp_path / "flood")
    async with trunk.serving(talks):
        there = f"{trunk.address[0]}:{trunk.address[1]}"
        flooding = await flood.start("stranger", there, "-m", "500", "-r", "500", host="127.0.0.2")
        await sipp.call("hang_up", trunk.address, "-m", "5", "-r", "10")
        await asyncio.wait_for(flooding.wait(), 30)
        metrics = trunk.metrics()
    assert metrics.strangers >= 500
    assert metrics.answered == len(talks.events) == 5


async def test_sound_goes_both_ways(talks: Talks, baresip: Baresip) -> None:
    """A telephone hears what is played, and what it says is heard, sample by sample."""
    trunk = SipTrunk(OPTIONS, FixedClock())
    talks.says = spoken(seed=1)
    async with trunk.serving(talks):
        await baresip.start(says=spoken(seed=2))
        await baresip.dial(trunk.address)
        await baresip.until(lambda: bool(talks.events))
        # Both say a second and a half: by then each has heard all of it.
        await baresip.until(lambda: len(talks.events[0]) > 120)
        await baresip.hang_up()
        await baresip.until(lambda: trunk.metrics().calls == 0)
    pcm = b"".join(event.pcm for event in talks.events[0] if isinstance(event, Sound))
    assert heard_in(pcm, spoken(seed=2)) > 0.95
    assert heard_in(baresip.recording(), spoken(seed=1)) > 0.95
    assert talks.told() == [[CallEnded(CallEnding.CALLER)]]


async def test_a_telephone_is_passed_on_to_another(talks: Talks, baresip: Baresip, sipp: Sipp) -> None:
    """It calls the desk when asked to, tells that somebody is there, and we are out of it."""
    trunk = SipTrunk(OPTIONS, FixedClock())
    talks.desk = f"sip:desk@127.0.0.1:{sipp.port}"
    desk = await sipp.start("desk", "-m", "1")
    async with trunk.serving(talks):
        await baresip.start(says=spoken(seed=2))
        await baresip.dial(trunk.address)
        await baresip.until(lambda: bool(talks.outcomes))
        await baresip.hang_up()
    await asyncio.wait_for(desk.wait(), 15)
    assert talks.outcomes == [TransferOutcome.DONE]
    assert talks.told() == [[CallEnded(CallEnding.TRANSFERRED)]]
    assert desk.returncode == 0


def test_the_correlation_tells_sounds_apart() -> None:
    """The measure these tests rest on: the same sound is found anywhere in another one, a different one is not."""
    noise = np.random.default_rng(3).normal(0, 300, 8_000).astype("<i2").tobytes()
    assert heard_in(noise + spoken(seed=1) + noise, spoken(seed=1)) > 0.95
    assert heard_in(noise + spoken(seed=2) + noise, spoken(seed=1)) < 0.2
