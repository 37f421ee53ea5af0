"""The people behind the accounts, for the desk."""

from assistant.model import Agent
from assistant.ports import AccountStore


class Staff:
    """The AgentDirectory over the accounts."""

    def __init__(self, accounts: AccountStore) -> None:
        self._accounts = accounts

    async def agents(self) -> tuple[Agent, ...]:
        active = (account.agent for account in await self._accounts.all() if account.agent.is_active)
        return tuple(sorted(active, key=lambda agent: (agent.name, agent.id)))
