"""Who may use the desk."""

from datetime import timedelta

from assistant.accounts import Accounts, AuditLog, Directory, Guessing, Passwords, SessionRules, Sessions, SignIn
from assistant.config import Settings
from assistant.ports import Clock, IdentityProvider
from assistant.storage.accounts import SqlAccountStore, SqlAuditStore, SqlGuessStore, SqlSessionStore
from assistant.storage.database import Database


def build_accounts(
    settings: Settings,
    database: Database,
    clock: Clock,
    secret: bytes,
    provider: IdentityProvider | None = None,
    passwords: Passwords | None = None,
) -> Accounts:
    """The accounts in that database, with the city's rules; ``secret`` signs the tokens of known browsers."""
    rules = settings.accounts
    accounts = SqlAccountStore(database)
    passwords = passwords or Passwords()
    guessing = Guessing(SqlGuessStore(database), clock, secret)
    audit = AuditLog(SqlAuditStore(database, timedelta(days=settings.retention.audit_days)), clock)
    lasting = SessionRules(timedelta(minutes=rules.session_idle_minutes), timedelta(hours=rules.session_hours))
    sessions = Sessions(SqlSessionStore(database), clock, lasting)
    return Accounts(
        Directory(accounts, passwords, guessing, audit, clock),
        sessions,
        SignIn(accounts, sessions, passwords, guessing, audit, clock),
        audit,
        provider,
        by_password=rules.passwords,
    )
