"""Every port: what the dialogue core needs from the outside, and the contract each adapter keeps.

Each port has one contract test in ``tests/contracts`` that runs over all its adapters.
"""

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from pathlib import Path
from typing import Protocol

from assistant.model import (
    Answer,
    Aspect,
    Block,
    Conversation,
    DetectedLanguage,
    DialogueState,
    Feedback,
    Finding,
    FormHelp,
    ImportRecord,
    ImportReport,
    Language,
    LifeSituation,
    LinkOut,
    MaskedText,
    Office,
    OfficeCard,
    OpeningHours,
    Passage,
    Register,
    SectionKind,
    Service,
    Source,
    Turn,
    Understanding,
    Utterance,
)


class Pingable(Protocol):
    """Something whose health ``roland doctor`` and ``/health`` show."""

    @property
    def name(self) -> str:
        """A short name for the health page."""
        ...

    async def ping(self) -> None:
        """Return when it is usable within a second or so; raise RolandError with the reason otherwise."""
        ...


class Clock(Protocol):
    """The time; replaced in tests."""

    def now(self) -> datetime:
        """The current time, with time zone."""
        ...


class OpeningCalendar(Protocol):
    """When people can be reached, holidays of the city included. All times carry a time zone."""

    @property
    def hours(self) -> tuple[OpeningHours, ...]:
        """The regular opening hours."""
        ...

    def is_open(self, at: datetime) -> bool:
        """Whether somebody is there at that time."""
        ...

    def next_opening(self, after: datetime) -> datetime | None:
        """The next time somebody will be there, later than ``after``; None where hours are not configured."""
        ...


# ── catalogue ──────────────────────────────────────────────────────────────────────────────────────────────────────


class Catalogue(Protocol):
    """The imported service catalogue, for reading. Cheap: an unchanged entry is parsed once."""

    @property
    def revision(self) -> str:
        """Changes whenever an import changed something; empty when nothing was imported."""
        ...

    def service(self, service_id: str) -> Service | None:
        """The public service with that id, or None."""
        ...

    def services(self) -> Iterator[Service]:
        """All public services by id, one at a time (a catalogue may be large)."""
        ...

    def office(self, office_id: str) -> Office | None:
        """The public office with that id, or None."""
        ...

    def offices(self) -> Iterator[Office]:
        """All public offices by id."""
        ...

    def life_situations(self) -> Sequence[LifeSituation]:
        """All life situations in their order."""
        ...

    def services_in_situation(self, situation_id: str) -> Sequence[Service]:
        """The public services that belong to a life situation, the usual ones first, then by id."""
        ...


class CatalogueStore(Catalogue, Pingable, Protocol):
    """The catalogue with the one way to change it."""

    def replace(
        self, records: Iterable[ImportRecord], *, dry_run: bool = False, allow_removal: bool = True
    ) -> ImportReport:
        """Make the stored catalogue equal to ``records``, in one transaction, streaming.

        Entries of a kind (service, office, life situation) that the records hold none of stay as they are; of the other
        kinds, entries that the records do not name are removed. Equal entries are left alone. An exception
        out of ``records`` changes nothing. Invalid records are reported, and keep the entry stored under their id.
        Without ``allow_removal``, RemovalRefusedError is raised and nothing changed where more than half of the stored
        entries of a kind would go.
        """
        ...


class CatalogueImporter(Protocol):
    """Reads one exchange format."""

    @property
    def format(self) -> str:
        """Its name on the command line, e.g. ``dldb``."""
        ...

    def read(self, paths: Sequence[Path]) -> Iterator[ImportRecord]:
        """The entries of the files (or folders), streaming.

        A broken entry is yielded as InvalidEntry; a file that cannot be read at all raises ImportFileError.
        """
        ...


# ── understanding ──────────────────────────────────────────────────────────────────────────────────────────────────


class LanguageDetector(Protocol):
    """Tells the language of short texts."""

    def detect(self, text: str) -> DetectedLanguage:
        """The language of ``text``; None where it gives no hint ("ok", "Reisepass?", "123")."""
        ...


class PersonalDataMasker(Protocol):
    """Finds personal data in what people write."""

    def mask(self, text: str) -> MaskedText:
        """``text`` with personal data replaced by placeholders; idempotent; what is not personal stays untouched."""
        ...


