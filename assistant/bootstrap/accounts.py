"""Who may use the desk."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from assistant.accounts import (
    Accounts,
    AuditLog,
    Directory,
    Guessing,
    Passwords,
    SessionRules,
    Sessions,
    SignIn,
    Upkeep,
)
from assistant.bootstrap.conversations import open_database
from assistant.bootstrap.turn import SystemClock
from assistant.config import Settings
from assistant.ports import Clock, IdentityProvider
from assistant.storage.accounts import SqlAccountStore, SqlAuditStore, SqlGuessStore, SqlSessionStore
from assistant.storage.database import Database
from assistant.storage.secret import load_secret
from assistant.storage.walks import SqlWalkStore
from connectors.openid import OpenIdProvider, Registration


def build_accounts(
    settings: Settings,
    database: Database,
    clock: Clock,
    secret: bytes,
    provider: IdentityProvider | None = None,
    passwords: Passwords | None = None,
) -> Accounts:
    """The accounts in that database, with the city's rules; ``secret`` signs the tokens of known browsers.

    ``upkeep`` is to be run and the provider to be entered by the server.
    """
    rules = settings.accounts
    accounts = SqlAccountStore(database)
    audit = AuditLog(SqlAuditStore(database, timedelta(days=settings.retention.audit_days)), clock)
    passwords = passwords or Passwords()
    guessing = Guessing(SqlGuessStore(database), clock, secret)
    lasting = SessionRules(timedelta(minutes=rules.session_idle_minutes), timedelta(hours=rules.session_hours))
    sessions = Sessions(SqlSessionStore(database), clock, lasting)
    return Accounts(
        Directory(accounts, passwords, guessing, audit, clock),
        sessions,
        SignIn(accounts, sessions, passwords, guessing, audit, clock),
        audit,
        desk_upkeep(settings, database, clock),
        provider,
        by_password=rules.passwords,
    )


def open_provider(settings: Settings, clock: Clock) -> OpenIdProvider | None:
    """The city's own sign-in, to be closed by who opened it; None where none is configured."""
    accounts = settings.accounts
    if accounts.oidc_issuer is None:
        return None
    registration = Registration(
        accounts.oidc_issuer,
        accounts.oidc_client_id,
        accounts.oidc_client_secret.get_secret_value(),
        accounts.oidc_scopes,
        accounts.oidc_name_claim,
        accounts.oidc_roles_claim,
        accounts.oidc_roles,
    )
    return OpenIdProvider(registration, clock)


def desk_upkeep(settings: Settings, database: Database, clock: Clock) -> Upkeep:
    """What clears away sessions, tries and walks that are over, and the audit log's entries past their date."""
    stores = (SqlSessionStore(database), SqlGuessStore(database), SqlAuditStore(database), SqlWalkStore(database))
    return Upkeep(stores, clock, timedelta(minutes=settings.retention.purge_every_minutes))


@asynccontextmanager
async def open_accounts(settings: Settings) -> AsyncIterator[Accounts]:
    """The accounts for a command, their database open."""
    async with open_database(settings) as database:
        yield build_accounts(settings, database, SystemClock(), load_secret(settings.storage.data_dir))
