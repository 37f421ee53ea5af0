"""Who may call, what is refused, and what arrives that is no call at all."""

import hashlib
import re
from contextlib import ExitStack
from dataclasses import replace
from ipaddress import IPv4Network

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.telephony.sip.message import Response
from connectors.telephony.sip.options import SipPeer
from connectors.telephony.sip.peers import Peers
from tests.connectors.telephony.sip.phone import OFFER, OPTIONS, Line, Phone, with_peer

PEER = with_peer(username="bremen", password="geheim")


@pytest.mark.parametrize("method", ["INVITE", "OPTIONS", "REGISTER", "BYE"])
def test_strangers_get_no_answer_at_all(line: Line, method: str) -> None:
    """Not even a refusal tells them that somebody is there; they are counted."""
    Phone(line, ("192.0.2.1", 5060)).send(method, body=OFFER)
    assert line.take() == []
    assert line.endpoint.counts.strangers == 1


def test_a_call_of_one_peer_is_not_another_ones() -> None:
    """Also with all its names a request from elsewhere ends nothing."""
    other = SipPeer("other", (IPv4Network("10.0.0.0/8"),))
    line = Line(replace(OPTIONS, peers=(*OPTIONS.peers, other)))
    phone = Phone(line)
    call = phone.call()
    line.take()
    phone.source = ("10.0.0.1", 5060)
    phone.send("BYE")
    assert line.statuses() == [481]
    assert not call.is_over
    line.close()


def test_the_most_exact_network_tells_who_it_is() -> None:
    """One telephone within a network may have rules of its own."""
    wide, narrow = SipPeer("wide", (IPv4Network("10.0.0.0/8"),)), SipPeer("narrow", (IPv4Network("10.1.0.0/16"),))
    peers = Peers((wide, narrow), lambda: 0.0)
    found = [peers.find(host) for host in ("10.1.2.3", "10.2.2.3", "192.0.2.1", "::1", "nonsense")]
    assert [gate and gate.peer.name for gate in found] == ["narrow", "wide", None, None, None]


@pytest.mark.parametrize(
    ("method", "headers", "body", "status", "said"),
    [
        ("FETCH", [], "", 501, "allow"),
        ("REFER", [], "", 405, "allow"),
        ("SUBSCRIBE", [], "", 405, "allow"),
        ("OPTIONS", [], "", 200, "accept"),
        ("OPTIONS", ["Require: foo"], "", 420, "unsupported"),
        ("OPTIONS", ["Max-Forwards: 70"], "", 400, None),
        ("BYE", [], "", 481, None),
        ("NOTIFY", ["Event: keep-alive"], "", 481, None),
        ("INVITE", ["Require: timer, 100rel"], OFFER, 420, "unsupported"),
        ("INVITE", ["Content-Type: multipart/mixed"], OFFER, 415, "accept"),
        ("INVITE", ["Content-Encoding: gzip"], OFFER, 415, "accept-encoding"),
        ("INVITE", ["Supported: timer", "Session-Expires: 20"], OFFER, 422, "min-se"),
        ("INVITE", [], OFFER.replace("8 0 101", "9 18"), 488, None),
        ("INVITE", [], OFFER.replace("RTP/AVP", "RTP/SAVP"), 488, None),
        ("INVITE", [], "hello", 400, None),
    ],
)
def test_what_cannot_be_done_is_said(
    line: Line, method: str, headers: list[str], body: str, status: int, said: str | None
) -> None:
    """Each refusal has its own number, and says what would do."""
    Phone(line).send(method, *headers, body=body)
    sent = line.take()
    if "Max-Forwards: 70" in headers:
        # Given twice: two readers could take it for two different messages.
        assert sent == []
        assert line.endpoint.counts.malformed == 1
        return
    answer = sent[-1][0]
    assert isinstance(answer, Response)
    assert answer.status == status
    assert answer.recipient.tag
    assert said is None or answer.headers.get(said)
    assert line.endpoint.calls == ()


