"""One end of a dialog (RFC 3261, 12): who talks with whom, and how requests of our own get there."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from connectors.telephony.sip.address import MalformedError, param, parse_address, parse_uri
from connectors.telephony.sip.message import Request, write
from connectors.telephony.sip.transaction import Endpoint, Header, Outgoing, new_branch

SIP_PORT = 5060


@dataclass(frozen=True, slots=True)
class Here:
    """How the other side knows this endpoint: an address that it can reach, and the user in it."""

    host: str
    port: int
    user: str

    @property
    def uri(self) -> str:
        """As a SIP URI."""
        return f"sip:{self.user}@{self.host}:{self.port}"


Identity = tuple[str, str, int]


def identity(invite: Request) -> Identity:
    """What stays the same of an INVITE whatever way it comes."""
    return invite.call_id, invite.sender.tag or "", invite.cseq


class Dialog:
    """What a call's requests have in common; made from the INVITE that began it."""

    def __init__(self, invite: Request, tag: str, here: Here, source: Endpoint) -> None:
        """Raises MalformedError where the INVITE names no way back."""
        self.call_id, self.tag, self._here, self._source = invite.call_id, tag, here, source
        self.identity = identity(invite)
        self.remote_tag = invite.sender.tag or ""
        self._local = f"{invite.headers.get('to')};tag={tag}"
        self._remote = invite.headers.get("from") or ""
        self._routes = [parse_address(route) for route in invite.headers.listed("record-route")]
        self._target = _contact(invite)
        self._cseq = 0
        self._remote_cseq = invite.cseq

    @property
    def uri(self) -> str:
        """Our own address."""
        return self._here.uri

    @property
    def contact(self) -> Header:
        """Where requests for us go."""
        return "Contact", f"<{self._here.uri}>"

    def is_next(self, request: Request) -> bool:
        """Whether a request comes in its order; it counts as the last one then."""
        if request.cseq <= self._remote_cseq:
            return False
        self._remote_cseq = request.cseq
        return True

    def refresh(self, request: Request) -> None:
        """The other side may have moved; raises MalformedError where it says so wrongly."""
        if request.headers.get("contact"):
            self._target = _contact(request)

    def request(
        self, method: str, may_reach: Callable[[str], bool], headers: Iterable[Header] = (), body: bytes = b""
    ) -> Outgoing:
        """The next request of our own. It goes to a host that ``may_reach`` allows, else where the call came from."""
        self._cseq += 1
        branch = new_branch()
        first = self._routes[0] if self._routes else None
        routes, uri = [route.text for route in self._routes], self._target
        if first and param(first.uri.params, "lr") is None:
            # A strict router of old times wants to be the request's own address.
            routes, uri = [*routes[1:], self._target], first.text
        lines = [
            ("Via", f"SIP/2.0/UDP {self._here.host}:{self._here.port};branch={branch};rport"),
            ("Max-Forwards", "70"),
            *(("Route", f"<{route}>") for route in routes),
            ("From", self._local),
            ("To", self._remote),
            ("Call-ID", self.call_id),
            ("CSeq", f"{self._cseq} {method}"),
            self.contact,
            *headers,
        ]
        hop = first.uri if first else parse_uri(self._target)
        target = (hop.host, hop.port or SIP_PORT) if may_reach(hop.host) else self._source
        return Outgoing(write(f"{method} {uri} SIP/2.0", lines, body), branch, method, target, self._cseq)


def _contact(request: Request) -> str:
    contacts = request.headers.listed("contact")
    if len(contacts) != 1:
        raise MalformedError("not one contact")
    return parse_address(contacts[0]).text
