"""Many phrases looked for in a folded text at once, word by word."""

from collections.abc import Iterable, Iterator, Sequence


class PhraseTable:
    """Finds phrases of whole words; where several begin at one word, the longest. Costs do not grow with the table.

    An alternation of a regular expression would try hundreds of phrases at every word.
    """

    def __init__(self, phrases: Iterable[str]) -> None:
        """``phrases`` folded, their words separated by one space."""
        self._lengths: dict[str, list[int]] = {}
        self._phrases = {tuple(phrase.split()) for phrase in phrases} - {()}
        for words in self._phrases:
            lengths = self._lengths.setdefault(words[0], [])
            if len(words) not in lengths:
                lengths.append(len(words))
        for lengths in self._lengths.values():
            lengths.sort(reverse=True)

    def find(self, folded: str) -> Iterator[str]:
        """The phrases in the order of the text; none shares a word with another."""
        words = folded.split()
        return (" ".join(words[start:end]) for start, end in self._spans(words))

    def without(self, folded: str) -> str:
        """The text without the phrases."""
        words = folded.split()
        kept, last = [], 0
        for start, end in self._spans(words):
            kept += words[last:start]
            last = end
        return " ".join(kept + words[last:])

    def _spans(self, words: Sequence[str]) -> Iterator[tuple[int, int]]:
        start = 0
        while start < len(words):
            length = self._length_at(words, start)
            if length:
                yield start, start + length
            start += length or 1

    def _length_at(self, words: Sequence[str], start: int) -> int:
        lengths = self._lengths.get(words[start], ())
        return next((length for length in lengths if tuple(words[start : start + length]) in self._phrases), 0)
