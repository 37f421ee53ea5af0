"""The whole talk, from the opening to the last word, as one generator without sound and without a clock.

    opening ──► question ──► office ──► answer told, offers, choices ──► question …
                   ▲                                                        │
                   └── menu, code, call-back, person, other language ◄──────┘   (``Way``; from every step)

Whatever fails ends in a sentence and a way on: a person, a call-back, or to call again.
"""

from collections.abc import Callable, Mapping

from assistant.model import Answer, AnswerStatus, CallDetails, Language, NobodyThere, TransferOutcome, TransferTarget
from assistant.ports import EmergencyDetector
from voice.prompts import Prompts
from voice.session.asking import Asking
from voice.session.callback import Callback
from voice.session.danger import is_perhaps_danger
from voice.session.dictation import Dictation
from voice.session.directory import Directory
from voice.session.forms import BACK, Forms, entry_of, is_in_form
from voice.session.forms import CODE as FORM_CODE
from voice.session.kinds import CODE
from voice.session.menu import Menu
from voice.session.moves import Consult, EndReason, Expected, FindPerson, Flow, PassOn, Said, Tell
from voice.session.options import SessionOptions
from voice.session.passing import Passing
from voice.session.question import Question
from voice.session.telling import Telling
from voice.session.ways import Elsewhere, Way
from voice.session.wishes import Pick, Wish, surely
from voice.session.wording import Wording
from voice.spoken.answer import Sentence, SpokenChoice

_MOST_FAILURES = 3
_MOST_GIVEN_UP = 2
_CANDIDATES = 2
_LIKELY_CANDIDATE = 0.05
_RIVAL = 0.4
"""What share of the first guess's confidence another one must have to be worth asking about: they share one whole."""
_CONNECTS = frozenset({AnswerStatus.HANDOFF_QUEUED})
_NOT_UNDERSTOOD = frozenset({AnswerStatus.UNANSWERABLE_UNCLEAR, AnswerStatus.UNANSWERABLE_NOT_FOUND})
_ENDINGS = {EndReason.TOO_LONG: "trouble.longest_call", EndReason.CLOSING_DOWN: "trouble.closing_down"}
SPARE_PROMPTS = (
    "trouble.person",
    "trouble.call_again",
    "trouble.closing_down",
    "trouble.overload",
    "trouble.overload_person",
    "trouble.overload_call_again",
)
"""Prompts that must be heard even when nothing can speak any more: made when the line starts."""


