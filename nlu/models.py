"""Where trained models stand: ``<directory>/<kind>/<fingerprint>/``; the file ``current`` names the one in use."""

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from assistant.errors import NluModelMissingError

_POINTER = "current"
_KEPT = 2


class ModelShelf:
    """The models of one engine. What is half built never becomes current; a crash leaves the old model serving."""

    def __init__(self, directory: Path, kind: str) -> None:
        self._folder = directory / kind
        self._kind = kind

    def current(self) -> Path:
        """The folder of the model to use."""
        try:
            model = self._folder / (self._folder / _POINTER).read_text(encoding="utf-8").strip()
        except OSError:
            model = self._folder / "none"
        if not model.is_dir():
            raise NluModelMissingError(f"no trained {self._kind} model in {self._folder}; train one: roland nlu train")
        return model

    def provide(self, fingerprint: str, build: Callable[[Path], None]) -> Path:
        """The model with that fingerprint, made current; where there is none yet, ``build`` fills an empty folder."""
        model = self._folder / fingerprint
        if not model.is_dir():
            self._build(model, build)
        self._point_to(model)
        self._tidy(model)
        return model

    def _build(self, model: Path, build: Callable[[Path], None]) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        unfinished = Path(tempfile.mkdtemp(prefix=".unfinished-", dir=self._folder))
        try:
            build(unfinished)
            unfinished.chmod(0o755)
            if not model.is_dir():  # somebody else may have built the same meanwhile
                unfinished.rename(model)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)

    def _point_to(self, model: Path) -> None:
        handle, name = tempfile.mkstemp(prefix=".pointer-", dir=self._folder)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(f"{model.name}\n")
        Path(name).chmod(0o644)
        Path(name).replace(self._folder / _POINTER)

    def _tidy(self, current: Path) -> None:
        """Keeps the current model and the one before; a server may still be reading the latter."""
        models = [path for path in self._folder.iterdir() if path.is_dir() and not path.name.startswith(".")]
        newest_first = sorted(models, key=lambda path: (path == current, path.stat().st_mtime), reverse=True)
        for model in newest_first[_KEPT:]:
            shutil.rmtree(model, ignore_errors=True)
