"""An answer told: what it says now, what it offers, what can be chosen, and what the caller makes of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.model import Answer
from voice.session import keypad
from voice.session.asking import Asking
from voice.session.forms import NEXT, is_in_form
from voice.session.moves import Expected, Flow, Keyed, Said
from voice.session.question import Question
from voice.session.ways import Elsewhere, Way
from voice.session.wishes import Pick, Wish
from voice.session.wording import Wording
from voice.spoken.answer import Offer, Portion, Sentence, SpokenAnswer, SpokenChoice

_PEOPLE = {"people:connect": Way.PERSON, "people:callback": Way.CALLBACK}
_OFFERED = {Way.PERSON: "transfer.confirm", Way.CALLBACK: "callback.offer"}
_FORM_VALUE = "form:value"
_ASIDE = 2


@dataclass(slots=True)
class _Standing:
    """How far an answer has been told: what is said next, and what is still offered."""

    spoken: SpokenAnswer
    is_form: bool
    now: Portion
    offers: list[Offer]

    @property
    def offer(self) -> Offer | None:
        return self.offers[0] if self.offers else None

    @property
    def is_choice(self) -> bool:
        """Whether one of the choices is expected now, rather than a yes or a no."""
        return self.spoken.asks or (self.is_form and not self.offers)


class Telling:
    """Tells the answers of one talk."""

    def __init__(self, asking: Asking, wording: Wording) -> None:
        self._asking = asking
        self._wording = wording
        self._form_is_known = False

    def told(self, answer: Answer, *lead: Sentence) -> Flow[Wish]:
        """What the caller wants after it. Raises Elsewhere."""
        spoken = self._wording.answer(answer)
        standing = _Standing(spoken, is_in_form(answer), (*lead, *spoken.sentences), self._offered(spoken))
        while True:
            reply = yield from self._asking.ask(self._question(standing))
            wish = yield from self._wish(reply, standing)
            if isinstance(wish, Pick) and wish.payload in _PEOPLE:
                raise Elsewhere(_PEOPLE[wish.payload])
            if wish is not None:
                return wish

    def _offered(self, spoken: SpokenAnswer) -> list[Offer]:
        """The offers that are put as questions; first of all a person, where the answer needs or names one."""
        if spoken.asks:
            return []
        offers = [offer for offer in spoken.offers if offer.is_asked]
        named = next((choice.payload for choice in spoken.choices if choice.payload in _PEOPLE), None)
        if named is None and spoken.needs_person:
            named = "people:connect"
        if named is not None:
            offers.insert(0, Offer("human", self._asking.prompt(_OFFERED[_PEOPLE[named]]), payload=named))
        return offers

    def _question(self, standing: _Standing) -> Question:
        asking, spoken = self._asking, standing.spoken
        phrases = tuple(choice.phrase for choice in spoken.choices)
        if standing.is_choice:
            return Question(
                (*standing.now, *self._hint(standing)),
                by_keys=asking.keys_of(spoken.choices),
                keys="".join(choice.digit for choice in spoken.choices),
                expected=Expected.CHOICE,
                vocabulary=phrases,
            )
        closing = standing.offer.question if standing.offer else asking.prompt("turn.question_next")
        return Question(
            (*standing.now, closing),
            by_keys=(closing, asking.prompt("confirm.yes_or_no")),
            keys=keypad.YES + keypad.NO,
            vocabulary=(*phrases, *asking.words.yes, *asking.words.no),
        )

    def _hint(self, standing: _Standing) -> Portion:
        """How one goes on in a form: all of it the first time, then in a word."""
        if not standing.is_form:
            return ()
        was_told, self._form_is_known = self._form_is_known, True
        return (self._asking.prompt("form.go_on" if was_told else "form.how"),)

    def _wish(self, reply: Said | Keyed, standing: _Standing) -> Flow[Wish]:
        """What is wanted; None where this answer goes on."""
        if isinstance(reply, Keyed):
            return self._keyed(reply, standing)
        choice = self._chosen(reply, standing.spoken, is_wanted=standing.is_choice)
        if choice is not None:
            return (yield from self._checked(reply, choice))
        offer = self._asked_for(reply.text, (*standing.offers, *standing.spoken.offers))
        return self._taken(offer, standing) if offer is not None else self._said(reply, standing)

    def _keyed(self, reply: Keyed, standing: _Standing) -> Pick | None:
        if standing.is_choice:
            return _pick(next(choice for choice in standing.spoken.choices if choice.digit == reply.key))
        return self._answered(standing, is_yes=reply.key == keypad.YES)

    def _said(self, said: Said, standing: _Standing) -> Said | Pick | None:
        """A yes or a no, or something new."""
        is_yes = self._asking.words.yes_or_no(said.text)
        if is_yes and standing.is_form and standing.is_choice:
            return Pick(NEXT)
        if is_yes is None or standing.is_choice:
            return said
        return self._answered(standing, is_yes=is_yes)

    def _chosen(self, said: Said, spoken: SpokenAnswer, *, is_wanted: bool) -> SpokenChoice | None:
        """A choice that was named. Unless one was asked for, only by hardly more than its own words."""
        choices: Sequence[SpokenChoice] = spoken.choices
        if not is_wanted:
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
        if offer is not None:  # nobody is nagged
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


def _pick(choice: SpokenChoice) -> Pick:
    return Pick(choice.payload, choice.phrase)
