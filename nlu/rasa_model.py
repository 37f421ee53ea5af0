"""What stands in the folder of a trained Rasa model."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

KIND = "rasa"
MODEL_FILE = "model.tar.gz"
_CALIBRATION_FILE = "calibration.json"


@dataclass(frozen=True, slots=True)
class Calibration:
    """What sets Rasa's answers right.

    ``temperature`` makes its probabilities honest; it was found with so many ``sentences``. ``names`` gives the name in
    the lists for what people call a place or service, case-folded.
    """

    temperature: float = 1.0
    sentences: int = 0
    names: Mapping[str, str] = field(default_factory=dict, hash=False)


AS_IT_COMES = Calibration()


def write_calibration(folder: Path, calibration: Calibration) -> None:
    """Put the calibration beside the model."""
    content = {
        "temperature": calibration.temperature,
        "sentences": calibration.sentences,
        "names": dict(calibration.names),
    }
    (folder / _CALIBRATION_FILE).write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def read_calibration(folder: Path) -> Calibration:
    """The calibration beside the model."""
    return Calibration(**json.loads((folder / _CALIBRATION_FILE).read_text(encoding="utf-8")))
