"""All of it together, as the web application and the command line use it."""

from dataclasses import dataclass

from assistant.accounts.audit import AuditLog
from assistant.accounts.directory import Directory
from assistant.accounts.sessions import Sessions
from assistant.accounts.sign_in import SignIn
from assistant.accounts.upkeep import Upkeep
from assistant.ports import IdentityProvider


@dataclass(frozen=True, slots=True)
class Accounts:
    """The services around accounts.

    ``provider``: the city's own sign-in, where it has one; ``by_password``: whether accounts kept here may sign in.
    """

    directory: Directory
    sessions: Sessions
    sign_in: SignIn
    audit: AuditLog
    upkeep: Upkeep
    provider: IdentityProvider | None = None
    by_password: bool = True
