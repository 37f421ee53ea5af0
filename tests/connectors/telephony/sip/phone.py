"""The other side of a call, without a network: a telephone that says what it is told, and time that is told to pass."""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Network
from itertools import count

from connectors.telephony.sip import message
from connectors.telephony.sip.call import SipCall
from connectors.telephony.sip.endpoint import SipEndpoint
from connectors.telephony.sip.message import Request, Response
from connectors.telephony.sip.options import SipOptions, SipPeer
from connectors.telephony.sip.transaction import Endpoint
from tests.fakes import FixedClock

HOST: Endpoint = ("127.0.0.1", 5070)
OPTIONS = SipOptions(
    rtp_ports=(21_000, 21_399),
    peers=(SipPeer("exchange", (IPv4Network("127.0.0.0/8"),), calls_a_second=1_000.0),),
)
OFFER = (
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 40000 RTP/AVP 8 0 101\r\n"
    "a=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\n"
)
HELD = OFFER + "a=sendonly\r\n"


@dataclass(order=True)
class Timer:
    """Something that happens when its time has come."""

    at: float
    number: int
    callback: Callable[[], object] | None = field(compare=False)

    def cancel(self) -> None:
        """It will not happen."""
        self.callback = None


class FakeSchedule:
    """Time that passes when it is told to."""

    def __init__(self) -> None:
        self._now, self._numbers = 1_000.0, count()
        self._timers: list[Timer] = []

    def time(self) -> float:
        return self._now

    def call_later(self, delay: float, callback: Callable[[], object], /) -> Timer:
        timer = Timer(self._now + delay, next(self._numbers), callback)
        heapq.heappush(self._timers, timer)
        return timer

    def advance(self, seconds: float) -> None:
        """Let time pass, and happen what is to happen meanwhile."""
        end = self._now + seconds
        while self._timers and self._timers[0].at <= end:
            timer = heapq.heappop(self._timers)
            self._now = timer.at
            if timer.callback:
                timer.callback()
        self._now = end


class Line:
    """An endpoint with everything it has sent, and the calls that talk."""

    def __init__(self, options: SipOptions = OPTIONS) -> None:
        self.schedule = FakeSchedule()
        self.sent: list[tuple[Request | Response, Endpoint]] = []
        self.talking: list[SipCall] = []
        self.over: list[SipCall] = []
        clock = FixedClock()
        self.endpoint = SipEndpoint(
            options, 5060, self._keep, self.schedule, clock, self.talking.append, self.over.append
        )

    def _keep(self, datagram: bytes, target: Endpoint) -> None:
        self.sent.append((message.parse(datagram), target))

    def take(self) -> list[tuple[Request | Response, Endpoint]]:
        """What was sent since the last time."""
        sent, self.sent = self.sent, []
        return sent

    def statuses(self) -> list[int]:
        """The answers since the last time."""
        return [sent.status for sent, _ in self.take() if isinstance(sent, Response)]

    def requests(self) -> list[Request]:
        """The endpoint's own requests since the last time."""
        return [sent for sent, _ in self.take() if isinstance(sent, Request)]

    def response(self) -> Response:
        """The last answer since the last time."""
        return [sent for sent, _ in self.take() if isinstance(sent, Response)][-1]

    def close(self) -> None:
        """Give the ports back."""
        self.endpoint.close()


class Phone:
    """One call of a telephone's."""

    numbers = count(1)

    def __init__(self, line: Line, source: Endpoint = HOST, *, user: str = "042112345") -> None:
        self.line, self.source, self.user = line, source, user
        self.call_id = f"call-{next(self.numbers)}"
        self.cseq, self.tag = 0, ""
        self.branch = ""
        self._branches = count(1)

    def send(
        self,
        method: str,
        *headers: str,
        body: str = "",
        cseq: int | None = None,
        branch: str | None = None,
        uri: str = "",
    ) -> None:
        """A request of this call; another number, branch or address only where it is said."""
        if cseq is None:
            self.cseq += 1
        self.branch = branch or f"z9hG4bK-{self.call_id}-{next(self._branches)}"
        host, port = self.source
        to = f";tag={self.tag}" if self.tag else ""
        length = (
            [] if any(header.startswith("Content-Length") for header in headers) else [f"Content-Length: {len(body)}"]
        )
        kind = ["Content-Type: application/sdp"] if body and not any("Content-Type" in each for each in headers) else []
        lines = [
            f"{method} {uri or 'sip:115@127.0.0.1'} SIP/2.0",
            f"Via: SIP/2.0/UDP {host}:{port};branch={self.branch};rport",
            "Max-Forwards: 70",
            f'From: "Somebody" <sip:{self.user}@{host}>;tag=theirs',
            f"To: <sip:115@127.0.0.1>{to}",
            f"Call-ID: {self.call_id}",
            f"CSeq: {self.cseq if cseq is None else cseq} {method}",
            f"Contact: <sip:{self.user}@{host}:{port}>",
            *headers,
            *kind,
            *length,
            "",
            body,
        ]
        self.line.endpoint.receive("\r\n".join(lines).encode(), self.source)

    def invite(self, *headers: str, body: str = OFFER) -> Response:
        """Call; the last answer."""
        self.send("INVITE", *headers, body=body)
        answer = self.line.response()
        if answer.status < 300:
            self.tag = answer.recipient.tag or ""
        return answer

    def ack(self, body: str = "") -> None:
        """Acknowledge the last INVITE."""
        self.send("ACK", body=body, cseq=self.cseq)

    def call(self, *headers: str, body: str = OFFER) -> SipCall:
        """A call that talks."""
        assert self.invite(*headers, body=body).status == 200
        self.ack()
        return self.line.talking[-1]

    def answer(self, request: Request, status: int) -> None:
        """Answer a request of the endpoint's."""
        echoed = [f"{name}: {value}" for name, value in request.headers.fields if name in _ECHOED]
        lines = [f"SIP/2.0 {status} Whatever", *echoed, "Content-Length: 0", "", ""]
        self.line.endpoint.receive("\r\n".join(lines).encode(), self.source)


_ECHOED = frozenset({"via", "from", "to", "call-id", "cseq"})


def with_peer(**changes: object) -> SipOptions:
    """The options with another peer."""
    return replace(OPTIONS, peers=(replace(OPTIONS.peers[0], **changes),))  # type: ignore[arg-type]  # by name
