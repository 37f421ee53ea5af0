"""Calls by SIP, from both sides of the signalling: what is asked for, and what is answered when."""

from dataclasses import replace
from datetime import timedelta

import pytest

from assistant.model import CallEnded, CallEnding, HoldChanged, KeyPressed, LegEvent
from connectors.telephony.sip.call import SipCall
from connectors.telephony.sip.message import Response
from tests.connectors.telephony.sip.phone import HELD, OFFER, OPTIONS, Line, Phone
from tests.fakes import NOON

T1_S = 0.5


async def events(call: SipCall) -> list[LegEvent]:
    """Everything a call that is over has told."""
    return [event async for event in call.leg.events()]


def test_a_call_is_answered(line: Line) -> None:
    """Trying, ringing, and taken with our side of the sound; it talks when that is acknowledged."""
    phone = Phone(line)
    phone.send("INVITE", body=OFFER)
    answers = [sent for sent, _ in line.take() if isinstance(sent, Response)]
    assert [answer.status for answer in answers] == [100, 180, 200]
    assert answers[1].recipient.tag == answers[2].recipient.tag
    assert b"m=audio 21" in answers[2].body
    assert b"RTP/AVP 8 101\r\n" in answers[2].body
    assert answers[2].headers.get("contact") == "<sip:115@127.0.0.1:5060>"
    assert "INVITE" in (answers[2].headers.get("allow") or "")
    phone.tag = answers[2].recipient.tag or ""
    assert not line.talking
    phone.ack()
    assert len(line.talking) == 1


def test_the_call_knows_who_calls(line: Line) -> None:
    """Numbers as they were signalled, the other side's name for the call, and one of our own."""
    details = Phone(line).call().leg.details
    assert (details.trunk, details.caller, details.called, details.started_at) == ("sip", "042112345", "115", NOON)
    assert details.external_id.startswith("call-")
    assert len(details.id) >= 16


@pytest.mark.parametrize(
    ("headers", "user", "caller"),
    [
        (["P-Asserted-Identity: <sip:+49421@a>, <tel:+49421555>"], "anonymous", "+49421"),
        (["P-Asserted-Identity: <sip:name@a>, <tel:+49421555>"], "1", "+49421555"),
        (["P-Asserted-Identity: nonsense"], "1", "1"),
        (["Privacy: id", "P-Asserted-Identity: <tel:+49421555>"], "1", None),
        ([], "anonymous", None),
    ],
)
def test_who_does_not_want_to_be_known_is_not(line: Line, headers: list[str], user: str, caller: str | None) -> None:
    """The network's word counts more than the caller's, and the wish for privacy more than both."""
    assert Phone(line, user=user).call(*headers).leg.details.caller == caller


def test_an_invitation_that_comes_again_is_answered_alike(line: Line) -> None:
    """The same answer, and no second call."""
    phone = Phone(line)
    first = phone.invite()
    phone.send("INVITE", body=OFFER, cseq=phone.cseq, branch=phone.branch)
    assert line.response() == first
    assert len(line.endpoint.calls) == 1


def test_the_answer_is_repeated_until_it_is_acknowledged(line: Line) -> None:
    """After half a second, one, two, four and again four; not after the ACK, which may come twice."""
    phone = Phone(line)
    phone.invite()
    for delay in (T1_S, 1, 2, 4, 4):
        line.schedule.advance(delay - 0.01)
        assert line.statuses() == []
        line.schedule.advance(0.01)
        assert line.statuses() == [200]
    phone.ack()
    phone.ack()
    line.schedule.advance(30)
    assert line.statuses() == []
    assert len(line.talking) == 1


def test_a_call_that_is_never_acknowledged_is_given_up(line: Line) -> None:
    """After 32 seconds it is hung up, and its place is free."""
    Phone(line).invite()
    line.schedule.advance(32)
    assert [request.method for request in line.requests()][-1] == "BYE"
    assert (line.endpoint.calls, line.talking) == ((), [])


async def test_the_caller_hangs_up(line: Line) -> None:
    """The call is over, once; a BYE that comes again is answered again, another one knows no call."""
    phone = Phone(line)
    call = phone.call()
    phone.send("BYE")
    phone.send("BYE", cseq=phone.cseq, branch=phone.branch)
    assert line.statuses() == [200, 200]
    phone.send("BYE")
    assert line.statuses() == [481]
    assert await events(call) == [CallEnded(CallEnding.CALLER)]
    assert line.over == [call]


