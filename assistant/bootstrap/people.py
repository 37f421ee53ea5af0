"""The way from Roland to a person, wired."""

from datetime import timedelta

from assistant.config import Settings
from assistant.dialogue.context import DialogueTools
from assistant.handoff.tools import HandoffTools, Rules
from assistant.ports import ConversationStore, EventBus, PersonalDataMasker
from assistant.storage.attendance import SqlAttendanceStore
from assistant.storage.calls import SqlCallStore
from assistant.storage.database import Database
from assistant.storage.handoffs import SqlHandoffStore


def handoff_tools(
    settings: Settings,
    database: Database,
    conversations: ConversationStore,
    tools: DialogueTools,
    masker: PersonalDataMasker,
    bus: EventBus,
) -> HandoffTools:
    """What Reception, Desk and Watch work with."""
    return HandoffTools(
        handoffs=SqlHandoffStore(database, timedelta(days=settings.retention.conversations_days)),
        conversations=conversations,
        attendance=SqlAttendanceStore(database),
        catalogue=tools.catalogue,
        calendar=tools.calendar,
        masker=masker,
        emergency=tools.emergency,
        bus=bus,
        clock=tools.clock,
        rules=_rules(settings),
        switches=tools.switches,
        forms=tools.forms,
        calls=call_store(settings, database),
    )


def call_store(settings: Settings, database: Database) -> SqlCallStore:
    """The calls of the telephone line in a database, with the city's retention."""
    return SqlCallStore(database, timedelta(days=settings.retention.conversations_days))


def _rules(settings: Settings) -> Rules:
    people = settings.people
    return Rules(
        chats_per_agent=people.chats_per_agent,
        gone_after=timedelta(seconds=people.gone_after_s),
        reserved_for=timedelta(seconds=people.reserved_for_s),
        first_team=people.teams[0],
        teams=people.teams,
        topics=frozenset(people.topics),
        calls_to=settings.phone.calls_to if settings.phone.is_open else "",
    )
