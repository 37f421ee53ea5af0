"""What is done with every SIP packet that arrives: who may send it, what it is about, and whose it is."""

from collections.abc import Callable
from secrets import token_hex

import structlog

from assistant.errors import TrunkError
from assistant.ports import Clock
from connectors.telephony.sip import caller, message
from connectors.telephony.sip.address import MalformedError
from connectors.telephony.sip.call import Line, SipCall
from connectors.telephony.sip.capabilities import CAPABILITIES, Refusal, refusal
from connectors.telephony.sip.dialog import SIP_PORT, Dialog, Here, Identity, identity
from connectors.telephony.sip.digest import DigestGate, Verdict
from connectors.telephony.sip.media import Media
from connectors.telephony.sip.message import Request, Response
from connectors.telephony.sip.metrics import SipCounts
from connectors.telephony.sip.negotiation import Negotiation
from connectors.telephony.sip.options import SipOptions
from connectors.telephony.sip.peers import PeerGate, Peers
from connectors.telephony.sip.ports import SoundPorts, address_towards
from connectors.telephony.sip.sdp import NoCommonSoundError
from connectors.telephony.sip.transaction import Endpoint, Schedule, ServerTransaction, Transactions

_LOG = structlog.get_logger(__name__)
_LEAST_BYTES = 32
_WAIT_FOR_ROOM_S = 10
_WAIT_FOR_RATE_S = 2


