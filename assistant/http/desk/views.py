"""The desk's pages and the parts of them that stream, rendered."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from assistant.handoff.board import Snapshot
from assistant.handoff.desk import OpenChat
from assistant.http.assets import Assets
from assistant.http.desk.auth import SignedIn
from assistant.http.desk.shown import Showing, Told, Waiting
from assistant.http.desk.workplace import Workplace
from assistant.http.presenter import Presenter
from assistant.http.services import AppServices
from assistant.http.views import page_environment
from assistant.model import Agent, AgentRole, Ending, Language, Presence

_GERMAN = Language.DE
_MOST_SHOWN = 60
_MOST_QUEUES = 8
"""Agents see the same queue, but for what is meant for one of them: few versions are in use at a time."""


@dataclass(frozen=True, slots=True)
class Queue:
    """The queue as one agent sees it; ``rest`` waits further back than is shown."""

    lines: tuple[Waiting, ...]
    count: int

    @property
    def rest(self) -> int:
        """How many more wait."""
        return self.count - len(self.lines)


class DeskViews:
    """Renders the desk's templates."""

    def __init__(self, services: AppServices, workplace: Workplace, presenter: Presenter, assets: Assets) -> None:
        self._services = services
        self._workplace = workplace
        self._jinja = page_environment(services, presenter, assets)
        self._queues: dict[Queue, str] = {}
        self.showing = Showing(services, presenter, workplace.interpreter)

    # ── whole pages ────────────────────────────────────────────────────────────────────────────────────────────────

    async def page(self, template: str, signed: SignedIn, **extra: object) -> str:
        """A whole page of the desk."""
        presence = await self._workplace.overview.presence(signed.agent)
        return self._render(template, signed, presence=presence, **extra)

    async def desk(
        self, signed: SignedIn, snapshot: Snapshot, chats: Sequence[OpenChat], look: OpenChat | None, **extra: object
    ) -> str:
        """The desk itself: queue, chats, and a preview where one is asked for."""
        me = signed.agent
        panes = tuple(self.showing.pane(chat, me, number) for number, chat in enumerate(chats, 1))
        return await self.page(
            "desk/desk.html",
            signed,
            queue=await self.queue_of(snapshot, me),
            panes=panes,
            look=self.showing.pane(look, me) if look else None,
            colleagues=await self.colleagues(me),
            **extra,
        )

    # ── parts ──────────────────────────────────────────────────────────────────────────────────────────────────────

    async def queue_of(self, snapshot: Snapshot, me: Agent) -> Queue:
        """The queue's lines for an agent; what waits for a colleague alone is shown as theirs."""
        names = {agent.id: agent.name for agent in await self._workplace.agents.agents()}
        shown = snapshot.waiting[:_MOST_SHOWN]
        board = self._workplace.board
        lines = [
            self.showing.waiting(handoff, await board.line(handoff), me, Named(names), snapshot.call_of(handoff))
            for handoff in shown
        ]
        return Queue(tuple(lines), len(snapshot.waiting))

    async def queue(self, signed: SignedIn, snapshot: Snapshot) -> str:
        """The queue, to be put into a page that is there already."""
        queue = await self.queue_of(snapshot, signed.agent)
        if queue not in self._queues:
            if len(self._queues) >= _MOST_QUEUES:
                self._queues.clear()
            self._queues[queue] = self._render("desk/_queue.html", signed, queue=queue)
        return self._queues[queue]

    def entry(self, signed: SignedIn, told: Told) -> str:
        """One entry of a transcript."""
        return self._render("desk/_entry.html", signed, entry=told)

    def panel(self, signed: SignedIn, chat: OpenChat) -> str:
        """What stands beside a chat."""
        return self._render("desk/_context.html", signed, pane={"rows": self.showing.rows(chat)})

    def part(self, template: str, signed: SignedIn, **extra: object) -> str:
        """Any other part."""
        return self._render(template, signed, **extra)

    async def colleagues(self, me: Agent) -> tuple[tuple[Agent, bool], ...]:
        """Whom a chat can be passed to: everybody else who answers, with whether they take chats now."""
        loads = (await self._workplace.overview.figures()).agents
        others = [load for load in loads if load.agent.id != me.id and load.agent.may(AgentRole.AGENT)]
        return tuple((load.agent, load.presence is Presence.AVAILABLE) for load in others)

    def _render(self, template: str, signed: SignedIn, **extra: object) -> str:
        return self._jinja.get_template(template).render(self._context(signed) | extra)

    def _context(self, signed: SignedIn) -> dict[str, Any]:
        messages, settings = self._services.messages, self._services.settings
        return {
            "t": lambda key, **values: messages.text(key, _GERMAN, **values),
            "t_in": lambda other, key, **values: messages.text(key, other, **values),
            "d": self.showing.word,
            "language": _GERMAN,
            "dir": _GERMAN.direction,
            "view": "desk",
            "city": settings.city.name,
            "me": signed.agent,
            "csrf": signed.csrf,
            "may_supervise": signed.agent.may(AgentRole.SUPERVISOR),
            "has_tickets": self._services.ticket_desk is not None,
            "has_calls": self._workplace.has_calls,
            "may_answer": signed.agent.may(AgentRole.AGENT),
            "presences": tuple(Presence),
            "endings": tuple(ending for ending in Ending if ending.is_chosen),
            "teams": self._workplace.rules.teams,
            "new_id": lambda: secrets.token_urlsafe(16),
            "now": self._services.clock.now().isoformat(),
            "max_length": settings.http.max_message_chars,
            "notice": None,
            "problem": None,
            "current": "",
        }


class Named(dict[str, str]):
    """Names of agents by id; an account that is gone has none."""

    def __missing__(self, key: str) -> str:
        return key