async def test_roland_hangs_up(line: Line) -> None:
    """The BYE goes where the caller's contact is, in the dialog, and is repeated until it is answered."""
    phone = Phone(line)
    call = phone.call()
    line.take()
    await call.leg.hang_up()
    await call.leg.hang_up()
    ((bye, target),) = line.take()
    assert target == phone.source
    assert (bye.cseq_method, bye.call_id, bye.recipient.tag, bye.sender.tag) == (
        "BYE",
        phone.call_id,
        "theirs",
        phone.tag,
    )
    assert bye.uri == "sip:042112345@127.0.0.1:5070"  # type: ignore[union-attr]  # a request
    line.schedule.advance(T1_S)
    (again,) = line.requests()
    assert again == bye
    phone.answer(again, 200)
    line.schedule.advance(60)
    assert line.take() == []
    assert await events(call) == [CallEnded(CallEnding.ROLAND)]


def test_a_goodbye_that_nobody_answers_is_given_up(line: Line) -> None:
    """After 32 seconds nothing is sent any more."""
    call = Phone(line).call()
    call.hang_up()
    line.schedule.advance(32)
    assert len(line.requests()) == 11
    line.schedule.advance(60)
    assert line.take() == []


def test_the_caller_thinks_better_of_it() -> None:
    """CANCEL while it rings: both are answered, the refusal until it is acknowledged, and nobody is called."""
    line = Line(replace(OPTIONS, ringing=timedelta(seconds=3)))
    phone = Phone(line)
    phone.invite()
    phone.tag = ""
    phone.send("CANCEL", cseq=phone.cseq, branch=phone.branch)
    assert line.statuses() == [200, 487]
    line.schedule.advance(T1_S)
    assert line.statuses() == [487]
    phone.send("ACK", cseq=phone.cseq, branch=phone.branch)
    line.schedule.advance(10)
    assert line.take() == []
    assert (line.endpoint.calls, line.talking) == ((), [])


def test_it_rings_as_long_as_configured() -> None:
    """The call is taken after that, not before."""
    line = Line(replace(OPTIONS, ringing=timedelta(seconds=3)))
    Phone(line).send("INVITE", body=OFFER)
    line.schedule.advance(2.9)
    assert line.statuses() == [100, 180]
    line.schedule.advance(0.1)
    assert line.statuses() == [200]
    line.close()


def test_thinking_better_of_it_too_late_changes_nothing(line: Line) -> None:
    """The CANCEL is answered; the call is taken, and the caller hangs it up."""
    phone = Phone(line)
    phone.invite()
    tag, phone.tag = phone.tag, ""
    phone.send("CANCEL", cseq=phone.cseq, branch=phone.branch)
    assert line.statuses() == [200]
    phone.tag = tag
    phone.ack()
    assert len(line.talking) == 1


def test_a_cancel_for_nothing_is_told_so(line: Line) -> None:
    """There is no such call."""
    phone = Phone(line)
    phone.send("CANCEL")
    assert line.statuses() == [481]


def test_hanging_up_while_it_rings() -> None:
    """Some say BYE where CANCEL is meant: both requests get their answer."""
    line = Line(replace(OPTIONS, ringing=timedelta(seconds=3)))
    phone = Phone(line)
    phone.invite()
    phone.send("BYE")
    assert line.statuses() == [200, 487]
    assert line.endpoint.calls == ()


async def test_the_call_is_held_and_taken_back(line: Line) -> None:
    """By another INVITE; the answer mirrors the direction, and the leg is told."""
    phone = Phone(line)
    call = phone.call()
    assert b"a=recvonly\r\n" in phone.invite(body=HELD).body
    phone.ack()
    assert b"a=sendrecv\r\n" in phone.invite(body=OFFER).body
    phone.ack()
    phone.send("BYE")
    held, back, _ = await events(call)
    assert (held, back) == (HoldChanged(is_held=True), HoldChanged(is_held=False))


async def test_the_codec_changes_underway(line: Line) -> None:
    """Another offer is answered with what it begins with."""
    phone = Phone(line)
    phone.call()
    assert b"RTP/AVP 0\r\n" in phone.invite(body=OFFER.replace("8 0 101", "0")).body


