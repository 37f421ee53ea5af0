"""Errors as people and machines read them: RFC 9457 problem details with a stable code, or the error page."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from assistant.errors import RolandError
from assistant.http.bidi import isolate
from assistant.http.envelope import OnError
from assistant.http.language import page_language
from assistant.http.services import AppServices

_log = structlog.get_logger(__name__)

CODES = {
    400: "malformed",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    422: "invalid",
    429: "rate_limited",
    503: "overloaded",
}
STATUS = {
    "conversation_not_found": 404,
    "conversation_closed": 409,
    "overloaded": 503,
    "storage_unavailable": 503,
    "ticket_changed": 409,
}
_RETRY_AFTER = {"overloaded": 2, "storage_unavailable": 5}

ErrorPage = Callable[[Request, "ProblemDetails"], Awaitable[Response]]


class Problem(HTTPException):
    """A refusal with its code; ``values`` fill the citizen's text ``problem.<code>``."""

    def __init__(self, status: int, code: str, *, retry_after: float | None = None, **values: object) -> None:
        headers = None if retry_after is None else {"Retry-After": str(max(1, round(retry_after)))}
        super().__init__(status, code, headers)
        self.code = code
        self.values = values


@dataclass(frozen=True, slots=True)
class ProblemDetails:
    """What is told about an error; ``detail`` is written for citizens, ``trace_id`` finds the error in the log."""

    status: int
    code: str
    detail: str
    trace_id: str
    headers: Mapping[str, str]
    errors: tuple[dict[str, str], ...] = ()

    def response(self) -> Response:
        """The problem as ``application/problem+json``."""
        content: dict[str, Any] = {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
            "trace_id": self.trace_id,
        }
        if self.errors:
            content["errors"] = list(self.errors)
        return JSONResponse(content, self.status, dict(self.headers), "application/problem+json")


def trace_id(request: Request) -> str:
    """The id under which the log tells of this request."""
    return str(request.scope.get("trace_id", ""))


def install(app: FastAPI, services: AppServices, error_page: ErrorPage) -> OnError:
    """Answer expected exceptions with a problem, or with the error page where a person looks at a page.

    Returns what answers the unexpected ones.
    """

    async def handle(request: Request, error: Exception) -> Response:
        details = describe(request, error, services)
        if wants_page(request):
            return await error_page(request, details)
        return details.response()

    async def handle_unexpected(request: Request, error: Exception) -> Response:
        _log.error("unexpected error", trace_id=trace_id(request), error=type(error).__name__, exc_info=error)
        return await handle(request, error)

    for kind in (HTTPException, RequestValidationError, RolandError):
        app.add_exception_handler(kind, handle)
    return handle_unexpected


def wants_page(request: Request) -> bool:
    """Whether the one who asks is a person with a browser rather than a program."""
    is_page = not request.url.path.startswith(("/api/", "/webhooks/", "/health", "/static/", "/openapi"))
    return is_page and "application/json" not in request.headers.get("accept", "")


def describe(request: Request, error: Exception, services: AppServices) -> ProblemDetails:
    """The problem that an exception is to the outside."""
    values: dict[str, object] = {}
    headers: dict[str, str] = {}
    errors: tuple[dict[str, str], ...] = ()
    match error:
        case Problem():
            status, code, values = error.status_code, error.code, error.values
            headers = dict(error.headers or {})
        case HTTPException():
            status, code = error.status_code, CODES.get(error.status_code, "internal")
            headers = dict(error.headers or {})
        case RequestValidationError():
            malformed = any(part["type"] == "json_invalid" for part in error.errors())
            status, code = (400, "malformed") if malformed else (422, "invalid")
            errors = tuple(_place(part) for part in error.errors())
        case RolandError():
            status, code = STATUS.get(error.code, 500), error.code if error.code in STATUS else "internal"
            if code in _RETRY_AFTER:
                headers = {"Retry-After": str(_RETRY_AFTER[code])}
            _log.warning("refused", trace_id=trace_id(request), code=error.code)
        case _:
            status, code = 500, "internal"
    language = page_language(request, services.settings.city.languages)
    contact = {"phone": services.settings.contact.phone, "city": services.settings.city.name}
    detail = services.messages.text(f"problem.{code}", language, **contact, **values)
    if language.direction == "rtl":
        detail = isolate(detail)
    return ProblemDetails(status, code, detail, trace_id(request), headers, errors)


def _place(part: Mapping[str, Any]) -> dict[str, str]:
    # The value itself is left out: it is what somebody wrote.
    return {"place": ".".join(str(step) for step in part["loc"]), "reason": str(part["type"])}
