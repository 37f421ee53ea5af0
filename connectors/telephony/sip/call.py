"""One call: from ringing to its end, by what the other side asks for and what Roland does."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import partial

import structlog

from assistant.model import CallDetails, CallEnding, KeyPressed, TransferOutcome
from connectors.telephony.leg import CallLeg
from connectors.telephony.sip.address import MalformedError
from connectors.telephony.sip.capabilities import CAPABILITIES, KEY_TYPES, content_type
from connectors.telephony.sip.dialog import Dialog
from connectors.telephony.sip.dtmf import key_of
from connectors.telephony.sip.media import Media
from connectors.telephony.sip.message import Request, Response
from connectors.telephony.sip.negotiation import Negotiation
from connectors.telephony.sip.options import SipOptions
from connectors.telephony.sip.sdp import NoCommonSoundError
from connectors.telephony.sip.session_timer import wished
from connectors.telephony.sip.transaction import Cancellable, Header, Schedule, ServerTransaction, Transactions
from connectors.telephony.sip.transfer import Transfer, refer_headers

_LOG = structlog.get_logger(__name__)
_GONE = frozenset({408, 481})
_SDP: Header = ("Content-Type", "application/sdp")


class Stage(Enum):
    """How far a call is."""

    RINGING = "ringing"
    ANSWERED = "answered"
    """The other side has not yet acknowledged it."""
    TALKING = "talking"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Line:
    """What all calls share."""

    options: SipOptions
    transactions: Transactions
    schedule: Schedule
    may_reach: Callable[[str], bool]
    on_talking: Callable[["SipCall"], None]
    on_over: Callable[["SipCall"], None]


class SipLeg(CallLeg):
    """A call as those see it who talk on it."""

    def __init__(self, details: CallDetails, call: "SipCall") -> None:
        super().__init__(details)
        self._call = call

    async def transfer(self, target: str, reference: str) -> TransferOutcome:
        return await self._call.transfer(target, reference)

    async def hang_up(self) -> None:
        self._call.hang_up()


class SipCall:
    """The state of one call; every method belongs to the endpoint's event loop."""

    def __init__(
        self,
        line: Line,
        invite: ServerTransaction,
        dialog: Dialog,
        negotiation: Negotiation,
        media: Media,
        details: CallDetails,
        domain: str,
    ) -> None:
        """``domain``: where numbers are that callers are passed on to."""
        self.dialog, self.media, self.leg = dialog, media, SipLeg(details, self)
        self._line, self._negotiation, self._domain = line, negotiation, domain
        self._stage = Stage.RINGING
        self._invite: ServerTransaction | None = invite
        self._awaits_answer = False
        self._ringing: Cancellable | None = None
        self._transfer: Transfer | None = None
        self._expires_at: float | None = None
        self._held_since: float | None = None

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens."""
        return self._stage is Stage.OVER

    def ring(self) -> None:
        """Begin; raises MalformedError, NoCommonSoundError where the sound cannot be agreed on."""
        invite = self._invite
        if invite is None:
            return
        description = self._describe(invite.request)
        invite.respond(180, [self.dialog.contact, *_recorded(invite.request)], tag=self.dialog.tag)
        pick_up = partial(self._pick_up, invite, description)
        if wait_s := self._line.options.ringing.total_seconds():
            self._ringing = self._line.schedule.call_later(wait_s, pick_up)
        else:
            pick_up()

    def receive(self, transaction: ServerTransaction) -> None:
        """A request within the call."""
        request = transaction.request
        handler = self._HANDLERS.get(request.method)
        if handler is None or not self.dialog.is_next(request):
            transaction.respond(500)
            return
        try:
            handler(self, transaction)
        except MalformedError:
            transaction.respond(400)
        except NoCommonSoundError:
            transaction.respond(488)

    def acknowledged(self, ack: Request) -> None:
        """The other side knows that we have taken the call, or what it has changed about it."""
        invite = self._invite
        if invite is None or ack.cseq != invite.request.cseq or not invite.is_answered:
            return
        invite.acknowledge()
        self._invite = None
        if self._awaits_answer:
            self._awaits_answer = False
            try:
                self._agree(ack.body)
            except (MalformedError, NoCommonSoundError):
                self._give_up(CallEnding.LOST)
                return
        if self._stage is Stage.ANSWERED:
            self._stage = Stage.TALKING
            self._line.on_talking(self)
            self.media.start(self.leg, self._line.schedule.time())

    def cancelled(self) -> None:
        """The caller has thought better of it before anybody answered."""
        if self._stage is Stage.RINGING:
            self._refuse_invite(487)
            self._finish(CallEnding.CALLER)

    def hang_up(self) -> None:
        """End the call; harmless when it has ended."""
        if self._stage is Stage.RINGING:
            self._refuse_invite(480)
            self._finish(CallEnding.ROLAND)
        else:
            self._give_up(CallEnding.ROLAND)

    def abandon(self) -> None:
        """Forget a call that could not be begun."""
        self._invite = None
        self._finish(CallEnding.LOST)

    async def transfer(self, target: str, reference: str) -> TransferOutcome:
        """See ``MediaLeg.transfer``."""
        if self._stage is not Stage.TALKING or (self._transfer and self._transfer.is_open):
            return TransferOutcome.REFUSED
        try:
            headers = refer_headers(target, reference, self._domain, self.dialog.uri)
        except MalformedError as error:
            _LOG.warning("transfer_impossible", reason=str(error))
            return TransferOutcome.REFUSED
        self.leg.clear()
        refer = self.dialog.request("REFER", self._line.may_reach, headers)
        self._transfer = transfer = Transfer(refer.cseq)
        self._line.transactions.request(refer, partial(self._referred, transfer))
        too_long = self._line.options.transfer.total_seconds()
        timer = self._line.schedule.call_later(too_long, lambda: transfer.settle(TransferOutcome.TIMED_OUT))
        try:
            return await transfer.outcome()
        finally:
            timer.cancel()

    def check(self, now: float) -> None:
        """End the call when nobody seems to be there any more; to be asked every second or so."""
        if self._stage is not Stage.TALKING or (self._transfer and self._transfer.is_open):
            return
        options = self._line.options
        is_lost = self.media.is_expecting and now - self.media.heard_at >= options.silence.total_seconds()
        has_expired = self._expires_at is not None and now >= self._expires_at
        held_since, longest = self._held_since, options.longest_hold.total_seconds()
        if is_lost or has_expired or (held_since is not None and now - held_since >= longest):
            self._give_up(CallEnding.LOST)

    def _pick_up(self, invite: ServerTransaction, description: bytes) -> None:
        self._stage = Stage.ANSWERED
        self._accept(invite, description)

    def _describe(self, request: Request) -> bytes:
        """Our side of what a request offers, or asks us to offer."""
        if not request.body:
            self._awaits_answer = request.method == "INVITE"
            return self._negotiation.offer() if self._awaits_answer else b""
        description = self._negotiation.answer(request.body)
        self._agreed()
        return description

    def _accept(self, transaction: ServerTransaction, description: bytes) -> None:
        request = transaction.request
        self.dialog.refresh(request)
        timer = wished(request)
        self._expires_at = self._line.schedule.time() + timer.over_after_s if timer else None
        headers = [self.dialog.contact, *CAPABILITIES, *(timer.headers if timer else [])]
        if request.method == "INVITE":
            self._invite = transaction
            transaction.on_unacknowledged = partial(self._give_up, CallEnding.LOST)
            headers += _recorded(request)
        transaction.respond(200, [*headers, *([_SDP] if description else [])], description, self.dialog.tag)

    def _agree(self, answer: bytes) -> None:
        self._negotiation.accept(answer)
        self._agreed()

    def _agreed(self) -> None:
        now = self._line.schedule.time()
        if agreed := self._negotiation.agreed:
            self.media.agree(agreed, now)
            self._held_since = (self._held_since or now) if agreed.is_held else None

    def _on_invite(self, transaction: ServerTransaction) -> None:
        if self._invite:
            transaction.respond(491)
        else:
            self._on_update(transaction)

    def _on_update(self, transaction: ServerTransaction) -> None:
        self._accept(transaction, self._describe(transaction.request))

    def _on_bye(self, transaction: ServerTransaction) -> None:
        transaction.respond(200)
        if self._stage is Stage.RINGING:
            self._refuse_invite(487)
        self._finish(CallEnding.CALLER)

    def _on_info(self, transaction: ServerTransaction) -> None:
        request = transaction.request
        kind = content_type(request)
        if request.body and kind not in KEY_TYPES:
            transaction.respond(415, [("Accept", ", ".join(KEY_TYPES))])
            return
        transaction.respond(200)
        key = key_of(kind, request.body)
        # Some exchanges tell every key both ways; those beside the sound come in time.
        if key and self._stage is Stage.TALKING and not self.media.has_keys:
            self.leg.inbox.put(KeyPressed(key))

    def _on_notify(self, transaction: ServerTransaction) -> None:
        transfer = self._transfer
        if transfer is None or not transfer.is_about(transaction.request):
            transaction.respond(481)
            return
        transaction.respond(200)
        outcome = transfer.notified(transaction.request)
        if outcome is TransferOutcome.DONE:
            # Even after we have given it up: somebody has the caller now.
            transfer.settle(outcome)
            self._give_up(CallEnding.TRANSFERRED)
        elif outcome:
            transfer.settle(outcome)

    def _on_options(self, transaction: ServerTransaction) -> None:
        transaction.respond(200, [self.dialog.contact, *CAPABILITIES])

    def _referred(self, transfer: Transfer, response: Response | None) -> None:
        transfer.answered(response)
        if response is None or response.status in _GONE:
            self._give_up(CallEnding.LOST)

    def _refuse_invite(self, status: int) -> None:
        if self._invite:
            self._invite.respond(status, tag=self.dialog.tag)
            self._invite = None

    def _give_up(self, ending: CallEnding) -> None:
        """End an answered call from our side."""
        if not self.is_over:
            bye = self.dialog.request("BYE", self._line.may_reach)
            self._finish(ending)
            self._line.transactions.request(bye, lambda _: None)

    def _finish(self, ending: CallEnding) -> None:
        if self.is_over:
            return
        self._stage = Stage.OVER
        if self._invite:
            self._invite.acknowledge()
        if self._ringing:
            self._ringing.cancel()
        if self._transfer:
            self._transfer.settle(TransferOutcome.REFUSED)
        self.leg.end(ending)
        self._line.on_over(self)
        self.media.close()

    _HANDLERS: dict[str, Callable[["SipCall", ServerTransaction], None]] = {  # noqa: RUF012 - never changes
        "INVITE": _on_invite,
        "UPDATE": _on_update,
        "BYE": _on_bye,
        "INFO": _on_info,
        "NOTIFY": _on_notify,
        "OPTIONS": _on_options,
    }


def _recorded(request: Request) -> list[Header]:
    return [("Record-Route", route) for route in request.headers.all("record-route")]
