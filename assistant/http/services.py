"""What the web application needs; wired by ``assistant.bootstrap``."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from assistant.accounts import Accounts
from assistant.casework.service import Casework
from assistant.config import Settings
from assistant.handoff.desk import Desk
from assistant.handoff.reception import Reception
from assistant.http.desk.workplace import Workplace
from assistant.model import Language
from assistant.ports import (
    Catalogue,
    Clock,
    EventBus,
    FormLibrary,
    Messages,
    OpeningCalendar,
    Outbox,
    Pingable,
    SignalReader,
    StreamTrunk,
)
from assistant.service import ConversationService
from assistant.tickets.desk import TicketDesk
from assistant.tickets.service import TicketService

WEB = Path(__file__).parent.parent / "web"


@dataclass(frozen=True, slots=True)
class WebLine:
    """Calls that come over the web server: from the page to try the line, and from telephone systems in a cloud.

    Callers are heard and spoken to in its ``languages``. Telephone systems say ``token`` when they connect, or with
    their first message; without one only the page may call.
    """

    calls: StreamTrunk
    has_page: bool = True
    languages: tuple[Language, ...] = (Language.DE, Language.EN)
    token: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class AppServices:
    """The ports behind the web application.

    Without an ``essential`` one Roland is down, without an ``optional`` one it is degraded. ``resources`` are entered
    in order when the server starts and left in reverse when it stops. ``secret`` keys the ids of REST conversations.
    ``reception`` and ``desk`` are the two sides of the way to a person, ``tickets`` and ``ticket_desk`` those of
    concerns that are answered later.
    """

    settings: Settings
    conversations: ConversationService
    catalogue: Catalogue
    messages: Messages
    bus: EventBus
    clock: Clock
    calendar: OpeningCalendar
    secret: bytes = field(repr=False)
    reception: Reception | None = None
    desk: Desk | None = None
    forms: FormLibrary | None = None
    """The forms that can be explained and filled in."""
    tickets: TicketService | None = None
    ticket_desk: TicketDesk | None = None
    essential: tuple[Pingable, ...] = ()
    optional: tuple[Pingable, ...] = ()
    resources: tuple[AbstractAsyncContextManager[object], ...] = ()
    accounts: Accounts | None = None
    workplace: Workplace | None = None
    """What the desk needs; None where nobody answers in the chat."""
    outbox: Outbox | None = None
    """What waits to be done outside, for the supervisors to see."""
    casework: Casework | None = None
    """The bridges to the city's case systems, with the ``readers`` of what these send."""
    readers: tuple[SignalReader, ...] = ()
    line: WebLine | None = None
    """Calls over the web; None where there are none."""
    templates: Path = WEB / "templates"
    assets: Path = WEB / "dist"

    @property
    def zone(self) -> ZoneInfo:
        """The city's time zone."""
        return self.settings.zone
