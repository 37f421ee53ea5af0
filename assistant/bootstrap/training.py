"""What is learned at set-up, and how well; apart from what serves, which needs no PyTorch."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from importlib.resources import files
from multiprocessing import active_children, get_context
from pathlib import Path

from rich.table import Table

from assistant.bootstrap.catalogue import import_catalogue, open_catalogue
from assistant.bootstrap.knowledge import build_search
from assistant.bootstrap.understanding import RASA_PYTHON, open_wish_reader
from assistant.config import Settings
from assistant.errors import CatalogueEmptyError
from nlu.evaluate import Evaluation, RasaTrainer, SpacyTrainer, evaluate
from nlu.report import tables
from nlu.train import train_rasa, train_spacy, train_wishes
from nlu.training_data import load_held_out, load_training_data
from nlu.wishes.evaluate import WishEvaluation
from nlu.wishes.evaluate import evaluate_wishes as measure_wishes
from nlu.wishes.report import tables as tables_of_wishes
from nlu.wishes.sentences import load_held_out as load_held_out_wishes

Say = Callable[[str], None]

_SAMPLE_CATALOGUE = Path(str(files("knowledge").joinpath("bremen")))
_LAND_OF_THE_SAMPLE = "04"


def set_up_data(settings: Settings, say: Say) -> None:
    """Make the data directory ready to answer: catalogue, search, embedded understanding. Does nothing twice.

    Raises CatalogueEmptyError where no catalogue is there and the sample is not the city's.
    """
    if not open_catalogue(settings).revision:
        if not settings.city.area.startswith(_LAND_OF_THE_SAMPLE):
            raise CatalogueEmptyError(f"bring in the catalogue of {settings.city.name} first: roland catalogue import")
        say("Importing the sample catalogue of Bremen and Bremerhaven …")
        report = import_catalogue(settings, "bundle", [_SAMPLE_CATALOGUE])
        say(f"  {len(report.added)} entries")
    say("Preparing search and understanding …")
    # Each keeps one core busy, and neither needs the other: two cores halve the wait.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as beside:
        understanding = beside.submit(_learn_to_understand, settings)
        try:
            build_search(settings, say)
        except BaseException:
            for process in active_children():
                process.terminate()
            raise
        if not understanding.done():
            say("  the search is ready; the understanding is still being learned")
        understanding.result()


def _learn_to_understand(settings: Settings) -> None:
    train_nlu(settings, "spacy", lambda _: None)
    train_wish_reader(settings)


def train_nlu(settings: Settings, engine: str, say: Say) -> Path:
    """Train an engine's model for the present training data, unless it is there already; returns its folder."""
    if engine == "spacy":
        return train_spacy(settings.nlu.model_dir, say)
    return train_rasa(settings.nlu.model_dir, RASA_PYTHON, say)


def train_wish_reader(settings: Settings) -> Path:
    """Train what tells wishes at a form's steps, unless it is there already; returns its folder."""
    return train_wishes(settings.nlu.model_dir)


def evaluate_wishes(settings: Settings, held_out: Path, threshold: float) -> WishEvaluation:
    """Measure the wishes acted upon at a probability, on the held-out sentences of a file (JSON lines)."""
    return measure_wishes(open_wish_reader(settings), load_held_out_wishes(held_out), threshold)


def wish_tables(evaluation: WishEvaluation) -> Iterator[Table]:
    """What was measured of wishes, as tables."""
    return tables_of_wishes(evaluation)


async def evaluate_nlu(engines: Sequence[str], held_out: Sequence[Path], folds: int, say: Say) -> Evaluation:
    """Measure engines side by side: cross-validated, and on the held-out sentences of the files (JSON lines)."""
    sentences = [sentence for path in held_out for sentence in load_held_out(path)]
    trainers = [SpacyTrainer() if engine == "spacy" else RasaTrainer(RASA_PYTHON) for engine in engines]
    return await evaluate(trainers, load_training_data(), sentences, count=folds, progress=say)


def nlu_tables(evaluation: Evaluation) -> Iterator[Table]:
    """What was measured, as tables."""
    return tables(evaluation)
