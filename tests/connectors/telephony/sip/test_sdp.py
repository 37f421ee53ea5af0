"""Agreeing on the sound."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.telephony.sip.address import MalformedError
from connectors.telephony.sip.negotiation import Negotiation
from connectors.telephony.sip.sdp import Agreement, NoCommonSoundError, read

HEAD = "v=0\r\no=- 1 1 IN IP4 10.0.0.1\r\ns=-\r\nc=IN IP4 10.0.0.1\r\nt=0 0\r\n"


def agreed(rest: str) -> Agreement:
    """What an offer leads to."""
    return read((HEAD + rest).encode()).agreement


def test_the_first_sound_that_both_know_is_taken() -> None:
    """The other side's order counts; numbers without a name have the one they always had."""
    assert agreed("m=audio 4000 RTP/AVP 9 0 8\r\n") == Agreement("PCMU", 0, None, "10.0.0.1", 4000)
    dynamic = "m=audio 4000 RTP/AVP 96 97\r\na=rtpmap:96 opus/48000/2\r\na=rtpmap:97 pcma/8000\r\n"
    assert agreed(dynamic) == Agreement("PCMA", 97, None, "10.0.0.1", 4000)


def test_keys_are_taken_at_the_rate_of_the_sound_only() -> None:
    """Of events at several rates those at 8 kHz are meant."""
    events = (
        "m=audio 4000 RTP/AVP 8 110 101\r\na=rtpmap:110 telephone-event/48000\r\na=rtpmap:101 telephone-event/8000\r\n"
    )
    assert agreed(events).events == 101
    assert agreed("m=audio 4000 RTP/AVP 8 110\r\na=rtpmap:110 telephone-event/48000\r\n").events is None


@pytest.mark.parametrize(
    ("rest", "is_held"),
    [
        ("m=audio 4000 RTP/AVP 8\r\n", False),
        ("m=audio 4000 RTP/AVP 8\r\na=sendonly\r\n", True),
        ("a=inactive\r\nm=audio 4000 RTP/AVP 8\r\n", True),
        ("a=inactive\r\nm=audio 4000 RTP/AVP 8\r\na=sendrecv\r\n", False),
        ("m=audio 4000 RTP/AVP 8\r\na=recvonly\r\n", False),
        ("m=audio 4000 RTP/AVP 8\r\nc=IN IP4 0.0.0.0\r\n", True),
    ],
)
def test_holding_is_told_in_all_its_ways(rest: str, is_held: bool) -> None:
    """By direction, the stream's own word before the session's, and by the address of nobody as in old times."""
    assert agreed(rest).is_held is is_held


@pytest.mark.parametrize(
    "rest",
    [
        "",
        "m=video 4000 RTP/AVP 8\r\n",
        "m=audio 0 RTP/AVP 8\r\n",
        "m=audio 4000 RTP/SAVP 8\r\n",
        "m=audio 4000 RTP/AVP 9 18\r\n",
        "m=audio 4000 RTP/AVP 8\r\na=rtpmap:8 PCMA/16000\r\n",
        "m=audio 4000 RTP/AVP 8\r\nc=IN IP4 224.0.0.1\r\n",
        "m=audio 4000 RTP/AVP 8\r\nc=IN IP4 255.255.255.255\r\n",
        "m=audio 4000 RTP/AVP 8\r\nc=IN IP6 ::1\r\n",
        "m=audio 4000 RTP/AVP 8\r\nc=IN IP4 999.0.0.1\r\n",
    ],
)
def test_without_common_sound_there_is_no_agreement(rest: str) -> None:
    """Other kinds, declined or encrypted streams, unknown codecs, and addresses of crowds or of another world."""
    with pytest.raises(NoCommonSoundError):
        agreed(rest)


@pytest.mark.parametrize(
    "body", ["", "hello", "v=0\r\nm=audio x RTP/AVP 8\r\n", "v=0\r\nm=audio 70000 RTP/AVP 8\r\n", "v=0\r\nnonsense\r\n"]
)
def test_nonsense_is_malformed(body: str) -> None:
    """What describes nothing is told apart from what we cannot do."""
    with pytest.raises(MalformedError):
        read(body.encode())


def test_sound_without_an_address_is_malformed() -> None:
    """There is nowhere to send to."""
    with pytest.raises(MalformedError):
        read(b"v=0\r\nm=audio 4000 RTP/AVP 8\r\n")


def test_an_answer_takes_one_sound_and_declines_the_rest() -> None:
    """Streams keep their order, other ones get port 0, and the direction is seen from our side."""
    video = (
        "m=video 5000 RTP/AVP 34\r\nm=audio 4000 RTP/AVP 0 8 101\r\na=sendonly\r\na=rtpmap:101 telephone-event/8000\r\n"
    )
    said = Negotiation("192.0.2.7", 21_000).answer((HEAD + video).encode()).decode()
    assert "m=video 0 RTP/AVP 34\r\nm=audio 21000 RTP/AVP 0 101\r\n" in said
    assert "a=rtpmap:0 PCMU/8000\r\n" in said
    assert "a=recvonly\r\n" in said
    assert "c=IN IP4 192.0.2.7\r\n" in said


def test_our_own_offer_is_one_we_would_take() -> None:
    """It names both laws and the keys; once something is agreed on, only that is offered, as another version."""
    ours = Negotiation("192.0.2.7", 21_000)
    first = ours.offer()
    assert read(first).agreement == Agreement("PCMA", 8, 101, "192.0.2.7", 21_000)
    assert b"RTP/AVP 8 0 101\r\n" in first
    ours.accept((HEAD + "m=audio 4000 RTP/AVP 0\r\n").encode())
    assert b"RTP/AVP 0\r\n" in ours.offer()
    assert first.split(b"\r\n")[1] != ours.offer().split(b"\r\n")[1]


def test_a_bad_offer_changes_nothing() -> None:
    """What was agreed on before still holds."""
    ours = Negotiation("192.0.2.7", 21_000)
    ours.answer((HEAD + "m=audio 4000 RTP/AVP 8\r\n").encode())
    before = ours.agreed
    with pytest.raises(NoCommonSoundError):
        ours.answer((HEAD + "m=audio 4000 RTP/AVP 9\r\n").encode())
    assert ours.agreed == before


@given(st.binary(max_size=500))
def test_no_bytes_break_the_reader(body: bytes) -> None:
    """Whatever is offered is an agreement or one of the two refusals."""
    for candidate in (body, HEAD.encode() + body, (HEAD + "m=audio 4000 RTP/AVP 8\r\n").encode() + body):
        with suppress(MalformedError, NoCommonSoundError):
            read(candidate)
