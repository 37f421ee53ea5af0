"""Who may use the desk, how they prove it, and what they did."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from assistant.model.agent import Agent, AgentRole


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody whom another system has signed in: never told apart by ``login`` or ``name``, which may change hands.

    ``roles`` are those that the city has mapped to what the other system says. ``proof`` is what it wants to see when
    the person signs out there.
    """

    issuer: str
    subject: str
    login: str
    name: str
    roles: frozenset[AgentRole]
    proof: str = field(default="", repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Account:
    """An agent with the way they sign in: by a password kept here, or by another system."""

    agent: Agent
    created_at: datetime
    password_hash: str | None = field(default=None, repr=False)
    issuer: str | None = None
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class DeskSession:
    """One browser that is signed in; its secret is not kept, only the ``digest`` of it.

    It ends at ``expires_at`` at the latest, and earlier where nobody has done anything since ``seen_at`` for long.
    """

    digest: str = field(repr=False)
    agent_id: str
    started_at: datetime
    seen_at: datetime
    expires_at: datetime
    proof: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Throttle:
    """How often one may guess: ``free`` wrong tries, then a pause that doubles with each further one up to ``longest``.

    After ``forget`` without a try all is forgotten. There is a longest pause, so that nobody can be shut out for ever
    by somebody who keeps guessing on purpose.
    """

    free: int
    first: timedelta
    longest: timedelta
    forget: timedelta

    def pause(self, failures: int) -> timedelta:
        """How long to wait after that many wrong tries in a row."""
        beyond = failures - self.free
        if beyond < 0:
            return timedelta()
        doublings = min(beyond, 16)  # by then any pause is the longest
        return min(self.first * (1 << doublings), self.longest)


class AuditAction(StrEnum):
    """What is written down of the work at the desk."""

    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGNED_OUT = "signed_out"
    ACCOUNT_ADDED = "account_added"
    ACCOUNT_DISABLED = "account_disabled"
    ACCOUNT_ENABLED = "account_enabled"
    ROLES_CHANGED = "roles_changed"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - the name of an action
    LOOKED_AT = "looked_at"
    SEARCHED = "searched"
    CLAIMED = "claimed"
    PASSED_ON = "passed_on"
    GAVE_BACK = "gave_back"
    CLOSED = "closed"
    ANSWERED = "answered"
    CHANGED = "changed"
    TRIED_AGAIN = "tried_again"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what to what, when, from where.

    ``agent_id`` and ``login`` are empty where nobody known tried to sign in, or where it was done on the server's
    command line. ``kind`` and ``thing_id`` name what it was done to ("conversation", "ticket", "account"). ``address``
    is the network it came from, never the whole address. ``detail`` is a word or two for machines.
    """

    at: datetime
    action: AuditAction
    agent_id: str = ""
    login: str = ""
    kind: str = ""
    thing_id: str = ""
    address: str = ""
    detail: str = ""
