"""The log of what was done at the desk: who, what, to which conversation or ticket, when, from which network."""

import ipaddress
from datetime import timedelta

from assistant.model import Agent, AuditAction, AuditEntry
from assistant.ports import AuditStore, Clock


class AuditLog:
    """Writes entries, and reads them. Whoever is about to show something logs the look first: no log, no look."""

    def __init__(self, store: AuditStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def looked_at(self, agent: Agent, kind: str, thing_id: str, *, address: str = "") -> None:
        """An agent is about to read a conversation or ticket."""
        await self.did(agent, AuditAction.LOOKED_AT, kind, thing_id, address=address)

    async def did(
        self,
        agent: Agent | None,
        action: AuditAction,
        kind: str = "",
        thing_id: str = "",
        *,
        address: str = "",
        detail: str = "",
    ) -> None:
        """Something was done; ``agent`` None: by nobody known, or on the server's command line."""
        who = (agent.id, agent.login) if agent else ("", "")
        entry = AuditEntry(self._clock.now(), action, *who, kind, thing_id, shortened(address), detail)
        await self._store.write(entry)

    async def entries(
        self, days: int, *, thing_id: str | None = None, agent_id: str | None = None
    ) -> tuple[AuditEntry, ...]:
        """The latest entries of that many days up to now, oldest first."""
        now = self._clock.now()
        return await self._store.entries(
            now - timedelta(days=days), now + timedelta(seconds=1), thing_id=thing_id, agent_id=agent_id
        )


def shortened(address: str) -> str:
    """The network an address belongs to: /24 for IPv4, /48 for IPv6; empty for what is no address or network."""
    try:
        network = ipaddress.ip_network(address, strict=False)
    except ValueError:
        return ""
    longest = 24 if network.version == 4 else 48
    return str(network.supernet(new_prefix=longest) if network.prefixlen > longest else network)
