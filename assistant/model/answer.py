"""What Roland says: a status, and blocks that each name where they come from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from assistant.model.form_answer import FormBlock
from assistant.model.language import Language, Register
from assistant.model.office import Office
from assistant.model.source import Canned, Origin, Source
from assistant.model.ticket import ClosingReason, TicketState
from assistant.model.turn import Aspect


class AnswerStatus(StrEnum):
    """How a turn ended. The prefix tells the family: answered, unanswerable, refused, handoff, error."""

    ANSWERED = "answered"
    ANSWERED_PARTLY = "answered_partly"
    CLARIFICATION = "clarification"
    SMALLTALK = "smalltalk"
    UNANSWERABLE_NOT_FOUND = "unanswerable_not_found"
    UNANSWERABLE_OUT_OF_SCOPE = "unanswerable_out_of_scope"
    UNANSWERABLE_UNCLEAR = "unanswerable_unclear"
    REFUSED_ABUSE = "refused_abuse"
    REFUSED_TOO_LONG = "refused_too_long"
    REFUSED_SWITCHED_OFF = "refused_switched_off"
    HANDOFF_OFFERED = "handoff_offered"
    HANDOFF_QUEUED = "handoff_queued"
    HANDOFF_EMERGENCY = "handoff_emergency"
    HANDOFF_DISTRESS = "handoff_distress"
    ERROR_TIMEOUT = "error_timeout"
    ERROR_INTERNAL = "error_internal"
    ERROR_UNSOURCED = "error_unsourced"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text (inline Markdown). ``language`` is set where it differs from the answer's."""

    text: str
    origin: Origin
    language: Language | None = None


@dataclass(frozen=True, slots=True)
class Steps:
    """A list, numbered where the order matters; items are inline Markdown."""

    items: tuple[str, ...]
    origin: Origin
    ordered: bool = False
    language: Language | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """One row of facts, e.g. "unter 24 Jahren" – "37,50 Euro"; inline Markdown."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Facts:
    """A table of two columns."""

    rows: tuple[Fact, ...]
    origin: Origin
    language: Language | None = None


TextBlock = Paragraph | Steps | Facts


@dataclass(frozen=True, slots=True)
class Translated:
    """A machine translation of quoted text. The original stays beside it, and is what counts; both have one shape."""

    text: TextBlock
    original: TextBlock

    @property
    def origin(self) -> Origin:
        """Where the original stands."""
        return self.original.origin


@dataclass(frozen=True, slots=True)
class OfficeCard:
    """The responsible office with address, hours, phone and the ways to get there."""

    office: Office
    origin: Source


@dataclass(frozen=True, slots=True)
class FormHelp:
    """A form that belongs to the service; ``form_id`` where Roland can explain it field by field."""

    title: str
    url: str
    origin: Source
    description: str | None = None
    form_id: str | None = None


class LinkPurpose(StrEnum):
    """What a link out is for; decides its label and icon."""

    ONLINE_SERVICE = "online_service"
    APPOINTMENT = "appointment"
    OFFICIAL_PAGE = "official_page"


@dataclass(frozen=True, slots=True)
class LinkOut:
    """A link to the next step. ``label`` is the title in the catalogue; the frame word comes from the page."""

    label: str
    url: str
    purpose: LinkPurpose
    origin: Source


@dataclass(frozen=True, slots=True)
class ContactWays:
    """The ways to a person, each with what it promises.

    ``waiting`` people are before you in the chat and take about ``wait_minutes`` together (None where nobody can say);
    ``waiting`` None: nobody is there. What is written down now is answered until the day ``answer_due``.
    """

    origin: Canned
    waiting: int | None = None
    wait_minutes: int | None = None
    phone_is_open: bool = False
    answer_due: date | None = None


@dataclass(frozen=True, slots=True)
class TicketStanding:
    """How the ticket of a code stands. The answer itself is read on the page for codes, and is never told here.

    ``due_at`` in local time; ``is_late``: it is still owed although that has passed.
    """

    origin: Canned
    state: TicketState
    due_at: datetime
    is_late: bool = False
    closing_reason: ClosingReason | None = None


Block = (
    Paragraph | Steps | Facts | Translated | OfficeCard | FormHelp | LinkOut | ContactWays | TicketStanding | FormBlock
)


@dataclass(frozen=True, slots=True)
class QuickReply:
    """A button under an answer. ``payload`` comes back as ``Utterance.choice``.

    Payloads: ``service:<id>`` or ``service:<id>#<aspect>+<aspect>``, ``situation:<id>``, ``act:<intent>``,
    ``language:<code>``, ``say:<text>``, ``people:connect``, ``people:callback`` (by telephone), ``form:<command>`` or
    ``form:<command>:<value>``.
    """

    label: str
    payload: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A service that may be meant; ``score`` is the calibrated probability (0–1) that it is."""

    service_id: str
    title: str
    score: float


@dataclass(frozen=True, slots=True)
class ErrorInfo:
    """What went wrong, for machines and for the log; never shown to people. ``trace_id`` finds it in the log."""

    code: str
    trace_id: str
    retryable: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """One complete answer. ``timings`` are milliseconds by step."""

    status: AnswerStatus
    language: Language
    blocks: tuple[Block, ...]
    register: Register = Register.STANDARD
    quick_replies: tuple[QuickReply, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    service_id: str | None = None
    aspects: tuple[Aspect, ...] = ()
    error: ErrorInfo | None = None
    timings: Mapping[str, float] = field(default_factory=dict, hash=False, compare=False)

    @property
    def sources(self) -> tuple[Source, ...]:
        """The catalogue sources of all blocks, each once, in order of appearance."""
        return sources_of(self.blocks)


def sources_of(blocks: Iterable[Block]) -> tuple[Source, ...]:
    """The catalogue sources of blocks, each once, in order of appearance."""
    return tuple(dict.fromkeys(block.origin for block in blocks if isinstance(block.origin, Source)))
