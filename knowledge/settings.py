"""Everything about the search that a city may set."""

from dataclasses import dataclass, field
from pathlib import Path

from knowledge.dense import DenseSettings
from knowledge.encoder.recipe import TrainingSettings
from knowledge.evidence import EvidenceSettings
from knowledge.lexical import LexicalSettings


@dataclass(frozen=True, slots=True)
class EncoderSettings:
    """Which encoder: Roland's own where ``model`` is None, else the sentence-transformers model in that folder.

    Models of other makers often want prefixes, e.g. multilingual-e5 "query: " and "passage: ".
    """

    model: Path | None = None
    query_prefix: str = ""
    passage_prefix: str = ""
    training: TrainingSettings = field(default_factory=TrainingSettings)


@dataclass(frozen=True, slots=True)
class RetrievalSettings:
    """The whole search; the defaults fit a city's catalogue.

    ``lexicon`` are JSON Lines files to be used in place of the lexicon that comes with Roland.
    """

    encoder: EncoderSettings = field(default_factory=EncoderSettings)
    lexical: LexicalSettings = field(default_factory=LexicalSettings)
    dense: DenseSettings = field(default_factory=DenseSettings)
    evidence: EvidenceSettings = field(default_factory=EvidenceSettings)
    lexicon: tuple[Path, ...] | None = None
    seed: int = 115
