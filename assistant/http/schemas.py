"""The JSON of the API. ``Presenter`` turns values of the domain into it; pages and the command line use the same."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.http.block_schemas import CatalogueBlockOut, OriginalOut, TextBlockOut, ToldJustNowOut
from assistant.http.form_schemas import (
    FormBlockOut,
    FormChecklistOut,
    FormOverviewOut,
    FormReviewOut,
    FormStepOut,
)
from assistant.model import (
    AnswerStatus,
    Aspect,
    Channel,
    Language,
    Mode,
    NoticeKind,
    Register,
    SectionKind,
    SourceKind,
)


class _Out(BaseModel):
    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)


# ── what goes out ──────────────────────────────────────────────────────────────────────────────────────────────────

BlockOut = Annotated[TextBlockOut | CatalogueBlockOut | ToldJustNowOut | FormBlockOut, Field(discriminator="type")]


class QuickReplyOut(_Out):
    """A button; its payload comes back as ``choice``."""

    label: str
    payload: str


class SourceOut(_Out):
    """Where facts of the answer stand."""

    kind: SourceKind
    service_id: str | None
    """Set for a source of kind ``service``."""
    office_id: str | None
    """Set for a source of kind ``office``."""
    form_id: str | None
    """Set for a source of kind ``form``."""
    title: str
    section: SectionKind | None
    url: str | None
    updated_on: date | None
    updated_on_text: str | None
    """The date as people write it in the answer's language."""


class CandidateOut(_Out):
    """A service that may be meant, with the calibrated probability that it is."""

    service_id: str
    title: str
    score: float


class ErrorOut(_Out):
    """What went wrong inside; ``trace_id`` finds it in the log."""

    code: str
    trace_id: str
    retryable: bool


class AnswerOut(_Out):
    """One complete answer."""

    status: AnswerStatus
    language: Language
    dir: Literal["ltr", "rtl"]
    register_: Register = Field(serialization_alias="register")
    """Usual or plain language."""
    text: str
    """The whole answer as plain text."""
    blocks: tuple[BlockOut, ...]
    quick_replies: tuple[QuickReplyOut, ...]
    sources: tuple[SourceOut, ...]
    candidates: tuple[CandidateOut, ...]
    service_id: str | None
    aspects: tuple[Aspect, ...]
    error: ErrorOut | None
    timings: dict[str, float]
    """Milliseconds by step."""

    @property
    def is_error(self) -> bool:
        """Whether something went wrong inside."""
        return self.status.startswith("error_")

    @property
    def is_partial(self) -> bool:
        """Whether only a part of the question is answered."""
        return self.status is AnswerStatus.ANSWERED_PARTLY

    @property
    def form(self) -> FormBlockOut | None:
        """The step of a form that this is, be it before the first or after the last; a word's meaning is none."""
        steps = FormOverviewOut | FormStepOut | FormReviewOut | FormChecklistOut
        return next((block for block in self.blocks if isinstance(block, steps)), None)

    @property
    def no_answer(self) -> bool:
        """Whether there is no answer in the catalogue."""
        return self.status.startswith("unanswerable_")


class TurnOut(_Out):
    """A message and its answer; ``answer`` is null while it is being made, and where people are spoken to."""

    id: str
    text: str
    """What the person wrote; personal data are made unreadable unless people answer, or are waited for."""
    choice: str | None
    at: datetime
    masked: bool
    """Whether personal data were made unreadable."""
    to: Mode
    """Who the person spoke to: ``with_bot``, ``queued`` (people, not there yet) or ``with_agent``."""
    pending: bool
    """Whether Roland still owes an answer."""
    answer: AnswerOut | None


class AgentMessageOut(_Out):
    """What an agent said, with quoted sections of the catalogue."""

    id: str
    agent: str
    """Who said it."""
    at: datetime
    language: Language
    dir: Literal["ltr", "rtl"]
    text: str
    """What to read, as plain text without ``blocks``."""
    html: str
    """The same as safe, complete HTML."""
    machine_translated: bool
    """Whether ``text`` is a machine translation; then say so, and show the original."""
    original: OriginalOut | None
    """What the agent wrote; set for a machine translation."""
    blocks: tuple[BlockOut, ...]
    """Quoted sections of the catalogue."""
    blocks_language: Language
    """That of ``blocks`` where they name none of their own: they are quoted in the person's language."""
    sources: tuple[SourceOut, ...]


