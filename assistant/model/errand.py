"""Something to be done outside, such as a mail to be sent: kept until it is done."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Errand:
    """An entry of the outbox. The same ``id`` twice is one errand; ``kind`` says who runs it.

    ``due_at`` is when it is tried next; ``tries`` counts the attempts begun. It ends with ``done_at``, or given up with
    ``dead_at``. ``payload`` is emptied once it is done.
    """

    id: str
    kind: str
    created_at: datetime
    due_at: datetime
    payload: Mapping[str, str] = field(default_factory=dict)
    tries: int = 0
    last_error: str = ""
    done_at: datetime | None = None
    dead_at: datetime | None = None
