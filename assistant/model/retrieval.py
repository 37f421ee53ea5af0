"""What the search over the catalogue finds."""

from dataclasses import dataclass

from assistant.model.language import Language
from assistant.model.service import SectionKind


@dataclass(frozen=True, slots=True)
class Passage:
    """The unit retrieved: a section of a service, or its frame (title and summary) where ``section`` is None."""

    service_id: str
    section: SectionKind | None
    language: Language
    score: float


@dataclass(frozen=True, slots=True)
class Finding:
    """A service that may be meant.

    ``probability`` (0–1) is calibrated: of all findings with 0.8 that stand first, about 80 % are the right ones.
    ``lexical`` and ``dense`` are the raw scores that led to it, for the trace.
    """

    service_id: str
    probability: float
    lexical: float = 0.0
    dense: float = 0.0
