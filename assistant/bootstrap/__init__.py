"""The only wiring: which concrete class stands behind which port, chosen by the configuration file.

    Settings ──► catalogue ──► retriever, composer ──► DialogueTools ──► TurnRunner ──► ConversationService ──► app
                 (knowledge)   (understanding)         (turn)                           (server)

``upkeep`` is what operators do besides serving. What lies in the data directory:

    catalogue.db   conversations.db   encoders/   index/   secret.key   rasa.log
"""

import lazy_loader

# Names are listed in __init__.pyi. Each room is read when one is first asked for: who lists forms loads no search.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