def test_a_change_that_cannot_be_agreed_on_leaves_the_call_as_it_was(line: Line) -> None:
    """The refusal is about the change, not about the call."""
    phone = Phone(line)
    call = phone.call()
    before = phone.tag
    assert phone.invite(body=OFFER.replace("8 0 101", "9")).status == 488
    phone.ack()
    assert phone.invite(body="v=0\r\nnonsense").status == 400
    phone.tag = before
    assert not call.is_over
    assert phone.invite(body=HELD).status == 200


def test_two_changes_at_once_are_one_too_many(line: Line) -> None:
    """While the answer to one is not acknowledged, another has to wait."""
    phone = Phone(line)
    phone.call()
    assert phone.invite(body=HELD).status == 200
    assert phone.invite(body=OFFER).status == 491


def test_the_other_side_may_leave_the_offer_to_us(line: Line) -> None:
    """Without a description in the INVITE ours is an offer, and the ACK agrees."""
    phone = Phone(line)
    answer = phone.invite(body="")
    assert b"RTP/AVP 8 0 101\r\n" in answer.body
    phone.ack(OFFER.replace("8 0 101", "0 101"))
    assert len(line.talking) == 1
    assert b"RTP/AVP 0 101\r\n" in phone.invite(body="").body


@pytest.mark.parametrize("body", ["", "nonsense", OFFER.replace("8 0 101", "9")])
def test_without_an_answer_to_our_offer_there_is_no_call(line: Line, body: str) -> None:
    """It is hung up before anybody talks."""
    phone = Phone(line)
    phone.invite(body="")
    phone.ack(body)
    assert [request.method for request in line.requests()] == ["BYE"]
    assert (line.talking, line.endpoint.calls) == ([], ())


def test_updates_are_answered(line: Line) -> None:
    """With a description like an INVITE, without one as a sign of life."""
    phone = Phone(line)
    phone.call()
    phone.send("UPDATE", body=HELD)
    assert b"a=recvonly\r\n" in line.response().body
    phone.send("UPDATE")
    assert line.response().body == b""


@pytest.mark.parametrize(
    ("wish", "answer"),
    [
        ("Session-Expires: 1800", "1800;refresher=uac"),
        ("Session-Expires: 1800;refresher=uac", "1800;refresher=uac"),
        ("x: 1800", "1800;refresher=uac"),
        ("Session-Expires: 1800;refresher=uas", None),
        ("Session-Expires: nonsense", None),
    ],
)
def test_session_timers_are_left_to_the_other_side(line: Line, wish: str, answer: str | None) -> None:
    """It refreshes, or there is no timer."""
    response = Phone(line).invite("Supported: timer, replaces", wish)
    assert response.status == 200
    assert response.headers.get("session-expires") == answer
    assert (response.headers.get("require") == "timer") is (answer is not None)


async def test_a_session_that_is_not_refreshed_is_over(line: Line) -> None:
    """Shortly before its time, unless the other side has given a sign of life."""
    phone = Phone(line)
    call = phone.call("Supported: timer", "Session-Expires: 90", body=HELD)
    line.schedule.advance(50)
    phone.send("UPDATE", "Supported: timer", "Session-Expires: 90")
    line.schedule.advance(50)
    call.check(line.schedule.time())
    assert not call.is_over
    line.schedule.advance(11)
    call.check(line.schedule.time())
    assert (await events(call))[-1] == CallEnded(CallEnding.LOST)


async def test_who_is_not_heard_any_more_is_lost(line: Line) -> None:
    """After 30 seconds without a packet the call is hung up."""
    call = Phone(line).call()
    line.take()
    call.check(line.schedule.time() + 29)
    assert not call.is_over
    call.check(line.schedule.time() + 30)
    assert [request.method for request in line.requests()] == ["BYE"]
    assert await events(call) == [CallEnded(CallEnding.LOST)]


async def test_holding_is_no_loss_but_not_for_ever(line: Line) -> None:
    """Who holds sends nothing; after a quarter of an hour nobody comes back."""
    call = Phone(line).call(body=HELD)
    call.check(line.schedule.time() + 899)
    assert not call.is_over
    call.check(line.schedule.time() + 900)
    assert (await events(call))[-1] == CallEnded(CallEnding.LOST)


