"""Transactions over UDP: everything is answered once, however often it arrives, and sent until it is answered.

After RFC 3261, 17, and RFC 6026. For calls a final answer is repeated until it is acknowledged, also a 200 (which the
standards leave to the layer above).
"""

import asyncio
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Protocol

from connectors.telephony.sip.address import param
from connectors.telephony.sip.message import Request, Response, write

T1_S, T2_S = 0.5, 4.0
GIVEN_UP_S = 64 * T1_S
MOST_TRANSACTIONS = 20_000
REASONS = {
    100: "Trying",
    180: "Ringing",
    200: "OK",
    400: "Bad Request",
    401: "Unauthorized",
    405: "Method Not Allowed",
    415: "Unsupported Media Type",
    416: "Unsupported URI Scheme",
    420: "Bad Extension",
    422: "Session Interval Too Small",
    480: "Temporarily Unavailable",
    481: "Call/Transaction Does Not Exist",
    482: "Loop Detected",
    486: "Busy Here",
    487: "Request Terminated",
    488: "Not Acceptable Here",
    491: "Request Pending",
    500: "Server Internal Error",
    501: "Not Implemented",
    503: "Service Unavailable",
}
Endpoint = tuple[str, int]
Header = tuple[str, str]


class Cancellable(Protocol):
    """Something that will happen, unless it is cancelled."""

    def cancel(self) -> None:
        """It will not happen."""


class Schedule(Protocol):
    """The time and what is to happen when; an event loop is one."""

    def time(self) -> float:
        """Seconds, never going back."""

    def call_later(self, delay: float, callback: Callable[[], object], /) -> Cancellable:
        """Call it after so many seconds."""


Send = Callable[[bytes, Endpoint], None]


@dataclass(slots=True, eq=False)
class ServerTransaction:
    """A request from the other side, and what it was answered."""

    request: Request
    source: Endpoint
    _send: Send
    _schedule: Schedule
    on_unacknowledged: Callable[[], None] | None = None
    status: int = 0
    _last: bytes = b""
    _repeat: Cancellable | None = None
    _waited_s: float = 0.0

    @property
    def is_answered(self) -> bool:
        """Whether the last word has been said."""
        return self.status >= 200

    def respond(self, status: int, headers: Iterable[Header] = (), body: bytes = b"", tag: str = "") -> None:
        """Answer; ``tag`` names our end of the dialog. Nothing more can be said after a final answer."""
        if self.is_answered:
            return
        self.status = status
        self._last = write(f"SIP/2.0 {status} {REASONS[status]}", [*self._echoed(tag), *headers], body)
        self.repeat()
        if status >= 200 and self.request.method == "INVITE":
            self._repeat_later(T1_S)

    def repeat(self) -> None:
        """Say the last word again."""
        if self._last:
            self._send(self._last, self._way_back())

    def acknowledge(self) -> None:
        """The other side has heard the final answer."""
        self.on_unacknowledged = None
        if self._repeat:
            self._repeat.cancel()

    def _repeat_later(self, delay: float) -> None:
        self._repeat = self._schedule.call_later(delay, lambda: self._again(delay))

    def _again(self, delay: float) -> None:
        self._waited_s += delay
        if self._waited_s >= GIVEN_UP_S:
            given_up, self.on_unacknowledged = self.on_unacknowledged, None
            if given_up:
                given_up()
            return
        self.repeat()
        self._repeat_later(min(delay * 2, T2_S, GIVEN_UP_S - self._waited_s))

    def _echoed(self, tag: str) -> list[Header]:
        request = self.request
        first, *others = request.headers.listed("via")
        to = request.headers.get("to") or ""
        if tag and request.recipient.tag is None:
            to += f";tag={tag}"
        return [
            ("Via", self._marked(first)),
            *(("Via", via) for via in others),
            ("From", request.headers.get("from") or ""),
            ("To", to),
            ("Call-ID", request.call_id),
            ("CSeq", f"{request.cseq} {request.method}"),
        ]

    def _marked(self, via: str) -> str:
        """The topmost hop with where it really came from (RFC 3261, 18.2.1, and 3581)."""
        host, port = self.source
        kept = [part for part in via.split(";") if part.strip().lower().partition("=")[0].strip() not in _SOURCE]
        asked = param(self.request.via.params, "rport") is not None
        return ";".join([*kept, f"received={host}", *([f"rport={port}"] if asked else [])])

    def _way_back(self) -> Endpoint:
        host, port = self.source
        return host, port if param(self.request.via.params, "rport") is not None else self.request.via.port


