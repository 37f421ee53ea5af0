"""The web server around the application."""

import uvicorn
from fastapi import FastAPI

from assistant.config import HttpSettings
from assistant.http.line import MOST_MESSAGE_BYTES

_GRACE_S = 5
"""How long a stopping server waits for open event streams."""


def make_server(app: FastAPI, settings: HttpSettings) -> uvicorn.Server:
    """A server on the configured address; its own access log is off, because addresses carry secret ids."""
    return uvicorn.Server(
        uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
            proxy_headers=True,
            forwarded_allow_ips=list(settings.trusted_proxies),
            server_header=False,
            access_log=False,
            log_config=None,
            ws="websockets-sansio",
            ws_max_size=MOST_MESSAGE_BYTES,
            timeout_graceful_shutdown=_GRACE_S,
        )
    )
