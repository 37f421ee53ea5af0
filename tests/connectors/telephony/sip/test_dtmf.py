"""Keys beside the sound, and in messages."""

import struct

import pytest

from connectors.telephony.sip.dtmf import KeyEvents, key_of
from connectors.telephony.sip.rtp import Packet


def event(key: int, timestamp: int, duration: int, *, end: bool = False) -> Packet:
    """A packet about a key that was pressed at a time."""
    return Packet(101, 0, timestamp, 1, struct.pack(">BBH", key, 0x80 if end else 0, duration))


def presses(*packets: Packet) -> str:
    """The keys that are told."""
    events = KeyEvents()
    return "".join(key for key in map(events.press, packets) if key)


def test_a_press_counts_once_however_many_packets_tell_of_it() -> None:
    """Repeated ends belong to the same press; the same key again is another one."""
    first = [event(5, 100, 160), event(5, 100, 320), *[event(5, 100, 480, end=True)] * 3]
    assert presses(*first, event(5, 900, 160), event(11, 1_500, 160)) == "55#"


def test_a_press_counts_whichever_packet_arrives() -> None:
    """Only its end, or only its beginning: the key was pressed."""
    assert presses(event(1, 100, 480, end=True)) == "1"
    assert presses(event(1, 100, 160), event(2, 900, 160)) == "12"


def test_a_late_packet_of_an_older_press_is_no_new_one() -> None:
    """Packets about two presses may overtake each other."""
    assert presses(event(1, 100, 160), event(2, 900, 160), event(1, 100, 480, end=True)) == "12"


def test_a_key_that_is_held_long_is_pressed_once() -> None:
    """Where the counter of the duration is full, another event goes on for the same press."""
    assert presses(event(1, 100, 0xFFFF), event(1, 100 + 0xFFFF, 160), event(1, 100 + 0xFFFF, 320, end=True)) == "1"


@pytest.mark.parametrize("payload", [b"", b"\1\2", struct.pack(">BBH", 16, 0, 1), struct.pack(">BBH", 255, 0, 1)])
def test_other_events_are_no_keys(payload: bytes) -> None:
    """Broken ones, and a flash of the hook."""
    assert KeyEvents().press(Packet(101, 0, 1, 1, payload)) is None


@pytest.mark.parametrize(
    ("kind", "body", "key"),
    [
        ("application/dtmf-relay", b"Signal=5\r\nDuration=160\r\n", "5"),
        ("application/dtmf-relay", b"signal= *\nduration= 160", "*"),
        ("application/dtmf-relay", b"Signal=11\r\n", "#"),
        ("application/dtmf-relay", b"Signal=d\r\n", "D"),
        ("application/dtmf", b" 7 ", "7"),
        ("application/dtmf", b"10", "*"),
        ("application/dtmf", b"16", None),
        ("application/dtmf", b"", None),
        ("application/dtmf", "²".encode(), None),
        ("application/dtmf-relay", b"Signal=hf\r\n", None),
        ("application/dtmf-relay", b"Duration=160\r\n", None),
    ],
)
def test_keys_in_messages_are_read(kind: str, body: bytes, key: str | None) -> None:
    """Both usual forms, by sign or by number."""
    assert key_of(kind, body) == key
