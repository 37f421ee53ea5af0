"""Who may use the desk: accounts, sessions, guesses, what was done, and other systems that know who somebody is."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Protocol

from assistant.model import Account, Agent, AuditEntry, DeskSession, Identity, Throttle
from assistant.ports.operation import Pingable


class AccountStore(Protocol):
    """Keeps accounts. Logins are compared as they are given; the caller folds them."""

    async def add(self, account: Account) -> None:
        """Keep a new account; raises LoginTakenError for a login or an identity that has one already."""
        ...

    async def get(self, agent_id: str) -> Account:
        """The account; raises AccountNotFoundError."""
        ...

    async def by_login(self, login: str) -> Account | None:
        """The account with that login."""
        ...

    async def by_identity(self, issuer: str, subject: str) -> Account | None:
        """The account of somebody whom another system knows under that name."""
        ...

    async def all(self) -> tuple[Account, ...]:
        """Every account, disabled ones too, by login."""
        ...

    async def change(self, agent: Agent) -> None:
        """Take over name, roles, teams and whether it is active.

        Ends the account's sessions in the same transaction where its roles change or it is disabled. Raises
        AccountNotFoundError.
        """
        ...

    async def set_password(self, agent_id: str, password_hash: str) -> None:
        """Put another password in place and end all of the account's sessions; raises AccountNotFoundError."""
        ...

    async def rehash(self, agent_id: str, old: str, new: str) -> None:
        """Keep the same password in a newer form, unless it has been changed meanwhile; sessions go on."""
        ...


class SessionStore(Protocol):
    """Keeps who is signed in."""

    async def begin(self, session: DeskSession) -> None:
        """Keep a new session."""
        ...

    async def use(self, digest: str, now: datetime, idle: timedelta) -> tuple[DeskSession, Agent] | None:
        """The session with its agent as they are now.

        None for a session that is not there, is past its end or was idle for too long, and for a disabled account.
        """
        ...

    async def touch(self, digest: str, now: datetime) -> None:
        """Somebody has done something in that session."""
        ...

    async def end(self, digest: str) -> None:
        """End it; one that is not there has ended."""
        ...

    async def end_all(self, agent_id: str) -> int:
        """End every session of an account; returns how many."""
        ...

    async def delete_expired(self, now: datetime) -> int:
        """Remove what is past its end; returns how many."""
        ...


class GuessStore(Protocol):
    """Counts tries to sign in, for all workers together."""

    async def count(self, tries: Mapping[str, Throttle], now: datetime) -> datetime | None:
        """Count one try under each key, in one transaction; None.

        Where one of them is to wait, nothing is counted and the answer is until when. A try counts before it is known
        to be wrong, so that many at once are not more than their number.
        """
        ...

    async def forgive(self, key: str) -> None:
        """Forget all that was counted under that key."""
        ...

    async def take_back(self, key: str) -> None:
        """The latest try was no wrong one: count it out again, with the pause that it would have led to."""
        ...

    async def delete_expired(self, now: datetime) -> int:
        """Remove what has been quiet for as long as its throttle remembers; returns how many."""
        ...


class AuditStore(Protocol):
    """Keeps what was done at the desk; nothing in it can be changed, and nothing removed before its time."""

    async def write(self, entry: AuditEntry) -> None:
        """Add an entry."""
        ...

    async def entries(
        self,
        since: datetime,
        until: datetime,
        *,
        agent_id: str | None = None,
        thing_id: str | None = None,
        limit: int = 1000,
    ) -> tuple[AuditEntry, ...]:
        """The latest ``limit`` entries from ``since`` until before ``until``, oldest first."""
        ...

    async def delete_expired(self, now: datetime) -> int:
        """Remove what is past its retention date; returns how many."""
        ...


class IdentityProvider(Pingable, Protocol):
    """A system of the city's that signs people in, such as Keycloak (OpenID Connect, code flow)."""

    async def invitation(self, secret: str, return_to: str) -> str:
        """The address to send the browser to. ``secret`` is this browser's alone; ``return_to`` is where it comes back.

        Raises IdentityProviderUnavailableError.
        """
        ...

    async def welcome(self, secret: str, return_to: str, answer: Mapping[str, str]) -> Identity:
        """Who has come back with that query; ``secret`` and ``return_to`` as they were given at the invitation.

        Raises SignInRefusedError for an answer that is not one to this browser's invitation, is not the provider's, or
        is not meant for Roland; IdentityProviderUnavailableError.
        """
        ...

    async def farewell(self, proof: str, return_to: str) -> str | None:
        """The address at which the browser signs out there too; None where the provider has none."""
        ...
