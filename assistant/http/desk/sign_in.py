"""Signing in at the desk and out again; one's own account.

| request | what |
|---|---|
| GET, POST /desk/login | login and password |
| POST /desk/logout | the end of the session |
| GET /desk/account | one's account |
| POST /desk/account/password, /desk/account/everywhere | another password; the end of all sessions |

Before somebody is signed in, the form's token is bound to a cookie of its own.
"""

import hmac
import re
import secrets
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from assistant.accounts import Accounts, Admission, Visitor
from assistant.accounts.sessions import csrf_token
from assistant.errors import SignInPausedError, SignInRefusedError, WeakPasswordError
from assistant.http.desk.auth import LOGIN, Cookies, Guard, SignedIn, require_same_origin, signed_in
from assistant.http.desk.sign_in_pages import SignInPages
from assistant.http.limits import client_of
from assistant.http.problems import Problem
from assistant.model import AuditAction

HOME = "/desk"
_A_YEAR_S = 365 * 24 * 3600
_LONGEST = 400
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_WAY_ON = re.compile(r"/desk(?:[/?][\w/?=&%.~:+-]*)?", re.ASCII)

Me = Annotated[SignedIn, Depends(signed_in)]
Text = Annotated[str, Form(max_length=_LONGEST)]


class SignInForms:
    """The forms around a session."""

    def __init__(self, accounts: Accounts, guard: Guard, cookies: Cookies, pages: SignInPages) -> None:
        self._accounts = accounts
        self._guard = guard
        self._cookies = cookies
        self.pages = pages

    def router(self) -> APIRouter:
        """The addresses of this module."""
        router = APIRouter(include_in_schema=False)
        router.add_api_route(LOGIN, self.show, methods=["GET", "HEAD"])
        router.add_api_route(LOGIN, self.enter, methods=["POST"])
        router.add_api_route("/desk/logout", self.leave, methods=["POST"])
        router.add_api_route("/desk/account", self.account, methods=["GET"])
        router.add_api_route("/desk/account/password", self.change_password, methods=["POST"])
        router.add_api_route("/desk/account/everywhere", self.leave_everywhere, methods=["POST"])
        return router

    async def show(self, request: Request, wanted: Annotated[str, Query(alias="next")] = HOME) -> Response:
        """The form; who is signed in already goes on."""
        if await self._guard.who(request) is not None:
            return RedirectResponse(way_on(wanted), 303)
        return self.form(request, wanted)

    async def enter(
        self,
        request: Request,
        login: Annotated[str, Form()] = "",
        password: Annotated[str, Form()] = "",
        wanted: Annotated[str, Form(alias="next")] = HOME,
        csrf: Annotated[str, Form()] = "",
    ) -> Response:
        """Take login and password."""
        if not self._accounts.by_password:
            raise Problem(404, "not_found")
        require_same_origin(request, https=self._cookies.https)
        ticket = self._cookies.read(request, "desk_form")
        if not _TOKEN.fullmatch(ticket) or not hmac.compare_digest(csrf.encode(), csrf_token(ticket).encode()):
            return self.form(request, wanted, 403, "stale")
        try:
            admission = await self._accounts.sign_in.by_password(login, password, self.visitor(request))
        except SignInPausedError as error:
            seconds = max(1, round(error.seconds))
            page = self.form(request, wanted, 429, "paused", login=login, seconds=seconds)
            page.headers["Retry-After"] = str(seconds)
            return page
        except SignInRefusedError:
            return self.form(request, wanted, 403, "refused", login=login)
        response = RedirectResponse(way_on(wanted), 303)
        await self.open(request, response, admission)
        return response

    async def leave(self, request: Request, me: Me) -> Response:
        """Sign out, and offer to do so where the person was signed in from."""
        proof = await self._accounts.sessions.end(self._guard.token(request))
        await self._accounts.audit.did(me.agent, AuditAction.SIGNED_OUT, address=me.address)
        there = None
        if proof and self._accounts.provider is not None:
            there = await self._accounts.provider.farewell(proof, f"{self.base(request)}{LOGIN}")
        response = HTMLResponse(self.pages.signed_out(there))
        self._cookies.drop(response, "desk")
        return response

    async def account(self, me: Me) -> Response:
        """One's own account."""
        return HTMLResponse(await self._account(me))

    async def change_password(
        self, request: Request, me: Me, old: Text = "", new: Text = "", again: Text = ""
    ) -> Response:
        """Another password, for who knows the present one; ends all sessions of the account."""
        if new != again:
            return HTMLResponse(await self._account(me, "not_repeated"), 422)
        try:
            await self._accounts.sign_in.change_password(me.agent, old, new, self.visitor(request))
        except SignInPausedError as error:
            return HTMLResponse(await self._account(me, "paused", seconds=max(1, round(error.seconds))), 429)
        except SignInRefusedError:
            return HTMLResponse(await self._account(me, "wrong_old"), 403)
        except WeakPasswordError:
            return HTMLResponse(await self._account(me, "weak"), 422)
        response = self.form(request, HOME, 200, "changed", login=me.agent.login)
        self._cookies.drop(response, "desk")
        return response

    async def leave_everywhere(self, me: Me) -> Response:
        """End all sessions of one's account."""
        await self._accounts.sessions.end_all(me.agent)
        await self._accounts.audit.did(me.agent, AuditAction.SIGNED_OUT, address=me.address, detail="everywhere")
        response = HTMLResponse(self.pages.signed_out(None))
        self._cookies.drop(response, "desk")
        return response

    # ── shared with the city's own sign-in ─────────────────────────────────────────────────────────────────────────

    def form(
        self,
        request: Request,
        wanted: str,
        status: int = 200,
        told: str = "",
        **values: object,
    ) -> Response:
        """The form of the sign-in, with what is to be told above it."""
        ticket = self._cookies.read(request, "desk_form")
        if not _TOKEN.fullmatch(ticket):
            ticket = secrets.token_urlsafe(32)
        page = self.pages.login(csrf_token(ticket), way_on(wanted), told, **values)
        response = HTMLResponse(page, status)
        self._cookies.write(response, "desk_form", ticket)
        return response

    def visitor(self, request: Request) -> Visitor:
        """Where the request comes from."""
        return Visitor(client_of(request), self._cookies.read(request, "desk_known"))

    def base(self, request: Request) -> str:
        """The address under which the browser knows this server; the host is one of the trusted."""
        return f"{'https' if self._cookies.https else 'http'}://{request.headers['host']}"

    async def open(self, request: Request, response: Response, admission: Admission) -> None:
        """Put the fresh session into the browser; one that was there before is over."""
        if old := self._guard.token(request):
            await self._accounts.sessions.end(old)
        self._cookies.write(response, "desk", admission.token)
        self._cookies.drop(response, "desk_form")
        if admission.device:
            self._cookies.write(response, "desk_known", admission.device, max_age=_A_YEAR_S)

    async def _account(self, me: SignedIn, told: str = "", **values: object) -> str:
        account = await self._accounts.directory.find(me.agent.login)
        return self.pages.account(me, has_password=account.password_hash is not None, told=told, **values)


def way_on(wanted: str) -> str:
    """Where to go after signing in: a page of the desk, never another site, never back to the sign-in."""
    is_ours = len(wanted) <= _LONGEST and _WAY_ON.fullmatch(wanted) and ".." not in wanted
    return wanted if is_ours and not wanted.startswith((LOGIN, "/desk/logout")) else HOME
