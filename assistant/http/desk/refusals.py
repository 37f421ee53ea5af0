"""What the desk refuses: told on the desk itself, or to its script as JSON."""

from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from assistant.errors import (
    ConversationClosedError,
    ConversationNotFoundError,
    HandoffNotFoundError,
    HandoffTakenError,
    NotTheAgentError,
    OverloadedError,
    StorageUnavailableError,
)
from assistant.http.desk.shown import Showing
from assistant.http.problems import wants_page

_CODES: dict[type[Exception], tuple[int, str]] = {
    HandoffNotFoundError: (404, "not_found"),
    ConversationNotFoundError: (404, "not_found"),
    HandoffTakenError: (409, "taken"),
    NotTheAgentError: (409, "not_yours"),
    ConversationClosedError: (409, "not_yours"),
    OverloadedError: (503, "overloaded"),
    StorageUnavailableError: (503, "overloaded"),
}


class Refusal(Exception):  # noqa: N818 - nothing is broken: somebody was quicker, or something is missing
    """Something that cannot be done, with its text ``desk.notice_<code>``; ``chat`` is where to come back to."""

    def __init__(self, status: int, code: str, chat: str = "", **values: object) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.chat = chat
        self.values = values


@contextmanager
def refusing(chat: str = "") -> Iterator[None]:
    """Turns the domain's errors into refusals."""
    try:
        yield
    except tuple(_CODES) as error:
        status, code = _CODES[type(error)]
        raise Refusal(status, code, chat) from error


def answer_refusal(request: Request, refusal: Refusal, showing: Showing) -> Response:
    """Back to the desk with the reason; for a script the reason alone."""
    if wants_page(request):
        place = f"&chat={refusal.chat}" if refusal.chat else ""
        return RedirectResponse(f"/desk?notice={refusal.code}{place}", 303)
    detail = showing.word(f"notice_{refusal.code}", **({"count": "", "limit": ""} | refusal.values))
    return JSONResponse({"code": refusal.code, "detail": detail}, refusal.status)
