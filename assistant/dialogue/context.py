"""What the steps of one turn share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from assistant.dialogue.choices import Choice
from assistant.model import (
    Answer,
    Aspect,
    Candidate,
    Channel,
    Conversation,
    DialogueState,
    Distress,
    Entity,
    Intent,
    Language,
    QuickReply,
    Turn,
    Utterance,
)
from assistant.ports import (
    Catalogue,
    Clock,
    Composer,
    DistressDetector,
    EmergencyDetector,
    FormLibrary,
    LanguageDetector,
    Messages,
    NluEngine,
    OpeningCalendar,
    PeopleLine,
    QuestionSplitter,
    ReplyPromise,
    Retriever,
    SwitchBoard,
    TicketLookup,
    Translator,
    WalkLuggage,
    WishReader,
)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where the calibrated probabilities of the findings lead.

    Where the chance that anything was found, weighed with what the engine says against it by ``engine_weight``, lies
    below ``admit``, it is admitted that nothing was found. Else the first finding is answered if it holds a share of at
    least ``answer`` of that chance (``answer_by_phone`` where words may have been misheard) and no other comes near it:
    within ``tie_ratio`` of the first is a near tie, and the person is asked. A topic is left for another service only
    at or above ``switch``, and at or above ``switch_back`` where the words refer back to it ("und", "das"). An intent
    below ``intent`` counts as a mere statement of need, and one that concerns only the conversation is overruled where
    something was found with ``overrule``. A correction is taken by its own words at or above ``correct``, below it
    beside the topic, and by what comes first at or above ``correct_least``.
    """

    answer: float = 0.45
    answer_by_phone: float = 0.7
    admit: float = 0.5
    engine_weight: float = 0.6
    tie_ratio: float = 0.6
    switch: float = 0.6
    switch_back: float = 0.9
    correct: float = 0.8
    correct_least: float = 0.07
    intent: float = 0.35
    overrule: float = 0.85

    def on(self, channel: Channel) -> "Thresholds":
        """Those that count on a channel."""
        if channel is not Channel.PHONE:
            return self
        return replace(self, answer=max(self.answer, self.answer_by_phone))


@dataclass(frozen=True, slots=True)
class CityFacts:
    """What the canned texts say about the city; everything comes from its configuration file."""

    name: str
    area: str
    phone: str
    short_number: str
    areas: tuple[tuple[str, str], ...] = ()
    """Pairs of (place name, ARS) that decide which of two cities' services is meant."""
    complaint_service: str | None = None
    topics_for_people: frozenset[str] = frozenset()
    """Services at which a person is offered with every answer."""
    help_offices: Mapping[Distress, tuple[str, ...]] = field(default_factory=dict)
    """Ids of the offices that help in a need, the most important first."""


@dataclass(frozen=True, slots=True)
class DialogueTools:
    """Everything the steps use, wired by ``assistant.bootstrap``."""

    catalogue: Catalogue
    retriever: Retriever
    composer: Composer
    nlu: NluEngine
    languages: LanguageDetector
    splitter: QuestionSplitter
    emergency: EmergencyDetector
    distress: DistressDetector
    messages: Messages
    calendar: OpeningCalendar
    clock: Clock
    city: CityFacts
    spoken_languages: tuple[Language, ...] = tuple(Language)
    thresholds: Thresholds = field(default_factory=Thresholds)
    max_characters: int = 2000
    deadline_seconds: float = 5.0
    translator: Translator | None = None
    translated_languages: tuple[Language, ...] = ()
    people: PeopleLine | None = None
    promise: ReplyPromise | None = None
    switches: SwitchBoard | None = None
    tickets: TicketLookup | None = None
    forms: FormLibrary | None = None
    luggage: WalkLuggage | None = None
    wishes: WishReader | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the utterance; ``service_id`` is set once it is known which service it is about."""

    text: str
    intent: Intent
    confidence: float = 1.0
    foreign: float = 0.0
    """The engine's probability (0–1) that this is no business of the administration."""
    entities: tuple[Entity, ...] = ()
    aspects: tuple[Aspect, ...] = ()
    service_id: str | None = None

    def about(self, service_id: str) -> "Question":
        """The same question with its service known."""
        return replace(self, service_id=service_id)


@dataclass(slots=True)
class TurnContext:
    """The turn in work. Steps read it, fill it in, and may end the turn by returning an Answer."""

    utterance: Utterance
    conversation: Conversation
    turns: Sequence[Turn]
    state: DialogueState
    choice: Choice | None = None
    questions: tuple[Question, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    alternatives: tuple[QuickReply, ...] = ()
    is_guided: bool = False
    """Whether the turn was about a form and its step."""
    is_language_settled: bool = False
    """Whether this turn's words were looked at for their language already."""
    timings: dict[str, float] = field(default_factory=dict)

    @property
    def language(self) -> Language:
        """The language to answer in."""
        return self.state.language

    @property
    def last_answer(self) -> Answer | None:
        """The last answer that was no apology, if there was one."""
        answers = [turn.answer for turn in self.turns if turn.answer is not None and turn.answer.error is None]
        return answers[-1] if answers else None
