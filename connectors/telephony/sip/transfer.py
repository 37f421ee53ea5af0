"""Passing a call on by REFER (RFC 3515): what is asked for, and what comes of it."""

import asyncio
import re
from urllib.parse import quote

from assistant.model import TransferOutcome
from connectors.telephony.sip.address import MalformedError, param, parse_params, parse_uri
from connectors.telephony.sip.message import Request, Response
from connectors.telephony.sip.transaction import Header

_NUMBER = re.compile(r"\+?[0-9*#]{1,32}")
_MARKS = re.compile(r"[\s().\-/]")
_STATUS = re.compile(rb"SIP/2\.0 ([1-6]\d\d)\b")
_UNKNOWN_METHOD = frozenset({405, 420, 501})
_MOST_REFERENCE = 120
# The octet before the data that says "characters" (RFC 7434, 4, after ITU-T Q.931).
_CHARACTERS = b"\x04"


def refer_headers(target: str, reference: str, domain: str, by: str) -> list[Header]:
    """The headers of a REFER to a number or SIP address; raises MalformedError for any other target.

    The reference goes to whoever takes the call, as user-to-user information in the INVITE (RFC 7433).
    """
    uri = _uri(target.strip(), domain)
    if reference:
        raw = reference.encode()
        if len(raw) > _MOST_REFERENCE:
            raise MalformedError("too long a reference")
        uri += f"?User-to-User={quote((_CHARACTERS + raw).hex() + ';encoding=hex', safe='')}"
    return [("Refer-To", f"<{uri}>"), ("Referred-By", f"<{by}>")]


def _uri(target: str, domain: str) -> str:
    number = _MARKS.sub("", target)
    if _NUMBER.fullmatch(number):
        return f"sip:{quote(number, safe='+*')}@{domain}"
    uri = parse_uri(target)
    if uri.scheme == "tel" or "?" in target:
        raise MalformedError("neither a number nor a plain SIP address")
    return target


class Transfer:
    """One attempt; its outcome comes once."""

    def __init__(self, cseq: int) -> None:
        self._cseq = cseq
        self._outcome: asyncio.Future[TransferOutcome] = asyncio.get_running_loop().create_future()

    @property
    def is_open(self) -> bool:
        """Whether nobody knows yet what becomes of it."""
        return not self._outcome.done()

    async def outcome(self) -> TransferOutcome:
        """What became of it."""
        return await asyncio.shield(self._outcome)

    def settle(self, outcome: TransferOutcome) -> None:
        """Nothing changes it any more."""
        if self.is_open:
            self._outcome.set_result(outcome)

    def answered(self, response: Response | None) -> None:
        """The other side has taken the request itself, or not."""
        if response is None:
            self.settle(TransferOutcome.TIMED_OUT)
        elif response.status in _UNKNOWN_METHOD:
            self.settle(TransferOutcome.UNSUPPORTED)
        elif response.status >= 300:
            self.settle(TransferOutcome.REFUSED)

    def is_about(self, notify: Request) -> bool:
        """Whether a NOTIFY is about this attempt."""
        event, _, rest = (notify.headers.get("event") or "").partition(";")
        return event.strip().lower() == "refer" and param(parse_params(rest), "id") in (None, str(self._cseq))

    def notified(self, notify: Request) -> TransferOutcome | None:
        """What a NOTIFY says has become of it; None while it goes on."""
        found = _STATUS.match(notify.body.lstrip())
        status = int(found[1]) if found else 100
        state = (notify.headers.get("subscription-state") or "").partition(";")[0].strip().lower()
        if status < 200 and state != "terminated":
            return None
        # Whoever stops telling before the end does not know that anybody has answered.
        return TransferOutcome.DONE if 200 <= status < 300 else TransferOutcome.REFUSED
