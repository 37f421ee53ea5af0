"""The other side of the chat in browser tests: agents who act through the desk."""

from collections.abc import Coroutine
from datetime import timedelta
from typing import Any

from assistant.handoff.desk import Desk, Draft
from assistant.model import Agent, AgentRole, Ending, Handoff, Language, Presence
from assistant.model.answer import Block
from tests.e2e.site import Site

KAYA = Agent("kaya", "kaya", "Frau Kaya", frozenset({AgentRole.AGENT}))
BERG = Agent("berg", "berg", "Herr Berg", frozenset({AgentRole.AGENT}))


class AgentsDesk:
    """Frau Kaya at her desk; everything is done where the server does its work."""

    def __init__(self, site: Site) -> None:
        assert site.services.desk is not None
        self._site = site
        self._desk: Desk = site.services.desk

    async def _do(self, work: Coroutine[None, None, Any]) -> Any:
        # Nothing happens at the same moment as what came before.
        self._site.clock.advance(timedelta(seconds=1))
        return await self._site.run(work)

    async def arrive(self) -> None:
        """Take chats from now on."""
        await self._do(self._desk.report(KAYA, Presence.AVAILABLE))

    async def waiting(self) -> tuple[Handoff, ...]:
        """The queue."""
        queue: tuple[Handoff, ...] = await self._do(self._desk.waiting())
        return queue

    async def claim(self, agent: Agent = KAYA) -> str:
        """Take over who has waited longest; the hand-off's id."""
        first = (await self.waiting())[0]
        await self._do(self._desk.claim(agent, first.id))
        return first.id

    async def say(
        self,
        handoff_id: str,
        text: str,
        *blocks: Block,
        agent: Agent = KAYA,
        translation: str | None = None,
        language: Language = Language.DE,
    ) -> None:
        """Answer the person."""
        draft = Draft(text, blocks=blocks, translation=translation, language=language)
        await self._do(self._desk.say(agent, handoff_id, draft))

    async def type(self, handoff_id: str) -> None:
        """Be seen writing."""
        await self._do(self._desk.typing(KAYA, handoff_id))

    async def pass_on(self, handoff_id: str) -> None:
        """Leave it to a colleague."""
        await self._do(self._desk.pass_on(KAYA, handoff_id, reason="Feierabend"))

    async def give_back(self, handoff_id: str, agent: Agent = KAYA) -> None:
        """Let Roland answer again."""
        await self._do(self._desk.give_back(agent, handoff_id, reason="Rest kann Roland"))

    async def close(self, handoff_id: str) -> None:
        """End the conversation."""
        await self._do(self._desk.close(KAYA, handoff_id, Ending.SOLVED))

    async def go_home(self) -> None:
        """End whatever is open, so that no test meets what another has left."""
        await self.arrive()
        for handoff in await self.waiting():
            await self._do(self._desk.claim(KAYA, handoff.id))
            await self.close(handoff.id)
        for handoff in await self._do(self._desk.claimed()):
            agent = next(one for one in (KAYA, BERG) if one.id == handoff.agent_id)
            await self._do(self._desk.close(agent, handoff.id, Ending.OTHER))
        await self._do(self._desk.report(KAYA, Presence.AWAY))
