"""Somebody's way through a form: where they are, and what they have said about it.

A walk goes overview → a step for each field and question → review (where values are filled in) → checklist. A step is
named by a key: the path of its element and the round of each repeating element on the way, ``persons/name#2``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

OVERVIEW, REVIEW, CHECKLIST = "overview", "review", "checklist"
"""The keys of the steps that stand for no element."""


class WalkMode(StrEnum):
    """Whether a form is only explained, or filled in along the way."""

    EXPLAIN = "explain"
    FILL = "fill"


@dataclass(frozen=True, slots=True)
class Walk:
    """A way through the form ``form_id`` in its ``edition``, now ``at`` a step.

    ``answers`` by key: codes of choices, ``yes`` and ``no`` in both modes; other values only where they are filled in.
    ``rounds`` by the key of a repeating or optional element: how often it occurs. ``seen`` are the steps come by.
    ``back_to`` is the step to return to after a single one was gone to from there. ``is_paused``: the person talks
    about something else and may come back.
    """

    form_id: str
    edition: str = ""
    mode: WalkMode = WalkMode.EXPLAIN
    at: str = OVERVIEW
    answers: Mapping[str, str] = field(default_factory=dict, hash=False)
    rounds: Mapping[str, int] = field(default_factory=dict, hash=False)
    seen: frozenset[str] = frozenset()
    back_to: str = ""
    is_paused: bool = False
