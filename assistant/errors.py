"""Everything that can go wrong, as a tree.

RolandError
├── ConfigError               the configuration file is wrong
├── CatalogueError
│   ├── ImportFileError       an import file cannot be read; names the place
│   ├── CatalogueEmptyError   nothing has been imported yet
│   └── RemovalRefusedError   an import would remove most of what is stored
├── IndexBuildError           the search index cannot be built or read
├── NluError
│   ├── NluUnavailableError   the engine does not answer (retryable)
│   └── NluModelMissingError  no trained model is there
├── StorageError
│   ├── StorageUnavailableError  the database does not answer (retryable)
│   └── ConversationNotFoundError
├── HandoffError
│   ├── HandoffNotFoundError
│   ├── HandoffTakenError     somebody else has taken it, or it is over
│   └── NotTheAgentError      somebody else answers there, or nobody any more
├── AccountError
│   ├── AccountNotFoundError
│   ├── LoginTakenError       another account has that login
│   ├── WeakPasswordError     too short, or among the first that anybody tries
│   ├── SignInRefusedError    whoever it was is not let in
│   └── SignInPausedError     too many wrong tries (retryable)
├── TicketError
│   ├── TicketNotFoundError
│   ├── TicketChangedError    somebody else was quicker
│   └── TooManyCodesError     too many status codes were tried (retryable)
├── TelephoneError
│   ├── TrunkError            a way calls come in cannot be opened, or is broken
│   ├── CallClosedError       the call's conversation is over
│   └── SpeechUnavailableError  nothing hears or speaks in time (retryable)
├── GuardError                an answer would have said something its source does not
├── TurnTimeoutError          a turn took longer than its deadline (retryable)
└── ConnectorError            an external system failed (retryable)
    ├── BusUnavailableError   other processes cannot be told at once
    ├── IdentityProviderUnavailableError  the city's sign-in does not answer
    ├── TranslatorUnavailableError  the translator does not answer, or refuses
    ├── MailUnavailableError        the mail server does not take a mail now
    ├── MailRefusedError            it will never take it (not retryable)
    ├── CaseSystemUnavailableError  a city's case system does not answer, or takes nothing now
    ├── CaseSystemRefusedError      it will never take this (not retryable)
    └── ForgedSignalError           a message that claims to come from it does not (not retryable)
"""

from typing import ClassVar


class RolandError(Exception):
    """Base of all expected errors: a stable ``code`` for machines, a message for operators."""

    code: ClassVar[str] = "error"
    retryable: ClassVar[bool] = False


class ConfigError(RolandError):
    """The configuration file is wrong; the message names the key and the nearest known one."""

    code = "config"


class CatalogueError(RolandError):
    """Something about the service catalogue."""

    code = "catalogue"


class ImportFileError(CatalogueError):
    """An import file cannot be read; the message names file, place and reason."""

    code = "import_file"


class CatalogueEmptyError(CatalogueError):
    """Nothing has been imported yet."""

    code = "catalogue_empty"


class RemovalRefusedError(CatalogueError):
    """An import would remove most entries of a kind, and nobody said that this is meant."""

    code = "removal_refused"


class IndexBuildError(RolandError):
    """The search index cannot be built or read."""

    code = "index"


class NluError(RolandError):
    """Something about the language understanding."""

    code = "nlu"


class NluUnavailableError(NluError):
    """The engine does not answer, or not in time."""

    code = "nlu_unavailable"
    retryable = True


class NluModelMissingError(NluError):
    """No trained model is there; the message says how to train one."""

    code = "nlu_model_missing"


class StorageError(RolandError):
    """Something about the database."""

    code = "storage"


class StorageUnavailableError(StorageError):
    """The database does not answer, is locked, full or read-only."""

    code = "storage_unavailable"
    retryable = True


class ConversationNotFoundError(StorageError):
    """There is no conversation with that id (or it was deleted or has expired)."""

    code = "conversation_not_found"


class ConversationClosedError(RolandError):
    """Nothing more can be said in that conversation."""

    code = "conversation_closed"


class OverloadedError(RolandError):
    """Too many turns are being worked on; the next moment may be better."""

    code = "overloaded"
    retryable = True


class HandoffError(RolandError):
    """Something about a conversation's way to a person."""

    code = "handoff"


