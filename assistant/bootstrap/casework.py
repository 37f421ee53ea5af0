"""A city's own case systems, wired."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field

from assistant.casework.bridge import Bridge
from assistant.casework.chats import ChatBridge
from assistant.casework.service import Casework
from assistant.casework.tickets import TicketBridge
from assistant.casework.tools import CaseworkTools
from assistant.config import Settings
from assistant.handoff.desk import Desk
from assistant.handoff.tools import HandoffTools
from assistant.ports import ChatPlatform, Messages, SignalReader, TicketStore
from assistant.storage.case_links import SqlCaseLinks
from assistant.storage.database import Database
from assistant.storage.outbox import SqlOutbox
from assistant.tickets.desk import TicketDesk
from connectors.chatwoot import Chatwoot, ChatwootSignals
from connectors.zammad import Habits, Zammad, ZammadSignals


@dataclass(frozen=True, slots=True)
class CaseSystems:
    """The systems that a city has configured; enter them before they are used."""

    zammad: Zammad | None = None
    chatwoot: Chatwoot | None = None
    readers: tuple[SignalReader, ...] = ()

    @property
    def all(self) -> tuple[Zammad | Chatwoot, ...]:
        """Those that there are."""
        return tuple(system for system in (self.zammad, self.chatwoot) if system is not None)


@dataclass(frozen=True, slots=True)
class CaseworkParts:
    """The bridges at work; ``resources`` are entered when the server starts."""

    casework: Casework
    readers: tuple[SignalReader, ...]
    systems: tuple[Zammad | Chatwoot, ...]
    resources: tuple[AbstractAsyncContextManager[object], ...] = field(default=())


def open_case_systems(settings: Settings) -> CaseSystems:
    """The adapters, closed by whoever enters them; none where none is configured."""
    zammad, chatwoot = open_zammad(settings), open_chatwoot(settings)
    readers: list[SignalReader] = []
    if zammad is not None:
        readers.append(ZammadSignals(settings.zammad.webhook_secret.get_secret_value()))
    if chatwoot is not None:
        readers.append(ChatwootSignals(settings.chatwoot.webhook_secret.get_secret_value()))
    return CaseSystems(zammad, chatwoot, tuple(readers))


def open_zammad(settings: Settings) -> Zammad | None:
    """The configured Zammad."""
    zammad = settings.zammad
    if zammad.url is None:
        return None
    habits = Habits(zammad.group, zammad.customer, zammad.team, zammad.give_back_state, zammad.due_field)
    return Zammad(str(zammad.url), zammad.token.get_secret_value(), habits, timeout_s=zammad.timeout_s)


def open_chatwoot(settings: Settings) -> Chatwoot | None:
    """The configured Chatwoot."""
    chatwoot = settings.chatwoot
    if chatwoot.url is None:
        return None
    return Chatwoot(
        str(chatwoot.url),
        account=chatwoot.account,
        inbox=chatwoot.inbox,
        bot_token=chatwoot.bot_token.get_secret_value(),
        staff_token=chatwoot.staff_token.get_secret_value(),
        team=chatwoot.team,
        timeout_s=chatwoot.timeout_s,
    )


def open_casework(
    settings: Settings,
    database: Database,
    messages: Messages,
    handing_off: HandoffTools,
    tickets: TicketStore,
    ticket_desk: TicketDesk,
) -> CaseworkParts | None:
    """The bridges to the configured systems; None where there are none."""
    systems = open_case_systems(settings)
    if not systems.all:
        return None
    tools = CaseworkTools(SqlCaseLinks(database), SqlOutbox(database), handing_off.clock, messages, settings.zone)
    desk = Desk(handing_off)
    platforms: list[ChatPlatform] = [systems.chatwoot] if systems.chatwoot else []
    if systems.zammad and settings.zammad.chats:
        platforms.append(systems.zammad)
    bridges: list[Bridge] = [ChatBridge(platform, tools, handing_off, desk) for platform in platforms]
    if systems.zammad and settings.zammad.tickets:
        bridges.append(TicketBridge(systems.zammad, tools, tickets, ticket_desk))
    casework = Casework(bridges, tools)
    return CaseworkParts(casework, systems.readers, systems.all, (*systems.all, casework.running()))
