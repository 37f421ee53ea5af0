"""What citizens call things: words and questions by kind of service, in every language, for any German catalogue."""

from knowledge.lexicon.checking import LexiconCheck, check_lexicon
from knowledge.lexicon.corrections import Corrections, correct, read_corrections
from knowledge.lexicon.entries import LexiconEntry, bundled_files, bundled_lexicon, read_lexicon
from knowledge.lexicon.matching import Match, match_lexicon
from knowledge.lexicon.report import MatchReport, report_matches, to_toml

__all__ = [
    "Corrections",
    "LexiconCheck",
    "LexiconEntry",
    "Match",
    "MatchReport",
    "bundled_files",
    "bundled_lexicon",
    "check_lexicon",
    "correct",
    "match_lexicon",
    "read_corrections",
    "read_lexicon",
    "report_matches",
    "to_toml",
]
