"""What citizens call things: words and questions by kind of service, in every language, for any German catalogue."""

from knowledge.lexicon.entries import LexiconEntry, bundled_lexicon, read_lexicon
from knowledge.lexicon.matching import Match, match_lexicon

__all__ = ["LexiconEntry", "Match", "bundled_lexicon", "match_lexicon", "read_lexicon"]