def test_another_scheme_is_refused(line: Line) -> None:
    """A call to what is no telephone address."""
    Phone(line).send("INVITE", body=OFFER, uri="http://roland.example/")
    assert line.statuses() == [416]


@pytest.mark.slow
def test_a_refused_call_leaves_nothing_behind(line: Line) -> None:
    """A thousand calls without a common codec need no port; each is refused until that is acknowledged."""
    for _ in range(1_000):
        phone = Phone(line)
        assert phone.invite(body=OFFER.replace("8 0 101", "9")).status == 488
        phone.send("ACK", cseq=phone.cseq, branch=phone.branch)
    line.schedule.advance(40)
    assert line.take() == []
    assert line.endpoint.counts.refused == 1_000
    assert Phone(line).invite().status == 200


def test_the_same_call_by_two_ways_is_one(line: Line) -> None:
    """The second way is told so."""
    phone = Phone(line)
    phone.invite()
    phone.tag = ""
    phone.send("INVITE", body=OFFER, cseq=phone.cseq)
    assert line.statuses() == [482]
    assert len(line.endpoint.calls) == 1


def test_more_calls_than_a_peer_may_have_are_busy() -> None:
    """Each peer has its own limit; an ended call makes room."""
    line = Line(with_peer(most_calls=2))
    first, second, third = (Phone(line) for _ in range(3))
    assert [phone.invite().status for phone in (first, second, third)] == [200, 200, 486]
    first.ack()
    first.send("BYE")
    again = Phone(line).invite()
    assert again.status == 200
    line.close()


def test_more_calls_than_there_is_room_for_come_back_later() -> None:
    """Whoever is refused is told when to try again."""
    line = Line(replace(OPTIONS, most_calls=1))
    Phone(line).invite()
    refused = Phone(line).invite()
    assert (refused.status, refused.headers.get("retry-after")) == (503, "10")
    line.close()


def test_calls_that_come_too_fast_are_put_off() -> None:
    """Two seconds' worth may come at once, then as many as configured."""
    line = Line(with_peer(calls_a_second=2.0))
    assert [Phone(line).invite().status for _ in range(6)] == [200] * 4 + [503] * 2
    line.schedule.advance(1)
    assert [Phone(line).invite().status for _ in range(3)] == [200] * 2 + [503]
    line.close()


@pytest.mark.slow
def test_who_floods_leaves_room_for_the_others() -> None:
    """Thousands of requests a second from one peer are dropped without being remembered; another peer is answered."""
    flooding = SipPeer("flooding", (IPv4Network("127.0.0.1/32"),))
    other = SipPeer("other", (IPv4Network("127.0.0.2/32"),))
    line = Line(replace(OPTIONS, peers=(flooding, other)))
    phone = Phone(line)
    for number in range(30_000):
        phone.send("OPTIONS", branch=f"z9hG4bK-flood-{number}")
    assert len(line.take()) < 1_000
    assert Phone(line, ("127.0.0.2", 5070)).invite().status == 200
    line.schedule.advance(3)
    line.take()
    phone.send("OPTIONS")
    assert line.statuses() == [200]
    line.close()


def test_without_a_free_port_the_call_comes_back_later() -> None:
    """Nothing is half begun."""
    line = Line(replace(OPTIONS, rtp_ports=(21_400, 21_401)))
    assert [Phone(line).invite().status for _ in range(2)] == [200, 503]
    assert len(line.endpoint.calls) == 1
    line.close()


def authorization(challenge: str, algorithm: str = "sha256", **changes: str) -> str:
    """What a telephone says to a challenge, by the formula of RFC 7616."""
    fields = dict(re.findall(r'(\w+)="?([^",]*)"?', challenge))
    claim = {"username": "bremen", "uri": "sip:115@127.0.0.1", "nc": "00000001", "cnonce": "c", "password": "geheim"}
    claim |= {"realm": fields["realm"], "nonce": fields["nonce"], "qop": "auth"} | changes

    def digest(*parts: str) -> str:
        return hashlib.new(algorithm, ":".join(parts).encode()).hexdigest()

    one = digest(claim["username"], claim["realm"], claim.pop("password"))
    two = digest("INVITE", claim["uri"])
    response = digest(one, claim["nonce"], claim["nc"], claim["cnonce"], claim["qop"], two)
    name = {"sha256": "SHA-256", "md5": "MD5"}[algorithm]
    said = ", ".join(f'{field}="{value}"' for field, value in claim.items() if field not in ("nc", "qop"))
    return (
        f'Authorization: Digest {said}, nc={claim["nc"]}, qop={claim["qop"]}, algorithm={name}, response="{response}"'
    )


