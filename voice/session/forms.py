"""A field of a form filled in by telephone: said or keyed after its kind, read back, then given to the dialogue."""

from decimal import Decimal

from babel.numbers import format_currency

from assistant.model import Answer, FieldKind, FormOverview, FormReview, FormStep, WalkMode
from voice.session import keypad
from voice.session.asking import Asking
from voice.session.dictation import Dictation
from voice.session.entry import keyed_on
from voice.session.keyed import KEYED_VALUES, KeyedValue, written
from voice.session.kinds import IBAN, NUMBER, PHONE, POSTCODE, Kind
from voice.session.moves import Expected, Flow, Keyed, Said
from voice.session.question import Question
from voice.session.wishes import Pick, Wish, surely
from voice.session.wording import Wording
from voice.spoken.answer import Sentence, SpokenAnswer

NEXT, BACK, CODE = "form:next", "form:back", "form:code"
_SLATES: dict[FieldKind, Kind] = {
    FieldKind.POSTCODE: POSTCODE,
    FieldKind.PHONE: PHONE,
    FieldKind.IBAN: IBAN,
    FieldKind.INTEGER: NUMBER,
}
_EXPECTED = {
    FieldKind.DATE: Expected.DATE,
    FieldKind.TEXT: Expected.NAME,
    FieldKind.EMAIL: Expected.NAME,
    FieldKind.AMOUNT: Expected.DIGITS,
    FieldKind.NUMBER: Expected.DIGITS,
    **dict.fromkeys(_SLATES, Expected.DIGITS),
}
_COMMAND_WORDS = 4


def entry_of(answer: Answer) -> FormStep | None:
    """The field that is to be filled in now by words of the caller's own; None where nothing is, or one chooses."""
    step = next((block for block in reversed(answer.blocks) if isinstance(block, FormStep)), None)
    if step is None or step.mode is not WalkMode.FILL or step.asks != "field" or step.kind not in _EXPECTED:
        return None
    return step


def is_in_form(answer: Answer) -> bool:
    """Whether an answer stands within a form that is gone through."""
    return any(isinstance(block, FormStep | FormOverview | FormReview) for block in answer.blocks)


class Forms:
    """The fields of one talk."""

    def __init__(self, asking: Asking, dictation: Dictation, wording: Wording) -> None:
        self._asking = asking
        self._dictation = dictation
        self._wording = wording

    def entered(self, answer: Answer, step: FormStep, *lead: Sentence) -> Flow[Wish]:
        """What the caller enters, confirmed; or what they want instead."""
        spoken = self._wording.answer(answer)
        question = self._question((*lead, *spoken.sentences), step)
        while True:
            reply = yield from self._asking.ask(question)
            if isinstance(reply, Keyed):
                wish = yield from self._keyed(reply, step)
            elif choice := self._chosen(reply, spoken):
                return choice
            else:
                wish = yield from self._said(reply, step)
            if wish is not None:
                return wish
            value = _keyed_value(step) if isinstance(reply, Keyed) else None
            question = self._question((self._asking.prompt(value.ask if value else "confirm.say_again"),), step)

    def _question(self, sentences: tuple[Sentence, ...], step: FormStep) -> Question:
        kind, value = self._slate(step), _keyed_value(step)
        by_keys = value.ask if value else "dictation.code_keys" if kind and kind.has_letters else "dictation.digits"
        return Question(
            sentences,
            by_keys=(self._asking.prompt(by_keys),),
            keys=f"{value.first if value else keypad.DIGITS}{keypad.MENU}",
            expected=_EXPECTED[step.kind] if step.kind else Expected.NAME,
            vocabulary=self._dictation.likely(kind) if kind else (),
        )

    def _keyed(self, keyed: Keyed, step: FormStep) -> Flow[Wish | None]:
        """What is entered by keys; None where it cannot be that, or was not meant. # alone leaves the field empty."""
        if keyed.key == keypad.MENU:
            return Pick(NEXT)
        if (value := _keyed_value(step)) is not None:
            return (yield from self._by_keys(keyed.key, value, step))
        kind = self._slate(step)
        return _value((yield from self._dictation.take(kind, typed=keyed.key))) if kind else None

    def _by_keys(self, first: str, value: KeyedValue, step: FormStep) -> Flow[Wish | None]:
        asking = self._asking
        entered = value.read((yield from keyed_on(asking, first, keys=keypad.DIGITS, most=value.most)))
        if entered is None:
            return None
        told = asking.prompt("confirm.understood", what=self._told_back(entered, step))
        return surely(entered) if (yield from asking.confirmed(told)) else None

    def _told_back(self, entered: str, step: FormStep) -> str:
        language = self._asking.language
        if step.kind is FieldKind.EMAIL:
            return self._dictation.spelled(entered)
        if step.kind is FieldKind.AMOUNT:
            entered = format_currency(Decimal(entered.replace(",", ".")), "EUR", locale=language)
        return self._wording.text(entered, language)

    def _chosen(self, said: Said, spoken: SpokenAnswer) -> Pick | None:
        """One of the step's own commands ("weiter", "warum wird das gefragt")."""
        if len(said.text.split()) > _COMMAND_WORDS or said.text.isdigit():
            return None
        commands = [one for one in spoken.choices if not one.payload.startswith("form:value")]
        choice = self._asking.chosen(said, commands)
        return Pick(choice.payload, choice.phrase) if choice else None

    def _said(self, said: Said, step: FormStep) -> Flow[Wish]:
        """The value that was said; the words themselves, for the dialogue to judge, where they are none of its kind."""
        kind = self._slate(step)
        if kind is not None:
            begun = self._dictation.symbols(kind, [one.text for one in said.heard.hypotheses])
            return _value((yield from self._dictation.take(kind, begun=begun))) if begun else said
        if step.kind is FieldKind.DATE:
            return (yield from self._day(said))
        if step.kind in {FieldKind.AMOUNT, FieldKind.NUMBER}:
            number = self._dictation.number(said)
            return said if number is None else (yield from self._confirmed(said, str(number), said.text))
        name = self._dictation.name(said)
        return (yield from self._confirmed(said, name, self._wording.text(name, self._asking.language)))

    def _day(self, said: Said) -> Flow[Wish]:
        day = self._dictation.day(said)
        if day is None:
            return said
        return (yield from self._confirmed(said, written(day), said.text, always=True))

    def _confirmed(self, said: Said, value: str, what: str, *, always: bool = False) -> Flow[Wish]:
        """The value, read back first where it was not heard clearly."""
        asking = self._asking
        if not always and value == said.text and said.confidence >= asking.options.confidence.sure:
            return surely(value)
        is_right = yield from asking.confirmed(asking.prompt("confirm.understood", what=what))
        return surely(value) if is_right else None

    def _slate(self, step: FormStep) -> Kind | None:
        return _SLATES.get(step.kind) if step.kind is not None else None


def _value(value: str | None) -> Wish:
    return surely(value) if value is not None else Pick(BACK)


def _keyed_value(step: FormStep) -> KeyedValue | None:
    return KEYED_VALUES.get(step.kind) if step.kind is not None else None
