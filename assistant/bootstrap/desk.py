"""The agents' desk, wired."""

from datetime import datetime, timedelta

from assistant.accounts import Accounts
from assistant.accounts.staff import Staff
from assistant.bootstrap.tickets import TicketParts
from assistant.config import Settings
from assistant.dialogue.context import DialogueTools
from assistant.handoff.board import Board
from assistant.handoff.desk import Desk
from assistant.handoff.interpreter import Interpreter
from assistant.handoff.overview import Overview, PromisesKept
from assistant.handoff.suggest import Suggester
from assistant.handoff.tools import HandoffTools
from assistant.http.desk.workplace import Workplace
from assistant.messages.replies import load_replies
from assistant.model import TicketFilter
from assistant.ports import Dialogue
from assistant.storage.archive import SqlHandoffArchive
from assistant.storage.database import Database
from assistant.storage.switches import SqlSwitchBoard
from assistant.tickets.report import promises


class _PromisesOfToday:
    """What was due today, told from the tickets."""

    def __init__(self, tickets: TicketParts, settings: Settings, tools: DialogueTools) -> None:
        self._store = tickets.store
        self._zone = settings.zone
        self._clock = tools.clock

    async def __call__(self) -> PromisesKept:
        now = self._clock.now()
        local = now.astimezone(self._zone)
        today = datetime(local.year, local.month, local.day, tzinfo=self._zone)
        due = await self._store.find(TicketFilter(due_from=today, due_before=today + timedelta(days=1)))
        reports = promises(due, now)
        return PromisesKept(
            sum(report.kept for report in reports),
            sum(report.broken for report in reports),
            sum(report.owed for report in reports),
        )


def build_workplace(
    settings: Settings,
    database: Database,
    handing_off: HandoffTools,
    dialogue: Dialogue,
    tools: DialogueTools,
    accounts: Accounts,
    tickets: TicketParts,
) -> Workplace:
    """Everything behind the desk's pages."""
    desk, agents = Desk(handing_off), Staff(accounts.directory)
    translator = tools.translator
    languages = frozenset(settings.translator.languages)
    return Workplace(
        desk=desk,
        board=Board(desk),
        overview=Overview(handing_off, agents, settings.zone),
        rules=handing_off.rules,
        has_calls=settings.phone.is_open,
        agents=agents,
        archive=SqlHandoffArchive(database),
        audit=accounts.audit,
        switches=SqlSwitchBoard(database),
        retriever=tools.retriever,
        composer=tools.composer,
        suggester=Suggester(dialogue),
        interpreter=Interpreter(translator, languages) if translator else None,
        replies=load_replies(),
        promises=_PromisesOfToday(tickets, settings, tools),
    )