class HandoffNotFoundError(HandoffError):
    """There is no such hand-off (or its conversation was deleted or has expired)."""

    code = "handoff_not_found"


class HandoffTakenError(HandoffError):
    """Somebody else has taken it, or it is over."""

    code = "handoff_taken"


class NotTheAgentError(HandoffError):
    """Somebody else answers in that conversation, or nobody any more."""

    code = "not_the_agent"


class AccountError(RolandError):
    """Something about the accounts of the desk."""

    code = "account"


class AccountNotFoundError(AccountError):
    """There is no such account."""

    code = "account_not_found"


class LoginTakenError(AccountError):
    """Another account has that login, or that identity."""

    code = "login_taken"


class WeakPasswordError(AccountError):
    """A password that would be guessed; the message says what is wrong with it, never what it is."""

    code = "weak_password"


class SignInRefusedError(AccountError):
    """Whoever tried to sign in is not let in; the message is for the log alone."""

    code = "sign_in_refused"


class SignInPausedError(AccountError):
    """Too many wrong tries to sign in; ``seconds`` until the next one."""

    code = "sign_in_paused"
    retryable = True

    def __init__(self, seconds: float) -> None:
        super().__init__(f"too many wrong tries, {seconds:.0f} s to wait")
        self.seconds = seconds


class TicketError(RolandError):
    """Something about a concern that waits for its answer."""

    code = "ticket"


class TicketNotFoundError(TicketError):
    """There is no such ticket (or its retention has ended)."""

    code = "ticket_not_found"


class TicketChangedError(TicketError):
    """Somebody else has changed it meanwhile, or it is settled."""

    code = "ticket_changed"


class TooManyCodesError(TicketError):
    """Too many status codes were tried; ``wait_s`` is when the next may be."""

    code = "too_many_codes"
    retryable = True

    def __init__(self, wait_s: float) -> None:
        super().__init__(f"too many status codes were tried, wait {wait_s:.0f} s")
        self.wait_s = wait_s


class GuardError(RolandError):
    """An answer would have said something that its source does not contain."""

    code = "unsourced"


class TurnTimeoutError(RolandError):
    """A turn took longer than its deadline."""

    code = "timeout"
    retryable = True


class ConnectorError(RolandError):
    """An external system failed."""

    code = "connector"
    retryable = True


class BusUnavailableError(ConnectorError):
    """Redis does not answer; other processes look into the database now and then, so they only hear later."""

    code = "bus_unavailable"


class IdentityProviderUnavailableError(ConnectorError):
    """The system that signs the city's people in does not answer, or not as its protocol says."""

    code = "identity_provider_unavailable"


class TranslatorUnavailableError(ConnectorError):
    """The translator does not answer, not in time, or refuses; what was to be translated is shown as it is."""

    code = "translator_unavailable"


class MailUnavailableError(ConnectorError):
    """The mail server does not answer, or does not take this mail for now."""

    code = "mail_unavailable"


class MailRefusedError(ConnectorError):
    """The mail server will never take this mail; trying again is of no use."""

    code = "mail_refused"
    retryable = False


class CaseSystemUnavailableError(ConnectorError):
    """A city's case system does not answer, or takes nothing for now; ``wait_s`` is how long it wants to be left."""

    code = "case_system_unavailable"

    def __init__(self, message: str, wait_s: float = 0.0) -> None:
        super().__init__(message)
        self.wait_s = wait_s


class CaseSystemRefusedError(ConnectorError):
    """A city's case system will never take this; trying again is of no use."""

    code = "case_system_refused"
    retryable = False


class ForgedSignalError(ConnectorError):
    """A message that claims to come from a case system does not come from it, or is too old."""

    code = "forged_signal"
    retryable = False


class TelephoneError(RolandError):
    """Something about telephone calls."""

    code = "telephone"


class TrunkError(TelephoneError):
    """A way calls come in cannot be opened, or does not work any more; the message names the address."""

    code = "trunk"


class CallClosedError(TelephoneError):
    """The conversation of a call is over."""

    code = "call_closed"


class SpeechUnavailableError(TelephoneError):
    """Nothing hears or speaks in time, or in that language."""

    code = "speech_unavailable"
    retryable = True
