"""What the desk's pages need besides the application's own services; wired by ``assistant.bootstrap``."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from assistant.accounts import AuditLog
from assistant.handoff.board import Board
from assistant.handoff.desk import Desk
from assistant.handoff.interpreter import Interpreter
from assistant.handoff.overview import Overview, PromisesKept
from assistant.handoff.suggest import Suggester
from assistant.handoff.tools import Rules
from assistant.messages.replies import Reply
from assistant.ports import AgentDirectory, Composer, HandoffArchive, Retriever, SwitchBoard


async def no_promises() -> PromisesKept | None:
    """Where nothing is promised, nothing is told of it."""
    return None


@dataclass(frozen=True, slots=True)
class Workplace:
    """The ports behind the desk; without an ``interpreter`` nothing is translated. ``promises`` come from tickets."""

    desk: Desk
    board: Board
    overview: Overview
    rules: Rules
    agents: AgentDirectory
    archive: HandoffArchive
    audit: AuditLog
    switches: SwitchBoard
    retriever: Retriever
    composer: Composer
    suggester: Suggester
    interpreter: Interpreter | None = None
    replies: tuple[Reply, ...] = ()
    promises: Callable[[], Awaitable[PromisesKept | None]] = field(default=no_promises)
    has_calls: bool = False
    """Whether there is a telephone line to look at."""
