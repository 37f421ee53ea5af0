"""A place where Piper seems to be installed."""

import sys
from dataclasses import dataclass
from pathlib import Path

from assistant.model import Language
from voice.synthesis import PiperOptions

_DOUBLE = Path(__file__).with_name("piper_double.py")


@dataclass(frozen=True, slots=True)
class PiperSite:
    """A folder with the program and two voices."""

    folder: Path

    @classmethod
    def install(cls, folder: Path) -> "PiperSite":
        """Put them there."""
        site = cls(folder)
        site.program.write_text(f"#!{sys.executable}\n{_DOUBLE.read_text(encoding='utf-8')}", encoding="utf-8")
        site.program.chmod(0o755)
        for language in (Language.DE, Language.EN):
            site.model(language).touch()
            Path(f"{site.model(language)}.json").touch()
        return site

    @property
    def program(self) -> Path:
        """The program's file."""
        return self.folder / "piper"

    def model(self, language: Language) -> Path:
        """The file of a voice."""
        return self.folder / f"{language.value}.onnx"

    @property
    def started(self) -> list[tuple[int, str]]:
        """The processes so far: their numbers, and how slowly they speak."""
        file = self.folder / "started"
        lines = file.read_text(encoding="ascii").splitlines() if file.exists() else []
        return [(int(line.split()[0]), line.split()[1]) for line in lines]

    def options(self, speak_s: float = 10.0, load_s: float = 10.0, rest_s: float = 5.0) -> PiperOptions:
        """How to reach it."""
        voices = {language: self.model(language) for language in (Language.DE, Language.EN)}
        return PiperOptions(self.program, voices, speak_s, load_s, rest_s)
