"""The recogniser's models: making the one to test with, and measuring any."""

from collections.abc import Callable, Iterator, Sequence
from importlib.resources import files
from itertools import chain
from pathlib import Path

from assistant.model import ImportedEntry, Language, Office, Service
from assistant.model.form import Form
from knowledge.forms.library import FileFormLibrary
from knowledge.importers.bundle import BundleImporter
from knowledge.lexicon import bundled_files, bundled_lexicon
from nlu.training_data import data_files, load_training_data
from voice.model.build import build_test_model
from voice.model.folder import ModelFolder, read_model_folder
from voice.model.measure import Hearing, error_rate, hear, recordings
from voice.model.speaking import record

__all__ = [
    "Hearing",
    "ModelFolder",
    "build_voice_model",
    "error_rate",
    "hear_recordings",
    "read_model_folder",
    "record_sentences",
]

Say = Callable[[str], None]

_BREMEN = Path(str(files("knowledge").joinpath("bremen")))
_GERMAN = Language.DE


def build_voice_model(folder: Path, say: Say) -> bool:
    """Make the synthetic test model, unless the folder holds it already; tells whether it was made."""
    return build_test_model(folder, source_files(), lambda: list(phone_sentences()), say)


def hear_recordings(model: Path, folder: Path) -> Iterator[Hearing]:
    """What a model hears in each recording of a folder that has its words beside it."""
    return hear(model, recordings(folder))


def record_sentences(sentences: Sequence[str], folder: Path) -> None:
    """Speak sentences over a simulated telephone line, in voices the test model was not made from."""
    record(sentences, folder)


def source_files() -> list[Path]:
    """The files that ``phone_sentences`` are taken from."""
    return [*data_files(), *bundled_files(), *_catalogue_files(), *sorted((_BREMEN / "forms").glob("*.yaml"))]


def phone_sentences() -> Iterator[str]:
    """What callers may say in German: out of the training data, the lexicon, the catalogue and the forms."""
    data = load_training_data(languages=(_GERMAN,))
    yield from (example.text for example in data.examples)
    yield from chain.from_iterable(data.lookups.values())
    for entry in bundled_lexicon():
        yield from (entry.titles[_GERMAN], *entry.terms.get(_GERMAN, ()), *entry.questions.get(_GERMAN, ()))
    for imported in BundleImporter().read(_catalogue_files()):
        if isinstance(imported, ImportedEntry):
            yield from _entry_texts(imported.entry)
    for form in FileFormLibrary((_BREMEN / "forms",)).forms():
        yield from _form_texts(form)


def _catalogue_files() -> list[Path]:
    return [*sorted((_BREMEN / "services").glob("*.yaml")), *sorted((_BREMEN / "offices").glob("*.yaml"))]


def _entry_texts(entry: object) -> Iterator[str]:
    match entry:
        case Service():
            for text in entry.texts:
                yield from (text.title, *text.synonyms, *_clauses(text.summary))
                for section in text.sections:
                    yield from _clauses(section.text)
        case Office():
            yield from (entry.name, *entry.aliases)
            if entry.address:
                yield entry.address.street


def _form_texts(form: Form) -> Iterator[str]:
    text = form.text(_GERMAN)
    yield from (text.title, *text.names, *text.attachments.values())
    yield from (element.label for element in text.elements.values())
    yield from chain.from_iterable(options.values() for options in text.options.values())
    for said in text.said.values():
        yield from chain.from_iterable(said.values())
    for term in text.terms:
        yield from term.words


def _clauses(text: str) -> list[str]:
    """What stands between punctuation and line ends."""
    return [clause for line in text.splitlines() for clause in line.replace(": ", ". ").split(". ")]
