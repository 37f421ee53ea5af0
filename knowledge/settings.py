"""Everything about the search that a city may set."""

from dataclasses import dataclass, field
from pathlib import Path

from knowledge.dense import DenseSettings
from knowledge.encoder.recipe import TrainingSettings
from knowledge.evidence import EvidenceSettings
from knowledge.lexical import LexicalSettings
from knowledge.lexicon import bundled_files


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

    ``lexicon`` are JSON Lines files to be used in place of the lexicon that comes with Roland, ``lexicon_files`` those
    of the city beside it; ``lexicon_matches`` is the file of a person's corrections to what entries are matched with.
    ``bundled_translations`` says whether words of other languages are learned from the texts that come with Roland too.
    """

    encoder: EncoderSettings = field(default_factory=EncoderSettings)
    lexical: LexicalSettings = field(default_factory=LexicalSettings)
    dense: DenseSettings = field(default_factory=DenseSettings)
    evidence: EvidenceSettings = field(default_factory=EvidenceSettings)
    lexicon: tuple[Path, ...] | None = None
    lexicon_files: tuple[Path, ...] = ()
    lexicon_matches: Path | None = None
    bundled_translations: bool = True
    seed: int = 115

    @property
    def lexicon_paths(self) -> tuple[Path, ...]:
        """All files of the lexicon."""
        return (*(bundled_files() if self.lexicon is None else self.lexicon), *self.lexicon_files)
