"""Signing in by a city's own OpenID Connect provider: code flow with PKCE, state and nonce.

    invitation ──► browser ──► provider ──► browser ──► welcome: code for tokens ──► ID token, checked ──► Identity

State, nonce and verifier are made from one secret that only this browser holds, so nothing has to be kept between the
two steps, and whichever process serves the second one comes to the same values.
"""

import asyncio
import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
from authlib.common.urls import add_params_to_uri
from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry
from pydantic import BaseModel, ValidationError

from assistant.errors import IdentityProviderUnavailableError, SignInRefusedError
from assistant.model import AgentRole, Identity
from assistant.ports import Clock

# None of them works with a secret or without a key: nobody but the provider can make such a signature.
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"]
_CLOCKS_DIFFER_S = 60
_METADATA_LASTS = timedelta(hours=1)
_KEYS_REST = timedelta(seconds=30)
_PING_S = 1.0
_MOST_BYTES = 500_000
_LONGEST_NAME = 100
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Registration:
    """How Roland is known to the provider, and what the provider's word means here.

    ``roles`` maps values of the claim ``roles_claim`` (dots lead inwards) to roles at the desk.
    """

    issuer: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    scopes: tuple[str, ...] = ("openid", "profile")
    name_claim: str = "name"
    roles_claim: str = "groups"
    roles: Mapping[str, tuple[AgentRole, ...]] = field(default_factory=dict)


class _Metadata(BaseModel):
    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    end_session_endpoint: str | None = None
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)


class _Tokens(BaseModel):
    id_token: str
    access_token: str


