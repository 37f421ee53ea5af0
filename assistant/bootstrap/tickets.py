"""Tickets, the outbox and mail, wired."""

import ssl
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from assistant.attempts import AttemptRules
from assistant.bootstrap.conversations import open_database
from assistant.bootstrap.turn import SystemClock
from assistant.config import Settings
from assistant.model import Errand, ReplyBy, Ticket, TicketFilter
from assistant.outbox import Courier, Runner
from assistant.ports import Catalogue, Clock, ConversationStore, EventBus, Messages, OpeningCalendar
from assistant.storage.database import Database
from assistant.storage.outbox import SqlOutbox
from assistant.storage.secret import load_secret
from assistant.storage.tickets import SqlTicketStore, TicketRetention
from assistant.tickets.codes import Codes
from assistant.tickets.desk import TicketDesk
from assistant.tickets.letters import MAIL, LetterRules, Letters
from assistant.tickets.promise import CityPromise, PromiseRules
from assistant.tickets.report import OfficeReport, promises
from assistant.tickets.service import TicketService
from assistant.tickets.tools import TicketRules, TicketTools
from assistant.tickets.vain_wait import VainWait
from assistant.tickets.watch import TicketWatch
from connectors.mail import SmtpMailer, SmtpServer


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What tickets share with the rest of the application."""

    catalogue: Catalogue
    calendar: OpeningCalendar
    messages: Messages
    clock: Clock
    bus: EventBus
    conversations: ConversationStore


def city_promise(settings: Settings, calendar: OpeningCalendar) -> CityPromise:
    """What the city promises to those who write their concern down."""
    return CityPromise(calendar, PromiseRules(settings.tickets.working_days, settings.tickets.phone_hours))


@dataclass(frozen=True, slots=True)
class TicketParts:
    """Everything around tickets; ``watch`` and ``courier`` run while the server runs."""

    service: TicketService
    desk: TicketDesk
    watch: TicketWatch
    vain_wait: VainWait
    outbox: SqlOutbox
    courier: Courier
    store: SqlTicketStore
    mailer: SmtpMailer | None


def open_tickets(settings: Settings, database: Database, around: Surroundings) -> TicketParts:
    """The tickets of a city in an open database."""
    store = ticket_store(settings, database)
    tools = TicketTools(
        store=store,
        catalogue=around.catalogue,
        promise=city_promise(settings, around.calendar),
        messages=around.messages,
        clock=around.clock,
        zone=settings.zone,
        codes=Codes(load_secret(settings.storage.data_dir)),
        letters=Letters(around.messages, settings.zone, _letter_rules(settings)),
        rules=_rules(settings),
    )
    service = TicketService(tools)
    outbox, mailer = SqlOutbox(database), open_mailer(settings, around.clock)
    return TicketParts(
        service=service,
        desk=TicketDesk(tools),
        watch=TicketWatch(tools, around.bus),
        vain_wait=VainWait(service, tools, around.conversations),
        outbox=outbox,
        courier=Courier(outbox, mail_runners(mailer), around.clock),
        store=store,
        mailer=mailer,
    )


def ticket_store(settings: Settings, database: Database) -> SqlTicketStore:
    """The tickets in a database, with the city's retention."""
    keep = settings.tickets
    retention = TicketRetention(timedelta(days=keep.keep_days), timedelta(days=keep.keep_promises_days))
    return SqlTicketStore(database, retention)


def open_mailer(settings: Settings, clock: Clock) -> SmtpMailer | None:
    """What sends mail; None where no server is configured."""
    mail = settings.mail
    if not mail.host:
        return None
    password = mail.password.get_secret_value()
    tls = None if mail.security == "none" else ssl.create_default_context()
    server = SmtpServer(mail.host, mail.port, mail.security, mail.user, password, mail.timeout_s, tls)
    return SmtpMailer(server, mail.sender, clock, mail.sender_name)


def mail_runners(mailer: SmtpMailer | None) -> dict[str, Runner]:
    """How errands that are mails are run; the errand's id makes a mail sent twice known as one."""
    if mailer is None:
        return {}

    async def send(errand: Errand) -> None:
        payload = errand.payload
        await mailer.send(payload["to"], payload["subject"], payload["text"], errand.id)

    return {MAIL: send}


def _rules(settings: Settings) -> TicketRules:
    tickets = settings.tickets
    return TicketRules(
        AttemptRules(tickets.wrong_codes_per_hour, tickets.all_wrong_codes_per_hour),
        timedelta(hours=tickets.remind_before_hours),
        tuple(way for way in ReplyBy if settings.mail.host or way is not ReplyBy.MAIL),
        tickets.keep_days,
    )


def _letter_rules(settings: Settings) -> LetterRules:
    tickets, url = settings.tickets, settings.mail.public_url
    home = str(url).rstrip("/") if url else ""
    can_send = bool(settings.mail.host)
    return LetterRules(
        city=settings.city.name,
        phone=settings.contact.phone,
        status_url=f"{home}/ticket" if home else "",
        desk_url=f"{home}/desk/tickets" if home else "",
        names_code=tickets.mail_names_code,
        reminders_to=tickets.reminders_to if can_send else "",
        escalations_to=tickets.escalations_to if can_send else "",
    )


# ── for the command line ───────────────────────────────────────────────────────────────────────────────────────────


async def find_tickets(settings: Settings, wanted: TicketFilter) -> tuple[Ticket, ...]:
    """Tickets, the one due first at the beginning."""
    async with open_database(settings) as database:
        return await ticket_store(settings, database).find(replace(wanted, is_whole=True))


async def report_promises(settings: Settings, begin: datetime, end: datetime) -> tuple[OfficeReport, ...]:
    """The promises that were due in that time, by office."""
    async with open_database(settings) as database:
        due = await ticket_store(settings, database).find(TicketFilter(due_from=begin, due_before=end))
    return promises(due, SystemClock().now())


async def outbox_errands(settings: Settings) -> tuple[Sequence[Errand], Sequence[Errand]]:
    """What waits in the outbox, and what was given up."""
    async with open_database(settings) as database:
        outbox = SqlOutbox(database)
        return await outbox.undone(), await outbox.dead()


async def retry_errands(settings: Settings, ids: Sequence[str]) -> tuple[str, ...]:
    """Let what was given up be tried again; which of them there were."""
    async with open_database(settings) as database:
        outbox, now = SqlOutbox(database), SystemClock().now()
        return tuple([errand_id for errand_id in ids if await outbox.revive(errand_id, now)])
