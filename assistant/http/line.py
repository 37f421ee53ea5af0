"""The telephone line over the web: the page to try it, and the streams of sound.

| request | what |
|---|---|
| GET /line | phone.html: call Roland from the browser |
| WebSocket /line/call | the sound of that page: same origin, and the token that stood in the page |
| WebSocket /line/media | the sound of a telephone system that knows the shared word |

A stream that is refused is closed before it is accepted (403), or with 1013 where too many calls are going on.
"""

import base64
import binascii
import hmac
import secrets
from collections import Counter
from contextlib import suppress
from hashlib import sha256
from urllib.parse import urlsplit

from fastapi import APIRouter, Request, WebSocket
from fastapi.responses import Response
from starlette.websockets import WebSocketDisconnect, WebSocketState

from assistant.errors import OverloadedError, TrunkError
from assistant.http.limits import RateLimiter, client_of
from assistant.http.pages import Pages
from assistant.http.problems import Problem
from assistant.http.services import AppServices, WebLine
from assistant.http.views import Talk
from assistant.model import Language
from assistant.ports import Clock, StreamCaller

MOST_MESSAGE_BYTES = 65_536
"""The longest message of a stream; sound comes in far smaller ones."""
PAGE_PROTOCOL = "roland.line"
JAMBONZ_PROTOCOL = "audio.jambonz.org"
_CALLS_A_MINUTE = 10
_CALLS_AT_ONCE = 3
"""From one address: the page is to try the line, not to keep others off it."""
_TOKEN_S = 3600
_REFUSED, _AGAIN_LATER, _OVER = 1008, 1013, 1000
_MEANT = frozenset({1000, 1001})
"""Codes of an end that the other side meant: done, or the page was left. A connection that just ends has others."""
_MICROPHONE = "camera=(), geolocation=(), microphone=(self)"


class PageTokens:
    """Says who has got the page from here: a time with a keyed hash, good for an hour."""

    def __init__(self, secret: bytes, clock: Clock) -> None:
        self._key = hmac.new(secret, b"the page of the line", sha256).digest()
        self._clock = clock

    def issue(self) -> str:
        """A token for a page; letters, digits and ``_.-`` only, since it travels as the name of a subprotocol."""
        until = str(round(self._clock.now().timestamp()) + _TOKEN_S)
        return f"{until}.{self._sign(until)}"

    def is_good(self, token: str) -> bool:
        """Whether a token was issued here and has not expired."""
        until, _, signature = token.partition(".")
        if not secrets.compare_digest(signature.encode(), self._sign(until).encode()):
            return False
        return self._clock.now().timestamp() <= int(until)

    def _sign(self, until: str) -> str:
        return hmac.new(self._key, until.encode(), sha256).hexdigest()


def line_router(services: AppServices, line: WebLine, pages: Pages, limiter: RateLimiter) -> APIRouter:
    """The page where there is one, and both streams."""
    router = APIRouter(include_in_schema=False)
    tokens = PageTokens(services.secret, services.clock)
    calls, at_once = RateLimiter(_CALLS_A_MINUTE), Counter[str]()

    if line.has_page:

        @router.api_route("/line", methods=["GET", "HEAD"])
        async def page(request: Request) -> Response:
            limiter.check(client_of(request))
            english = Language.EN in line.languages
            shown = pages.show(
                request,
                "chat",
                "phone.html",
                Talk(),
                token=tokens.issue(),
                protocol=PAGE_PROTOCOL,
                speaks_english=english,
            )
            shown.headers["Permissions-Policy"] = _MICROPHONE
            return shown

        @router.websocket("/line/call")
        async def call(websocket: WebSocket) -> None:
            offered = websocket.scope.get("subprotocols", [])
            is_ours = _is_same_origin(websocket) and any(tokens.is_good(token) for token in offered)
            client = client_of(websocket)
            if not is_ours or at_once[client] >= _CALLS_AT_ONCE or not _may_go_on(calls, websocket):
                await websocket.close(_REFUSED)
                return
            at_once[client] += 1
            try:
                await websocket.accept(PAGE_PROTOCOL)
                await _carry(line, websocket, StreamCaller.PAGE)
            finally:
                at_once[client] -= 1
                if not at_once[client]:
                    del at_once[client]

    @router.websocket("/line/media")
    async def media(websocket: WebSocket) -> None:
        caller = _caller(websocket, line.token)
        if caller is None or not _may_go_on(limiter, websocket):
            await websocket.close(_REFUSED)
            return
        offered = websocket.scope.get("subprotocols", [])
        await websocket.accept(JAMBONZ_PROTOCOL if JAMBONZ_PROTOCOL in offered else None)
        await _carry(line, websocket, caller)

    return router


class SocketStream:
    """A WebSocket as a ``MessageStream``."""

    def __init__(self, websocket: WebSocket) -> None:
        self._websocket = websocket

    async def receive(self) -> str | bytes | None:
        message = await self._websocket.receive()
        if message["type"] == "websocket.disconnect":
            if message.get("code") in _MEANT:
                return None
            raise ConnectionError("the connection broke")
        text: str | None = message.get("text")
        content: bytes = message.get("bytes") or b""
        return content if text is None else text

    async def send(self, message: str | bytes) -> None:
        try:
            if isinstance(message, str):
                await self._websocket.send_text(message)
            else:
                await self._websocket.send_bytes(message)
        except (WebSocketDisconnect, RuntimeError) as error:
            raise ConnectionError("the other side is gone") from error


async def _carry(line: WebLine, websocket: WebSocket, caller: StreamCaller) -> None:
    code = _OVER
    try:
        await line.calls.take(SocketStream(websocket), caller)
    except (OverloadedError, TrunkError):
        code = _AGAIN_LATER
    if WebSocketState.DISCONNECTED not in {websocket.client_state, websocket.application_state}:
        # It may have gone this moment.
        with suppress(WebSocketDisconnect, RuntimeError):
            await websocket.close(code)


def _caller(websocket: WebSocket, token: str) -> StreamCaller | None:
    """Who opens a stream, by the header Authorization; None for who is refused at once."""
    said = websocket.headers.get("authorization")
    if not token:
        return None
    if said is None:
        return StreamCaller.UNKNOWN
    return StreamCaller.KNOWN if secrets.compare_digest(_word(said).encode(), token.encode()) else None


def _word(authorization: str) -> str:
    """The secret of a header: all of ``Bearer``, the password of ``Basic``; empty where there is none."""
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(value, validate=True).decode("utf-8", "replace").partition(":")[2]
    except binascii.Error:
        return ""


def _is_same_origin(websocket: WebSocket) -> bool:
    origin = websocket.headers.get("origin", "")
    return bool(origin) and urlsplit(origin).netloc == websocket.headers.get("host")


def _may_go_on(limiter: RateLimiter, websocket: WebSocket) -> bool:
    try:
        limiter.check(client_of(websocket))
    except Problem:
        return False
    return True
