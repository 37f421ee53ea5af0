"""Which conversation a browser is in, and whether a form was really sent from one of our pages."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from assistant.errors import ConversationNotFoundError
from assistant.http.problems import Problem

_ID = re.compile(r"[A-Za-z0-9_-]{16,64}")


@dataclass(frozen=True, slots=True)
class Session:
    """The cookie with the conversation's id. The widget has one of its own: it lives inside other sites' pages.

    Browsers send a cookie into a foreign site's frame only by HTTPS, and keep it apart for each of those sites.
    """

    https: bool

    def read(self, request: Request, view: str) -> str | None:
        """The conversation's id, if this browser has one that looks like one."""
        value = request.cookies.get(_name(view), "")
        return value if _ID.fullmatch(value) else None

    def own(self, request: Request, view: str) -> str:
        """The conversation's id; raises ConversationNotFoundError where this browser has none."""
        request.state.view = view
        if conversation_id := self.read(request, view):
            return conversation_id
        raise ConversationNotFoundError("this browser has no conversation")

    def write(self, response: Response, view: str, conversation_id: str) -> None:
        """Remember the conversation until the browser is closed."""
        response.headers.append("Set-Cookie", f"{_name(view)}={conversation_id}{self._attributes(view)}")

    def drop(self, response: Response, view: str) -> None:
        """Forget the conversation."""
        response.headers.append("Set-Cookie", f"{_name(view)}={self._attributes(view)}; Max-Age=0")

    def _attributes(self, view: str) -> str:
        common = "; Path=/; HttpOnly"
        if not self.https:
            return f"{common}; SameSite=Lax"
        return f"{common}; Secure; " + ("SameSite=None; Partitioned" if view == "widget" else "SameSite=Lax")


async def same_site(request: Request) -> None:
    """Raise Problem 403 for a form that another site sent.

    Browsers name the origin with every form they send; who sends none is no browser and has no cookie to be misused.
    """
    origin = request.headers.get("origin")
    if origin is None:
        is_foreign = request.headers.get("sec-fetch-site", "none") not in {"none", "same-origin"}
    else:
        is_foreign = urlsplit(origin).netloc != request.headers.get("host")
    if is_foreign:
        raise Problem(403, "forbidden")


def _name(view: str) -> str:
    return "roland_widget" if view == "widget" else "roland"
