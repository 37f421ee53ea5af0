from .accounts import build_accounts, open_accounts, open_provider
from .catalogue import catalogue_formats, import_catalogue, open_catalogue
from .check import Check
from .conversations import upgrade_database
from .forms import FormCheck, FormReading, Telling, check_forms, find_form, open_forms
from .knowledge import build_search
from .lexicon import (
    LexiconCheck,
    MatchReport,
    check_lexicon,
    lexicon_files,
    match_lexicon,
    write_matches,
)
from .server import build_services, create_from_environment, serve, serve_line
from .tickets import find_tickets, outbox_errands, report_promises, retry_errands
from .training import (
    evaluate_nlu,
    evaluate_wishes,
    nlu_tables,
    set_up_data,
    train_nlu,
    train_wish_reader,
    wish_tables,
)
from .turn import SystemClock, build_tools
from .understanding import RASA_PYTHON, open_nlu, rasa_server
from .upkeep import examine, purge
from .voice_model import (
    Hearing,
    ModelFolder,
    build_voice_model,
    error_rate,
    hear_recordings,
    read_model_folder,
    record_sentences,
)

__all__ = [
    "RASA_PYTHON",
    "Check",
    "FormCheck",
    "FormReading",
    "Hearing",
    "LexiconCheck",
    "MatchReport",
    "ModelFolder",
    "SystemClock",
    "Telling",
    "build_accounts",
    "build_search",
    "build_services",
    "build_tools",
    "build_voice_model",
    "catalogue_formats",
    "check_forms",
    "check_lexicon",
    "create_from_environment",
    "error_rate",
    "evaluate_nlu",
    "evaluate_wishes",
    "examine",
    "find_form",
    "find_tickets",
    "hear_recordings",
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
    "read_model_folder",
    "record_sentences",
    "report_promises",
    "retry_errands",
    "serve",
    "serve_line",
    "set_up_data",
    "train_nlu",
    "train_wish_reader",
    "upgrade_database",
    "wish_tables",
    "write_matches",
]
