"""Signing in by the city's own accounts (OpenID Connect).

| request | what |
|---|---|
| GET /desk/login/city | off to the provider |
| GET /desk/login/city/return | back from it |

What the browser has to bring back lies in a cookie that other sites' links may send along (``SameSite=Lax``): the way
back is such a link. The session's cookie may not be sent so; hence the last step is a page of ours that leads on.
"""

import secrets
from typing import Annotated
from urllib.parse import quote, unquote

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from assistant.accounts import SignIn
from assistant.errors import IdentityProviderUnavailableError, SignInRefusedError
from assistant.http.desk.auth import LOGIN, Cookies
from assistant.http.desk.sign_in import HOME, SignInForms, way_on
from assistant.ports import IdentityProvider

_BACK = f"{LOGIN}/city/return"
_COOKIE = "desk_city"
_PATIENCE_S = 600


class CitySignIn:
    """Sends browsers to the provider, and takes them in when they come back."""

    def __init__(self, provider: IdentityProvider, sign_in: SignIn, forms: SignInForms, cookies: Cookies) -> None:
        self._provider = provider
        self._sign_in = sign_in
        self._forms = forms
        self._cookies = cookies

    def router(self) -> APIRouter:
        """The addresses of this module."""
        router = APIRouter(include_in_schema=False)
        router.add_api_route(f"{LOGIN}/city", self.leave, methods=["GET"])
        router.add_api_route(_BACK, self.come_back, methods=["GET"])
        return router

    async def leave(self, request: Request, wanted: Annotated[str, Query(alias="next")] = HOME) -> Response:
        """Off to the provider."""
        secret = secrets.token_urlsafe(32)
        try:
            address = await self._provider.invitation(secret, self._back(request))
        except IdentityProviderUnavailableError:
            return self._forms.form(request, wanted, 503, "unavailable")
        response = RedirectResponse(address, 303)
        value = f"{secret}.{quote(way_on(wanted), safe='')}"
        self._cookies.write(response, _COOKIE, value, max_age=_PATIENCE_S, strict=False)
        return response

    async def come_back(self, request: Request) -> Response:
        """Back from the provider; whatever comes of it, the secret of this try is used up."""
        secret, _, wanted = self._cookies.read(request, _COOKIE).partition(".")
        response = await self._taken_in(request, secret, way_on(unquote(wanted)))
        self._cookies.drop(response, _COOKIE)
        return response

    async def _taken_in(self, request: Request, secret: str, wanted: str) -> Response:
        if not secret:
            return self._forms.form(request, wanted, 403, "stale")
        try:
            identity = await self._provider.welcome(secret, self._back(request), dict(request.query_params))
        except IdentityProviderUnavailableError:
            return self._forms.form(request, wanted, 503, "unavailable")
        except SignInRefusedError as error:
            await self._sign_in.log_refusal(self._forms.visitor(request), str(error))
            return self._forms.form(request, wanted, 403, "refused_city")
        try:
            admission = await self._sign_in.by_identity(identity, self._forms.visitor(request))
        except SignInRefusedError:
            return self._forms.form(request, wanted, 403, "refused_city")
        response = HTMLResponse(self._forms.pages.onward(wanted))
        await self._forms.open(request, response, admission)
        return response

    def _back(self, request: Request) -> str:
        return f"{self._forms.base(request)}{_BACK}"
