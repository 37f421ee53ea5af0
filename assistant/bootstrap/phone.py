"""The office behind the telephone, wired."""

from assistant.dialogue.context import DialogueTools
from assistant.dialogue.say import contact
from assistant.handoff.reception import Reception
from assistant.handoff.tools import HandoffTools
from assistant.phone.apology import Apologies
from assistant.phone.exchange import Exchange
from assistant.phone.office import PhoneOffice
from assistant.phone.tools import OfficeRules
from assistant.ports import CallStore
from assistant.service import ConversationService
from assistant.tickets.service import TicketService


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
