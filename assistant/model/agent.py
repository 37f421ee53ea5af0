"""The people of the citizens' phone line, as far as Roland knows them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class AgentRole(StrEnum):
    """What somebody may do at the desk: answer, look after those who answer, or work on the catalogue."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    EDITOR = "editor"


class Presence(StrEnum):
    """Whether an agent takes chats."""

    AVAILABLE = "available"
    PAUSED = "paused"
    AWAY = "away"


@dataclass(frozen=True, slots=True)
class Agent:
    """Somebody who works at the desk. ``name`` is what people are told when they take over ("Frau Kaya")."""

    id: str
    login: str
    name: str
    roles: frozenset[AgentRole]
    teams: tuple[str, ...] = ()
    is_active: bool = True

    def may(self, role: AgentRole) -> bool:
        """Whether that role is theirs."""
        return self.is_active and role in self.roles


@dataclass(frozen=True, slots=True)
class Attendance:
    """When an agent was last seen at the desk, and what they said of themselves."""

    agent_id: str
    presence: Presence
    seen_at: datetime