class OpenIdProvider:
    """Implements ``assistant.ports.IdentityProvider``; enter it, or close it with ``aclose``."""

    name = "sign-in of the city"

    def __init__(self, registration: Registration, clock: Clock, *, timeout_s: float = 5.0) -> None:
        self._known_as = registration
        self._clock = clock
        self._client = httpx.AsyncClient(timeout=timeout_s, follow_redirects=False)
        self._metadata: tuple[datetime, _Metadata] | None = None
        self._keys: tuple[datetime, KeySet] | None = None

    async def __aenter__(self) -> "OpenIdProvider":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Let go of the connections."""
        await self._client.aclose()

    async def ping(self) -> None:
        self._metadata = None
        try:
            async with asyncio.timeout(_PING_S):
                await self._described()
        except TimeoutError as error:
            raise IdentityProviderUnavailableError("the provider takes too long to answer") from error

    async def invitation(self, secret: str, return_to: str) -> str:
        known, metadata = self._known_as, await self._described()
        address: str = prepare_grant_uri(
            metadata.authorization_endpoint,
            known.client_id,
            "code",
            redirect_uri=return_to,
            scope=list(known.scopes),
            state=_derived(secret, "state"),
            nonce=_derived(secret, "nonce"),
            code_challenge=create_s256_code_challenge(_derived(secret, "verifier")),
            code_challenge_method="S256",
        )
        return address

    async def welcome(self, secret: str, return_to: str, answer: Mapping[str, str]) -> Identity:
        if not hmac.compare_digest(answer.get("state", "").encode(), _derived(secret, "state").encode()):
            raise SignInRefusedError("the answer is not one to this browser's invitation")
        if answer.get("iss", self._known_as.issuer) != self._known_as.issuer:
            raise SignInRefusedError("the answer comes from another provider")
        if "code" not in answer:
            raise SignInRefusedError(f"the provider says {answer.get('error', 'nothing')[:100]!r}")
        tokens = await self._redeem(answer["code"], _derived(secret, "verifier"), return_to)
        claims = await self._checked(tokens, _derived(secret, "nonce"))
        return self._identity(claims, tokens.id_token)

    async def farewell(self, proof: str, return_to: str) -> str | None:
        try:
            end = (await self._described()).end_session_endpoint
        except IdentityProviderUnavailableError:
            return None  # whoever signs out here is out here, whatever the provider does
        if end is None:
            return None
        known = {"client_id": self._known_as.client_id, "post_logout_redirect_uri": return_to}
        address: str = add_params_to_uri(end, list({"id_token_hint": proof, **known}.items()))
        return address

    # ── asking the provider ────────────────────────────────────────────────────────────────────────────────────────

    async def _described(self) -> _Metadata:
        now = self._clock.now()
        if self._metadata is not None and now - self._metadata[0] < _METADATA_LASTS:
            return self._metadata[1]
        issuer = self._known_as.issuer
        document = await self._fetch("GET", f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        try:
            metadata = _Metadata.model_validate_json(document)
        except ValidationError as error:
            raise IdentityProviderUnavailableError(f"{issuer} does not describe itself as it should") from error
        if metadata.issuer != issuer:
            raise IdentityProviderUnavailableError(f"{issuer} calls itself {metadata.issuer!r}")
        ends = (
            metadata.authorization_endpoint,
            metadata.token_endpoint,
            metadata.jwks_uri,
            metadata.end_session_endpoint,
        )
        if not all(_is_secure(address) for address in ends if address is not None):
            raise IdentityProviderUnavailableError(f"{issuer} names an address that is not secure")
        self._metadata = (now, metadata)
        return metadata

    async def _redeem(self, code: str, verifier: str, return_to: str) -> _Tokens:
        known, metadata = self._known_as, await self._described()
        body = prepare_token_request("authorization_code", redirect_uri=return_to, code=code, code_verifier=verifier)
        method = "none"
        if known.client_secret:
            is_basic = "client_secret_basic" in metadata.token_endpoint_auth_methods_supported
            method = "client_secret_basic" if is_basic else "client_secret_post"
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        auth = ClientAuth(known.client_id, known.client_secret, method)
        address, headers, body = auth.prepare("POST", metadata.token_endpoint, headers, body)
        document = await self._fetch("POST", address, headers=headers, content=body, refusal=SignInRefusedError)
        try:
            return _Tokens.model_validate_json(document)
        except ValidationError as error:
            raise IdentityProviderUnavailableError("the provider gives no ID token") from error

    async def _key_set(self, *, afresh: bool = False) -> KeySet:
        now = self._clock.now()
        if self._keys is not None and (not afresh or now - self._keys[0] < _KEYS_REST):
            return self._keys[1]
        document = await self._fetch("GET", (await self._described()).jwks_uri)
        try:
            keys = KeySet.import_key_set(_Keys.model_validate_json(document).signing())  # type: ignore[arg-type]
        except (ValidationError, JoseError, ValueError, KeyError) as error:
            raise IdentityProviderUnavailableError("the provider's keys cannot be read") from error
        self._keys = (now, keys)
        return keys

    async def _fetch(
        self,
        method: str,
        address: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: str | None = None,
        refusal: type[Exception] = IdentityProviderUnavailableError,
    ) -> bytes:
        """What the provider says; ``refusal`` is raised where it says no."""
        try:
            response = await self._client.request(method, address, headers=headers, content=content)
        except httpx.HTTPError as error:
            raise IdentityProviderUnavailableError(f"the provider does not answer: {error!r}") from error
        if 400 <= response.status_code < 500:
            raise refusal(f"the provider refuses: HTTP {response.status_code}")
        if response.status_code != 200 or len(response.content) > _MOST_BYTES:
            raise IdentityProviderUnavailableError(f"the provider answers with HTTP {response.status_code}")
        return response.content

    # ── judging what it says ───────────────────────────────────────────────────────────────────────────────────────

    async def _checked(self, tokens: _Tokens, nonce: str) -> Mapping[str, Any]:
        """The claims of an ID token that is the provider's, for Roland, for this sign-in, and not too old."""
        known = self._known_as
        try:
            try:
                token = _decoded(tokens.id_token, await self._key_set())
            except InvalidKeyIdError:  # the provider has changed its keys
                token = _decoded(tokens.id_token, await self._key_set(afresh=True))
            claims = CodeIDToken(
                token.claims,
                token.header,
                {
                    "iss": {"essential": True, "value": known.issuer},
                    "aud": {"essential": True, "value": known.client_id},
                },
                {"nonce": nonce, "client_id": known.client_id, "access_token": tokens.access_token},
            )
            claims.validate(int(self._clock.now().timestamp()), _CLOCKS_DIFFER_S)
        except (JoseError, ValueError) as error:
            raise SignInRefusedError(f"the ID token is not accepted: {error}") from error
        return dict(claims)

    def _identity(self, claims: Mapping[str, Any], proof: str) -> Identity:
        known, subject = self._known_as, str(claims["sub"])
        login = str(claims.get("preferred_username") or subject)
        name = " ".join(str(claims.get(known.name_claim) or login).split())[:_LONGEST_NAME]
        given = (role for value in _values(claims, known.roles_claim) for role in known.roles.get(value, ()))
        return Identity(known.issuer, subject, login, name, frozenset(given), proof)


class _Keys(BaseModel):
    keys: list[dict[str, Any]]

    def signing(self) -> dict[str, list[dict[str, Any]]]:
        """Those that signatures are made with; providers publish others in the same place."""
        return {"keys": [key for key in self.keys if key.get("use", "sig") == "sig"]}


def _decoded(id_token: str, keys: KeySet) -> jwt.Token:
    registry = JWSRegistry(algorithms=_ALGORITHMS, strict_check_header=False)
    return jwt.decode(id_token, keys, registry=registry)


def _derived(secret: str, purpose: str) -> str:
    """A value that nobody without the secret can tell, nor tell the secret from."""
    digest = hmac.new(secret.encode(), f"openid {purpose}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _values(claims: Mapping[str, Any], path: str) -> Iterable[str]:
    """What stands in a claim: one value or several, at the top or further in; a claim named with dots counts too."""
    found: Any = claims.get(path)
    if found is None:
        found = claims
        for step in path.split("."):
            found = found.get(step) if isinstance(found, Mapping) else None
    return [str(value) for value in (found if isinstance(found, list) else [found] if found is not None else [])]


def _is_secure(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
