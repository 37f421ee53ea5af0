"""Which service a question is about: a pure decision over the findings and the topic so far."""

import math
from dataclasses import dataclass, replace
from typing import Protocol

from assistant.dialogue.context import Thresholds
from assistant.model import Finding

_MAX_CANDIDATES = 4
_LEAST_SHOWN = 2
_COMPARABLE = 0.5
_NEVER_SURE = 1e-3
_LEAST_DOUBT = 0.05


@dataclass(frozen=True, slots=True)
class Resolved:
    """The question is about this service."""

    service_id: str


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """One of these services is meant, most probable first."""

    service_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nothing good enough was found."""


Resolution = Resolved | Ambiguous | Unknown


@dataclass(frozen=True, slots=True)
class Thread:
    """The topic so far, and how a question hangs on to it.

    ``follows``: nothing in the question is foreign to the topic; ``refers``: its words refer back
    ("und", "das", "dafür"); ``bare``: nothing but the aspect is said ("online?").
    """

    service_id: str
    follows: bool = False
    refers: bool = False
    bare: bool = False


def is_answerable(findings: tuple[Finding, ...], foreign: float, limits: Thresholds) -> bool:
    """Whether any of the findings is likely meant: what the search believes, less what the engine holds against it.

    ``foreign`` is the engine's probability (0–1) that the question is no business of the administration. Both look at
    the same words in different ways; the odds of the one are weighed with the odds of the other.
    """
    # What is surely a city's business may still be missing in this catalogue.
    doubt = max(foreign, _LEAST_DOUBT)
    believed = _log_odds(found(findings)) - limits.engine_weight * _log_odds(doubt)
    return bool(findings) and believed >= _log_odds(limits.admit)


def resolve(
    findings: tuple[Finding, ...], thread: Thread | None, limits: Thresholds, *, answerable: bool = True
) -> Resolution:
    """Decide between a new service, the topic so far, asking back and, where not ``answerable``, admitting."""
    if thread is not None and thread.follows and not _leaves_topic(findings, thread, limits):
        return Resolved(thread.service_id)
    if not findings or not answerable:
        return Unknown()
    rivals = _near_ties(findings, limits)
    # Whether anything found is meant was decided before; which of them is another matter.
    share = findings[0].probability / found(findings)
    if len(rivals) == 1 and share >= limits.answer:
        return Resolved(findings[0].service_id)
    shown = rivals if len(rivals) > 1 else findings[:_LEAST_SHOWN]
    return Ambiguous(tuple(finding.service_id for finding in shown))


class Map(Protocol):
    """Where services are valid, and which of them are the same matter in two cities."""

    def areas(self, service_id: str) -> tuple[str, ...]:
        """The areas (ARS) of a service; empty where it is valid everywhere."""
        ...

    def are_twins(self, one: str, other: str) -> bool:
        """Whether two services are the same matter, each for its own city."""
        ...


def prefer_area(
    findings: tuple[Finding, ...], land: Map, named: str | None, home: str
) -> tuple[tuple[Finding, ...], tuple[str, ...]]:
    """Keep what is valid in the area the person named, else in the home area; returns findings and the set aside.

    Services of another area are set aside only where the area that counts has a finding of its own that is not
    much worse, so that a service which exists elsewhere only is still found. The first one's twins in other cities
    cannot be meant any more, so their probability is shared out among the rest.
    """
    area = named or home
    valid = tuple(finding for finding in findings if not (areas := land.areas(finding.service_id)) or area in areas)
    if not valid or (named is None and valid[0].probability < findings[0].probability * _COMPARABLE):
        return findings, ()
    aside = tuple(finding for finding in findings if finding not in valid)
    twins = (finding.probability for finding in aside if land.are_twins(finding.service_id, valid[0].service_id))
    left = max(1.0 - sum(twins), valid[0].probability)
    shared = tuple(replace(finding, probability=finding.probability / left) for finding in valid)
    return shared, tuple(finding.service_id for finding in aside)


def without(findings: tuple[Finding, ...], service_id: str | None) -> tuple[Finding, ...]:
    """The findings without a service that is known not to be meant; its probability is shared out among the rest."""
    own = sum(finding.probability for finding in findings if finding.service_id == service_id)
    rest = tuple(finding for finding in findings if finding.service_id != service_id)
    left = max(1.0 - own, *(finding.probability for finding in rest)) if rest else 1.0
    return tuple(replace(finding, probability=finding.probability / left) for finding in rest)


def _leaves_topic(findings: tuple[Finding, ...], thread: Thread, limits: Thresholds) -> bool:
    """Whether the question clearly names another service than the topic."""
    needed = limits.switch_back if thread.refers else limits.switch
    if thread.bare or not findings or findings[0].probability < needed:
        return False
    best = findings[0]
    own = next((finding.probability for finding in findings if finding.service_id == thread.service_id), 0.0)
    return best.service_id != thread.service_id and own < best.probability * limits.tie_ratio


def found(findings: tuple[Finding, ...]) -> float:
    """The probability that any of the findings is meant."""
    return sum(finding.probability for finding in findings)


def _log_odds(probability: float) -> float:
    bounded = min(max(probability, _NEVER_SURE), 1 - _NEVER_SURE)
    return math.log(bounded / (1 - bounded))


def _near_ties(findings: tuple[Finding, ...], limits: Thresholds) -> tuple[Finding, ...]:
    floor = findings[0].probability * limits.tie_ratio
    return tuple(finding for finding in findings[:_MAX_CANDIDATES] if finding.probability >= floor)
