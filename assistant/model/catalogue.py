"""What an import of a service catalogue reads and reports."""

from collections import Counter
from dataclasses import dataclass, field

from assistant.model.office import Office
from assistant.model.service import LifeSituation, Service

Entry = Service | Office | LifeSituation


@dataclass(frozen=True, slots=True)
class ImportedEntry:
    """An entry read from a file; ``place`` says where, ``notes`` what was odd about it."""

    entry: Entry
    place: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class InvalidEntry:
    """An entry that cannot be taken over, with the place in the file and the reason."""

    place: str
    reason: str
    entry_id: str | None = None


@dataclass(frozen=True, slots=True)
class ImportNote:
    """Something odd about a file as a whole, e.g. that it announces another number of entries than it holds."""

    place: str
    text: str


ImportRecord = ImportedEntry | InvalidEntry | ImportNote


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import changed (ids such as ``service:reisepass``), or would change in a dry run."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    invalid: tuple[InvalidEntry, ...] = ()
    notes: tuple[tuple[str, str], ...] = field(default=())
    """Pairs of (place, what was odd)."""
    dry_run: bool = False
    revision: str = ""
    """Changes whenever the stored catalogue changes."""

    @property
    def losses(self) -> dict[str, int]:
        """How many entries are removed, by kind, of the kinds that lose more than half of what was stored."""
        removed = _by_kind(self.removed)
        stay = _by_kind((*self.changed, *self.unchanged))
        return {kind: count for kind, count in removed.items() if count > stay[kind]}


def _by_kind(keys: tuple[str, ...]) -> Counter[str]:
    return Counter(key.split(":", 1)[0] for key in keys)
