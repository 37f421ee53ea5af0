"""Since when this server has been there to see who is at the desk."""

from datetime import datetime, timedelta

_BREAK = timedelta(seconds=30)
"""Signs of life further apart than this are a break: the machine was suspended, or its clock was set."""


class Uptime:
    """Says whether the server has been at work without a break; unknown, and taken for granted, until it has begun."""

    def __init__(self) -> None:
        self._began: datetime | None = None
        self._last: datetime | None = None

    def begin(self, now: datetime) -> None:
        """The server starts, or has just come back."""
        self._began = self._last = now

    def go_on(self, now: datetime) -> None:
        """The server is alive; to be said every few seconds from its beginning on."""
        if self._last is None:
            return
        if now - self._last > _BREAK:
            self._began = now
        self._last = now

    def is_younger_than(self, age: timedelta, now: datetime) -> bool:
        """Whether something may have gone unseen because the server was not there so long ago."""
        return self._began is not None and now - self._began < age
