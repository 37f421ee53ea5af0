"""What callers measured: every turn with its times, all on the machine's monotonic clock."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Turn:
    """Something said by a caller, and what they heard of Roland after it.

    ``began_at`` and ``ended_at`` bound the caller's sound; ``heard_at`` is when Roland's first sound after it came,
    None where none did. ``silent_at`` is when the last sound of Roland's came that the caller spoke into, None where
    Roland did not speak, or did not stop. ``is_interruption``: Roland spoke when the caller began.
    """

    call_id: str
    began_at: float
    ended_at: float
    heard_at: float | None
    silent_at: float | None = None
    is_interruption: bool = False

    @property
    def waited_ms(self) -> float | None:
        """From the caller's last sound to Roland's first one."""
        return None if self.heard_at is None else (self.heard_at - self.ended_at) * 1000

    @property
    def stopped_ms(self) -> float | None:
        """From the caller's first sound to Roland's last one."""
        if not self.is_interruption or self.silent_at is None:
            return None
        return max(0.0, self.silent_at - self.began_at) * 1000


@dataclass(slots=True)
class Outcome:
    """What all callers of one round heard; ``jitter_ms`` holds how late every packet of Roland's came.

    ``own_lateness_ms``: the same of the callers' packets as they left, which tells whether the callers kept pace.
    """

    turns: list[Turn] = field(default_factory=list)
    jitter_ms: list[float] = field(default_factory=list)
    own_lateness_ms: list[float] = field(default_factory=list)
    calls: int = 0
    refused: int = 0
    cut_off: int = 0
    cpu_seconds: float = 0.0
    seconds: float = 0.0

    def written(self) -> str:
        """As JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def read(cls, text: str) -> Self:
        """What ``written`` gave."""
        raw: dict[str, Any] = json.loads(text)
        raw["turns"] = [Turn(**turn) for turn in raw["turns"]]
        return cls(**raw)


@dataclass(frozen=True, slots=True)
class Stages:
    """A turn as Roland's own log tells it: milliseconds from the caller's last sound; ``at`` is when it sounded."""

    at: float
    recognised_ms: float
    answered_ms: float
    sounded_ms: float


def read_log(lines: Sequence[str], zero: float) -> Mapping[str, tuple[Stages, ...]]:
    """The turns that the dialogue answered, by the caller's id of the call; ``zero``: wall time minus monotonic."""
    known: dict[str, str] = {}
    turns: dict[str, list[Stages]] = {}
    for line in lines:
        if '"call ' not in line:
            continue
        event = json.loads(line)
        if event["event"] == "call began":
            known[event["call_id"]] = event["external_id"]
        elif event["event"] == "call turn" and event["call_id"] in known:
            at = datetime.fromisoformat(event["timestamp"]).timestamp() - zero
            stages = event["timings"]
            one = Stages(at, stages["recognised"], stages["answered"], event["ms"])
            turns.setdefault(known[event["call_id"]], []).append(one)
    return {call_id: tuple(told) for call_id, told in turns.items()}


def answered(turns: Sequence[Turn], log: Mapping[str, Sequence[Stages]]) -> list[tuple[Turn, Stages]]:
    """The turns that the dialogue answered, each with what Roland's log says of it.

    Not every sound that follows a question is its answer: it may be asked back, or the sentence before is gone on with.
    """
    found = []
    for call_id in {turn.call_id for turn in turns}:
        own = sorted((turn for turn in turns if turn.call_id == call_id), key=lambda turn: turn.began_at)
        ends = [*(turn.began_at for turn in own[1:]), float("inf")]
        for turn, end in zip(own, ends, strict=True):
            stages = next((one for one in log.get(call_id, ()) if turn.ended_at <= one.at < end), None)
            if stages is not None and turn.heard_at is not None:
                found.append((turn, stages))
    return found
