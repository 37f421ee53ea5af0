"""A telephone call: its sound, its keys, and how it ends."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

SAMPLE_RATE = 8_000
"""Samples a second of all sound on the telephone, 16-bit signed little-endian mono."""
FRAME_MS = 20
FRAME_BYTES = SAMPLE_RATE * FRAME_MS // 1000 * 2


class TransferOutcome(StrEnum):
    """What became of passing a call on."""

    DONE = "done"
    """Somebody has taken it; this leg is over."""
    REFUSED = "refused"
    """Nobody took it (busy, unknown, declined); the caller is still here."""
    TIMED_OUT = "timed_out"
    """Nobody answered in time; the caller is still here."""
    UNSUPPORTED = "unsupported"
    """This way in cannot pass calls on."""


@dataclass(frozen=True, slots=True)
class CallDetails:
    """A call as it came in.

    ``id`` is Roland's own and unguessable; ``external_id`` is the other side's (SIP Call-ID, Asterisk's unique id, the
    stream's id), by which the service centre's systems know the call. ``caller`` and ``called`` are numbers as they
    were signalled; None where withheld. ``returns_after`` is set where a call comes back because it could not be passed
    on; ``id`` is then that of the call before.
    """

    id: str
    trunk: str
    external_id: str
    started_at: datetime
    caller: str | None = None
    called: str | None = None
    returns_after: TransferOutcome | None = None


class CallEnding(StrEnum):
    """Who or what ended a call."""

    CALLER = "caller"
    ROLAND = "roland"
    TRANSFERRED = "transferred"
    LOST = "lost"
    """The connection broke, or nothing came from the other side any more."""


@dataclass(frozen=True, slots=True)
class Sound:
    """One frame from the caller: FRAME_BYTES of PCM, in order; silence stands where one was lost on the way."""

    pcm: bytes


@dataclass(frozen=True, slots=True)
class KeyPressed:
    """A key of the telephone, once however long it is held: ``0``-``9``, ``*``, ``#`` (or ``A``-``D``)."""

    key: str


@dataclass(frozen=True, slots=True)
class HoldChanged:
    """The other side has put the call on hold, or taken it back; no sound comes or goes meanwhile."""

    is_held: bool


@dataclass(frozen=True, slots=True)
class CallEnded:
    """Nothing more comes."""

    ending: CallEnding


LegEvent = Sound | KeyPressed | HoldChanged | CallEnded


@dataclass(frozen=True, slots=True)
class TransferTarget:
    """Where a caller is passed on to: a number or SIP address, and the reference by which the desk knows the call."""

    address: str
    reference: str


@dataclass(frozen=True, slots=True)
class NobodyThere:
    """No caller can be passed on now; ``opens_at`` (local time) is when somebody is there again, outside of hours."""

    opens_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CallbackPromise:
    """A ticket to call somebody back: its status code as it is read out, and until when (local time)."""

    code: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class PhoneCall:
    """What is kept of a call: which conversation it is, and how far it has come; never a number.

    ``id`` and ``external_id`` as in ``CallDetails``. ``reference`` goes with the call when it is passed on, and finds
    the conversation at the desk. ``seen_at`` is when its line last gave a sign of life. ``outcome`` is what became of
    passing it on last.
    """

    id: str
    conversation_id: str
    reference: str
    trunk: str
    external_id: str
    started_at: datetime
    seen_at: datetime = field(compare=False)
    outcome: TransferOutcome | None = None
    passed_on_at: datetime | None = None
    ended_at: datetime | None = None
    ending: CallEnding | None = None

    @property
    def is_running(self) -> bool:
        """Whether the caller is on Roland's line."""
        return self.ended_at is None

    @property
    def is_passed_on(self) -> bool:
        """Whether somebody at the citizens' line has taken it."""
        return self.outcome is TransferOutcome.DONE
