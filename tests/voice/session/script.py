"""A talk played without sound and without a clock: what the caller says goes in, what is said and done comes out."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from assistant.model import (
    Answer,
    AnswerStatus,
    CallbackPromise,
    CallDetails,
    Candidate,
    Canned,
    Heard,
    Hypothesis,
    Language,
    NobodyThere,
    Paragraph,
    QuickReply,
    TransferOutcome,
    TransferTarget,
)
from nlu.emergency import PatternEmergencyDetector
from voice.prompts import Prompts
from voice.session.moves import (
    Ask,
    Consult,
    Deaf,
    Effect,
    EndReason,
    FindPerson,
    Keyed,
    MustEnd,
    Mute,
    PassOn,
    Promise,
    Reaction,
    Said,
    Silent,
    Tell,
    Unheard,
)
from voice.session.options import SessionOptions
from voice.session.talk import Talk
from voice.spoken.answer import Offer, Sentence, SpokenAnswer, SpokenChoice

PROMPTS = Prompts()
TARGET = TransferTarget("sip:btb@example.org", "ref-1")
CODE = "K7RM-4XQ2-9TPA-B"
DUE = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
CALL = CallDetails("call-1", "test", "external-1", datetime(2026, 11, 23, 9, 0, tzinfo=UTC), caller="04213610")


def spoken(
    *sentences: str,
    offers: tuple[Offer, ...] = (),
    choices: tuple[tuple[str, str], ...] = (),
    asks: bool = False,
    status: AnswerStatus = AnswerStatus.ANSWERED,
    needs_person: bool = False,
) -> SpokenAnswer:
    """What is said of an answer; choices are pairs of phrase and payload."""
    told = tuple(Sentence(text) for text in sentences)
    keyed = tuple(SpokenChoice(phrase, payload, str(at)) for at, (phrase, payload) in enumerate(choices, start=1))
    return SpokenAnswer(status, Language.DE, told, offers, keyed, asks=asks, needs_person=needs_person)


def offer(key: str, question: str, *portions: str, payload: str | None = None) -> Offer:
    """An offer of some portions of one sentence each."""
    return Offer(key, Sentence(question), tuple((Sentence(text),) for text in portions), payload, (key,))


def answer(
    key: str,
    status: AnswerStatus = AnswerStatus.ANSWERED,
    candidates: tuple[Candidate, ...] = (),
    service_id: str | None = None,
    quick_replies: tuple[QuickReply, ...] = (),
) -> Answer:
    """An answer of the office whose words are looked up by key."""
    block = Paragraph(key, Canned("test"))
    return Answer(
        status, Language.DE, (block,), candidates=candidates, service_id=service_id, quick_replies=quick_replies
    )


FEE = spoken("Der Reisepass kostet siebzig Euro.", offers=(offer("unterlagen", "Auch die Unterlagen?", "Ein Foto."),))
UNCLEAR = spoken("Das habe ich nicht verstanden.", status=AnswerStatus.UNANSWERABLE_UNCLEAR)


@dataclass
class Book:
    """What the office answers by the words or the choice it is asked, and how that is said."""

    answers: dict[str, Answer] = field(default_factory=dict)
    told: dict[str, SpokenAnswer] = field(default_factory=dict)

    def add(self, asked: str, said: SpokenAnswer, given: Answer | None = None) -> "Book":
        """Answer that from now on."""
        self.answers[asked] = given or answer(asked, said.status)
        self.told[asked] = said
        return self

    def find(self, asked: str) -> Answer:
        """What the office says to words or a choice."""
        return self.answers.get(asked) or answer("", AnswerStatus.UNANSWERABLE_UNCLEAR)

    def answer(self, given: Answer) -> SpokenAnswer:
        """How an answer is said; part of ``Wording``."""
        block = given.blocks[0]
        return self.told.get(block.text if isinstance(block, Paragraph) else "form", UNCLEAR)

    def moment(self, at: datetime, language: Language) -> str:
        """Part of ``Wording``."""
        return "Dienstag um zwölf Uhr"

    def text(self, text: str, language: Language) -> str:
        """Part of ``Wording``."""
        return text


@dataclass
class SmallDirectory:
    """Topics that may be chosen by keys; ``sorted_by`` are services by the id of a situation."""

    topics: tuple[QuickReply, ...] = ()
    sorted_by: Mapping[str, tuple[QuickReply, ...]] = field(default_factory=dict)
    found: Mapping[str, tuple[QuickReply, ...]] = field(default_factory=dict)

    def frequent(self, language: Language) -> tuple[QuickReply, ...]:
        """Part of ``Directory``."""
        return self.topics

    def situations(self, language: Language) -> tuple[QuickReply, ...]:
        """Part of ``Directory``; a situation is called as its id."""
        return tuple(QuickReply(name, name) for name in self.sorted_by)

    def services(self, situation_id: str, language: Language) -> tuple[QuickReply, ...]:
        """Part of ``Directory``."""
        return self.sorted_by[situation_id]

    def beginning(self, keys: str, language: Language) -> tuple[QuickReply, ...]:
        """Part of ``Directory``."""
        return self.found.get(keys, ())


class Script:
    """One talk; ``say``, ``key`` and the like go on to the next question."""

    def __init__(
        self,
        book: Book | None = None,
        *,
        call: CallDetails = CALL,
        options: SessionOptions | None = None,
        directory: SmallDirectory | None = None,
        target: TransferTarget | NobodyThere | None = TARGET,
        outcome: TransferOutcome = TransferOutcome.DONE,
        promise: CallbackPromise | None = CallbackPromise(CODE, DUE),  # noqa: B008
        office_is_dead: bool = False,
    ) -> None:
        self.book = book or Book().add("was kostet ein reisepass", FEE)
        self.target, self.outcome, self.promise = target, outcome, promise
        self.office_is_dead = office_is_dead
        self.done: list[Effect] = []
        self.heard: list[str] = []
        self.is_over = False
        self._talk = Talk(
            call,
            PROMPTS,
            self.book,
            directory or SmallDirectory(),
            PatternEmergencyDetector(),
            options or SessionOptions(),
        ).run()
        self.ask: Ask | None = None
        self._go(next(self._talk))

    @property
    def last(self) -> str:
        """What was said since the caller last did anything."""
        return " ".join(self.heard)

    @property
    def consulted(self) -> list[str]:
        """What the office was asked: the choice, or the words."""
        return [effect.choice or effect.text for effect in self.done if isinstance(effect, Consult)]

    def did(self, kind: type) -> bool:
        """Whether some effect of that kind was carried out."""
        return any(isinstance(effect, kind) for effect in self.done)

    def say(self, text: str, confidence: float = 0.95, *others: str, continues: bool = False) -> "Script":
        """The caller says something; ``others`` are what else it may have been."""
        hypotheses = (Hypothesis(text, confidence), *(Hypothesis(other, confidence / 2) for other in others))
        return self.send(Said(Heard(hypotheses), continues))

    def key(self, keys: str) -> "Script":
        """The caller presses keys, one after the other."""
        for key in keys:
            self.send(Keyed(key))
        return self

    def silent(self) -> "Script":
        """Nothing comes."""
        return self.send(Silent())

    def mumble(self) -> "Script":
        """Speech without words."""
        return self.send(Unheard())

    def deaf(self) -> "Script":
        """The recogniser is down."""
        return self.send(Deaf())

    def must_end(self, reason: EndReason) -> "Script":
        """The line wants the end."""
        return self.send(MustEnd(reason))

    def send(self, reaction: Reaction) -> "Script":
        """Anything."""
        assert not self.is_over, f"the talk is over: {self.heard}"
        self.heard = []
        self._step(reaction)
        return self

    def _step(self, result: object) -> None:
        try:
            effect = self._talk.send(result)
        except StopIteration:
            self.is_over = True
            return
        self._go(effect)

    def _go(self, effect: Effect) -> None:
        """Carries out everything up to the next question."""
        while not isinstance(effect, Ask):
            self.done.append(effect)
            if isinstance(effect, Tell):
                self.heard += [sentence.text for sentence in effect.sentences]
            try:
                effect = self._talk.send(self._result(effect))
            except StopIteration:
                self.is_over = True
                return
        self.heard += [sentence.text for sentence in effect.sentences]
        self.ask = effect

    def _result(self, effect: Effect) -> object:
        match effect:
            case Consult():
                found = self.book.find(effect.choice or effect.text)
                return None if self.office_is_dead else replace(found, language=effect.voice.language)
            case FindPerson():
                return self.target
            case PassOn():
                return self.outcome
            case Promise():
                return self.promise
        return None


class MuteScript(Script):
    """A talk in which nothing can speak."""

    def _result(self, effect: Effect) -> object:
        return Mute() if isinstance(effect, Tell) else super()._result(effect)


def prompt(key: str, language: Language = Language.DE, **values: str) -> str:
    """A fixed sentence."""
    return PROMPTS.text(key, language, **values)


def replies(told: Mapping[str, str]) -> tuple[QuickReply, ...]:
    """Quick replies by label and payload."""
    return tuple(QuickReply(label, payload) for label, payload in told.items())
