"""Keys pressed one after the other, as one entry."""

from voice.session import keypad
from voice.session.asking import Asking
from voice.session.moves import Expected, Flow, Keyed
from voice.session.question import Question


def keyed_on(asking: Asking, first: str, *, keys: str, most: int) -> Flow[str]:
    """All keys up to # or a pause, at most so many; * takes back the last one. Raises Elsewhere."""
    entered = first
    question = Question(
        (),
        keys=f"{keys}{keypad.AGAIN}{keypad.MENU}",
        expected=Expected.DIGITS,
        patience_s=asking.options.patience_dictated_s,
        ends_by_silence=True,
    )
    while len(entered) < most:
        reply = yield from asking.listen(question)
        if not isinstance(reply, Keyed) or reply.key == keypad.MENU:
            break
        entered = entered[:-1] if reply.key == keypad.AGAIN else entered + reply.key
    return entered
