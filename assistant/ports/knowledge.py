"""Finding what a question is about, and saying it with its source."""

from collections.abc import Sequence
from typing import Protocol

from assistant.model import (
    Aspect,
    Block,
    Finding,
    FormHelp,
    Language,
    LinkOut,
    Office,
    OfficeCard,
    Passage,
    Register,
    SectionKind,
    Service,
    Source,
)
from assistant.ports.operation import Pingable


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
