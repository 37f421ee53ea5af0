"""What Asterisk's dialplan asks about a call, and the variables it is answered with (docs/examples/asterisk).

| asked | when | variables set |
|---|---|---|
| ``call`` token | before AudioSocket | ROLAND_NEXT talk, ROLAND_CALL the id to connect with; or ROLAND_NEXT person |
| ``next`` token id | after AudioSocket | ROLAND_NEXT transfer (ROLAND_TARGET, ROLAND_REFERENCE), hangup, or person |
| ``outcome`` token id DIALSTATUS | after Dial | ROLAND_NEXT talk: AudioSocket with the same id; hangup; person |

``person`` means that Roland cannot take care of this call: the dialplan's own way to a person is the right one then.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from uuid import uuid4

from assistant.model import CallDetails, TransferOutcome
from connectors.telephony.access import is_same
from connectors.telephony.fastagi import AgiError, AgiRequest
from connectors.telephony.switchboard import Switchboard

TRUNK = "audiosocket"
_OUTCOMES = {
    "ANSWER": TransferOutcome.DONE,
    # The caller has left while it rang.
    "CANCEL": TransferOutcome.DONE,
    "NOANSWER": TransferOutcome.TIMED_OUT,
}
"""By DIALSTATUS; all others mean that nobody could or wanted to take the call."""


class Variable(StrEnum):
    """The variables of the channel that are set."""

    CALL = "ROLAND_CALL"
    NEXT = "ROLAND_NEXT"
    TARGET = "ROLAND_TARGET"
    REFERENCE = "ROLAND_REFERENCE"


class Next(StrEnum):
    """What the dialplan is to do, as it stands in ROLAND_NEXT."""

    TALK = "talk"
    TRANSFER = "transfer"
    HANG_UP = "hangup"
    PERSON = "person"


class Question(StrEnum):
    """What the dialplan asks: the path of the FastAGI address."""

    CALL = "call"
    NEXT = "next"
    OUTCOME = "outcome"


class Dialplan:
    """Answers the dialplan's questions; ``counts`` is added to under ``full`` and ``strangers``."""

    def __init__(
        self, switchboard: Switchboard, token: str, has_room: Callable[[], bool], counts: Counter[str]
    ) -> None:
        self._switchboard = switchboard
        self._token = token
        self._has_room = has_room
        self._counts = counts

    def answer(self, request: AgiRequest) -> Mapping[str, str]:
        """The variables to be set, none for a wrong token; raises AgiError for an unknown question."""
        if self._token and not is_same(self._token, request.argument(1)):
            self._counts["strangers"] += 1
            return {}
        match request.script:
            case Question.CALL:
                return self._call(request)
            case Question.NEXT:
                return self._next(request.argument(2))
            case Question.OUTCOME:
                return self._outcome(request.argument(2), request.argument(3))
            case _:
                raise AgiError("an unknown question")

    def _call(self, request: AgiRequest) -> Mapping[str, str]:
        if not self._has_room():
            self._counts["full"] += 1
            return {Variable.NEXT: Next.PERSON}
        details = CallDetails(
            id=str(uuid4()),
            trunk=TRUNK,
            external_id=request.channel,
            started_at=datetime.now(UTC),
            caller=request.caller,
            called=request.called,
        )
        self._switchboard.announce(details)
        return {Variable.CALL: details.id, Variable.NEXT: Next.TALK}

    def _next(self, call_id: str) -> Mapping[str, str]:
        orders = self._switchboard.orders(call_id)
        if orders is None:
            return {Variable.NEXT: Next.PERSON}
        if not orders.target:
            return {Variable.NEXT: Next.HANG_UP}
        return {
            Variable.TARGET: orders.target,
            Variable.REFERENCE: orders.reference,
            Variable.NEXT: Next.TRANSFER,
        }

    def _outcome(self, call_id: str, dial_status: str) -> Mapping[str, str]:
        outcome = _OUTCOMES.get(dial_status, TransferOutcome.REFUSED)
        if self._switchboard.came_back(call_id, outcome):
            return {Variable.NEXT: Next.TALK}
        return {Variable.NEXT: Next.HANG_UP if outcome is TransferOutcome.DONE else Next.PERSON}
