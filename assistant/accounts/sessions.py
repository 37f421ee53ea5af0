"""Who is signed in. The browser holds a random token; kept is a digest, with which nobody can sign in."""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import timedelta

from assistant.model import Agent, DeskSession
from assistant.ports import Clock, SessionStore

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
# Writing down every click would be a write for every read.
_TOUCH_AFTER = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class SessionRules:
    """How long a session lasts: without anybody doing anything, and at all."""

    idle: timedelta = timedelta(hours=1)
    longest: timedelta = timedelta(hours=12)


class Sessions:
    """Begins, knows and ends sessions."""

    def __init__(self, store: SessionStore, clock: Clock, rules: SessionRules | None = None) -> None:
        self._store = store
        self._clock = clock
        self._rules = rules or SessionRules()

    async def begin(self, agent_id: str, proof: str = "") -> str:
        """The token of a fresh session; ``proof`` is what another system wants to see at the end."""
        token = secrets.token_urlsafe(32)
        now = self._clock.now()
        await self._store.begin(DeskSession(_digest(token), agent_id, now, now, now + self._rules.longest, proof))
        return token

    async def who(self, token: str, *, is_active: bool = True) -> Agent | None:
        """Whose session it is. ``is_active`` False for what a page does by itself, which keeps no session alive."""
        if not _TOKEN.fullmatch(token):
            return None
        now = self._clock.now()
        found = await self._store.use(_digest(token), now, self._rules.idle)
        if found is None:
            return None
        session, agent = found
        if is_active and now - session.seen_at >= _TOUCH_AFTER:
            await self._store.touch(session.digest, now)
        return agent

    async def end(self, token: str) -> str:
        """End a session; returns its proof, empty where there is none."""
        found = await self._store.use(_digest(token), self._clock.now(), self._rules.idle)
        await self._store.end(_digest(token))
        return found[0].proof if found else ""

    async def end_all(self, agent: Agent) -> int:
        """End every session of an agent; returns how many."""
        return await self._store.end_all(agent.id)


def csrf_token(token: str) -> str:
    """What a form of that session carries, to show that it was given out within the session.

    The token is the key: whoever sees a form learns nothing of it, and all workers come to the same.
    """
    return hmac.new(token.encode(), b"csrf", hashlib.sha256).hexdigest()


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
