"""Session timers (RFC 4028), kept by the other side: it refreshes, or the call is over."""

from dataclasses import dataclass

from connectors.telephony.sip.address import param, parse_params
from connectors.telephony.sip.message import Request
from connectors.telephony.sip.transaction import Header

LEAST_S = 90


@dataclass(frozen=True, slots=True)
class SessionTimer:
    """How long a session goes on without being refreshed, in seconds."""

    interval_s: int

    @property
    def over_after_s(self) -> float:
        """When to give the other side up: a little before it would give us up."""
        return self.interval_s - min(32.0, self.interval_s / 3)

    @property
    def headers(self) -> list[Header]:
        """How it is agreed to."""
        return [("Session-Expires", f"{self.interval_s};refresher=uac"), ("Require", "timer")]


def wished(request: Request) -> SessionTimer | None:
    """The timer that a request asks for; None where it asks for none, or wants us to do the refreshing.

    The latter may be declined by saying nothing of it (RFC 4028, 9): then the session has no timer.
    """
    interval, _, rest = (request.headers.get("session-expires") or "").partition(";")
    interval = interval.strip()
    if not (interval.isascii() and interval.isdigit() and len(interval) < 8):
        return None
    is_known = "timer" in map(str.lower, request.headers.listed("supported") + request.headers.listed("require"))
    refresher = (param(parse_params(rest), "refresher") or "uac").lower()
    return SessionTimer(int(interval)) if is_known and refresher == "uac" else None
