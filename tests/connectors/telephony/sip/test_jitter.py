"""Packets in their order."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.telephony.sip.jitter import Gap, JitterBuffer
from connectors.telephony.sip.metrics import SipCounts
from connectors.telephony.sip.rtp import Packet

SAMPLES = 160


def packet(number: int, *, source: int = 1, samples: int = SAMPLES, payload: bytes | None = None) -> Packet:
    """The n-th packet of a stream, filled with its own number; its counters begin shortly before they go round."""
    sound = bytes([number % 256]) * samples if payload is None else payload
    return Packet(8, (65_500 + number) & 0xFFFF, (2**32 - 2_000 + number * samples) & 0xFFFFFFFF, source, sound)


class Stream:
    """A buffer with what could be heard from it."""

    def __init__(self) -> None:
        self.counts = SipCounts()
        self._buffer = JitterBuffer(self.counts)
        self.heard: list[int | Gap] = []

    def put(self, arriving: Packet, now: float = 0.0) -> None:
        """A packet arrives."""
        self.heard += [piece if isinstance(piece, Gap) else piece[0] for piece in self._buffer.put(arriving, now)]

    def wait(self, now: float) -> None:
        """Time passes without a packet."""
        self.heard += [piece if isinstance(piece, Gap) else piece[0] for piece in self._buffer.due(now)]


def test_what_is_in_order_does_not_wait() -> None:
    """Every packet can be heard the moment it arrives, also where the counters go round."""
    stream = Stream()
    for number in range(100):
        stream.put(packet(number))
        assert stream.heard[-1] == number
    assert len(stream.heard) == 100


def test_two_in_the_wrong_order_are_put_right() -> None:
    """The later one waits for the earlier one, and nothing is lost."""
    stream = Stream()
    for number in (0, 2, 1, 3):
        stream.put(packet(number))
    assert stream.heard == [0, 1, 2, 3]
    assert stream.counts.frames_lost == 0


def test_what_is_lost_becomes_silence_of_its_length() -> None:
    """After a short wait the gap is told, in samples, and the rest follows."""
    stream = Stream()
    stream.put(packet(0), 0.0)
    stream.put(packet(3), 0.06)
    stream.wait(0.08)
    assert stream.heard == [0]
    stream.wait(0.11)
    assert stream.heard == [0, Gap(2 * SAMPLES), 3]
    assert stream.counts.frames_lost == 2


def test_what_comes_too_late_is_not_heard_and_makes_patient() -> None:
    """Its place is taken by silence already; behind the next gap the wait is longer."""
    stream = Stream()
    stream.put(packet(0), 0.0)
    stream.put(packet(2), 0.04)
    stream.wait(0.09)
    stream.put(packet(1), 0.1)
    assert stream.heard == [0, Gap(SAMPLES), 2]
    assert (stream.counts.frames_late, stream.counts.frames_repeated) == (1, 0)
    stream.put(packet(4), 0.2)
    stream.wait(0.25)
    assert stream.heard[-1] == 2
    stream.put(packet(3), 0.255)
    assert stream.heard[-2:] == [3, 4]


def test_what_comes_twice_is_heard_once() -> None:
    """Also where the first one still waits."""
    stream = Stream()
    for number in (0, 0, 2, 2, 1, 1):
        stream.put(packet(number))
    assert stream.heard == [0, 1, 2]
    assert stream.counts.frames_repeated == 3


def test_another_source_begins_anew() -> None:
    """What was held of the old stream is heard first; the new one has counters of its own."""
    stream = Stream()
    stream.put(packet(0))
    stream.put(packet(2))
    stream.put(packet(5_000, source=2))
    stream.put(packet(5_001, source=2))
    assert stream.heard == [0, Gap(SAMPLES), 2, 5_000 % 256, 5_001 % 256]


def test_one_odd_number_is_an_error_two_are_a_new_beginning() -> None:
    """A single packet from far away is dropped; the second in a row moves the order there."""
    stream = Stream()
    stream.put(packet(0))
    stream.put(packet(9_000))
    stream.put(packet(1))
    assert stream.heard == [0, 1]
    stream.put(packet(9_001))
    stream.put(packet(9_002))
    assert stream.heard == [0, 1, 9_002 % 256]


def test_packets_without_sound_take_part_in_the_order() -> None:
    """A key between two frames is no gap, whatever its timestamp says."""
    stream = Stream()
    stream.put(packet(0))
    stream.put(packet(1, payload=b"")._replace(timestamp=5))
    stream.put(packet(2)._replace(timestamp=packet(1).timestamp))
    assert stream.heard == [0, 2]
    assert stream.counts.frames_lost == 0


def test_a_pause_of_the_sender_is_a_gap_in_time_only() -> None:
    """Whoever sends nothing in silence has lost nothing."""
    stream = Stream()
    stream.put(packet(0))
    stream.put(packet(1)._replace(timestamp=packet(11).timestamp))
    assert stream.heard == [0, Gap(10 * SAMPLES), 1]
    assert stream.counts.frames_lost == 0


def test_much_behind_a_gap_does_not_pile_up() -> None:
    """However little time passes, only so much is held back."""
    stream = Stream()
    stream.put(packet(0))
    for number in range(2, 30):
        stream.put(packet(number))
    assert stream.heard[:3] == [0, Gap(SAMPLES), 2]
    assert stream.heard[-1] == 29


@pytest.mark.slow
@given(st.integers(0, 2**32), st.lists(st.booleans(), min_size=1, max_size=60))
def test_whatever_the_network_does_time_is_kept(seed: int, arrives: list[bool]) -> None:
    """Shuffled a little, doubled, thinned out: each packet is heard once, in order, and all time adds up."""
    chance = random.Random(seed)
    numbers = [0, *(number for number, comes in enumerate(arrives, 1) if comes), len(arrives) + 1]
    # Shuffled where it may be: the first packet begins the order, whatever comes before it has no place.
    order = [numbers[0], *sorted(numbers[1:], key=lambda number: number + chance.uniform(0, 3))]
    stream = Stream()
    for number in order:
        for _ in range(1 + (chance.random() < 0.1)):
            stream.put(packet(number), 0.0)
    stream.wait(1.0)
    assert [heard for heard in stream.heard if isinstance(heard, int)] == numbers
    samples = sum(heard.samples if isinstance(heard, Gap) else SAMPLES for heard in stream.heard)
    assert samples == (len(arrives) + 2) * SAMPLES
