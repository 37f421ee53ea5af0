"""An answer told: what it says now, what it offers, what can be chosen, and what the caller makes of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.model import Answer
from voice.session import keypad
from voice.session.asking import Asking, Question
from voice.session.moves import Expected, Flow, Keyed, Said
from voice.session.ways import Elsewhere, Way
from voice.session.wishes import Pick, Wish
from voice.session.wording import Wording
from voice.spoken.answer import Offer, Portion, Sentence, SpokenAnswer, SpokenChoice

CONNECT = "people:connect"
_FORM_VALUE = "form:value"
_ASIDE = 2


@dataclass(slots=True)
class _Standing:
    """How far an answer has been told: what is said next, and what is still offered."""

    now: Portion
    offers: list[Offer]

    @property
    def offer(self) -> Offer | None:
        return self.offers[0] if self.offers else None


class Telling:
    """Tells the answers of one talk."""

    def __init__(self, asking: Asking, wording: Wording) -> None:
        self._asking = asking
        self._wording = wording

    def told(self, answer: Answer, *lead: Sentence) -> Flow[Wish]:
        """What the caller wants after it. Raises Elsewhere."""
        spoken = self._wording.answer(answer)
        standing = _Standing((*lead, *spoken.sentences), self._asked(spoken))
        while True:
            reply = yield from self._asking.ask(self._question(spoken, standing))
            wish = yield from self._wish(reply, spoken, standing)
            if wish is not None:
                return self._picked(wish)

    def _asked(self, spoken: SpokenAnswer) -> list[Offer]:
        """The offers that are put as questions; a person where the answer needs one."""
        asked = [offer for offer in spoken.offers if offer.is_asked and not spoken.asks]
        if spoken.needs_person:
            asked.insert(0, Offer("human", self._asking.prompt("transfer.confirm"), payload=CONNECT))
        return asked

    def _question(self, spoken: SpokenAnswer, standing: _Standing) -> Question:
        asking, offer = self._asking, standing.offer
        phrases = tuple(choice.phrase for choice in spoken.choices)
        if spoken.asks and not spoken.needs_person:
            return Question(
                standing.now,
                by_keys=asking.keys_of(spoken.choices),
                keys="".join(choice.digit for choice in spoken.choices),
                expected=Expected.CHOICE,
                vocabulary=phrases,
            )
        closing = offer.question if offer else asking.prompt("turn.question_next")
        return Question(
            (*standing.now, closing),
            by_keys=(closing, asking.prompt("confirm.yes_or_no")),
            keys=keypad.YES + keypad.NO,
            vocabulary=(*phrases, *asking.words.yes, *asking.words.no),
        )

    def _wish(self, reply: Said | Keyed, spoken: SpokenAnswer, standing: _Standing) -> Flow[Wish]:
        """What is wanted; None where this answer goes on."""
        asks = spoken.asks and not spoken.needs_person
        if isinstance(reply, Keyed):
            if asks:
                return _pick(next(choice for choice in spoken.choices if choice.digit == reply.key))
            return self._answered(standing, is_yes=reply.key == keypad.YES)
        choice = self._chosen(reply, spoken, asks=asks)
        if choice is not None:
            return (yield from self._checked(reply, choice))
        offer = self._asked_for(reply.text, (*standing.offers, *spoken.offers))
        if offer is not None:
            return self._taken(offer, standing)
        is_yes = self._asking.words.yes_or_no(reply.text)
        if is_yes is None or asks:
            return reply
        return self._answered(standing, is_yes=is_yes)

    def _chosen(self, said: Said, spoken: SpokenAnswer, *, asks: bool) -> SpokenChoice | None:
        """A choice that was named. Unless one was asked for, only by hardly more than its own words."""
        choices: Sequence[SpokenChoice] = spoken.choices
        if not asks:
            count = len(said.text.split())
            choices = [choice for choice in choices if count <= len(choice.phrase.split()) + _ASIDE]
            if self._asking.words.yes_or_no(said.text) is not None or (count == 1 and said.text.isdigit()):
                return None
        return self._asking.chosen(said, choices)

    def _checked(self, said: Said, choice: SpokenChoice) -> Flow[Wish]:
        """The choice; what is entered into a form is confirmed where it was not heard clearly."""
        asking = self._asking
        is_costly = choice.payload.startswith(_FORM_VALUE)
        if not is_costly or said.confidence >= asking.options.confidence.sure:
            return _pick(choice)
        if (yield from asking.confirmed(asking.prompt("confirm.understood", what=choice.phrase))):
            return _pick(choice)
        return None

    def _asked_for(self, text: str, offers: Sequence[Offer]) -> Offer | None:
        """The offer that somebody asks for by its own words."""
        words = self._asking.words
        return next((offer for offer in offers if words.holds(text, frozenset(offer.phrases))), None)

    def _answered(self, standing: _Standing, *, is_yes: bool) -> Pick | None:
        """A yes or a no to the offer, or to "Haben Sie noch eine Frage?"."""
        offer = standing.offer
        if offer is not None and is_yes:
            return self._taken(offer, standing)
        if offer is not None:
            standing.now, standing.offers = (self._asking.prompt("confirm.done"),), []
            return None
        if not is_yes:
            raise Elsewhere(Way.GOODBYE)
        standing.now = (self._asking.prompt("confirm.done"), self._asking.prompt("opening.question"))
        return None

    def _taken(self, offer: Offer, standing: _Standing) -> Pick | None:
        """Says the first portion of an offer; the rest of it is offered next."""
        standing.offers = [other for other in standing.offers if other.key != offer.key]
        if offer.payload is not None:
            return Pick(offer.payload, offer.question.text)
        standing.now = offer.portions[0] if offer.portions else ()
        if rest := offer.portions[1:]:
            question = self._asking.prompt("offer.rest")
            wished = self._asking.asked_by("rest")
            standing.offers.insert(0, replace(offer, question=question, portions=rest, phrases=wished))
        return None

    def _picked(self, wish: Wish) -> Wish:
        if isinstance(wish, Pick) and wish.payload == CONNECT:
            raise Elsewhere(Way.PERSON)
        return wish


def _pick(choice: SpokenChoice) -> Pick:
    return Pick(choice.payload, choice.phrase)
