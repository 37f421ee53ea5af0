"""Passing a call on."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from assistant.model import CallEnded, CallEnding, TransferOutcome
from connectors.telephony.sip.address import MalformedError
from connectors.telephony.sip.call import SipCall
from connectors.telephony.sip.message import Request
from connectors.telephony.sip.transfer import refer_headers
from tests.connectors.telephony.sip.phone import HELD, OPTIONS, Line, Phone, with_peer


class Passing:
    """A call that is being passed on."""

    def __init__(self, line: Line, target: str = "04213610") -> None:
        self.line, self.phone = line, Phone(line)
        self.call: SipCall = self.phone.call()
        line.take()
        self._target = target
        self.refer: Request
        self.task: asyncio.Task[TransferOutcome]

    async def begin(self) -> "Passing":
        """Ask for it; what the other side gets is ``refer``."""
        self.task = asyncio.create_task(self.call.leg.transfer(self._target, "R-7"))
        await asyncio.sleep(0)
        (self.refer,) = self.line.requests()
        return self

    def notify(self, status: str, state: str = "active", event: str = "refer") -> int:
        """The other side tells how it goes on; our answer."""
        headers = (f"Event: {event}", f"Subscription-State: {state}", "Content-Type: message/sipfrag;version=2.0")
        self.phone.send("NOTIFY", *headers, body=status)
        (answer, *_) = self.line.statuses()
        return answer

    async def outcome(self) -> TransferOutcome:
        """What became of it."""
        return await asyncio.wait_for(self.task, 1)


async def begun(line: Line) -> Passing:
    """One that the other side has accepted to try."""
    passing = await Passing(line).begin()
    passing.phone.answer(passing.refer, 202)
    return passing


async def test_somebody_takes_the_call(line: Line) -> None:
    """The request names the number and carries the reference; when it is taken we hang up."""
    passing = await begun(line)
    assert passing.refer.headers.get("refer-to") == (
        "<sip:04213610@127.0.0.1:5070?User-to-User=04522d37%3Bencoding%3Dhex>"
    )
    assert passing.refer.headers.get("referred-by") == "<sip:115@127.0.0.1:5060>"
    assert passing.notify("SIP/2.0 100 Trying\r\n") == 200
    assert passing.notify("SIP/2.0 180 Ringing\r\n") == 200
    assert not passing.task.done()
    passing.phone.send("NOTIFY", "Event: refer", "Subscription-State: terminated", body="SIP/2.0 200 OK")
    assert [sent.cseq_method for sent, _ in line.take()] == ["NOTIFY", "BYE"]
    assert await passing.outcome() is TransferOutcome.DONE
    assert [event async for event in passing.call.leg.events()] == [CallEnded(CallEnding.TRANSFERRED)]


async def test_the_news_may_come_before_the_answer(line: Line) -> None:
    """Packets overtake each other."""
    passing = await Passing(line).begin()
    assert passing.notify("SIP/2.0 200 OK", "terminated") == 200
    assert await passing.outcome() is TransferOutcome.DONE


@pytest.mark.parametrize("status", ["SIP/2.0 486 Busy Here", "SIP/2.0 603 Decline"])
async def test_nobody_takes_the_call(line: Line, status: str) -> None:
    """The caller is still here, and it can be tried again."""
    passing = await begun(line)
    passing.notify(status, "terminated;reason=noresource")
    assert await passing.outcome() is TransferOutcome.REFUSED
    assert not passing.call.is_over
    again = asyncio.create_task(passing.call.leg.transfer("2", ""))
    await asyncio.sleep(0)
    (refer,) = line.requests()
    assert refer.headers.get("refer-to") == "<sip:2@127.0.0.1:5070>"
    assert passing.notify("SIP/2.0 200 OK", event=f"refer;id={passing.refer.cseq}") == 481
    assert passing.notify("SIP/2.0 200 OK", event=f"refer;id={refer.cseq}") == 200
    assert await asyncio.wait_for(again, 1) is TransferOutcome.DONE


async def test_who_stops_telling_does_not_know_of_anybody(line: Line) -> None:
    """The news ends while it still rings."""
    passing = await begun(line)
    passing.notify("SIP/2.0 100 Trying", "terminated;reason=timeout")
    assert await passing.outcome() is TransferOutcome.REFUSED


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (405, TransferOutcome.UNSUPPORTED),
        (501, TransferOutcome.UNSUPPORTED),
        (420, TransferOutcome.UNSUPPORTED),
        (403, TransferOutcome.REFUSED),
        (603, TransferOutcome.REFUSED),
    ],
)
async def test_the_other_side_does_not_do_it(line: Line, status: int, outcome: TransferOutcome) -> None:
    """What it cannot do is told apart from what it will not; the caller is still here."""
    passing = await Passing(line).begin()
    passing.phone.answer(passing.refer, status)
    assert await passing.outcome() is outcome
    assert not passing.call.is_over


async def test_the_other_side_has_forgotten_the_call(line: Line) -> None:
    """Then there is no caller any more either."""
    passing = await Passing(line).begin()
    passing.phone.answer(passing.refer, 481)
    assert await passing.outcome() is TransferOutcome.REFUSED
    assert [event async for event in passing.call.leg.events()] == [CallEnded(CallEnding.LOST)]


async def test_nobody_answers_in_time(line: Line) -> None:
    """The caller is back after the configured time; who answers late has the caller all the same."""
    passing = await begun(line)
    line.schedule.advance(30)
    assert await passing.outcome() is TransferOutcome.TIMED_OUT
    assert not passing.call.is_over
    passing.notify("SIP/2.0 200 OK")
    assert [event async for event in passing.call.leg.events()] == [CallEnded(CallEnding.TRANSFERRED)]


async def test_a_request_that_nobody_answers_ends_the_call() -> None:
    """It is repeated for 32 seconds; a side that is silent for so long is gone."""
    line = Line(replace(OPTIONS, transfer=timedelta(minutes=2)))
    passing = await Passing(line).begin()
    line.schedule.advance(32)
    assert await passing.outcome() is TransferOutcome.TIMED_OUT
    assert [event async for event in passing.call.leg.events()] == [CallEnded(CallEnding.LOST)]


async def test_the_caller_hangs_up_meanwhile(line: Line) -> None:
    """Nobody waits for an outcome that cannot come."""
    passing = await begun(line)
    passing.phone.send("BYE")
    assert await passing.outcome() is TransferOutcome.REFUSED
    assert [event async for event in passing.call.leg.events()] == [CallEnded(CallEnding.CALLER)]
    assert await passing.call.leg.transfer("1", "") is TransferOutcome.REFUSED


async def test_silence_is_no_loss_while_it_rings_elsewhere(line: Line) -> None:
    """An exchange may send us nothing meanwhile, and hold us."""
    passing = await begun(line)
    passing.call.check(line.schedule.time() + 1_000)
    assert not passing.call.is_over
    assert passing.phone.invite(body=HELD).status == 200


async def test_one_at_a_time(line: Line) -> None:
    """A second attempt is refused while the first one goes on, without being sent."""
    passing = await begun(line)
    assert await passing.call.leg.transfer("2", "") is TransferOutcome.REFUSED
    assert line.take() == []
    passing.notify("SIP/2.0 200 OK")


async def test_what_was_still_to_be_said_is_not_said(line: Line) -> None:
    """The caller hears silence, then whoever answers."""
    passing = Passing(line)
    passing.call.leg.play(bytes(3_200))
    await passing.begin()
    assert passing.call.leg.queued_ms == 0
    passing.notify("SIP/2.0 200 OK")


async def test_an_impossible_target_is_refused(line: Line) -> None:
    """Nothing is sent that could be read as something else."""
    call = Phone(line).call()
    line.take()
    assert await call.leg.transfer("sip:a@b>\r\nX: y", "") is TransferOutcome.REFUSED
    assert line.take() == []


async def test_numbers_belong_to_the_domain_of_the_peer() -> None:
    """Where one is configured it counts, not the address that the call came from."""
    line = Line(with_peer(domain="btb.example"))
    passing = await Passing(line).begin()
    assert (passing.refer.headers.get("refer-to") or "").startswith("<sip:04213610@btb.example?")
    passing.notify("SIP/2.0 200 OK")


@pytest.mark.parametrize(
    ("target", "uri"),
    [
        ("+49 421 361-0", "sip:+494213610@d"),
        ("*21#", "sip:*21%23@d"),
        ("sip:desk@btb.example:5070;transport=udp", "sip:desk@btb.example:5070;transport=udp"),
    ],
)
def test_targets_are_numbers_or_addresses(target: str, uri: str) -> None:
    """Marks for the eye are left out of numbers; addresses are taken as they are."""
    assert refer_headers(target, "", "d", "sip:me@here")[0] == ("Refer-To", f"<{uri}>")


@pytest.mark.parametrize("target", ["", "desk", "tel:115", "sip:a@b?Replaces=x", "sip:a@b c", "<sip:a@b>", "٠٤٢١"])
def test_other_targets_are_refused(target: str) -> None:
    """Also those that would bring headers of their own."""
    with pytest.raises(MalformedError):
        refer_headers(target, "", "d", "sip:me@here")


def test_a_reference_is_short() -> None:
    """User-to-user information has a length that networks carry."""
    with pytest.raises(MalformedError):
        refer_headers("1", "x" * 121, "d", "sip:me@here")
