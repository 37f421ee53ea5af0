"""The telephone, wired: the office behind it, and the line."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.config import Settings
from assistant.dialogue.context import DialogueTools
from assistant.dialogue.say import contact
from assistant.handoff.reception import Reception
from assistant.handoff.tools import HandoffTools
from assistant.http.services import WebLine
from assistant.phone.apology import Apologies
from assistant.phone.exchange import Exchange
from assistant.phone.office import PhoneOffice
from assistant.phone.tools import OfficeRules
from assistant.ports import CallStore, Pingable
from assistant.service import ConversationService
from assistant.tickets.service import TicketService

if TYPE_CHECKING:
    from voice.session.observe import CallObserver


@dataclass(frozen=True, slots=True)
class Telephone:
    """What the server needs of it: what must run, what the health page shows, the calls that come over the web."""

    resources: tuple[AbstractAsyncContextManager[object], ...] = ()
    parts: tuple[Pingable, ...] = ()
    web: WebLine | None = None


def open_telephone(
    settings: Settings, office: PhoneOffice, tools: DialogueTools, observers: "Sequence[CallObserver]" = ()
) -> Telephone:
    """The line of a city that has one; raises ConfigError where something of it is missing."""
    from assistant.bootstrap.line import LineThread  # noqa: PLC0415 - a city without a line loads none of its libraries

    line = LineThread(settings, office, tools.catalogue, tools.emergency, tools.clock, observers)
    stream = settings.phone.stream
    web = WebLine(line.streams, stream.page, line.languages, stream.token.get_secret_value()) if line.streams else None
    return Telephone((office.running(), line.running()), line.parts, web)


def build_office(
    conversations: ConversationService,
    reception: Reception,
    tickets: TicketService,
    handing_off: HandoffTools,
    calls: CallStore,
    tools: DialogueTools,
    rules: OfficeRules | None = None,
) -> PhoneOffice:
    """The office over the conversations of this process; ``running()`` is to be entered by the server.

    Callers are put through to ``handing_off.rules.calls_to``.
    """
    apologies = Apologies(tools.messages, lambda language: contact(tools, language))
    exchange = Exchange(conversations, reception, tickets, handing_off, calls, apologies)
    return PhoneOffice(exchange, apologies, rules)