class NoticeOut(_Out):
    """A line that nobody said: who has taken over, that the wait is over."""

    id: str
    kind: NoticeKind
    at: datetime
    language: Language
    dir: Literal["ltr", "rtl"]
    text: str
    values: dict[str, str]
    """What ``text`` names: ``agent``; ``code`` and ``due`` of a promise."""


class _Entry(_Out):
    position: int
    """Place in the conversation; what is answered later keeps it."""
    revision: int
    """Grows with every change of the conversation; ``Last-Event-ID`` of who has seen it."""


class TurnEntryOut(_Entry, TurnOut):
    """A turn at its place."""

    type: Literal["turn"] = "turn"


class MessageEntryOut(_Entry, AgentMessageOut):
    """An agent's message at its place."""

    type: Literal["message"] = "message"


class NoticeEntryOut(_Entry, NoticeOut):
    """A notice at its place."""

    type: Literal["notice"] = "notice"


TranscriptEntryOut = Annotated[TurnEntryOut | MessageEntryOut | NoticeEntryOut, Field(discriminator="type")]


class QueueOut(_Out):
    """Where somebody stands in the queue."""

    place: int
    """1 is the next."""
    wait_minutes: int | None
    """How long it will take about; null where nobody can say."""


class ConversationOut(_Out):
    """A conversation; its id is a secret that opens it."""

    id: str
    channel: Channel
    mode: Mode
    language: Language
    dir: Literal["ltr", "rtl"]
    register_: Register = Field(serialization_alias="register")
    greeting: str
    created_at: datetime
    updated_at: datetime
    turns: tuple[TurnOut, ...] = ()
    """What the person said, each with its answer."""
    transcript: tuple[TranscriptEntryOut, ...] = ()
    """All that was said and happened, in order: the same turns, messages of agents and notices."""


class LifeSituationOut(_Out):
    """A situation in life with its services."""

    id: str
    title: str
    description: str
    services: tuple["ServiceLinkOut", ...]


class ServiceLinkOut(_Out):
    """A service by its name."""

    id: str
    title: str


class SectionOut(_Out):
    """A section of a service's text."""

    kind: SectionKind
    title: str | None
    text: str
    html: str
    url: str | None
    updated_on: date | None


class ServiceFormOut(_Out):
    """A form that Roland can explain: `form:begin:` and its id as a `choice` begins it."""

    id: str
    title: str
    url: str | None
    updated_on: date | None


class ServiceOut(_Out):
    """A service in one language; ``language`` says in which one the catalogue has it."""

    id: str
    language: Language
    title: str
    summary: str
    synonyms: tuple[str, ...]
    sections: tuple[SectionOut, ...]
    offices: tuple[str, ...]
    life_situations: tuple[str, ...]
    online_services: tuple[str, ...]
    forms: tuple[ServiceFormOut, ...]
    """The forms of the service that Roland can explain."""
    url: str | None
    updated_on: date | None


class HealthOut(_Out):
    """Whether everything works; ``degraded`` where something Roland can do without does not answer."""

    status: Literal["ok", "degraded", "down"]
    version: str
    catalogue_revision: str
    checks: dict[str, str]
    """``ok`` or the reason, by name."""


# ── what comes in ──────────────────────────────────────────────────────────────────────────────────────────────────


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class StartIn(_In):
    """How to begin; everything may be left out."""

    language: Language | None = None
    """The language the person chose."""
    channel: Literal[Channel.WEB, Channel.WIDGET, Channel.REST] = Channel.WEB


MessageId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


class MessageIn(_In):
    """What the person writes, or the payload of the button they pressed."""

    text: str = ""
    choice: str | None = Field(default=None, min_length=1, max_length=300)
    id: MessageId | None = None
    """Chosen by the client: sending the same id again gives the same turn."""
    language: Language | None = None
    """Only where the person switches the language with this message."""
    register_: Register | None = Field(default=None, alias="register")
    """Only where the person switches to plain language or back."""


class FeedbackIn(_In):
    """What the person thinks of an answer."""

    helpful: bool
    reason: str | None = Field(default=None, max_length=2000)


class RasaMessageIn(BaseModel):
    """A message of a client that speaks Rasa's REST channel; what else it sends is passed over."""

    sender: str = Field(default="default", min_length=1, max_length=500)
    message: str


class RasaButtonOut(_Out):
    """A button as Rasa's clients know it."""

    title: str
    payload: str


class RasaMessageOut(_Out):
    """An answer as Rasa's clients know it; ``custom`` carries Roland's own JSON."""

    recipient_id: str
    text: str
    buttons: tuple[RasaButtonOut, ...] | None = None
    custom: dict[str, object] | None = None
