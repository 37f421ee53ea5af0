"""A promise to call back: the number, the matter, the due date and the code."""

from assistant.model import CallbackPromise
from voice.session import keypad
from voice.session.asking import Asking
from voice.session.dictation import Dictation
from voice.session.kinds import PHONE, read_phone
from voice.session.moves import Expected, Flow, Promise, Said
from voice.session.numbers import numbers_of
from voice.session.question import Question
from voice.session.spelling import spelling_of
from voice.session.ways import Elsewhere, Way
from voice.session.wording import Wording
from voice.spoken.answer import Sentence

_MOST_TRIES = 2


class Callback:
    """The call-backs of one talk."""

    def __init__(self, asking: Asking, dictation: Dictation, wording: Wording, caller: str | None) -> None:
        """``caller`` is the number they call from, where it is known."""
        self._asking = asking
        self._dictation = dictation
        self._wording = wording
        self._caller = read_phone(caller) if caller else None

    def offer(self, *lead: Sentence, topic: str = "") -> Flow[bool]:
        """Offer one and make it; whether it was promised."""
        if not (yield from self._asking.confirmed(*lead, self._asking.prompt("callback.offer"))):
            yield from self._asking.tell(self._asking.prompt("callback.declined"))
            return False
        return (yield from self.arrange(topic))

    def arrange(self, topic: str = "") -> Flow[bool]:
        """Make one; ``topic`` stands where no matter can be understood. Whether it was promised."""
        number = yield from self._number()
        matter = yield from self._matter(topic)
        promise: CallbackPromise | None = yield Promise(number, matter)
        if promise is None:
            yield from self._asking.tell(self._asking.prompt("callback.not_possible"))
            return False
        yield from self._tell(promise)
        return True

    def _number(self) -> Flow[str]:
        asking = self._asking
        if self._caller is not None:
            said = numbers_of(asking.language).said(self._caller)
            if (yield from asking.confirmed(asking.prompt("callback.known_number", number=said))):
                return self._caller
        number = yield from self._dictation.take(PHONE)
        if number is None:
            raise Elsewhere(Way.BACK)
        return number

    def _matter(self, topic: str) -> Flow[str]:
        asking = self._asking
        fallback = topic or asking.prompt("callback.matter_unknown").text
        question = Question(
            (asking.prompt("callback.matter"),), keys=keypad.MENU, expected=Expected.QUESTION, ends_by_silence=True
        )
        for _ in range(_MOST_TRIES):
            reply = yield from asking.listen(question)
            if not isinstance(reply, Said):
                return fallback
            if reply.confidence >= asking.options.confidence.sure:
                return reply.text
            if (yield from asking.confirmed(asking.prompt("callback.matter_heard", matter=reply.text))):
                return reply.text
        return fallback

    def _tell(self, promise: CallbackPromise) -> Flow[None]:
        asking = self._asking
        due = self._wording.moment(promise.due_at, asking.language)
        symbols = [symbol for symbol in promise.code if symbol.isalnum()]
        code = asking.prompt("callback.code", code=spelling_of(asking.language).said("".join(symbols)))
        told: tuple[Sentence, ...] = (
            asking.prompt("callback.promised", due=due),
            code,
            asking.prompt("callback.code_use"),
        )
        again = True
        while again:
            answer = yield from asking.yes_or_no(*told, asking.prompt("callback.code_again"))
            again = answer is True
            told = (code, asking.prompt("callback.code_use"))
