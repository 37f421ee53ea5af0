"""Signing in: by a password that is kept here, or as somebody whom another system knows."""

import secrets
from dataclasses import dataclass, field, replace
from typing import NoReturn

from assistant.accounts.audit import AuditLog
from assistant.accounts.directory import folded
from assistant.accounts.guessing import Guessing, Visitor
from assistant.accounts.passwords import Passwords, require_good
from assistant.accounts.sessions import Sessions
from assistant.errors import SignInRefusedError
from assistant.model import Account, Agent, AuditAction, Identity
from assistant.ports import AccountStore, Clock

_LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class Admission:
    """Somebody was let in: the token of the session, and one by which the browser is known next time."""

    agent: Agent
    token: str = field(repr=False)
    device: str = field(default="", repr=False)


class SignIn:
    """Lets people in, or not, and writes down both."""

    def __init__(
        self,
        accounts: AccountStore,
        sessions: Sessions,
        passwords: Passwords,
        guessing: Guessing,
        audit: AuditLog,
        clock: Clock,
    ) -> None:
        self._accounts = accounts
        self._sessions = sessions
        self._passwords = passwords
        self._guessing = guessing
        self._audit = audit
        self._clock = clock

    async def by_password(self, login: str, password: str, visitor: Visitor) -> Admission:
        """Let in who knows the password.

        Raises SignInPausedError, and SignInRefusedError after the same work whether it was the login or the password.
        """
        login = folded(login)
        await self._guessing.count(login, visitor)
        account = await self._accounts.by_login(login)
        password_hash = account.password_hash if account and account.agent.is_active else None
        if not await self._passwords.matches(password_hash, password) or account is None or password_hash is None:
            await self._refuse(account, visitor, "password")
        await self._guessing.was_right(login, visitor)
        if self._passwords.is_outdated(password_hash):
            fresh = await self._passwords.hash(password)
            await self._accounts.rehash(account.agent.id, password_hash, fresh)
        return await self._admit(account.agent, visitor, "", self._guessing.device_token(login))

    async def change_password(self, agent: Agent, old: str, new: str, visitor: Visitor) -> None:
        """Put another password in place for who knows the present one; ends all of the agent's sessions.

        Raises SignInPausedError, SignInRefusedError and WeakPasswordError.
        """
        await self._guessing.count(agent.login, visitor)
        account = await self._accounts.get(agent.id)
        if not await self._passwords.matches(account.password_hash, old):
            await self._refuse(account, visitor, "password")
        await self._guessing.was_right(agent.login, visitor)
        require_good(new, agent.login)
        await self._accounts.set_password(agent.id, await self._passwords.hash(new))
        await self._audit.did(agent, AuditAction.PASSWORD_CHANGED, "account", agent.id, address=visitor.address)

    async def by_identity(self, identity: Identity, visitor: Visitor) -> Admission:
        """Let in somebody of another system with the roles they have there today.

        Raises SignInRefusedError for somebody without a role, or whose account is disabled here.
        """
        account = await self._accounts.by_identity(identity.issuer, identity.subject)
        if account is not None:
            account = await self._follow(account, identity, visitor)
        elif identity.roles:
            account = await self._make(identity, visitor)
        if account is None or not identity.roles or not account.agent.is_active:
            await self._refuse(account, visitor, "identity")
        return await self._admit(account.agent, visitor, identity.proof)

    async def log_refusal(self, visitor: Visitor, why: str) -> None:
        """Write down that somebody came with an answer that is not the provider's, or not for Roland."""
        await self._audit.did(None, AuditAction.SIGN_IN_FAILED, address=visitor.address, detail=why[:_LONGEST_REASON])

    async def _follow(self, account: Account, identity: Identity, visitor: Visitor) -> Account:
        agent = replace(account.agent, name=identity.name, roles=identity.roles)
        if agent != account.agent:
            await self._accounts.change(agent)
        if agent.roles != account.agent.roles:
            await self._tell(agent, AuditAction.ROLES_CHANGED, visitor)
        return replace(account, agent=agent)

    async def _make(self, identity: Identity, visitor: Visitor) -> Account:
        login = folded(identity.login) or identity.subject
        # Never somebody else's account because the name is the same.
        if await self._accounts.by_login(login) is not None:
            login = f"{login} ({identity.subject})"
        agent = Agent(secrets.token_urlsafe(12), login, identity.name, identity.roles)
        account = Account(agent, self._clock.now(), None, identity.issuer, identity.subject)
        await self._accounts.add(account)
        await self._tell(agent, AuditAction.ACCOUNT_ADDED, visitor)
        return account

    async def _tell(self, agent: Agent, action: AuditAction, visitor: Visitor) -> None:
        roles = " ".join(sorted(agent.roles))
        await self._audit.did(agent, action, "account", agent.id, address=visitor.address, detail=roles)

    async def _admit(self, agent: Agent, visitor: Visitor, proof: str, device: str = "") -> Admission:
        await self._audit.did(agent, AuditAction.SIGNED_IN, address=visitor.address)
        return Admission(agent, await self._sessions.begin(agent.id, proof), device)

    async def _refuse(self, account: Account | None, visitor: Visitor, why: str) -> NoReturn:
        # An unknown login is not written down: people type passwords into the wrong field.
        agent = account.agent if account else None
        await self._audit.did(agent, AuditAction.SIGN_IN_FAILED, address=visitor.address, detail=why)
        raise SignInRefusedError(f"refused: {why}")
