"""The people behind the accounts, for the desk."""

from assistant.accounts.directory import Directory
from assistant.model import Agent


class Staff:
    """The AgentDirectory over the accounts."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    async def agents(self) -> tuple[Agent, ...]:
        active = (account.agent for account in await self._directory.all() if account.agent.is_active)
        return tuple(sorted(active, key=lambda agent: (agent.name, agent.id)))