class SipEndpoint:
    """All calls of one trunk; sends with ``send`` and is told of packets by ``receive``.

    Nothing that arrives can raise: a packet is answered, passed on to its call, or dropped and counted.
    """

    def __init__(
        self,
        options: SipOptions,
        port: int,
        send: Callable[[bytes, Endpoint], None],
        schedule: Schedule,
        clock: Clock,
        on_talking: Callable[[SipCall], None],
        on_over: Callable[[SipCall], None],
    ) -> None:
        """``port``: the one the packets arrive at."""
        self.counts = SipCounts()
        self.transactions = Transactions(send, schedule)
        self._options, self._port, self._clock = options, port, clock
        self._peers = Peers(options.peers, schedule.time)
        self._digest = DigestGate(options.realm, schedule.time)
        self._sound_ports = SoundPorts(options.host, *options.rtp_ports)
        self._calls: dict[tuple[str, str], tuple[SipCall, PeerGate]] = {}
        self._inviting: dict[Identity, SipCall] = {}
        self._on_talking, self._on_over = on_talking, on_over
        self._line = Line(options, self.transactions, schedule, self._may_reach, self._talking, self._over)
        self._is_closing = False

    @property
    def calls(self) -> tuple[SipCall, ...]:
        """Those going on, ringing ones included."""
        return tuple(call for call, _ in self._calls.values())

    def receive(self, datagram: bytes, source: Endpoint) -> None:
        """Take one packet."""
        gate = self._peers.find(source[0])
        if gate is None:
            # No answer at all: whoever looks for telephones to abuse finds none.
            self.counts.strangers += 1
        elif len(datagram) >= _LEAST_BYTES or datagram.strip(b"\r\n\0"):
            try:
                self._take(message.parse(datagram), source, gate)
            except MalformedError:
                self.counts.malformed += 1
            except Exception as error:  # noqa: BLE001 - one packet must never end the calls of all others
                self.counts.faults += 1
                _LOG.error("sip_packet_failed", error=type(error).__name__)

    def close(self) -> None:
        """Take no calls any more and end those that go on."""
        self._is_closing = True
        for call in self.calls:
            call.hang_up()

    def _take(self, received: Request | Response, source: Endpoint, gate: PeerGate) -> None:
        if isinstance(received, Response):
            self.transactions.response(received)
        elif not gate.may_ask():
            # Each would be remembered for a minute, so that one who floods would leave no room for the others.
            self.counts.flooded += 1
        elif received.method == "ACK":
            self._on_ack(received, source, gate)
        elif transaction := self.transactions.receive(received, source):
            if received.method == "CANCEL":
                self._on_cancel(transaction)
            elif refused := refusal(received):
                self._refuse(transaction, refused)
            else:
                self._dispatch(transaction, gate)

    def _dispatch(self, transaction: ServerTransaction, gate: PeerGate) -> None:
        request = transaction.request
        if request.recipient.tag is not None:
            call = self._call_of(request, gate)
            if call:
                call.receive(transaction)
            else:
                transaction.respond(481)
        elif request.method == "INVITE":
            self._on_invite(transaction, gate)
        elif request.method == "OPTIONS":
            transaction.respond(200, CAPABILITIES, tag=token_hex(8))
        else:
            transaction.respond(481, tag=token_hex(8))

    def _call_of(self, request: Request, gate: PeerGate) -> SipCall | None:
        call, of = self._calls.get((request.call_id, request.recipient.tag or ""), (None, None))
        is_theirs = call is not None and of is gate and request.sender.tag == (call.dialog.remote_tag or None)
        return call if is_theirs else None

    def _on_ack(self, ack: Request, source: Endpoint, gate: PeerGate) -> None:
        if not self.transactions.acknowledge(ack, source) and (call := self._call_of(ack, gate)):
            call.acknowledged(ack)

    def _on_cancel(self, transaction: ServerTransaction) -> None:
        invite = self.transactions.cancelled(transaction.request, transaction.source)
        if invite is None:
            transaction.respond(481, tag=token_hex(8))
            return
        transaction.respond(200, tag=token_hex(8))
        if call := self._inviting.get(identity(invite.request)):
            call.cancelled()

    def _on_invite(self, transaction: ServerTransaction, gate: PeerGate) -> None:
        refused = self._refusal(transaction.request, gate)
        if refused:
            self._refuse(transaction, refused)
            return
        transaction.respond(100)
        try:
            self._begin(transaction, gate)
        except MalformedError:
            self._refuse(transaction, Refusal(400))
        except NoCommonSoundError:
            self._refuse(transaction, Refusal(488))
        except TrunkError:
            self._refuse(transaction, _full(503, _WAIT_FOR_ROOM_S))

    def _refusal(self, invite: Request, gate: PeerGate) -> Refusal | None:
        """Why a call cannot be taken now."""
        if self._is_closing:
            return _full(503, _WAIT_FOR_ROOM_S)
        if identity(invite) in self._inviting:
            # The same call has come by another way (RFC 3261, 8.2.2.2).
            return Refusal(482)
        if gate.peer.username is not None and (unproven := self._unproven(invite, gate)):
            return unproven
        if not gate.take():
            return _full(503, _WAIT_FOR_RATE_S)
        if gate.is_full:
            return _full(486, _WAIT_FOR_ROOM_S)
        return _full(503, _WAIT_FOR_ROOM_S) if len(self._calls) >= self._options.most_calls else None

    def _unproven(self, invite: Request, gate: PeerGate) -> Refusal | None:
        verdict = self._digest.check(invite, gate.peer)
        if verdict is Verdict.RIGHT:
            return None
        if verdict is Verdict.WRONG and not gate.take():
            # Whoever tries passwords is not even asked again.
            return _full(503, _WAIT_FOR_RATE_S)
        asked = self._digest.challenges(gate.peer, stale=verdict is Verdict.STALE)
        return Refusal(401, tuple(("WWW-Authenticate", challenge) for challenge in asked))

    def _begin(self, transaction: ServerTransaction, gate: PeerGate) -> None:
        invite, source, options = transaction.request, transaction.source, self._options
        here = Here(options.advertised or address_towards(source[0]), self._port, options.user)
        dialog = Dialog(invite, token_hex(16), here, source)
        media = Media(self._sound_ports.open(), self.counts, source[0], anywhere=options.sound_from_anywhere)
        negotiation = Negotiation(here.host, media.port)
        details = caller.details(invite, options.name, self._clock.now())
        domain = gate.peer.domain or (source[0] if source[1] == SIP_PORT else f"{source[0]}:{source[1]}")
        call = SipCall(self._line, transaction, dialog, negotiation, media, details, domain)
        self._calls[invite.call_id, dialog.tag] = call, gate
        self._inviting[identity(invite)] = call
        gate.calls += 1
        try:
            call.ring()
        except (MalformedError, NoCommonSoundError):
            call.abandon()
            raise

    def _refuse(self, transaction: ServerTransaction, refused: Refusal) -> None:
        self.counts.refused += transaction.request.method == "INVITE" and refused.status != 401
        transaction.respond(refused.status, refused.headers, tag=token_hex(8))

    def _talking(self, call: SipCall) -> None:
        self.counts.answered += 1
        self._on_talking(call)

    def _over(self, call: SipCall) -> None:
        _, gate = self._calls.pop((call.dialog.call_id, call.dialog.tag))
        gate.calls -= 1
        del self._inviting[call.dialog.identity]
        self._on_over(call)

    def _may_reach(self, host: str) -> bool:
        return self._peers.find(host) is not None


def _full(status: int, wait_s: int) -> Refusal:
    return Refusal(status, (("Retry-After", str(wait_s)),))
