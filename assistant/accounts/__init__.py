"""Who may use the desk: accounts, signing in, sessions, and the log of what was done.

SignIn ──► Sessions ──► AuditLog          Directory: what operators do with accounts
  │  └──► Guessing (pauses)
  └──► Passwords (Argon2) or an IdentityProvider (OpenID Connect)
"""

from assistant.accounts.audit import AuditLog
from assistant.accounts.desk import Accounts
from assistant.accounts.directory import Directory
from assistant.accounts.guessing import Guessing, Visitor
from assistant.accounts.passwords import Passwords
from assistant.accounts.sessions import SessionRules, Sessions
from assistant.accounts.sign_in import Admission, SignIn
from assistant.accounts.upkeep import Upkeep

__all__ = [
    "Accounts",
    "Admission",
    "AuditLog",
    "Directory",
    "Guessing",
    "Passwords",
    "SessionRules",
    "Sessions",
    "SignIn",
    "Upkeep",
    "Visitor",
]
