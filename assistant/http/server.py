"""How the web server around the application is set."""

from typing import Any

from assistant.config import HttpSettings
from assistant.http.line import MOST_MESSAGE_BYTES

_KEEP_ALIVE_S = 75
"""How long an idle connection stays open: longer than any proxy or client in front keeps it (nginx: 60 s).

Else both may let go of it at the same moment, and the request that was just on its way would be lost.
"""

_GRACE_S = 10
"""How long a stopping server waits for open event streams."""


def server_options(settings: HttpSettings) -> dict[str, Any]:
    """The options of ``uvicorn`` but for the application and workers.

    Its own access log is off, because addresses carry secret ids.
    """
    return {
        "host": settings.host,
        "port": settings.port,
        "proxy_headers": True,
        "forwarded_allow_ips": list(settings.trusted_proxies),
        "server_header": False,
        "access_log": False,
        "log_config": None,
        "ws": "websockets-sansio",
        "ws_max_size": MOST_MESSAGE_BYTES,
        "timeout_keep_alive": _KEEP_ALIVE_S,
        "timeout_graceful_shutdown": _GRACE_S,
    }
