"""What the lexicon was matched with, for a person to look through and correct."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from assistant.model import Language, Service
from knowledge.lexicon.corrections import Corrections, correct
from knowledge.lexicon.entries import LexiconEntry
from knowledge.lexicon.matching import Match, match_lexicon

# A pair less near than this is worth a look; that a service is the nearest one there says little then.
_DOUBTFUL = 0.5

_HEADER = """\
Which services of the catalogue the lexicon's entries mean. A line without "#" in front is a correction: it holds,
whatever the names or LeiKa keys say. The other lines are what was found; they change with the catalogue until you
take the "#" away.

    entry-key = ["id", "id"]    the entry means these services and no others
    entry-key = []              no service of the catalogue is about it

The ids of all services: roland catalogue list. For the corrections to hold, name this file in the city's
configuration (lexicon_matches in section [retrieval]) and build the index: roland setup-data.
"""


class How(StrEnum):
    """Why an entry and a service belong together, or why an entry has none."""

    CORRECTED = "corrected"
    LEIKA = "leika"
    NAME = "name"
    NEAR = "near"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class MatchedService:
    """A service that an entry speaks of; ``share`` (0–1) tells how near it is beside the nearest one."""

    id: str
    title: str
    how: How
    share: float


@dataclass(frozen=True, slots=True)
class MatchedEntry:
    """An entry with what it was matched with; ``similarity`` (0–1) is that of the nearest service.

    ``candidates`` of an entry that is near, but not matched, are the services it might mean.
    """

    key: str
    title: str
    how: How
    similarity: float
    doubtful: bool
    services: tuple[MatchedService, ...]
    candidates: tuple[MatchedService, ...] = ()


@dataclass(frozen=True, slots=True)
class UncoveredService:
    """A service that no entry speaks of."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class MatchReport:
    """Corrected entries, then doubtful ones, then those surely matched, then absent ones, each the least near first."""

    entries: tuple[MatchedEntry, ...]
    uncovered: tuple[UncoveredService, ...]
    warnings: tuple[str, ...] = ()


def report_matches(
    lexicon: Sequence[LexiconEntry], services: Sequence[Service], corrections: Corrections
) -> MatchReport:
    """What each entry means in this catalogue, corrections included."""
    by_id = {service.id: service for service in services}
    corrected = correct(match_lexicon(lexicon, services), corrections, by_id)
    undecided = [match.entry for match in corrected.matches if not match.service_ids and not match.absent]
    # Among themselves, where no service has a better entry already, they show what they might mean.
    candidates = {match.entry.key: match for match in match_lexicon(undecided, services)}
    entries = [
        _entry(match, by_id, match.entry.key in corrected.keys, candidates.get(match.entry.key))
        for match in corrected.matches
    ]
    covered = {service_id for match in corrected.matches for service_id in match.service_ids}
    uncovered = (service for service in services if service.id not in covered)
    return MatchReport(
        tuple(sorted(entries, key=_place)),
        tuple(UncoveredService(service.id, _title(service)) for service in uncovered),
        corrected.warnings,
    )


def to_toml(report: MatchReport) -> str:
    """The file of corrections: those in force, and every other match as a comment to be made one."""
    parts = {"Corrections in force": list[MatchedEntry](), "Doubtful: look here first": [], "Matched": [], "Absent": []}
    for entry in report.entries:
        parts[_part(entry)].append(entry)
    lines = [*_commented(_HEADER)]
    for heading, entries in parts.items():
        if entries:
            lines += ["", "", *_commented(f"{heading} ({len(entries)})")]
            lines += [line for entry in entries for line in _told(entry)]
    if report.uncovered:
        lines += ["", "", *_commented(f"Services that no entry speaks of ({len(report.uncovered)})"), "#"]
        lines += [_comment(f"{service.id}  {service.title}") for service in report.uncovered]
    return "\n".join(lines) + "\n"


def _entry(match: Match, services: Mapping[str, Service], decided: bool, candidate: Match | None) -> MatchedEntry:
    matched = _services(match, services, decided)
    how = _how(match, decided, matched)
    least = match.similarity * min(match.shares, default=1.0)
    return MatchedEntry(
        key=match.entry.key,
        title=match.entry.titles[Language.DE],
        how=how,
        similarity=round(match.similarity, 3),
        doubtful=how is How.NEAR or (how in {How.LEIKA, How.NAME} and least < _DOUBTFUL),
        services=matched,
        candidates=_services(candidate, services, decided=False) if candidate else (),
    )


def _services(match: Match, services: Mapping[str, Service], decided: bool) -> tuple[MatchedService, ...]:
    keys = set(match.entry.leika_keys)
    found = (
        MatchedService(
            service_id,
            _title(services[service_id]),
            How.CORRECTED if decided else How.LEIKA if services[service_id].leika_key in keys else How.NAME,
            share,
        )
        for service_id, share in zip(match.service_ids, match.shares, strict=True)
    )
    return tuple(sorted(found, key=lambda service: -service.share))


def _how(match: Match, decided: bool, services: Sequence[MatchedService]) -> How:
    if decided:
        return How.CORRECTED
    if services:
        return How.LEIKA if any(service.how is How.LEIKA for service in services) else How.NAME
    return How.ABSENT if match.absent else How.NEAR


def _title(service: Service) -> str:
    return service.text(Language.DE).title


def _part(entry: MatchedEntry) -> str:
    if entry.how is How.CORRECTED:
        return "Corrections in force"
    if entry.how is How.ABSENT:
        return "Absent"
    return "Doubtful: look here first" if entry.doubtful else "Matched"


def _place(entry: MatchedEntry) -> tuple[bool, bool, bool, float, str]:
    absent = entry.how is How.ABSENT
    return entry.how is not How.CORRECTED, absent, not entry.doubtful, entry.similarity, entry.key


def _told(entry: MatchedEntry) -> Iterator[str]:
    services = entry.services or entry.candidates
    yield ""
    yield _comment(f"{entry.title} ({entry.how}, {entry.similarity:.2f})")
    for service in services:
        yield _comment(f"    {service.id}  {service.title} ({service.how}, {service.share:.2f})")
    ids = ", ".join(json.dumps(service.id, ensure_ascii=False) for service in services)
    yield f"{'' if entry.how is How.CORRECTED else '#'}{entry.key} = [{ids}]"


def _commented(text: str) -> list[str]:
    return [_comment(line) for line in text.splitlines()]


def _comment(text: str) -> str:
    """One line that TOML passes over, whatever stands in a title."""
    return f"# {''.join(one if one.isprintable() else ' ' for one in text)}".rstrip()
