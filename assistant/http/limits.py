"""How much one sender may ask for: within a minute, and in one request."""

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.http.problems import Problem

_MOST_SENDERS = 50_000


class RateLimiter:
    """Lets a sender through a number of times a minute, in a burst or spread out (generic cell rate algorithm).

    One number is kept for a sender: the time at which all that it has asked for would have been due at an even pace. It
    is kept in this process; several workers let through as many times more.
    """

    def __init__(self, per_minute: int, now: Callable[[], float] = time.monotonic) -> None:
        self._pace = 60 / per_minute
        self._burst = 60.0
        self._now = now
        self._due: OrderedDict[str, float] = OrderedDict()

    def check(self, sender: str) -> None:
        """Count one request; raises Problem 429 with the seconds to wait, and then does not count it."""
        now = self._now()
        due = max(self._due.get(sender, now), now) + self._pace
        if due - now > self._burst + self._pace / 2:
            wait = due - now - self._burst
            raise Problem(429, "rate_limited", retry_after=wait, seconds=max(1, round(wait)))
        self._due[sender] = due
        self._due.move_to_end(sender)
        if len(self._due) > _MOST_SENDERS:
            self._due.popitem(last=False)


class BodyLimit:
    """ASGI middleware that stops reading a body as soon as it is known to be too large.

    Starlette has one as well, but answers in its own plain text instead of with a problem.
    """

    def __init__(self, app: ASGIApp, *, most_bytes: int) -> None:
        self._app = app
        self._most = most_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "")
        seen = int(announced) if announced.isdecimal() else 0

        async def receive_within() -> Message:
            nonlocal seen
            if seen > self._most:
                raise Problem(413, "too_large")
            message = await receive()
            if message["type"] == "http.request" and not announced:
                seen += len(message.get("body", b""))
                if seen > self._most:
                    raise Problem(413, "too_large")
            return message

        await self._app(scope, receive_within, send)


def client_of(request: HTTPConnection) -> str:
    """Who asks: the address, for IPv6 the network that one connection has at its disposal."""
    host = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    return str(ipaddress.ip_network((address, 64), strict=False)) if address.version == 6 else host
