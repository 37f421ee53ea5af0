"""A model's folder: what is in it, and whether it is the test model."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from assistant.errors import SpeechUnavailableError
from assistant.model import Language

MARK = "synthetic-test-model.json"
"""The file that marks the test model; no other model has it."""
LABEL = "synthetic test model: not for callers"

_FEATURES = "conf/mfcc.conf"
_ALWAYS = ("am/final.mdl", "conf/model.conf", _FEATURES)
_STATIC = ("graph/HCLG.fst",)
_WORDS = "graph/words.txt"
_LOOK_AHEAD = ("graph/HCLr.fst", "graph/Gr.fst")
_USUAL_RATE: Final = 16_000


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """What a recogniser's model is.

    ``rate``: samples a second it was trained for. ``words``: how many it knows; None where its graph hides them.
    ``takes_grammar``: whether a step of the dialogue can restrict the words. ``language``: None where nothing tells it.
    """

    path: Path
    rate: int
    size: int
    words: int | None
    takes_grammar: bool
    is_test_model: bool
    language: Language | None

    @property
    def kind(self) -> str:
        """What to call it in front of people."""
        return LABEL if self.is_test_model else "recogniser's model"


def read_model_folder(path: Path) -> ModelFolder:
    """Look at a folder; raises SpeechUnavailableError with what is missing where it holds no model."""
    graphs: dict[Sequence[str], bool] = {graph: _all_in(path, graph) for graph in (_STATIC, _LOOK_AHEAD)}
    if missing := _missing(path, graphs):
        raise SpeechUnavailableError(f"{path} holds no model of Vosk: {', '.join(missing)} missing")
    mark = path / MARK
    return ModelFolder(
        path=path,
        rate=_rate(path / _FEATURES),
        size=sum(file.stat().st_size for file in path.rglob("*") if file.is_file()),
        words=_words(path / _WORDS),
        takes_grammar=graphs[_LOOK_AHEAD] and not graphs[_STATIC],  # Vosk takes the static graph where it finds both
        is_test_model=mark.exists(),
        language=Language(json.loads(mark.read_text(encoding="utf-8"))["language"]) if mark.exists() else None,
    )


def _missing(path: Path, graphs: Mapping[Sequence[str], bool]) -> list[str]:
    missing = [name for name in _ALWAYS if not (path / name).is_file()]
    if not any(graphs.values()):
        missing.append(f"{' and '.join(_LOOK_AHEAD)} (or {_STATIC[0]})")
    if graphs[_STATIC] and not (path / _WORDS).is_file():  # the other graph carries its words itself
        missing.append(_WORDS)
    return missing


def _all_in(path: Path, names: Sequence[str]) -> bool:
    return all((path / name).is_file() for name in names)


def _rate(configuration: Path) -> int:
    """The rate a model's features are made for; Kaldi's usual one where it is not written."""
    for line in configuration.read_text(encoding="utf-8").splitlines():
        name, _, value = line.partition("#")[0].strip().partition("=")
        if name == "--sample-frequency":
            return int(float(value))
    return _USUAL_RATE


def _words(path: Path) -> int | None:
    if not path.is_file():
        return None
    with path.open(encoding="utf-8") as file:
        return sum(not line.startswith(("<", "#", "[", "!")) for line in file)
