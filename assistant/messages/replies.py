"""Ready-made replies for agents, from ``replies.toml``: each in German, and in the languages it has been put into."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from assistant.model import Language


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply; ``title`` is what agents call it. Texts may hold ``{agent}``, ``{city}``, ``{phone}``, ``{hours}``."""

    id: str
    title: str
    texts: Mapping[Language, str]

    def text(self, language: Language) -> tuple[str, Language]:
        """The words and the language they are in: the one asked for, else German."""
        spoken = language if language in self.texts else Language.DE
        return self.texts[spoken], spoken


def load_replies() -> tuple[Reply, ...]:
    """All replies in the order of the file."""
    table = tomllib.loads(files(__package__).joinpath("replies.toml").read_text(encoding="utf-8"))
    return tuple(
        Reply(id_, entry["title"], {Language(code): text.strip() for code, text in entry["text"].items()})
        for id_, entry in table.items()
    )