class NluEngine(Pingable, Protocol):
    """Tells intents and entities of one question."""

    async def parse(self, text: str, language: Language) -> Understanding:
        """Intents with calibrated confidence, best first, at most five, and entities.

        Any text up to 2,000 characters is accepted. Raises NluUnavailableError when the engine cannot answer in time.
        """
        ...


class EmergencyDetector(Protocol):
    """Tells by fixed patterns whether somebody is in acute danger; asked before anything else."""

    def is_emergency(self, text: str) -> bool:
        """Whether the text speaks of acute danger to life, fire or a crime going on, in any of the languages."""
        ...

    def is_crisis(self, text: str) -> bool:
        """Whether somebody speaks of ending their own life, in any of the languages."""
        ...


class QuestionSplitter(Protocol):
    """Splits a message into its questions."""

    def split(self, text: str, language: Language) -> tuple[str, ...]:
        """The questions in order, at least one, at most three; ("Wo melde ich mich an", "was kostet das?")."""
        ...

    def focus(self, question: str, language: Language) -> str:
        """The clause of one question that asks, without the situation told around it."""
        ...


# ── knowledge ──────────────────────────────────────────────────────────────────────────────────────────────────────


class Retriever(Pingable, Protocol):
    """Finds the services a question is about."""

    @property
    def is_quick(self) -> bool:
        """Whether a search takes so few milliseconds that the event loop may wait for it."""
        ...

    def search(self, question: str, language: Language, *, limit: int = 5) -> tuple[Finding, ...]:
        """At most ``limit`` findings, most probable first; empty where nothing is near. Never raises for any text."""
        ...

    def content_words(self, text: str, language: Language) -> tuple[str, ...]:
        """The folded words that name a matter; "und was kostet das?" and "brauche ich ein Foto?" have none."""
        ...

    def rank_sections(self, question: str, language: Language, service_id: str) -> tuple[Passage, ...]:
        """The passages of one given service, the closest to the question first; none for an unknown service."""
        ...


class Composer(Protocol):
    """Turns catalogue entries into blocks; every block quotes its source and adds nothing to it."""

    def summary(self, service: Service, language: Language, register: Register) -> tuple[Block, ...]:
        """The service in one or two sentences; empty where the catalogue has none."""
        ...

    def section(self, service: Service, kind: SectionKind, language: Language, register: Register) -> tuple[Block, ...]:
        """The section's text as blocks; empty where the service has no such section."""
        ...

    def excerpt(
        self, service: Service, kind: SectionKind, aspect: Aspect, language: Language, register: Register
    ) -> tuple[Block, ...]:
        """Only those paragraphs and items of a section that speak of the aspect.

        Told by their form: amounts for a fee, spans of time for a duration or deadline; empty where none does, or where
        the aspect does not show in the form.
        """
        ...

    def offices(
        self, service: Service, area: str | None, limit: int, language: Language, register: Register
    ) -> tuple[OfficeCard, ...]:
        """The responsible offices, those of the area first."""
        ...

    def office(self, office: Office, language: Language, register: Register) -> OfficeCard:
        """One office as a block, its notes in the reader's language where the catalogue has them."""
        ...

    def next_steps(self, service: Service, language: Language) -> tuple[LinkOut | FormHelp, ...]:
        """Online service, appointment, forms and the official page, in this order, each address once."""
        ...

    def source_text(self, source: Source) -> str | None:
        """Everything the catalogue says under that source, in all languages; None where it does not exist."""
        ...


class Vectors(Protocol):
    """A two-dimensional float32 array (numpy's, not imported here)."""

    @property
    def shape(self) -> tuple[int, ...]:
        """(rows, dimensions)."""
        ...


class TextEncoder(Protocol):
    """Turns texts into vectors whose inner product is their nearness."""

    @property
    def dimensions(self) -> int:
        """Length of every vector."""
        ...

    @property
    def fingerprint(self) -> str:
        """Changes whenever the same text would get another vector; keys the index cache."""
        ...

    @property
    def is_quick(self) -> bool:
        """Whether a question costs well under a millisecond."""
        ...

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """One unit-length float32 row per question, shape (len(texts), dimensions)."""
        ...

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """One unit-length float32 row per passage, shape (len(texts), dimensions)."""
        ...


# ── conversations ──────────────────────────────────────────────────────────────────────────────────────────────────


