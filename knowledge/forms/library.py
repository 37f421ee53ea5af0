"""The forms of a city: out of folders of bundles, and out of FIM schemas."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import Lock
from types import MappingProxyType

from lxml import etree

from assistant.errors import ImportFileError
from assistant.model.form import Form
from knowledge.forms.bundle import FormReading, read_bundled

Readers = Mapping[str, Callable[[Path], Form]]
"""What reads an XML file, by how the namespace of its root element begins."""

_NO_READERS: Readers = MappingProxyType({})


@dataclass(slots=True)
class _Found:
    """What came of the files: forms, FIM schemas by their ids, and by file what could not be read and why."""

    readings: dict[str, FormReading] = field(default_factory=dict)
    schemas: dict[str, FormReading] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)

    def take(self, path: Path, read: Callable[[Path], FormReading]) -> None:
        """Add the form of a file, or why there is none."""
        try:
            self.add(read(path))
        except ImportFileError as error:
            self.problems[str(path)] = str(error)

    def add(self, reading: FormReading) -> None:
        """Add a form; of two with the same id the first one stays."""
        first = self.readings.setdefault(reading.form.id, reading)
        if first is not reading:
            raise ImportFileError(f"{reading.path}: the form {reading.form.id} is in {first.path} already")
        self.problems |= reading.problems

    def schema(self, schema_id: str) -> Form | None:
        """The FIM schema with that id, or None."""
        reading = self.schemas.get(schema_id)
        return reading.form if reading else None


@dataclass(frozen=True, slots=True)
class FormCheck:
    """What came of files of forms: those that can be read, and by file what is wrong, one reason a line."""

    readings: tuple[FormReading, ...]
    problems: Mapping[str, str]


class FileFormLibrary:
    """The forms of files, read at the first question.

    ``folders`` hold forms of bundles, ``schemas`` are files of FIM schemas or folders of them. A form that explains a
    schema takes that schema's place. XML that is no schema is passed over in a folder, and a problem if named itself.
    """

    def __init__(self, folders: Sequence[Path], schemas: Sequence[Path] = (), readers: Readers = _NO_READERS) -> None:
        self._folders = folders
        self._schema_places = schemas
        self._readers = readers
        self._lock = Lock()
        self._found: _Found | None = None

    def form(self, form_id: str) -> Form | None:
        reading = self._all().readings.get(form_id)
        return reading.form if reading else None

    def forms(self) -> tuple[Form, ...]:
        return tuple(reading.form for reading in self.readings())

    def of_service(self, service_id: str) -> tuple[Form, ...]:
        its_own = (form for form in self.forms() if service_id in form.service_ids)
        return tuple(sorted(its_own, key=lambda form: form.service_ids.index(service_id)))

    @property
    def problems(self) -> Mapping[str, str]:
        return MappingProxyType(self._all().problems)

    def readings(self) -> tuple[FormReading, ...]:
        """Every form with its file and its translations, by id."""
        readings = self._all().readings
        return tuple(readings[form_id] for form_id in sorted(readings))

    def read(self, path: Path) -> FormReading:
        """The form of any one file, of a bundle or a FIM schema; raises ImportFileError with place and reason."""
        if path.suffix == ".xml":
            return self._read_schema(path)
        return read_bundled(path, lambda schema_id: self._all().schema(schema_id))

    def look_at(self, paths: Sequence[Path]) -> FormCheck:
        """Read these files, and all forms in these folders; a translation's form is read for it."""
        check = _Found()
        for file in dict.fromkeys(file for path in paths for file in self._forms_at(path)):
            check.take(file, self.read)
        return FormCheck(tuple(check.readings.values()), check.problems)

    def _forms_at(self, path: Path) -> tuple[Path, ...]:
        if path.is_dir():
            return (*sorted(path.glob("*.yaml")), *self._schemas_in(path))
        whole = path.absolute()
        return (whole.parents[2] / path.name,) if whole.parents[1].name == "translations" else (path,)

    def _all(self) -> _Found:
        with self._lock:
            if self._found is None:
                self._found = self._read_all()
            return self._found

    def _read_all(self) -> _Found:
        schemas = _Found()
        for path in self._schema_files(schemas.problems):
            schemas.take(path, self._read_schema)
        by_id = {reading.form.schema_id or reading.form.id: reading for reading in schemas.readings.values()}
        found = _Found(schemas=by_id, problems=schemas.problems)
        for path in self._bundled_files(found.problems):
            found.take(path, partial(read_bundled, schema_of=found.schema))
        explained = {reading.form.schema_id for reading in found.readings.values()}
        for schema_id, reading in found.schemas.items():
            if schema_id not in explained:
                found.readings.setdefault(reading.form.id, reading)
        return found

    def _schema_files(self, problems: dict[str, str]) -> Iterator[Path]:
        for place in self._schema_places:
            files = self._schemas_in(place) if place.is_dir() else (place,)
            if not files:
                problems[str(place)] = f"{place}: there is no FIM schema in this folder"
            yield from files

    def _schemas_in(self, folder: Path) -> tuple[Path, ...]:
        return tuple(path for path in sorted(folder.rglob("*.xml")) if self._may_be_schema(path))

    def _bundled_files(self, problems: dict[str, str]) -> Iterator[Path]:
        for folder in self._folders:
            if not folder.is_dir():
                problems[str(folder)] = f"{folder}: there is no such folder"
            yield from sorted(folder.glob("*.yaml"))
            for path in sorted(folder.glob("translations/*/*.yaml")):
                if not (folder / path.name).exists():
                    problems[str(path)] = f"{path}: there is no form of that name"

    def _read_schema(self, path: Path) -> FormReading:
        reader = self._reader(path)
        if reader is None:
            raise ImportFileError(f"{path}: no FIM schema that Roland can read")
        return FormReading(path, reader(path))

    def _may_be_schema(self, path: Path) -> bool:
        try:
            return self._reader(path) is not None
        except ImportFileError:
            return True  # reading it tells what is wrong

    def _reader(self, path: Path) -> Callable[[Path], Form] | None:
        namespace = _namespace(path)
        return next((reader for start, reader in self._readers.items() if namespace.startswith(start)), None)


def _namespace(path: Path) -> str:
    """The namespace of an XML file's root element, empty for none; no more is read than its beginning."""
    try:
        with path.open("rb") as file:
            _, root = next(
                iter(etree.iterparse(file, events=("start",), resolve_entities=False, no_network=True, load_dtd=False))
            )
            return etree.QName(root).namespace or ""
    except etree.XMLSyntaxError as error:
        raise ImportFileError(f"{path}:{error.lineno}: no XML: {error.msg}") from error
    except OSError as error:
        raise ImportFileError(f"{path}: {error.strerror or error}") from error