class Talk:
    """One call's talk. ``run`` once."""

    def __init__(
        self,
        call: CallDetails,
        prompts: Prompts,
        wording: Wording,
        directory: Directory,
        emergency: EmergencyDetector,
        options: SessionOptions,
    ) -> None:
        self._call = call
        self._options = options
        self._asking = Asking(prompts, options)
        self._dictation = Dictation(self._asking)
        self._callback = Callback(self._asking, self._dictation, wording, call.caller)
        self._passing = Passing(self._asking, self._callback, wording)
        self._telling = Telling(self._asking, wording)
        self._forms = Forms(self._asking, self._dictation, wording)
        self._menu = Menu(self._asking, wording, directory)
        self._wording = wording
        self._emergency = emergency
        self._told: list[Answer] = []
        self._asked = ""
        self._switched: Language | None = None
        self._failures = 0
        self._given_up = 0
        self._ways: Mapping[Way, Callable[[Elsewhere], Flow[Wish] | None]] = {
            Way.PERSON: self._to_person,
            Way.MENU: self._to_menu,
            Way.BY_KEYS: self._to_menu,
            Way.CALLBACK: self._to_callback,
            Way.STATUS: self._to_code,
            Way.BACK: self._back,
            Way.GOODBYE: self._farewell,
            Way.LANGUAGE: self._to_language,
            Way.NOT_UNDERSTOOD: self._not_understood,
            Way.NO_ONE: self._nobody_speaks,
            Way.TROUBLE: self._in_trouble,
            Way.CALL_AGAIN: self._give_up,
            Way.END: self._ended,
        }

    def run(self) -> Flow[None]:
        """Yields effects until nothing more is to be said; the call is hung up then."""
        yield from self._go(self._returned() if self._call.returns_after else self._opening())

    def rescue(self) -> Flow[None]:
        """The same after something broke that should not: a sentence, a person, or to call again."""
        yield from self._go(self._in_trouble(Elsewhere(Way.TROUBLE)))

    def turned_away(self) -> Flow[None]:
        """Instead of a talk, where too many call at once: a sentence, a person, or to call again."""
        yield self._anyway("trouble.overload")
        found: TransferTarget | NobodyThere | None = yield FindPerson()
        if isinstance(found, TransferTarget):
            yield self._anyway("trouble.overload_person")
            outcome: TransferOutcome = yield PassOn(found)
            if outcome is TransferOutcome.DONE:
                return
        yield self._anyway("trouble.overload_call_again")

    def _go(self, begin: Flow[Wish]) -> Flow[None]:
        flow: Flow[Wish] | None = begin
        while flow is not None:
            try:
                wish = yield from flow
                flow = self._answered(wish) if wish is not None else self._next()
            except Elsewhere as away:
                flow = self._ways[away.way](away)

    # ── beginning, and the next question ───────────────────────────────────────────────────────────────────────────

    def _opening(self) -> Flow[Wish]:
        asking = self._asking
        duty = [asking.prompt("opening.duty", city=self._options.city)]
        if self._options.is_test_line:
            duty.append(asking.prompt("opening.test_line"))
        told = [*duty, asking.prompt("opening.what"), asking.prompt("opening.person")]
        if (other := asking.other_language()) is not None:
            told.append(asking.prompt_in(other, "opening.this_language"))
        told.append(asking.prompt("opening.question"))
        return (yield from self._question(tuple(told), protected=len(duty)))

    def _returned(self) -> Flow[Wish]:
        """A call that comes back because it could not be passed on begins with an apology."""
        yield from self._asking.tell(self._asking.prompt("opening.returned"))
        yield from self._passing.failed(self._call.returns_after or TransferOutcome.REFUSED)
        return None

    def _next(self) -> Flow[Wish]:
        return (yield from self._question((self._asking.prompt("opening.question"),)))

    def _question(self, told: tuple[Sentence, ...], protected: int = 0) -> Flow[Wish]:
        reply = yield from self._asking.ask(Question(told, expected=Expected.QUESTION, protected=protected))
        return reply if isinstance(reply, Said) else None

    # ── an answer ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _answered(self, wish: Said | Pick) -> Flow[Wish]:
        if isinstance(wish, Said) and is_perhaps_danger(wish.heard, self._emergency):
            yield from self._asking.tell(self._asking.prompt("confirm.danger"))
        answer = yield from self._consulted(wish)
        if answer is None or answer.status.startswith("error"):
            return (yield from self._failed(answer))
        if answer.status in _CONNECTS:
            raise Elsewhere(Way.PERSON)
        if isinstance(wish, Said) and answer.status in _NOT_UNDERSTOOD:
            other = yield from self._otherwise_heard(wish)
            if other is not None:
                return (yield from self._doubted(other))
        self._count(answer)
        if isinstance(wish, Said) and wish.confidence < self._options.confidence.likely:
            return (yield from self._doubted(answer))
        lead = self._understood(wish, answer) if isinstance(wish, Said) else ()
        return (yield from self._say(answer, *lead))

    def _consulted(self, wish: Said | Pick) -> Flow[Answer | None]:
        switched, self._switched = self._switched, None
        waiting = (self._asking.prompt("turn.one_moment"), self._asking.prompt("turn.still_searching"))
        if isinstance(wish, Pick):
            answer: Answer | None = yield Consult(wish.label, self._asking.voice, wish.payload, switched, waiting)
            return answer
        self._asked = f"{self._asked} {wish.text}" if wish.continues and self._asked else wish.text
        answer = yield Consult(self._asked, self._asking.voice, None, switched, waiting)
        return answer

    def _otherwise_heard(self, said: Said) -> Flow[Answer | None]:
        """The answer to what else may have been said, where the first guess of unclear words has led nowhere."""
        least = said.confidence * _RIVAL
        others = [one.text for one in said.heard.hypotheses[1:] if one.confidence >= least]
        if not others or said.confidence >= self._options.confidence.sure:
            return None
        answer = yield from self._consulted(surely(others[0]))
        return answer if answer is not None and answer.candidates and answer.status not in _NOT_UNDERSTOOD else None

    def _say(self, answer: Answer, *lead: Sentence) -> Flow[Wish]:
        self._told.append(answer)
        if answer.language is not self._asking.language and answer.language in self._options.languages:
            self._asking.speak(answer.language)
        step = entry_of(answer)
        if step is not None:
            return (yield from self._forms.entered(answer, step, *lead))
        return (yield from self._telling.told(answer, *lead))

    def _failed(self, answer: Answer | None) -> Flow[Wish]:
        """Something behind the telephone does not work: its apology once, then a person, or to call again."""
        self._failures += 1
        if answer is not None and self._failures < _MOST_FAILURES - 1:
            return (yield from self._telling.told(answer))
        raise Elsewhere(Way.TROUBLE)

    def _count(self, answer: Answer) -> None:
        """What is not understood again and again is better done by keys, then by a person."""
        if answer.status not in _NOT_UNDERSTOOD:
            self._failures = self._given_up = 0
            return
        self._failures += 1
        if self._failures >= _MOST_FAILURES:
            self._failures = 0
            raise Elsewhere(Way.NOT_UNDERSTOOD)

    def _understood(self, wish: Said, answer: Answer) -> tuple[Sentence, ...]:
        """What it is about, said along where the words were not quite clear."""
        if wish.confidence >= self._options.confidence.sure:
            return ()
        title = next((one.title for one in answer.candidates if one.service_id == answer.service_id), None)
        if title is None:
            return ()
        return (self._asking.prompt("confirm.about", what=self._wording.text(title, self._asking.language)),)

    def _doubted(self, answer: Answer) -> Flow[Wish]:
        """Asked back, where the words were hardly heard: one of the services that may be meant."""
        asking = self._asking
        likely = [one for one in answer.candidates if one.score >= _LIKELY_CANDIDATE][:_CANDIDATES]
        if not likely:
            return (yield from self._say(answer))
        choices = [
            SpokenChoice(self._wording.text(one.title, asking.language), f"service:{one.service_id}", str(digit))
            for digit, one in enumerate(likely, start=1)
        ]
        if len(choices) == 1:
            meant = yield from asking.yes_or_no(asking.prompt("confirm.understood", what=choices[0].phrase))
            if meant is True:
                return (yield from self._say(answer))
            return meant if isinstance(meant, Said) else (yield from self._again())
        options = f" {asking.prompt('confirm.or').text} ".join(choice.phrase for choice in choices)
        chosen = yield from asking.choose(choices, asking.prompt("confirm.which", options=options))
        if isinstance(chosen, SpokenChoice):
            is_told = answer.service_id is not None and chosen.payload == f"service:{answer.service_id}"
            return (yield from self._say(answer)) if is_told else self._with_aspects(chosen, answer)
        if isinstance(chosen, Said) and asking.words.yes_or_no(chosen.text) is None:
            return chosen
        return (yield from self._again())

    def _again(self) -> Flow[Wish]:
        return (yield from self._question((self._asking.prompt("confirm.say_again"),)))

    def _with_aspects(self, chosen: SpokenChoice, answer: Answer) -> Pick:
        """The service that was meant, asked the same of it."""
        asked = "+".join(answer.aspects)
        return Pick(f"{chosen.payload}#{asked}" if asked else chosen.payload, chosen.phrase)

    # ── elsewhere ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _to_person(self, away: Elsewhere) -> Flow[Wish]:
        return (yield from self._pass_on(is_sure=away.is_sure))

    def _pass_on(self, *lead: Sentence, is_sure: bool = True) -> Flow[Wish]:
        if (yield from self._passing.pass_on(*lead, is_sure=is_sure, topic=self._asked)):
            raise Elsewhere(Way.END)
        return (yield from self._question((self._asking.prompt("turn.question_next"),)))

    def _to_menu(self, away: Elsewhere) -> Flow[Wish]:
        if away.way is not Way.BY_KEYS:
            return (yield from self._menu.main())
        return (yield from self._menu.main(self._asking.prompt("repair.not_heard_keys"), is_last=True))

    def _to_callback(self, away: Elsewhere) -> Flow[Wish]:
        yield from self._callback.arrange(self._asked)
        return (yield from self._question((self._asking.prompt("turn.question_next"),)))

    def _to_code(self, away: Elsewhere) -> Flow[Wish]:
        code = yield from self._dictation.take(CODE, self._asking.prompt("ticket.ask_code"))
        return surely(code) if code is not None else None

    def _back(self, away: Elsewhere) -> Flow[Wish]:
        """One step back in a form, else to the answer before."""
        if self._told and is_in_form(self._told[-1]):
            return Pick(BACK)
        if len(self._told) < 2:
            return (yield from self._question((self._asking.prompt("turn.nothing_before"),)))
        self._told.pop()
        return (yield from self._say(self._told.pop(), self._asking.prompt("turn.back")))

    def _to_language(self, away: Elsewhere) -> Flow[Wish]:
        language = away.language or self._asking.language
        self._asking.speak(language)
        self._switched = language
        told = (self._asking.prompt("opening.language_changed"), self._asking.prompt("opening.question"))
        return (yield from self._question(told))

    def _farewell(self, away: Elsewhere) -> Flow[Wish]:
        """The last words; who leaves a form gets the code to go on with first."""
        if self._told and is_in_form(self._told[-1]):
            yield from self._take_along()
        yield from self._asking.tell(self._asking.prompt("end.goodbye"))
        raise Elsewhere(Way.END)

    def _take_along(self) -> Flow[None]:
        self._told.clear()
        answer: Answer | None = yield Consult("", self._asking.voice, FORM_CODE)
        if answer is None:
            return
        told = self._wording.answer(answer).sentences
        while (yield from self._asking.yes_or_no(*told, self._asking.prompt("callback.code_again"))) is True:
            pass

    def _not_understood(self, away: Elsewhere) -> Flow[Wish]:
        """First a person; where even that could not be settled, the call is ended politely."""
        self._given_up += 1
        if self._given_up > _MOST_GIVEN_UP:
            raise Elsewhere(Way.CALL_AGAIN)
        return (yield from self._pass_on(self._asking.prompt("repair.not_heard_person")))

    def _nobody_speaks(self, away: Elsewhere) -> Flow[Wish]:
        yield from self._asking.tell(self._asking.prompt("repair.silence_end"))
        raise Elsewhere(Way.END)

    def _in_trouble(self, away: Elsewhere) -> Flow[Wish]:
        """Nothing can speak: only what was made before is heard, and the caller is passed on or asked to call again."""
        found: TransferTarget | NobodyThere | None = yield FindPerson()
        if isinstance(found, TransferTarget):
            yield self._anyway("trouble.person")
            outcome: TransferOutcome = yield PassOn(found)
            if outcome is TransferOutcome.DONE:
                raise Elsewhere(Way.END)
        raise Elsewhere(Way.CALL_AGAIN)

    def _give_up(self, away: Elsewhere) -> Flow[Wish]:
        yield self._anyway("trouble.call_again")
        raise Elsewhere(Way.END)

    def _must_end(self, reason: EndReason) -> Flow[Wish]:
        yield self._anyway(_ENDINGS[reason])
        if reason is EndReason.TOO_LONG:
            yield self._anyway("end.goodbye")
        raise Elsewhere(Way.END)

    def _ended(self, away: Elsewhere) -> Flow[Wish] | None:
        return self._must_end(away.reason) if away.reason is not None else None

    def _anyway(self, key: str) -> Tell:
        """Said as well as it can be, whatever comes of it."""
        return Tell((self._asking.prompt(key),), self._asking.voice)
