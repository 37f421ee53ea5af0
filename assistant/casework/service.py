"""The bridges at work: beside the server, and when a system sends word."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import timedelta

import structlog

from assistant.beside import beside
from assistant.casework.bridge import Bridge
from assistant.casework.chats import ChatBridge
from assistant.casework.circuit import Circuit
from assistant.casework.tools import CaseworkTools, errand_for, errand_kind
from assistant.errors import HandoffError, RolandError
from assistant.model import CaseSignal, Errand
from assistant.outbox import Courier, Patience

_log = structlog.get_logger(__name__)

PATIENCE = Patience(
    most_tries=300,  # about a day at the longest pause
    hold=timedelta(minutes=2),
    first_pause=timedelta(seconds=2),
    longest_pause=timedelta(minutes=5),
)


class Casework:
    """All bridges. Any number of workers may run it at once."""

    def __init__(self, bridges: Sequence[Bridge], tools: CaseworkTools, patience: Patience = PATIENCE) -> None:
        self._bridges = {errand_kind(bridge.system, bridge.kind): bridge for bridge in bridges}
        self._tools = tools
        circuits = {bridge.system: Circuit(bridge.system, self._run, tools.clock) for bridge in self._bridges.values()}
        self._couriers = {
            kind: Courier(tools.outbox, {kind: circuits[bridge.system]}, tools.clock, patience)
            for kind, bridge in self._bridges.items()
        }
        self._news = {kind: asyncio.Event() for kind in self._bridges}

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of errands that are run here."""
        return tuple(self._bridges)

    async def heard(self, system: str, signal: CaseSignal) -> None:
        """A system says that a case has changed; raises StorageUnavailableError where that cannot be kept.

        The same delivery twice is one look; a case that is not Roland's is none.
        """
        link = await self._tools.links.of_ref(system, signal.ref)
        bridge = self._bridges.get(errand_kind(system, link.kind)) if link else None
        if link is None or bridge is None:
            return
        if signal.typing is not None:
            with suppress(HandoffError):
                await bridge.typing(link.own_id, signal.typing)
            return
        await self._tools.outbox.put(errand_for(link, f"in-{signal.delivery}", self._tools.clock.now()))
        self._news[errand_kind(system, link.kind)].set()

    async def look(self) -> None:
        """One look of all bridges, and everything done that is due."""
        for kind, bridge in self._bridges.items():
            await self._look(kind, bridge)

    async def report_who_is_there(self) -> None:
        """Tell how many people of other systems take chats; of a system that does not answer, nobody does."""
        for bridge in self._bridges.values():
            if isinstance(bridge, ChatBridge):
                try:
                    await bridge.report_who_is_there()
                except RolandError as error:
                    _log.warning("nobody known to be there", system=bridge.system, code=error.code)

    @asynccontextmanager
    async def running(self, report_every: timedelta = timedelta(seconds=20)) -> AsyncIterator[None]:
        """While the server runs; one slow system does not hold up another."""
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(beside(self._report_for_ever(report_every)))
            for kind, bridge in self._bridges.items():
                await stack.enter_async_context(beside(self._look_for_ever(kind, bridge)))
            yield

    async def _run(self, errand: Errand) -> None:
        await self._bridges[errand.kind].run(errand)

    async def _look(self, kind: str, bridge: Bridge) -> None:
        try:
            await bridge.look()
        except RolandError as error:
            _log.error("casework not looked after", kind=kind, code=error.code)
        await self._couriers[kind].look()

    async def _look_for_ever(self, kind: str, bridge: Bridge) -> None:
        while True:
            self._news[kind].clear()
            await self._look(kind, bridge)
            with suppress(TimeoutError):
                async with asyncio.timeout(bridge.every.total_seconds()):
                    await self._news[kind].wait()

    async def _report_for_ever(self, every: timedelta) -> None:
        while True:
            await self.report_who_is_there()
            with suppress(RolandError):
                await self._tools.links.forget(self._tools.clock.now())
            await asyncio.sleep(every.total_seconds())