def challenged(line: Line, phone: Phone) -> list[str]:
    """What a call without proof is asked."""
    answer = phone.invite()
    assert answer.status == 401
    return answer.headers.all("www-authenticate")


@pytest.mark.parametrize(("algorithm", "index"), [("sha256", 0), ("md5", 1)])
def test_who_knows_the_password_may_call(algorithm: str, index: int) -> None:
    """The better algorithm is offered first; either is taken, and used nonces are worth nothing."""
    line = Line(PEER)
    phone = Phone(line)
    proof = authorization(challenged(line, phone)[index], algorithm)
    assert phone.invite(proof).status == 200
    replayed = Phone(line).invite(proof)
    assert replayed.status == 401
    assert "stale=true" in (replayed.headers.get("www-authenticate") or "")
    line.close()


def test_an_exchange_on_the_way_may_change_the_address() -> None:
    """The proof is about the address that the caller knew."""
    line = Line(PEER)
    phone = Phone(line)
    assert phone.invite(authorization(challenged(line, phone)[0], uri="sip:roland.example")).status == 200
    line.close()


def test_only_what_a_peer_may_use_is_offered_and_taken() -> None:
    """An operator may leave an algorithm out."""
    line = Line(with_peer(username="bremen", password="geheim", digests=("SHA-256",)))
    phone = Phone(line)
    (challenge,) = challenged(line, phone)
    assert phone.invite(authorization(challenge, "md5")).status == 401


def test_a_nonce_may_be_used_again_counted_up() -> None:
    """Telephones need not ask before every call."""
    line = Line(PEER)
    phone = Phone(line)
    challenge = challenged(line, phone)[0]
    for count in ("00000001", "00000002", "0000000a"):
        assert Phone(line).invite(authorization(challenge, nc=count)).status == 200
    assert Phone(line).invite(authorization(challenge, nc="00000009")).status == 401
    line.close()


@pytest.mark.parametrize(
    "changes",
    [{"password": "falsch"}, {"username": "other"}, {"qop": "auth-int"}, {"qop": ""}],
)
def test_who_does_not_know_it_may_not(changes: dict[str, str]) -> None:
    """A proof for another user, with another password or in another way is none, and not called stale."""
    line = Line(PEER)
    phone = Phone(line)
    answer = phone.invite(authorization(challenged(line, phone)[0], **changes))
    assert answer.status == 401
    assert "stale" not in (answer.headers.get("www-authenticate") or "")


@pytest.mark.parametrize("nonce", ["1000.000-made-up", "x", "nan-0-0", ""])
def test_a_nonce_of_somebody_elses_is_worth_nothing(nonce: str) -> None:
    """Only our own are taken, whatever time they claim."""
    line = Line(PEER)
    phone = Phone(line)
    assert phone.invite(authorization(challenged(line, phone)[0], nonce=nonce)).status == 401
    assert line.endpoint.counts.faults == 0


def test_an_old_nonce_is_worth_nothing() -> None:
    """After a minute another one is needed."""
    line = Line(PEER)
    phone = Phone(line)
    challenge = challenged(line, phone)[0]
    line.schedule.advance(61)
    assert phone.invite(authorization(challenge)).status == 401


@pytest.mark.parametrize("header", ["Digest", 'Digest realm="roland', "Basic YTpi", 'Digest realm="roland", nc=x', "Ä"])
def test_a_broken_proof_is_none(header: str) -> None:
    """It is asked again, and nothing fails."""
    line = Line(PEER)
    Phone(line).send("INVITE", f"Authorization: {header}", body=OFFER)
    assert line.endpoint.counts.faults == 0
    assert line.statuses() in ([401], [])


