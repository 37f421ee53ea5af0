"""Who calls whom, as far as the signalling tells."""

from datetime import datetime
from secrets import token_urlsafe

from assistant.model import CallDetails
from connectors.telephony.sip.address import MalformedError, parse_address, parse_uri
from connectors.telephony.sip.message import Request

_WITHHELD = frozenset({"id", "user", "header"})


def details(invite: Request, trunk: str, now: datetime) -> CallDetails:
    """The call that an INVITE begins."""
    return CallDetails(
        id=token_urlsafe(16),
        trunk=trunk,
        external_id=invite.call_id,
        started_at=now,
        caller=_caller(invite),
        called=_number(invite.uri),
    )


def _caller(invite: Request) -> str | None:
    """The number the network vouches for (RFC 3325), else the one the caller names; None where it is withheld."""
    privacy = (invite.headers.get("privacy") or "").lower().replace(",", ";").split(";")
    if _WITHHELD & {wish.strip() for wish in privacy}:
        return None
    try:
        asserted = [parse_address(each).uri for each in invite.headers.listed("p-asserted-identity")]
    except MalformedError:
        asserted = []
    return next((uri.number for uri in [*asserted, invite.sender.uri] if uri.number), None)


def _number(uri: str) -> str | None:
    try:
        return parse_uri(uri).number
    except MalformedError:
        return None
