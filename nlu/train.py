"""Trains the engines, once per content of data, settings and code."""

from collections.abc import Callable
from pathlib import Path

from nlu.models import ModelShelf
from nlu.rasa_model import KIND as RASA
from nlu.rasa_train import build_model
from nlu.spacy_engine.engine import KIND as SPACY
from nlu.spacy_engine.learn import learn
from nlu.training_data import RASA_PROJECT, data_files, fingerprint, load_training_data
from nlu.wishes.learn import learn as learn_wishes
from nlu.wishes.reader import KIND as WISHES
from nlu.wishes.sentences import DATA as WISH_SENTENCES
from nlu.wishes.sentences import load_sentences

Progress = Callable[[str], None]

_HERE = Path(__file__).parent
_SHARED_CODE = (_HERE / "calibration.py", _HERE / "folds.py", _HERE / "training_data.py")


def train_spacy(directory: Path, progress: Progress = lambda _: None, project: Path = RASA_PROJECT) -> Path:
    """The embedded engine's model for the present data, trained where it does not exist yet; about a minute."""
    code = (*sorted((_HERE / "spacy_engine").glob("*.py")), *_SHARED_CODE)

    def build(folder: Path) -> None:
        learn(load_training_data(project), progress).to_disk(folder)

    return ModelShelf(directory, SPACY).provide(fingerprint([*data_files(project), *code]), build)


def train_wishes(directory: Path, project: Path = RASA_PROJECT) -> Path:
    """The model of wishes for the present sentences, trained where it does not exist yet; some seconds."""
    code = (*sorted((_HERE / "spacy_engine").glob("*.py")), *sorted((_HERE / "wishes").glob("*.py")), *_SHARED_CODE)
    sentences = sorted(WISH_SENTENCES.glob("*.yaml"))

    def build(folder: Path) -> None:
        learn_wishes(load_sentences(), load_training_data(project)).save(folder)

    return ModelShelf(directory, WISHES).provide(fingerprint([*sentences, *data_files(project), *code]), build)


def train_rasa(
    directory: Path, rasa_python: Path, progress: Progress = lambda _: None, project: Path = RASA_PROJECT
) -> Path:
    """Rasa's model for the present data, trained where it does not exist yet; a few minutes.

    ``rasa_python`` is the interpreter of the environment Rasa lives in. Raises NluError when Rasa cannot be trained.
    """
    inputs = (*data_files(project), project / "config.yml", _HERE / "rasa_train.py", *_SHARED_CODE)

    def build(folder: Path) -> None:
        build_model(rasa_python, project, folder, progress)

    return ModelShelf(directory, RASA).provide(fingerprint(inputs), build)