def test_trying_passwords_is_slowed_down() -> None:
    """Wrong proofs count like calls."""
    line = Line(with_peer(username="bremen", password="geheim", calls_a_second=1.0))
    phone = Phone(line)
    wrong = authorization(challenged(line, phone)[0], password="falsch")
    assert [Phone(line).invite(wrong).status for _ in range(4)] == [401, 401, 503, 503]


def test_a_password_is_not_shown() -> None:
    """Not where options are written to a log."""
    assert "geheim" not in repr(PEER)


@pytest.mark.parametrize("datagram", [b"", b"\0", b"\r\n\r\n", b"\0\0\0\0"])
def test_keeping_a_way_open_is_no_error(line: Line, datagram: bytes) -> None:
    """Empty packets come through firewalls every few seconds."""
    line.endpoint.receive(datagram, ("127.0.0.1", 5070))
    assert line.endpoint.counts.malformed == 0
    assert line.take() == []


_PIECES = st.sampled_from(
    [
        "INVITE sip:115@127.0.0.1 SIP/2.0",
        "BYE sip:115@127.0.0.1 SIP/2.0",
        "ACK sip:115@127.0.0.1 SIP/2.0",
        "CANCEL sip:115@127.0.0.1 SIP/2.0",
        "NOTIFY sip:115@127.0.0.1 SIP/2.0",
        "SIP/2.0 200 OK",
        "Via: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bK1;rport",
        "Via: SIP/2.0/UDP 127.0.0.1",
        "From: <sip:1@127.0.0.1>;tag=a",
        "To: <sip:115@127.0.0.1>",
        "Call-ID: x",
        "CSeq: 1 INVITE",
        "CSeq: 2 BYE",
        "Contact: <sip:1@127.0.0.1>",
        "Contact: *",
        "Record-Route: <tel:1>",
        "Session-Expires: 90;refresher=",
        "Supported: timer",
        "Authorization: Digest realm=roland",
        "Event: refer;id=",
        "Content-Type: application/sdp",
        "Content-Length: 4",
    ]
)
_LINES = st.lists(st.one_of(_PIECES, st.text(max_size=40)), max_size=24)


@pytest.mark.slow
@settings(max_examples=200)
@given(st.lists(st.tuples(_LINES, st.text(max_size=200)), max_size=4), st.binary(max_size=300))
def test_nothing_that_arrives_makes_it_fail(messages: list[tuple[list[str], str]], noise: bytes) -> None:
    """Lines in any order, with any rubbish between them: no fault, and the next call is taken as ever."""
    with ExitStack() as stack:
        line = Line(PEER)
        stack.callback(line.close)
        for lines, body in messages:
            line.endpoint.receive("\r\n".join([*lines, "", body]).encode("utf-8", "replace"), ("127.0.0.1", 5070))
        line.endpoint.receive(noise, ("127.0.0.1", 5070))
        line.schedule.advance(100)
        assert line.endpoint.counts.faults == 0
        phone = Phone(line)
        assert phone.invite(authorization(challenged(line, phone)[0])).status == 200


@pytest.mark.slow
@settings(max_examples=200)
@given(st.data())
def test_no_change_of_a_good_message_makes_it_fail(data: st.DataObject) -> None:
    """Any byte of a call's own requests may be another one, be missing or be doubled."""
    line = Line()
    phone = Phone(line)
    phone.call()
    keep = line.endpoint.receive
    for method in ("INFO", "INVITE", "NOTIFY", "UPDATE", "BYE"):

        def broken(datagram: bytes, source: tuple[str, int]) -> None:
            place = data.draw(st.integers(0, len(datagram)))
            piece, length = data.draw(st.binary(max_size=3)), data.draw(st.integers(0, 3))
            keep(datagram[:place] + piece + datagram[place + length :], source)

        line.endpoint.receive = broken  # type: ignore[method-assign]  # on the way, as a network would
        phone.send(method, "Event: refer", body=OFFER)
    assert line.endpoint.counts.faults == 0
    line.close()
