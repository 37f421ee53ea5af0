"""What this endpoint can, as it says so, and the refusals that follow from it."""

from dataclasses import dataclass

from connectors.telephony.sip.address import MalformedError, parse_uri
from connectors.telephony.sip.message import Request
from connectors.telephony.sip.session_timer import LEAST_S, wished
from connectors.telephony.sip.transaction import Header

METHODS = ("INVITE", "ACK", "CANCEL", "BYE", "OPTIONS", "INFO", "UPDATE", "NOTIFY")
_ELSEWHERE = frozenset({"REGISTER", "SUBSCRIBE", "MESSAGE", "PUBLISH", "PRACK", "REFER"})
_EXTENSIONS = frozenset({"timer"})
_WITH_OFFER = frozenset({"INVITE", "UPDATE"})
SDP_TYPE = "application/sdp"
KEY_TYPES = ("application/dtmf-relay", "application/dtmf")
ALLOW: Header = ("Allow", ", ".join(METHODS))
CAPABILITIES: tuple[Header, ...] = (ALLOW, ("Supported", "timer"), ("Accept", SDP_TYPE))


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request is not taken."""

    status: int
    headers: tuple[Header, ...] = ()


def content_type(request: Request) -> str:
    """The kind of a request's body, without its parameters."""
    return (request.headers.get("content-type") or "").partition(";")[0].strip().lower()


def refusal(request: Request) -> Refusal | None:
    """What of a request cannot be done here, whatever call it is about."""
    if request.method not in METHODS:
        return Refusal(405 if request.method in _ELSEWHERE else 501, (ALLOW,))
    required = request.headers.listed("require")
    if unknown := [extension for extension in required if extension.lower() not in _EXTENSIONS]:
        return Refusal(420, (("Unsupported", ", ".join(unknown)),))
    if not _is_forwardable(request):
        return Refusal(400)
    return _of_invite(request) if request.method in _WITH_OFFER else None


def _of_invite(request: Request) -> Refusal | None:
    try:
        parse_uri(request.uri)
    except MalformedError:
        return Refusal(416)
    if (request.headers.get("content-encoding") or "identity").lower() != "identity":
        return Refusal(415, (("Accept-Encoding", "identity"),))
    if request.body and content_type(request) != SDP_TYPE:
        return Refusal(415, (("Accept", SDP_TYPE),))
    timer = wished(request)
    return Refusal(422, (("Min-SE", str(LEAST_S)),)) if timer and timer.interval_s < LEAST_S else None


def _is_forwardable(request: Request) -> bool:
    """Whether Max-Forwards is a number; 0 is as good as any, since the way ends here."""
    hops = request.headers.get("max-forwards")
    return hops is None or (hops.isascii() and hops.isdigit() and int(hops[:4]) <= 255 and len(hops) < 4)