class ConversationStore(Pingable, Protocol):
    """Keeps conversations. A message is durable when ``accept`` returns; texts arrive here already masked."""

    async def create(self, conversation: Conversation) -> None:
        """Store a new conversation."""
        ...

    async def get(self, conversation_id: str) -> Conversation:
        """The conversation; raises ConversationNotFoundError."""
        ...

    async def turns(self, conversation_id: str) -> tuple[Turn, ...]:
        """All turns in the order of acceptance; raises ConversationNotFoundError."""
        ...

    async def accept(self, conversation_id: str, utterance: Utterance) -> Turn:
        """Store an utterance before it is worked on.

        Idempotent by ``utterance.id`` within the conversation: a repeated one returns the turn stored first,
        with its answer where there is one.
        """
        ...

    async def answer(
        self, conversation_id: str, utterance_id: str, answer: Answer, state: DialogueState, at: datetime
    ) -> None:
        """Store the answer and the dialogue's new state in one transaction; a second answer to one turn is ignored."""
        ...

    async def update(self, conversation: Conversation) -> None:
        """Store a change of mode or state outside a turn."""
        ...

    async def unanswered(self, accepted_before: datetime) -> tuple[tuple[str, Turn], ...]:
        """(conversation id, turn) of all turns without an answer accepted before that time, oldest first."""
        ...

    async def give_feedback(self, feedback: Feedback) -> None:
        """Store feedback on an answer; the latest counts. Raises ConversationNotFoundError."""
        ...

    async def feedback(self, conversation_id: str) -> tuple[Feedback, ...]:
        """The feedback given in that conversation; empty where there is none."""
        ...

    async def delete(self, conversation_id: str) -> None:
        """Remove the conversation with everything that belongs to it; raises ConversationNotFoundError."""
        ...

    async def delete_older_than(self, moment: datetime) -> int:
        """Remove all conversations not updated since ``moment``; returns how many."""
        ...

    async def delete_expired(self, now: datetime) -> int:
        """Remove all rows whose retention date has passed; returns how many conversations were among them."""
        ...


class Dialogue(Protocol):
    """Answers one utterance; whatever breaks inside, an answer comes back."""

    async def respond(
        self, conversation: Conversation, turns: Sequence[Turn], utterance: Utterance
    ) -> tuple[Answer, DialogueState]:
        """The answer and what to keep in mind; ``turns`` are the ones before, oldest first.

        ``utterance.text`` is what the person wrote, not masked, except for a turn made up for after a crash.
        """
        ...


class EventBus(Protocol):
    """Carries events to whoever looks at a conversation right now; at most once, nothing is kept."""

    async def publish(self, topic: str, event: dict[str, object]) -> None:
        """Hand a JSON-like event to the present subscribers of ``topic``."""
        ...

    def subscribe(self, topic: str) -> AbstractAsyncContextManager[AsyncIterator[dict[str, object]]]:
        """Events of ``topic``, from entering the context until leaving it."""
        ...


# ── translation ────────────────────────────────────────────────────────────────────────────────────────────────────


class Translator(Pingable, Protocol):
    """Translates quoted texts by machine; what it says is checked and labelled before anybody sees it."""

    async def translate(self, texts: Sequence[str], source: Language, target: Language) -> tuple[str | None, ...]:
        """The texts (inline Markdown) in the target language and in their order; None for one that came back damaged.

        Marks, links and e-mail addresses of a text stand in its translation too; figures are not looked at.
        Raises TranslatorUnavailableError when the translator refuses or does not answer in time.
        """
        ...


# ── texts ──────────────────────────────────────────────────────────────────────────────────────────────────────────


class Messages(Protocol):
    """The message catalogue: every citizen-facing text that is not in the service catalogue."""

    def text(self, key: str, language: Language, **values: object) -> str:
        """The message in that language, else in German; ``{name}`` is replaced by the value. Raises KeyError."""
        ...

    def template(self, key: str, language: Language) -> str:
        """The message as it stands in its file, placeholders unfilled. Raises KeyError."""
        ...

    def in_register(self, register: Register) -> "Messages":
        """The same messages as they are said in that register; as usual where it has none."""
        ...


__all__ = [
    "Catalogue",
    "CatalogueImporter",
    "CatalogueStore",
    "Clock",
    "Composer",
    "ConversationStore",
    "Dialogue",
    "EmergencyDetector",
    "EventBus",
    "LanguageDetector",
    "Messages",
    "NluEngine",
    "OpeningCalendar",
    "PersonalDataMasker",
    "Pingable",
    "QuestionSplitter",
    "Retriever",
    "TextEncoder",
    "Translator",
    "Vectors",
]
