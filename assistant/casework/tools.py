"""What the bridges to other systems work with."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from assistant.model import Agent, AgentRole, CaseAgent, CaseKind, CaseLink, Errand, Language, outside_id
from assistant.ports import CaseLinks, Clock, Messages, Outbox


@dataclass(frozen=True, slots=True)
class CaseworkTools:
    """The ports behind the bridges, wired by ``assistant.bootstrap``.

    ``look_every``: how often a case is looked at of which its system has said nothing; ``hold``: how long one worker
    may be at one case.
    """

    links: CaseLinks
    outbox: Outbox
    clock: Clock
    messages: Messages
    zone: ZoneInfo
    look_every: timedelta = timedelta(minutes=1)
    hold: timedelta = timedelta(minutes=2)

    def say(self, key: str, **values: object) -> str:
        """What the other system's people are told; they speak German."""
        return self.messages.text(f"desk.casework.{key}", Language.DE, **values)

    def day_and_time(self, at: datetime) -> str:
        """A moment as it is written for them."""
        return at.astimezone(self.zone).strftime("%d.%m.%Y, %H:%M")


def errand_kind(system: str, kind: CaseKind) -> str:
    """What the errands of a system's chats or tickets are called."""
    return f"{system}-{kind}"


def errand_for(link: CaseLink, why: str, now: datetime) -> Errand:
    """To bring a case up to date. It says which, never what was said; the same ``why`` is the same errand."""
    own = sha256(link.own_id.encode()).hexdigest()[:24]
    kind = errand_kind(link.system, link.kind)
    return Errand(f"{kind}-{own}-{why}", kind, now, now, {"case": link.own_id})


def case_id(system: str, *parts: str) -> str:
    """What a case is called outside. Nobody can tell from it what it is called here."""
    return sha256("/".join(("roland", system, *parts)).encode()).hexdigest()[:32]


def agent_of(system: str, agent: CaseAgent, name: str) -> Agent:
    """Somebody of another system as an agent of Roland's; ``name`` where they have none there."""
    known = outside_id(system, agent.id)
    return Agent(known, known, agent.name or name, frozenset({AgentRole.AGENT}))