_SOURCE = frozenset({"received", "rport"})


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request of our own, ready to be sent."""

    datagram: bytes
    branch: str
    method: str
    target: Endpoint
    cseq: int


@dataclass(slots=True, eq=False)
class _ClientTransaction:
    outgoing: Outgoing
    on_final: Callable[[Response | None], None]
    timers: list[Cancellable] = field(default_factory=list)
    delay: float = T1_S


class Transactions:
    """All that are going on."""

    def __init__(self, send: Send, schedule: Schedule) -> None:
        self._send, self._schedule = send, schedule
        self._server: dict[tuple[str, ...], ServerTransaction] = {}
        self._client: dict[tuple[str, str], _ClientTransaction] = {}
        self._settled = asyncio.Event()

    async def settled(self) -> None:
        """Return when all our own requests have been answered or given up."""
        while self._client:
            self._settled.clear()
            await self._settled.wait()

    def receive(self, request: Request, source: Endpoint) -> ServerTransaction | None:
        """A new transaction for a new request; None for what has been here, which is answered as before.

        An ACK is never a transaction: that of a refusal ends here, any other is for the dialog.
        """
        key = _key(request, source, request.method)
        if known := self._server.get(key):
            known.repeat()
            return None
        if len(self._server) >= MOST_TRANSACTIONS:
            return None
        transaction = ServerTransaction(request, source, self._send, self._schedule)
        self._server[key] = transaction
        self._schedule.call_later(2 * GIVEN_UP_S, lambda: self._server.pop(key, None))
        return transaction

    def acknowledge(self, ack: Request, source: Endpoint) -> bool:
        """Whether an ACK was for a refusal: then nobody else needs to know."""
        known = self._server.get(_key(ack, source, "INVITE"))
        if known is None or known.status < 300:
            return False
        known.acknowledge()
        return True

    def cancelled(self, cancel: Request, source: Endpoint) -> ServerTransaction | None:
        """The transaction that a CANCEL is about."""
        return self._server.get(_key(cancel, source, "INVITE"))

    def request(self, outgoing: Outgoing, on_final: Callable[[Response | None], None]) -> None:
        """Send a request until it is answered; ``on_final`` gets the final answer, or None when there is none."""
        transaction = _ClientTransaction(outgoing, on_final)
        key = (outgoing.branch, outgoing.method)
        self._client[key] = transaction
        transaction.timers.append(self._schedule.call_later(GIVEN_UP_S, lambda: self._finish(key, None)))
        self._try(transaction)

    def response(self, response: Response) -> None:
        """An answer to one of our own requests; others are forgotten."""
        key = (response.via.branch, response.cseq_method)
        if response.status >= 200:
            self._finish(key, response)

    def close(self) -> None:
        """Forget all; nothing is sent any more."""
        for transaction in self._server.values():
            transaction.acknowledge()
        for key in list(self._client):
            self._finish(key, None)
        self._server.clear()

    def _try(self, transaction: _ClientTransaction) -> None:
        self._send(transaction.outgoing.datagram, transaction.outgoing.target)
        later = self._schedule.call_later(transaction.delay, lambda: self._try(transaction))
        transaction.timers[1:] = [later]
        transaction.delay = min(transaction.delay * 2, T2_S)

    def _finish(self, key: tuple[str, str], response: Response | None) -> None:
        if transaction := self._client.pop(key, None):
            for timer in transaction.timers:
                timer.cancel()
            transaction.on_final(response)
            self._settled.set()


def new_branch() -> str:
    """A name for a transaction of our own."""
    return f"z9hG4bK{secrets.token_hex(12)}"


def _key(request: Request, source: Endpoint, method: str) -> tuple[str, ...]:
    via = request.via
    if via.branch.startswith("z9hG4bK"):
        return via.branch, via.host, str(via.port), source[0], method
    # From before RFC 3261: told by all that stays the same when a request is sent again.
    tags = (request.sender.tag or "", request.recipient.tag or "" if method != "INVITE" else "")
    return via.host, str(via.port), source[0], request.call_id, str(request.cseq), *tags, method
