"""The only wiring: which concrete class stands behind which port, chosen by the configuration file.

    Settings ──► catalogue ──► retriever, composer ──► DialogueTools ──► TurnRunner ──► ConversationService ──► app
                 (knowledge)   (understanding)         (turn)                           (server)

``upkeep`` is what operators do besides serving. What lies in the data directory:

    catalogue.db   conversations.db   encoders/   index/   secret.key   rasa.log
"""

from assistant.bootstrap.accounts import build_accounts, open_accounts, open_provider
from assistant.bootstrap.conversations import upgrade_database
from assistant.bootstrap.forms import FormCheck, FormReading, Telling, check_forms, find_form, open_forms
from assistant.bootstrap.knowledge import build_search, catalogue_formats, import_catalogue, open_catalogue
from assistant.bootstrap.lexicon import (
    LexiconCheck,
    MatchReport,
    check_lexicon,
    lexicon_files,
    match_lexicon,
    write_matches,
)
from assistant.bootstrap.server import build_services, create_from_environment, serve
from assistant.bootstrap.tickets import find_tickets, outbox_errands, report_promises, retry_errands
from assistant.bootstrap.turn import SystemClock, build_tools
from assistant.bootstrap.understanding import RASA_PYTHON, evaluate_nlu, open_nlu, rasa_server, train_nlu
from assistant.bootstrap.upkeep import Check, examine, purge, set_up_data
from nlu.report import tables as nlu_tables

__all__ = [
    "RASA_PYTHON",
    "Check",
    "FormCheck",
    "FormReading",
    "LexiconCheck",
    "MatchReport",
    "SystemClock",
    "Telling",
    "build_accounts",
    "build_search",
    "build_services",
    "build_tools",
    "catalogue_formats",
    "check_forms",
    "check_lexicon",
    "create_from_environment",
    "evaluate_nlu",
    "examine",
    "find_form",
    "find_tickets",
    "import_catalogue",
    "lexicon_files",
    "match_lexicon",
    "nlu_tables",
    "open_accounts",
    "open_catalogue",
    "open_forms",
    "open_nlu",
    "open_provider",
    "outbox_errands",
    "purge",
    "rasa_server",
    "report_promises",
    "retry_errands",
    "serve",
    "set_up_data",
    "train_nlu",
    "upgrade_database",
    "write_matches",
]
