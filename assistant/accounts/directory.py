"""The accounts as operators look after them."""

import secrets
import unicodedata
from collections.abc import Iterable
from dataclasses import replace

from assistant.accounts.audit import AuditLog
from assistant.accounts.guessing import Guessing
from assistant.accounts.passwords import Passwords, require_good
from assistant.errors import AccountError, AccountNotFoundError
from assistant.model import Account, Agent, AgentRole, AuditAction
from assistant.ports import AccountStore, Clock


class Directory:
    """Adds, changes and disables accounts; each change is in the audit log."""

    def __init__(
        self, accounts: AccountStore, passwords: Passwords, guessing: Guessing, audit: AuditLog, clock: Clock
    ) -> None:
        self._accounts = accounts
        self._passwords = passwords
        self._guessing = guessing
        self._audit = audit
        self._clock = clock

    async def all(self) -> tuple[Account, ...]:
        """Every account, disabled ones too, by login."""
        return await self._accounts.all()

    async def find(self, login: str) -> Account:
        """The account with that login; raises AccountNotFoundError."""
        account = await self._accounts.by_login(folded(login))
        if account is None:
            raise AccountNotFoundError(f"there is no account {login!r}")
        return account

    async def add(
        self, login: str, name: str, password: str, roles: Iterable[AgentRole], teams: Iterable[str] = ()
    ) -> Agent:
        """A new account with a password; raises LoginTakenError and WeakPasswordError."""
        login = folded(login)
        if not login or not name.strip():
            raise AccountError("an account needs a login and a name")
        require_good(password, login)
        agent = Agent(secrets.token_urlsafe(12), login, name.strip(), frozenset(roles), tuple(teams))
        password_hash = await self._passwords.hash(password)
        await self._accounts.add(Account(agent, self._clock.now(), password_hash))
        await self._tell(agent, AuditAction.ACCOUNT_ADDED, " ".join(sorted(agent.roles)))
        return agent

    async def disable(self, login: str) -> None:
        """Let nobody in with it any more; who is in is out at once."""
        agent = (await self.find(login)).agent
        await self._accounts.change(replace(agent, is_active=False))
        await self._tell(agent, AuditAction.ACCOUNT_DISABLED)

    async def enable(self, login: str) -> None:
        """Let its owner in again, at once, even where wrong tries have led to a pause."""
        agent = (await self.find(login)).agent
        await self._accounts.change(replace(agent, is_active=True))
        await self._guessing.end_pauses(agent.login)
        await self._tell(agent, AuditAction.ACCOUNT_ENABLED)

    async def set_roles(self, login: str, roles: Iterable[AgentRole]) -> None:
        """Other roles; who is in signs in again."""
        agent = replace((await self.find(login)).agent, roles=frozenset(roles))
        await self._accounts.change(agent)
        await self._tell(agent, AuditAction.ROLES_CHANGED, " ".join(sorted(agent.roles)))

    async def set_password(self, login: str, password: str) -> None:
        """Another password; who is in signs in again.

        Raises WeakPasswordError, and AccountError for an account that signs in by another system.
        """
        account = await self.find(login)
        if account.issuer is not None:
            raise AccountError(f"{login!r} signs in by {account.issuer} and has no password here")
        require_good(password, account.agent.login)
        await self._accounts.set_password(account.agent.id, await self._passwords.hash(password))
        await self._tell(account.agent, AuditAction.PASSWORD_CHANGED)

    async def _tell(self, agent: Agent, action: AuditAction, detail: str = "") -> None:
        await self._audit.did(None, action, "account", agent.id, detail=detail)


def folded(login: str) -> str:
    """A login as it is kept: nobody has to remember capitals, and nothing is in it that cannot be seen."""
    normal = unicodedata.normalize("NFKC", login)
    return "".join(letter for letter in normal if letter.isprintable()).strip().casefold()
