"""What surrounds every request: its trace id, its line in the log, the security headers of its response."""

import secrets
import time
from collections.abc import Awaitable, Callable, Sequence

import structlog
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_log = structlog.get_logger("http")

_CSP = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors "
)
_HEADERS = {
    "Content-Security-Policy": f"{_CSP}'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
OnError = Callable[[Request, Exception], Awaitable[Response]]
_HSTS = "max-age=31536000"


def widget_policy(frame_ancestors: Sequence[str]) -> str:
    """The content security policy of a page that other sites may embed."""
    return _CSP + (" ".join(frame_ancestors) or "'none'")


class Envelope:
    """ASGI middleware; also turns what nobody expected into a response, so that nothing of it reaches the server's log.

    The log names the route, never the address: addresses carry the secret ids of conversations.
    """

    def __init__(self, app: ASGIApp, *, on_error: OnError, https: bool) -> None:
        self._app = app
        self._on_error = on_error
        self._headers = _HEADERS | ({"Strict-Transport-Security": _HSTS} if https else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope["trace_id"] = trace_id = secrets.token_hex(8)
        started = time.perf_counter()
        status = 0

        async def send_dressed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Trace-Id"] = trace_id
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            await self._app(scope, receive, send_dressed)
        except Exception as error:  # noqa: BLE001
            response = await self._on_error(Request(scope, receive), error)
            if not status:  # otherwise a part of another response is on its way, and all there is to do is to end it
                await response(scope, receive, send_dressed)
        finally:
            route = getattr(scope.get("route"), "path", "(none)")
            _log.info(
                "request",
                trace_id=trace_id,
                method=scope["method"],
                route=route,
                status=status,
                ms=round((time.perf_counter() - started) * 1000, 1),
            )
