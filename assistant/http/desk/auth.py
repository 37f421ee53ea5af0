"""Who is signed in at the desk, and whether a form was really sent by them.

``signed_in`` and ``require`` are dependencies for every address under /desk. A request that changes something has to
come from a page of the same origin and carry the session's CSRF token, as the form field ``csrf`` or the header
``X-CSRF-Token``; both are looked at here, so that no handler can forget to.
"""

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote, urlsplit

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from assistant.accounts import Accounts
from assistant.accounts.sessions import csrf_token
from assistant.http.limits import client_of
from assistant.http.problems import Problem, describe, wants_page
from assistant.http.services import AppServices
from assistant.model import Agent, AgentRole

LOGIN = "/desk/login"
_READING = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The agent who asks; ``csrf`` must come back with every form. ``address`` is where they are, for the audit log."""

    agent: Agent
    csrf: str
    address: str = ""


class SignInNeeded(Exception):  # noqa: N818 - a request, not a mistake
    """Whoever asks is not signed in."""


@dataclass(frozen=True, slots=True)
class Cookies:
    """The cookies of the desk. By HTTPS their names promise the browser that no other host can have set them."""

    https: bool

    def name(self, name: str) -> str:
        """The cookie's name in the browser."""
        return f"__Host-roland_{name}" if self.https else f"roland_{name}"

    def read(self, request: Request, name: str) -> str:
        """What the browser sent; empty where it sent none."""
        return request.cookies.get(self.name(name), "")

    def write(
        self, response: Response, name: str, value: str, *, max_age: int | None = None, strict: bool = True
    ) -> None:
        """Set it until the browser is closed, or for ``max_age`` seconds."""
        response.set_cookie(
            self.name(name),
            value,
            max_age=max_age,
            path="/",
            secure=self.https,
            httponly=True,
            samesite="strict" if strict else "lax",
        )

    def drop(self, response: Response, name: str) -> None:
        """Let the browser forget it."""
        self.write(response, name, "", max_age=0)


class Guard:
    """Knows who asks; one for an application, kept as ``app.state.desk_guard``."""

    def __init__(self, accounts: Accounts, cookies: Cookies) -> None:
        self._sessions = accounts.sessions
        self._cookies = cookies

    async def who(self, request: Request, *, is_active: bool = True) -> SignedIn | None:
        """The agent who asks, if somebody is signed in."""
        token = self.token(request)
        agent = await self._sessions.who(token, is_active=is_active)
        return SignedIn(agent, csrf_token(token), client_of(request)) if agent else None

    def token(self, request: Request) -> str:
        """The secret of the browser's session."""
        return self._cookies.read(request, "desk")

    async def admit(self, request: Request, *, is_active: bool = True) -> SignedIn:
        """The agent; raises SignInNeeded, and Problem 403 for a form that was not sent from the desk."""
        signed = await self.who(request, is_active=is_active)
        if signed is None:
            raise SignInNeeded
        if request.method not in _READING:
            require_same_origin(request, https=self._cookies.https)
            await require_token(request, signed.csrf)
        return signed


async def signed_in(request: Request) -> SignedIn:
    """The agent who asks; sends everybody else to the sign-in."""
    return await _guard(request).admit(request)


async def looking_on(request: Request) -> SignedIn:
    """Like ``signed_in``, for what a page does by itself (event streams, signs of life): keeps no session alive."""
    return await _guard(request).admit(request, is_active=False)


async def still_signed_in(request: Request) -> bool:
    """Whether the session that a stream was opened in goes on; streams ask before they tell anything."""
    return await _guard(request).who(request, is_active=False) is not None


def require(role: AgentRole) -> Callable[..., Awaitable[SignedIn]]:
    """A dependency that lets only those in who have the role; raises Problem 403 for the others."""

    async def allowed(signed: Annotated[SignedIn, Depends(signed_in)]) -> SignedIn:
        if not signed.agent.may(role):
            raise Problem(403, "not_allowed")
        return signed

    return allowed


def answer_to_strangers(
    services: AppServices, onward: Callable[[str], str]
) -> Callable[[Request, Exception], Awaitable[Response]]:
    """The answer to SignInNeeded: people are led to the sign-in and back, programs are told 401.

    Whoever follows a link from another site seems to be a stranger, because browsers keep strict cookies back then;
    ``onward`` makes a page that leads to the same address by a step of our own.
    """

    async def answer(request: Request, _error: Exception) -> Response:
        if not wants_page(request) or "text/event-stream" in request.headers.get("accept", ""):
            return describe(request, Problem(401, "sign_in_needed"), services).response()
        query = f"?{request.url.query}" if request.url.query else ""
        wanted = f"{request.url.path}{query}" if request.method in _READING else "/desk"
        if request.headers.get("sec-fetch-site") == "cross-site" and request.method in _READING:
            return HTMLResponse(onward(wanted))
        return RedirectResponse(f"{LOGIN}?next={quote(wanted, safe='')}", 303)

    return answer


def require_same_origin(request: Request, *, https: bool) -> None:
    """Raise Problem 403 unless the browser names one of our own pages as the sender, as all browsers do with a form."""
    origin = urlsplit(request.headers.get("origin", ""))
    if origin.netloc != request.headers.get("host") or (https and origin.scheme != "https"):
        raise Problem(403, "forbidden")


async def require_token(request: Request, expected: str) -> None:
    """Raise Problem 403 unless the request carries that CSRF token."""
    given = request.headers.get("x-csrf-token") or (await request.form()).get("csrf")
    if not isinstance(given, str) or not hmac.compare_digest(given.encode(), expected.encode()):
        raise Problem(403, "forbidden")


def _guard(request: Request) -> Guard:
    guard = getattr(request.app.state, "desk_guard", None)
    if not isinstance(guard, Guard):
        raise Problem(404, "not_found")
    return guard
