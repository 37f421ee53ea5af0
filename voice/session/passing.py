"""The way to a person: looked for, announced, passed on; and what is said where nobody takes the call."""

from assistant.model import NobodyThere, TransferOutcome, TransferTarget
from voice.session.asking import Asking
from voice.session.callback import Callback
from voice.session.moves import FindPerson, Flow, PassOn
from voice.session.ways import Elsewhere, Way
from voice.session.wording import Wording
from voice.spoken.answer import Sentence

_NOT_DONE = {
    TransferOutcome.REFUSED: "transfer.refused",
    TransferOutcome.TIMED_OUT: "transfer.timed_out",
    TransferOutcome.UNSUPPORTED: "transfer.unsupported",
}


class Passing:
    """Passing on in one talk."""

    def __init__(self, asking: Asking, callback: Callback, wording: Wording) -> None:
        self._asking = asking
        self._wording = wording
        self._callback = callback

    def pass_on(self, *lead: Sentence, is_sure: bool, topic: str) -> Flow[bool]:
        """Whether the caller is with a person now; otherwise a call-back was offered."""
        asking = self._asking
        if not is_sure and not (yield from asking.confirmed(asking.prompt("transfer.confirm"))):
            yield from asking.tell(asking.prompt("confirm.done"))
            return False
        found: TransferTarget | NobodyThere | None = yield FindPerson()
        if found is None:  # who cannot be asked for a person cannot keep a call-back either
            raise Elsewhere(Way.CALL_AGAIN)
        if isinstance(found, NobodyThere):
            yield from self._callback.offer(*lead, self._nobody(found), topic=topic)
            return False
        yield from asking.tell(*lead, asking.prompt("transfer.announced"), asking.prompt("transfer.wait"))
        outcome: TransferOutcome = yield PassOn(found)
        if outcome is TransferOutcome.DONE:
            return True
        yield from self.failed(outcome, topic)
        return False

    def _nobody(self, found: NobodyThere) -> Sentence:
        asking = self._asking
        if found.opens_at is None:
            return asking.prompt("transfer.nobody")
        opening = self._wording.moment(found.opens_at, asking.language)
        return asking.prompt("transfer.closed_hours", next_opening=opening)

    def failed(self, outcome: TransferOutcome, topic: str = "") -> Flow[bool]:
        """Say that nobody took the call, and offer to call back."""
        asking = self._asking
        sorry = asking.prompt(_NOT_DONE.get(outcome, "transfer.failed"))
        return (yield from self._callback.offer(sorry, topic=topic))
