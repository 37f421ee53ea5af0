"""The forms of a city, for those who are led through them and for those who write them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path

from assistant.attempts import AttemptRules, Attempts
from assistant.config import Settings
from assistant.errors import CatalogueError
from assistant.forms.codes import WalkCodes
from assistant.model.form import Form
from assistant.ports import Clock
from assistant.storage.database import Database
from assistant.storage.secret import load_secret
from assistant.storage.walks import SqlWalkStore
from knowledge.forms.bundle import FormReading
from knowledge.forms.library import FileFormLibrary, FormCheck
from knowledge.forms.translations import Telling
from knowledge.forms.xdatenfelder import read_schema

__all__ = [
    "FormCheck",
    "FormReading",
    "Telling",
    "check_forms",
    "find_form",
    "open_forms",
    "open_luggage",
]

_READERS: Mapping[str, Callable[[Path], Form]] = {"urn:xoev-de:fim:standard:xdatenfelder_": read_schema}
"""What reads a FIM schema, by how the namespace of its root element begins."""


def open_forms(settings: Settings) -> FileFormLibrary:
    """The forms of the city's file; nothing is read before they are asked for."""
    return FileFormLibrary(settings.forms.folders, settings.forms.schemas, _READERS)


def open_luggage(settings: Settings, database: Database, clock: Clock) -> WalkCodes:
    """What gives out codes for walks, and takes them back."""
    rules = AttemptRules(settings.tickets.wrong_codes_per_hour, settings.tickets.all_wrong_codes_per_hour)
    return WalkCodes(
        SqlWalkStore(database),
        load_secret(settings.storage.data_dir),
        clock,
        Attempts(clock, rules),
        timedelta(hours=settings.forms.code_hours),
    )


def check_forms(settings: Settings, paths: Sequence[Path]) -> FormCheck:
    """Look at files or folders of forms, at all of the city's where none are named."""
    library = open_forms(settings)
    return library.look_at(paths) if paths else FormCheck(library.readings(), library.problems)


def find_form(settings: Settings, name: str) -> Form:
    """The form of a file, else the city's form with that id; raises ImportFileError or CatalogueError."""
    library = open_forms(settings)
    form = library.read(Path(name)).form if Path(name).is_file() else library.form(name)
    if form is None:
        raise CatalogueError(f"there is no form {name!r}")
    return form
