"""Reads the sentences people say on the way through a form."""

import json
import re
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from assistant.model import Language, Wish
from assistant.own_yaml import read_yaml

DATA = Path(str(files(__package__))) / "data"
_MARK = re.compile(r"\[([^\[\]]+)\]")


@dataclass(frozen=True, slots=True)
class Sentence:
    """What was said, what it wishes for, and the words in it that name something; empty where it names nothing."""

    text: str
    wish: Wish
    language: Language
    named: str = ""

    def naming(self, other: str) -> "Sentence":
        """The same said of something else."""
        return Sentence(self.text.replace(self.named, other, 1), self.wish, self.language, other)


def load_sentences(folder: Path = DATA) -> tuple[Sentence, ...]:
    """All of ``<language>.yaml`` in a folder: lists of sentences by wish, with what is named in square brackets."""
    return tuple(
        _sentence(text, Wish(wish), Language(path.stem))
        for path in sorted(folder.glob("*.yaml"))
        for wish, texts in read_yaml(path.read_text(encoding="utf-8")).items()
        for text in texts
    )


def load_held_out(path: Path) -> tuple[Sentence, ...]:
    """The sentences of a JSON Lines file: ``text``, ``wish``, ``lang`` and, with some, ``named``; never trained on."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return tuple(Sentence(row["text"], Wish(row["wish"]), Language(row["lang"]), row.get("named", "")) for row in rows)


def _sentence(marked: str, wish: Wish, language: Language) -> Sentence:
    found = _MARK.search(marked)
    return Sentence(_MARK.sub(r"\1", marked), wish, language, found[1] if found else "")
