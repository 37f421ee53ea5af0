"""What a person has decided about lexicon entries, over anything that the matching finds.

The file is TOML, one line an entry: ``entry-key = ["service-id", …]``, ``[]`` for an entry that no service of the
catalogue is about. Entries that it does not name are matched as ever.
"""

import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.errors import ConfigError
from knowledge.lexicon.matching import Match

Corrections = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Corrected:
    """The matches as they hold, the keys of the entries that a person decided, and what could not be followed."""

    matches: tuple[Match, ...]
    keys: frozenset[str]
    warnings: tuple[str, ...]


def read_corrections(path: Path) -> Corrections:
    """Service ids by entry key; raises ConfigError that names file, key and reason."""
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not valid TOML: {error}") from error
    for key, ids in found.items():
        if not isinstance(ids, list) or not all(isinstance(service_id, str) for service_id in ids):
            raise ConfigError(f'{path}: "{key}" must be a list of service ids in quotes')
    return {key: tuple(dict.fromkeys(ids)) for key, ids in found.items()}


def correct(matches: Sequence[Match], corrections: Corrections, service_ids: Collection[str]) -> Corrected:
    """Put corrections in the place of what was matched; all services that a person names are meant alike.

    A correction is passed over with a warning where none of its services is among ``service_ids`` any more.
    """
    known = set(service_ids)
    present = {key: tuple(one for one in ids if one in known) for key, ids in corrections.items()}
    decided = {match.entry.key for match in matches} & {
        key for key, ids in corrections.items() if present[key] or not ids
    }
    return Corrected(
        tuple(_as_decided(one, present[one.entry.key]) if one.entry.key in decided else one for one in matches),
        frozenset(decided),
        tuple(_warnings(corrections, known, {match.entry.key for match in matches}, decided)),
    )


def _as_decided(match: Match, service_ids: tuple[str, ...]) -> Match:
    return replace(match, service_ids=service_ids, shares=(1.0,) * len(service_ids), absent=not service_ids)


def _warnings(
    corrections: Corrections, services: Collection[str], entries: Collection[str], decided: Collection[str]
) -> Iterator[str]:
    for key, ids in corrections.items():
        if key not in entries:
            yield f"{key}: the lexicon has no such entry"
            continue
        unknown = [service_id for service_id in ids if service_id not in services]
        if unknown:
            rest = "" if key in decided else "; the entry is matched as if it were not corrected"
            yield f"{key}: the catalogue has no public service {', '.join(unknown)}{rest}"
