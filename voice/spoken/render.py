"""From an answer to what is said on the telephone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

import structlog

from assistant.model import (
    Answer,
    AnswerStatus,
    Canned,
    ContactWays,
    FormBlock,
    FormHelp,
    Language,
    LinkOut,
    OfficeCard,
    Source,
    SourceKind,
    TextBlock,
    TicketStanding,
    Translated,
)
from assistant.ports import Clock
from voice.prompts import SPOKEN, Prompts
from voice.spoken.answer import Offer, Portion, Sentence, SpokenAnswer
from voice.spoken.catalogue_blocks import tell_form, tell_link, tell_text
from voice.spoken.choosing import asking, choices_of, offers_of
from voice.spoken.dates import say_date, say_moment
from voice.spoken.form_blocks import tell_form_block
from voice.spoken.guard import unborne
from voice.spoken.offices import tell_help_line, tell_offices
from voice.spoken.people import tell_ticket, tell_ways
from voice.spoken.script import Aside, Pen, Script
from voice.spoken.told import Told, portions
from voice.spoken.verbalise import verbalise

_log = structlog.get_logger(__name__)
_Plain = TextBlock | Translated | FormHelp | LinkOut | ContactWays | TicketStanding
# Said whole, however long it takes.
_DANGER = frozenset({AnswerStatus.HANDOFF_EMERGENCY, AnswerStatus.HANDOFF_DISTRESS})
_OFFERING = frozenset({AnswerStatus.ANSWERED, AnswerStatus.ANSWERED_PARTLY})
_MOST_SOURCES = 2
_SOURCE_KEYS = {SourceKind.SERVICE: "source", SourceKind.FORM: "source_form", SourceKind.OFFICE: "source_office"}
_HELPLESS = ("unanswerable_", "error_")


@dataclass(frozen=True, slots=True)
class SpokenOptions:
    """How answers are told: at most ``longest`` seconds and ``most_sentences`` at once, list items beside them.

    ``can_message``: what was said can be sent as a message. ``zone`` is where the offices are.
    """

    zone: tzinfo
    longest: float = 12.0
    most_sentences: int = 2
    can_message: bool = False


class SpokenAnswers:
    """Tells answers, moments and names for the ear, in German and English."""

    def __init__(self, prompts: Prompts, clock: Clock, options: SpokenOptions) -> None:
        self._prompts = prompts
        self._clock = clock
        self._options = options

    def answer(self, answer: Answer) -> SpokenAnswer:
        """The answer as it is told; an honest sentence and a person where it cannot be told truly."""
        if answer.language not in SPOKEN:
            return self._refused(answer, "answer.other_language")
        pen = Pen(self._prompts, answer.language, frozenset(answer.aspects))
        script = self._script(answer, pen)
        if failed := unborne(script.told):
            _log.error("unspeakable_answer", service_id=answer.service_id, sentences=len(failed))
            return self._refused(answer, "answer.not_told")
        choices = choices_of(answer, pen)
        asks = answer.status is AnswerStatus.CLARIFICATION and bool(choices)
        if asks:
            script.told += asking(choices, pen)
        if not script.told:
            return self._refused(answer, "answer.nothing")
        first, *rest = self._portions(answer, script.told, pen)
        return SpokenAnswer(
            status=answer.status,
            language=answer.language,
            sentences=first,
            offers=(*self._rest(rest, pen), *self._beside(script.asides, answer, pen), *self._closing(answer, pen)),
            choices=choices,
            sources=answer.sources,
            asks=asks,
            needs_person=answer.status.startswith(_HELPLESS),
        )

    def _portions(self, answer: Answer, told: Sequence[Told], pen: Pen) -> tuple[Portion, ...]:
        if answer.status in _DANGER:
            return (tuple(one.sentence for one in told),)
        return self._cut(told, pen, self._options.most_sentences)

    def moment(self, at: datetime, language: Language) -> str:
        """A date and a time of day as part of a sentence: "am Dienstag, dem ersten Dezember, um siebzehn Uhr"."""
        return say_moment(at.astimezone(self._options.zone), language)

    def text(self, text: str, language: Language) -> str:
        """A title or a name in words, without digits and marks."""
        return verbalise(text, language)

    def _script(self, answer: Answer, pen: Pen) -> Script:
        script = Script()
        blocks = answer.blocks
        for at, block in enumerate(blocks):
            if isinstance(block, OfficeCard):
                if answer.status in _DANGER:
                    script.told += tell_help_line(block.office, pen)
                continue
            before = script.told[-1].sentence.text if script.told and at else ""
            part = self._told(block, pen, is_announced=before.endswith(":"))
            is_own = isinstance(block.origin, Canned)
            script.told += [replace(one, is_own=is_own) for one in part.told]
            script.asides += part.asides
        now = self._clock.now().astimezone(self._options.zone)
        cards = [block for block in blocks if isinstance(block, OfficeCard) and answer.status not in _DANGER]
        offices = tell_offices(cards, pen, now)
        script.told += offices.told
        script.asides += offices.asides
        return script

    def _told(self, block: _Plain | FormBlock, pen: Pen, *, is_announced: bool) -> Script:
        if isinstance(block, FormBlock):
            return tell_form_block(block, _pen_of(block.language, pen))
        return Script([*self._sentences(block, pen, is_announced=is_announced)])

    def _sentences(
        self,
        block: _Plain,
        pen: Pen,
        *,
        is_announced: bool,
    ) -> tuple[Told, ...]:
        match block:
            case Translated(text):
                return tell_text(text, pen, is_announced=is_announced)
            case FormHelp():
                return tell_form(block, pen)
            case LinkOut():
                return tell_link(block, pen)
            case ContactWays():
                return tell_ways(block, pen)
            case TicketStanding():
                return tell_ticket(block, pen, self._options.zone)
            case _:
                return tell_text(block, _pen_of(block.language, pen), is_announced=is_announced)

    def _cut(self, told: Sequence[Told], pen: Pen, most: int | None = None) -> tuple[Portion, ...]:
        more = Sentence(self._prompts.text("answer.more_items", pen.language), pen.language)
        return portions(told, self._options.longest, most, more)

    def _rest(self, rest: Sequence[Portion], pen: Pen) -> Iterable[Offer]:
        if rest:
            yield self._offer(pen.aside("rest", (), is_asked=True), tuple(rest))

    def _beside(self, asides: Iterable[Aside], answer: Answer, pen: Pen) -> Iterable[Offer]:
        """What stands beside an answer; what cannot be told truly is not offered."""
        for aside in asides:
            if unborne((*aside.told, *aside.question)):
                _log.error("unspeakable_part", service_id=answer.service_id, part=aside.key)
                continue
            yield self._offer(aside, self._cut(aside.told, pen))

    def _closing(self, answer: Answer, pen: Pen) -> Iterable[Offer]:
        """What the dialogue can tell further, the message, and where it all comes from."""
        if answer.status in _OFFERING:
            yield from offers_of(answer, pen)
            if self._options.can_message:
                yield self._offer(pen.aside("message", (), is_asked=True), ())
        told = [told for source in _main(answer.sources) for told in _source(source, pen)]
        if told and not unborne(told):
            yield self._offer(pen.aside("source", told), self._cut(told, pen))

    def _offer(self, aside: Aside, made: tuple[Portion, ...]) -> Offer:
        question = aside.question[0].sentence
        return Offer(aside.key, question, made, phrases=aside.phrases, is_asked=aside.is_asked)

    def _refused(self, answer: Answer, key: str) -> SpokenAnswer:
        """One honest sentence, and a person."""
        language = answer.language if answer.language in SPOKEN else Language.DE
        sentence = Sentence(self._prompts.text(key, language), language)
        return SpokenAnswer(answer.status, language, (sentence,), sources=answer.sources, needs_person=True)


def _pen_of(language: Language | None, pen: Pen) -> Pen:
    """The pen for a block that is quoted in another language: its frames are in that language too."""
    return pen if language is None else Pen(pen.prompts, language, pen.aspects)


def _main(sources: Sequence[Source]) -> tuple[Source, ...]:
    """The sources worth telling: each entry once, offices only where there is nothing else, two at most."""
    first: dict[str, Source] = {}
    for source in sources:
        first.setdefault(source.entry_id, source)
    others = [source for source in first.values() if source.kind is not SourceKind.OFFICE]
    return tuple((others or list(first.values()))[:_MOST_SOURCES])


def _source(source: Source, pen: Pen) -> tuple[Told, ...]:
    """Where something stands and of which day it is."""
    key = {SourceKind.SERVICE: "source", SourceKind.FORM: "source_form", SourceKind.OFFICE: "source_office"}[
        source.kind
    ]
    if source.updated_on is None:
        return pen.frame(f"answer.{key}", title=source.title)
    day = say_date(source.updated_on, pen.language, "en")
    return pen.frame(f"answer.{key}_dated", title=source.title, date=day)
