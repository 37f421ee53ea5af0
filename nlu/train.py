"""Trains the engines, once per content of data, settings and code."""

from collections.abc import Callable
from pathlib import Path

from nlu.models import ModelShelf
from nlu.spacy_engine.engine import KIND as SPACY
from nlu.spacy_engine.learn import learn
from nlu.training_data import RASA_PROJECT, data_files, fingerprint, load_training_data

Progress = Callable[[str], None]

_HERE = Path(__file__).parent


def train_spacy(directory: Path, progress: Progress = lambda _: None, project: Path = RASA_PROJECT) -> Path:
    """The embedded engine's model for the present data, trained where it does not exist yet; about a minute."""
    code = [*sorted((_HERE / "spacy_engine").glob("*.py")), _HERE / "calibration.py", _HERE / "training_data.py"]

    def build(folder: Path) -> None:
        learn(load_training_data(project), progress).to_disk(folder)

    return ModelShelf(directory, SPACY).provide(fingerprint([*data_files(project), *code]), build)
