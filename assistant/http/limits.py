"""How much one sender may ask for within a minute."""

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable

from starlette.requests import Request

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


def client_of(request: Request) -> str:
    """Who asks: the address, for IPv6 the network that one connection has at its disposal."""
    host = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    return str(ipaddress.ip_network((address, 64), strict=False)) if address.version == 6 else host
