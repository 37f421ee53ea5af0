"""The imported service catalogue."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

from assistant.model import ImportRecord, ImportReport, LifeSituation, Office, Service
from assistant.ports.operation import Pingable


class Catalogue(Protocol):
    """The imported service catalogue, for reading. Cheap: an unchanged entry is parsed once."""

    @property
    def revision(self) -> str:
        """Changes whenever an import changed something; empty when nothing was imported."""
        ...

    def service(self, service_id: str) -> Service | None:
        """The public service with that id, or None."""
        ...

    def services(self) -> Iterator[Service]:
        """All public services by id, one at a time (a catalogue may be large)."""
        ...

    def office(self, office_id: str) -> Office | None:
        """The public office with that id, or None."""
        ...

    def offices(self) -> Iterator[Office]:
        """All public offices by id."""
        ...

    def life_situations(self) -> Sequence[LifeSituation]:
        """All life situations in their order."""
        ...

    def services_in_situation(self, situation_id: str) -> Sequence[Service]:
        """The public services that belong to a life situation, the usual ones first, then by id."""
        ...


class CatalogueStore(Catalogue, Pingable, Protocol):
    """The catalogue with the one way to change it."""

    def replace(
        self, records: Iterable[ImportRecord], *, dry_run: bool = False, allow_removal: bool = True
    ) -> ImportReport:
        """Make the stored catalogue equal to ``records``, in one transaction, streaming.

        Entries of a kind (service, office, life situation) that the records hold none of stay as they are; of the other
        kinds, entries that the records do not name are removed. Equal entries are left alone. An exception
        out of ``records`` changes nothing. Invalid records are reported, and keep the entry stored under their id.
        Without ``allow_removal``, RemovalRefusedError is raised and nothing changed where more than half of the stored
        entries of a kind would go.
        """
        ...


class CatalogueImporter(Protocol):
    """Reads one exchange format."""

    @property
    def format(self) -> str:
        """Its name on the command line, e.g. ``dldb``."""
        ...

    def read(self, paths: Sequence[Path]) -> Iterator[ImportRecord]:
        """The entries of the files (or folders), streaming.

        A broken entry is yielded as InvalidEntry; a file that cannot be read at all raises ImportFileError.
        """
        ...
