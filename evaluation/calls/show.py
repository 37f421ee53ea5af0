"""The whole call for somebody who watches: opens a site and two telephones, and tells what happens."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console

from assistant.config import Settings
from evaluation.calls.call import Call, CallRefusedError, PhoneOptions
from evaluation.calls.live import LiveCall, table_of
from evaluation.calls.mouth import SPEAKERS, Speaker, background
from evaluation.calls.site import Site, SitePlan, open_site, settings_of_site
from evaluation.calls.softphone import Softphone
from evaluation.calls.story import hold

CALLER = "04066969123"
"""A number that the regulator keeps free for films and examples."""
_DESK = PhoneOptions(user="btb", rings_s=1.5)
_ANSWERED_WITHIN_S = 15.0
_BYE_S = 2.0


@dataclass(frozen=True, slots=True)
class Showing:
    """``folder``: where the database lies meanwhile; ``keeps_open``: whether the line waits for others afterwards."""

    settings: Settings
    model: Path
    folder: Path
    console: Console
    sip_port: int = 0
    noise_db: float | None = None
    keeps_open: bool = False

    async def run(self) -> bool:
        """Whether the call ended at the other telephone. Raises RolandError where the line cannot be opened."""
        live = LiveCall(self.console)
        async with AsyncExitStack() as stack:
            desk = await stack.enter_async_context(Softphone(_DESK))
            plan = SitePlan(self.model, desk.address, self.folder, self.sip_port)
            self._tell("[dim]opening the line …[/]")
            site = await stack.enter_async_context(open_site(settings_of_site(self.settings, plan), (live,)))
            self._tell(f"[dim]the line is {site.address}, another telephone is {desk.address}[/]\n")
            speaker = replace(SPEAKERS[0], noise_db=self.noise_db)
            options = PhoneOptions(user=CALLER, background=background(speaker))
            caller = await stack.enter_async_context(Softphone(options))
            is_passed_on = await self._call(caller, desk, site, live, speaker)
            if self.keeps_open:
                await self._stay(site)
        return is_passed_on

    async def _call(self, caller: Softphone, desk: Softphone, site: Site, live: LiveCall, speaker: Speaker) -> bool:
        try:
            call = await caller.call(site.address)
        except CallRefusedError as error:
            self._tell(f"[bold red]the line does not take the call: {error}[/]")
            return False
        gaps = [turn.gap_ms async for turn in hold(call, speaker=speaker, says=live.says)]
        try:
            put_through = await asyncio.wait_for(desk.incoming.get(), _ANSWERED_WITHIN_S)
        except TimeoutError:
            self._tell("[bold red]the other telephone has not rung[/]")
            return False
        live.rings("desk", put_through.reference)
        packet = await site.packet(put_through.reference)
        if packet is not None:
            self.console.print(table_of(packet))
        waited = ", ".join(f"{gap:.0f}" for gap in gaps)
        self._tell(f"answers began {waited} ms after the caller's last sound, at the caller's telephone")
        await self._over(call, put_through)
        return packet is not None

    async def _over(self, *calls: Call) -> None:
        for call in calls:
            await asyncio.wait_for(call.hang_up(), _BYE_S)

    async def _stay(self, site: Site) -> None:
        """Until somebody presses Ctrl-C."""
        self._tell(f"\nThe line stays open: dial [bold]{site.address}[/] from a telephone on this machine (G.711), or")
        self._tell(f"    baresip -e '/dial {site.address}'")
        self._tell("It hears the synthesiser's voices only, until a city's own model is given by --model; keys work.")
        self._tell(f"The desk: {site.desk_url}, account {site.login}, password {site.password}. Ctrl-C ends it.\n")
        await asyncio.Event().wait()

    def _tell(self, what: str) -> None:
        self.console.print(what, highlight=False, soft_wrap=True)
