"""How the chat with people is doing today, for those who look after it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from assistant.handoff.tools import HandoffTools
from assistant.model import Agent, AgentRole, Ending, Handoff, Presence
from assistant.ports import AgentDirectory

_TALKED = frozenset(Ending) - {Ending.WITHDRAWN, Ending.NOBODY_CAME}


@dataclass(frozen=True, slots=True)
class PromisesKept:
    """Replies that were due today: how many went out in time, how many did not, how many are still open."""

    kept: int
    broken: int
    open: int


@dataclass(frozen=True, slots=True)
class AgentLoad:
    """What one agent says of themselves, when they were last seen, and how many chats they have."""

    agent: Agent
    presence: Presence
    seen_at: datetime | None
    chats: int


@dataclass(frozen=True, slots=True)
class Figures:
    """The day so far. ``solved`` of ``rated`` is the share of people who said that their question was solved."""

    waiting: int
    longest_wait: timedelta | None
    answered_now: int
    ended_today: int
    in_vain_today: int
    solved: int
    rated: int
    agents: tuple[AgentLoad, ...]


class Overview:
    """Counts from the store whenever it is asked."""

    def __init__(self, tools: HandoffTools, agents: AgentDirectory, zone: ZoneInfo) -> None:
        self._tools = tools
        self._agents = agents
        self._zone = zone

    async def figures(self) -> Figures:
        """How things stand now."""
        now = self._tools.clock.now()
        # Callers wait at people's telephones, which count for themselves.
        waiting = [handoff for handoff in await self._tools.handoffs.waiting() if not handoff.is_call]
        claimed = await self._tools.handoffs.claimed()
        midnight = now.astimezone(self._zone).replace(hour=0, minute=0, second=0, microsecond=0)
        ended = await self._tools.handoffs.ended_since(midnight)
        rated = [handoff for handoff in ended if handoff.is_solved is not None]
        talked = sum(handoff.ending in _TALKED and handoff.claimed_at is not None for handoff in ended)
        return Figures(
            waiting=len(waiting),
            longest_wait=max((now - handoff.asked_at for handoff in waiting), default=None),
            answered_now=len(claimed),
            ended_today=talked,
            in_vain_today=sum(handoff.ending is Ending.NOBODY_CAME for handoff in ended),
            solved=sum(handoff.is_solved is True for handoff in rated),
            rated=len(rated),
            agents=await self._loads(claimed),
        )

    async def presence(self, agent: Agent) -> Presence:
        """What an agent last said of themselves; away where they have not been seen for long."""
        seen = await self._tools.seen()
        return next((one.presence for one in seen if one.agent_id == agent.id), Presence.AWAY)

    async def _loads(self, claimed: tuple[Handoff, ...]) -> tuple[AgentLoad, ...]:
        there = {one.agent_id: one for one in await self._tools.seen()}
        return tuple(
            AgentLoad(
                agent,
                there[agent.id].presence if agent.id in there else Presence.AWAY,
                there[agent.id].seen_at if agent.id in there else None,
                sum(handoff.agent_id == agent.id for handoff in claimed),
            )
            for agent in await self._agents.agents()
            if agent.may(AgentRole.AGENT)
        )
