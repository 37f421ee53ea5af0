"""What the case systems have in common: JSON over HTTP, and what its failures mean."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

import httpx
from pydantic import TypeAdapter, ValidationError

from assistant.errors import CaseSystemRefusedError, CaseSystemUnavailableError

T = TypeVar("T")
_MOST_BYTES = 5_000_000
_LONGEST_WAIT_S = 3_600.0
_CONNECTIONS = httpx.Limits(max_connections=8, max_keepalive_connections=2)
# Refused as it stands: it says something wrong, or of something that is not there. A wrong token is put right some day.
_FOR_EVER = frozenset({400, 404, 405, 409, 410, 413, 415, 422})


class JsonApi:
    """One system's interface; close it with ``aclose``."""

    def __init__(self, name: str, url: str, headers: Mapping[str, str], *, timeout_s: float) -> None:
        """``timeout_s``: for a whole request, however slowly its response drips."""
        self._name, self._timeout = name, timeout_s
        self._client = httpx.AsyncClient(
            base_url=url,
            headers={"Accept": "application/json"} | dict(headers),
            timeout=timeout_s,
            limits=_CONNECTIONS,
            # The city's own system needs no proxy, whatever the environment says.
            trust_env=False,
        )

    async def get(self, shape: TypeAdapter[T], path: str, **params: str) -> T:
        """What is read there; raises CaseSystemUnavailableError, CaseSystemRefusedError."""
        return await self._request(shape, "GET", path, params=params)

    async def post(
        self, shape: TypeAdapter[T], path: str, body: Mapping[str, object], headers: Mapping[str, str] | None = None
    ) -> T:
        """What came of it; raises CaseSystemUnavailableError, CaseSystemRefusedError."""
        return await self._request(shape, "POST", path, json=body, headers=headers)

    async def put(self, shape: TypeAdapter[T], path: str, body: Mapping[str, object]) -> T:
        """What came of it; raises CaseSystemUnavailableError, CaseSystemRefusedError."""
        return await self._request(shape, "PUT", path, json=body)

    async def aclose(self) -> None:
        """Give the connections back."""
        await self._client.aclose()

    async def _request(self, shape: TypeAdapter[T], method: str, path: str, **how: Any) -> T:
        try:
            async with asyncio.timeout(self._timeout), self._client.stream(method, path, **how) as response:
                content = await self._content(response)
        except (httpx.HTTPError, TimeoutError) as error:
            # Never the message of a failed request: it would name the address with its secrets.
            raise CaseSystemUnavailableError(f"{self._name} does not answer: {type(error).__name__}") from error
        self._check(response)
        try:
            return shape.validate_json(content)
        except ValidationError as error:
            raise CaseSystemUnavailableError(f"{self._name} says something else than it should") from error

    async def _content(self, response: httpx.Response) -> bytes:
        content = bytearray()
        async for piece in response.aiter_bytes():
            content += piece
            if len(content) > _MOST_BYTES:
                raise CaseSystemUnavailableError(f"{self._name} says more than {_MOST_BYTES} bytes")
        return bytes(content)

    def _check(self, response: httpx.Response) -> None:
        # What it says of the reason is left out: it may quote what somebody wrote.
        status = response.status_code
        if response.is_success:
            return
        if status in _FOR_EVER:
            raise CaseSystemRefusedError(f"{self._name} refuses: {status}")
        raise CaseSystemUnavailableError(f"{self._name} does not work: {status}", _wait_s(response))


def _wait_s(response: httpx.Response) -> float:
    """The seconds of Retry-After, which is a number or a date; 0 where nothing sensible is said."""
    said = response.headers.get("retry-after", "")
    if said.isdecimal():
        wait = float(said)
    else:
        try:
            wait = (parsedate_to_datetime(said) - datetime.now(UTC)).total_seconds()
        except (TypeError, ValueError):
            wait = 0.0
    return min(max(wait, 0.0), _LONGEST_WAIT_S)
