"""How words sound, spelled one sign a sound, so that what sounds alike is near in writing too."""

import re
import tomllib
from functools import cache
from importlib.resources import files

from assistant.model import Language


def sounds_of(word: str, language: Language) -> str:
    """The sounds of a word in small letters; never empty, for there are words of letters that are not spoken."""
    sounds = word
    for pattern, sound in _rules(language):
        sounds = pattern.sub(sound, sounds)
    return sounds or word


@cache
def _rules(language: Language) -> tuple[tuple[re.Pattern[str], str], ...]:
    data = tomllib.loads(files(__package__).joinpath("sounds.toml").read_text(encoding="utf-8"))
    return tuple((re.compile(pattern), sound) for pattern, sound in data[language]["rules"])