async def test_keys_in_messages_are_heard(line: Line) -> None:
    """As INFO, unless they come beside the sound as well; other messages are declined."""
    phone = Phone(line)
    call = phone.call()
    line.take()
    phone.send("INFO", "Content-Type: application/dtmf-relay", body="Signal=5\r\nDuration=100")
    phone.send("INFO", "Content-Type: application/x-other", body="5")
    phone.send("INFO")
    call.media.has_keys = True
    phone.send("INFO", "Content-Type: application/dtmf", body="6")
    assert line.statuses() == [200, 415, 200, 200]
    phone.send("BYE")
    assert await events(call) == [KeyPressed("5"), CallEnded(CallEnding.CALLER)]


def test_requests_out_of_order_are_refused(line: Line) -> None:
    """What is older than the last request is not done."""
    phone = Phone(line)
    call = phone.call()
    phone.send("INFO", cseq=phone.cseq + 5)
    line.take()
    phone.send("BYE", cseq=phone.cseq + 1)
    assert line.statuses() == [500]
    assert not call.is_over


def test_a_call_belongs_to_those_who_know_its_names(line: Line) -> None:
    """With another tag on either side nobody can end it, acknowledge it, or find out that it is there."""
    phone = Phone(line)
    phone.invite()
    line.take()
    tag, phone.tag = phone.tag, "guessed"
    phone.ack()
    phone.send("BYE")
    assert line.statuses() == [481]
    assert (len(line.endpoint.calls), line.talking) == (1, [])
    phone.tag = tag


def test_a_route_that_was_recorded_is_taken(line: Line) -> None:
    """Our requests go through the proxies of the call, in their order; a strict one is addressed itself."""
    route = "Record-Route: <sip:127.0.0.5:5088;lr>, <sip:127.0.0.6;lr>"
    phone = Phone(line)
    response = phone.invite(route)
    assert response.headers.all("record-route") == ["<sip:127.0.0.5:5088;lr>, <sip:127.0.0.6;lr>"]
    phone.ack()
    line.take()
    line.talking[-1].hang_up()
    ((bye, target),) = line.take()
    assert target == ("127.0.0.5", 5088)
    assert bye.headers.all("route") == ["<sip:127.0.0.5:5088;lr>", "<sip:127.0.0.6;lr>"]
    Phone(line).call("Record-Route: <sip:127.0.0.5:5088>").hang_up()
    (strict,) = line.requests()
    assert strict.uri == "sip:127.0.0.5:5088"
    assert strict.headers.all("route") == ["<sip:042112345@127.0.0.1:5070>"]


def test_requests_go_only_to_those_who_may_call(line: Line) -> None:
    """A contact elsewhere, or behind a firewall, is reached the way the call came."""
    phone = Phone(line)
    phone.send("INVITE", "Contact: <sip:x@192.0.2.1>", body=OFFER)
    assert line.response().status == 400
    away = Phone(line)
    away.call("Record-Route: <sip:192.0.2.1;lr>").hang_up()
    assert line.take()[-1][1] == away.source


def test_answers_go_back_the_way_they_came(line: Line) -> None:
    """To the sender's own port where it wants that, else to the port it names; every hop is echoed."""
    phone = Phone(line, ("127.0.0.3", 7_000))
    phone.send("OPTIONS", "Via: SIP/2.0/UDP 10.0.0.9:5099;branch=z9hG4bKfar")
    ((answer, target),) = line.take()
    assert target == ("127.0.0.3", 7_000)
    first, second = answer.headers.all("via")
    assert "received=127.0.0.3" in first
    assert "rport=7000" in first
    assert second == "SIP/2.0/UDP 10.0.0.9:5099;branch=z9hG4bKfar"
    hop, people = b"Via: SIP/2.0/UDP x:6001;branch=z9hG4bKq\r\n", b"From: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\n"
    datagram = b"OPTIONS sip:a SIP/2.0\r\n" + hop + people + b"Call-ID: q\r\nCSeq: 1 OPTIONS\r\n\r\n"
    line.endpoint.receive(datagram, ("127.0.0.3", 7_000))
    assert line.take()[0][1] == ("127.0.0.3", 6_001)


def test_leaving_ends_every_call() -> None:
    """Talking ones by BYE, ringing ones by a refusal, and new ones are refused."""
    line = Line(replace(OPTIONS, ringing=timedelta(seconds=3)))
    talking, ringing = Phone(line), Phone(line)
    talking.invite()
    line.schedule.advance(3)
    talking.ack()
    ringing.invite()
    line.take()
    line.endpoint.close()
    assert sorted(sent.cseq_method for sent, _ in line.take()) == ["BYE", "INVITE"]
    assert Phone(line).invite().status == 503
