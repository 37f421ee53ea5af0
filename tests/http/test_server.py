"""How the web server is set."""

import httpx
import pytest
import uvicorn

from assistant.config import HttpSettings
from assistant.http.server import server_options

_NGINX_KEEPS_IDLE_S = 60


@pytest.mark.parametrize("idle_s", [_NGINX_KEEPS_IDLE_S, httpx.Limits().keepalive_expiry])
def test_whoever_asks_lets_go_of_a_connection_first(idle_s: float) -> None:
    """Else the server may close one at the moment at which the next request is sent on it, which is then lost."""
    config = uvicorn.Config("no:application", **server_options(HttpSettings()))
    assert config.timeout_keep_alive > idle_s
