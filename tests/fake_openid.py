"""A small OpenID provider on loopback that keeps to its protocol, unless it is told to misbehave.

Discovery, authorization with PKCE, one-time codes bound to client and address, RS256 with keys that can be rotated,
RP-initiated logout. Whoever asks for authorization is taken for ``person``; where the provider ``asks``, only after
pressing a link on its page.
"""

import base64
import hashlib
import hmac
import json
import secrets
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from html import escape
from typing import Annotated, Any
from urllib.parse import urlencode

import uvicorn
from fastapi import FastAPI, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from joserfc import jwt
from joserfc.jwk import RSAKey

from assistant.ports import Clock

CLIENT, SECRET = "roland", "ein-geheimnis"
Claims = dict[str, Any]
_PAGE = '<!doctype html><html lang="de"><title>Stadt</title><a href="{}">Weiter</a>'


@cache
def key_pair(name: str, use: str = "sig") -> RSAKey:
    """A key of that name; made once, since it takes a while."""
    return RSAKey.generate_key(2048, {"kid": name, "use": use})


@dataclass(frozen=True)
class _Grant:
    redirect_uri: str
    challenge: str
    nonce: str


@dataclass
class FakeOpenId:
    """``change`` alters an ID token's claims, ``sign`` signs it in another way, ``metadata`` alters the discovery."""

    clock: Clock
    redirect_uris: set[str] = field(default_factory=set)
    farewells: set[str] = field(default_factory=set)
    person: Claims = field(default_factory=dict)
    metadata: Claims = field(default_factory=dict)
    change: Callable[[Claims], Claims] = lambda claims: claims
    sign: Callable[["FakeOpenId", Claims], str] | None = None
    status: int = 200
    asks: bool = False
    url: str = ""
    keys: list[RSAKey] = field(default_factory=list)
    signed_out: list[str] = field(default_factory=list)
    asked_for_keys: int = 0
    _rotations: int = 0
    _codes: dict[str, _Grant] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.rotate()

    def rotate(self) -> None:
        """Sign with a fresh key from now on, and publish no other."""
        self._rotations += 1
        self.keys = [key_pair(f"key-{self._rotations}")]

    # ── the endpoints ──────────────────────────────────────────────────────────────────────────────────────────────

    def describe(self) -> Claims:
        """The discovery document."""
        self._fail()
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "end_session_endpoint": f"{self.url}/logout",
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        } | self.metadata

    def publish(self) -> Claims:
        """The public keys, among them one that no signature is made with."""
        self._fail()
        self.asked_for_keys += 1
        other = key_pair("other", "enc")
        return {"keys": [key.as_dict(private=False) for key in (other, *self.keys)]}

    def authorize(self, request: Request) -> Response:
        """Take the browser for ``person`` and send it back with a code; refuses what the protocol forbids."""
        query = request.query_params
        _require(query.get("client_id") == CLIENT and query.get("redirect_uri") in self.redirect_uris, "client")
        _require(query.get("response_type") == "code" and "openid" in query.get("scope", "").split(), "kind")
        _require(query.get("code_challenge_method") == "S256" and len(query.get("code_challenge", "")) == 43, "pkce")
        _require(len(query.get("state", "")) >= 32 and len(query.get("nonce", "")) >= 32, "state")
        code = secrets.token_urlsafe(24)
        self._codes[code] = _Grant(query["redirect_uri"], query["code_challenge"], query["nonce"])
        answer = {"code": code, "state": query["state"], "iss": self.url}
        address = f"{query['redirect_uri']}?{urlencode(answer)}"
        return HTMLResponse(_PAGE.format(escape(address))) if self.asks else RedirectResponse(address, 303)

    def redeem(
        self,
        request: Request,
        grant_type: Annotated[str, Form()],
        code: Annotated[str, Form()],
        redirect_uri: Annotated[str, Form()],
        code_verifier: Annotated[str, Form()],
    ) -> Claims:
        """Tokens for a code, once."""
        self._fail()
        expected = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        _require(request.headers.get("authorization") == f"Basic {expected}", "invalid_client", 401)
        grant = self._codes.pop(code, None)
        challenge = _base64(hashlib.sha256(code_verifier.encode()).digest())
        _require(grant is not None and grant_type == "authorization_code", "invalid_grant")
        assert grant is not None
        _require((redirect_uri, challenge) == (grant.redirect_uri, grant.challenge), "invalid_grant")
        access_token = secrets.token_urlsafe(24)
        now = int(self.clock.now().timestamp())
        claims = {
            "iss": self.url,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": grant.nonce,
            "at_hash": _base64(hashlib.sha256(access_token.encode()).digest()[:16]),
        } | self.person
        id_token = (self.sign or FakeOpenId.signed)(self, self.change(claims))
        return {"access_token": access_token, "token_type": "Bearer", "expires_in": 300, "id_token": id_token}

    def leave(self, id_token_hint: str, post_logout_redirect_uri: str) -> RedirectResponse:
        """End the session of the person whom the token names."""
        _require(post_logout_redirect_uri in self.farewells, "where")
        self.signed_out.append(str(jwt.decode(id_token_hint, self.keys[0], ["RS256"]).claims["sub"]))
        return RedirectResponse(post_logout_redirect_uri, 303)

    # ── signing ────────────────────────────────────────────────────────────────────────────────────────────────────

    def signed(self, claims: Claims, key: RSAKey | None = None) -> str:
        """The claims as the provider signs them, or with another key under the same name."""
        own = self.keys[0]
        return jwt.encode({"alg": "RS256", "kid": own.kid}, claims, key or own)

    def _fail(self) -> None:
        if self.status != 200:
            raise HTTPException(self.status)


def without_signature(provider: FakeOpenId, claims: Claims) -> str:
    """The claims as anybody could write them: ``alg`` is "none"."""
    header = {"alg": "none", "kid": provider.keys[0].kid}
    return ".".join((*(_base64(json.dumps(part).encode()) for part in (header, claims)), ""))


def with_the_public_key_as_a_secret(provider: FakeOpenId, claims: Claims) -> str:
    """The claims under a symmetric signature, for which the public key serves as the secret."""
    header = _base64(json.dumps({"alg": "HS256", "kid": provider.keys[0].kid}).encode())
    body = f"{header}.{_base64(json.dumps(claims).encode())}"
    secret = provider.keys[0].as_pem(private=False)
    return f"{body}.{_base64(hmac.new(secret, body.encode(), hashlib.sha256).digest())}"


def with_another_key(provider: FakeOpenId, claims: Claims) -> str:
    """The claims signed by somebody else under the name of the provider's key."""
    return provider.signed(claims, key_pair("somebody else"))


@contextmanager
def running(provider: FakeOpenId, host: str = "127.0.0.1") -> Iterator[FakeOpenId]:
    """The provider at work on a free port of loopback."""
    app = FastAPI()
    app.get("/.well-known/openid-configuration")(provider.describe)
    app.get("/keys")(provider.publish)
    app.get("/authorize", response_model=None)(provider.authorize)
    app.post("/token")(provider.redeem)
    app.get("/logout", response_model=None)(provider.leave)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        provider.url = f"http://{host}:{listening.getsockname()[1]}"
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, ws="none", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield provider
        finally:
            server.should_exit = True
            thread.join()


def _require(is_right: bool, error: str, status: int = 400) -> None:
    if not is_right:
        raise HTTPException(status, error)


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
