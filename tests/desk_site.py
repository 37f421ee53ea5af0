"""The web application with accounts of its own, and agents who use it as their browsers do."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import httpx
from argon2 import PasswordHasher
from fastapi import Depends, FastAPI, Request

from assistant.accounts import Accounts, Passwords
from assistant.bootstrap.accounts import build_accounts
from assistant.http.app import create_app
from assistant.http.desk.auth import SignedIn, looking_on, require, signed_in, still_signed_in
from assistant.model import Agent, AgentRole, AuditEntry
from assistant.ports import IdentityProvider
from assistant.storage.accounts import SqlAuditStore
from assistant.storage.database import Database
from tests.fakes import FixedClock
from tests.server import make_services, settings_for

PASSWORD = "drei Möwen über Vegesack"
ELSEWHERE = "203.0.113.9"
_CSRF = re.compile(r'name="csrf" value="([^"]+)"')


class CountingHasher(PasswordHasher):
    """Argon2 with little work, which counts how often it is asked."""

    def __init__(self, time_cost: int = 1) -> None:
        super().__init__(time_cost=time_cost, memory_cost=64, parallelism=1)
        self.verified = 0

    def verify(self, hash: str | bytes, password: str | bytes) -> Any:  # noqa: A002 - the library's own name
        self.verified += 1
        return super().verify(hash, password)


@dataclass
class Browser:
    """A client that keeps cookies, says where its forms come from, and takes their tokens from the page."""

    client: httpx.AsyncClient
    origin: str

    async def get(self, path: str, **options: Any) -> httpx.Response:
        """A page; redirects are not followed."""
        return await self.client.get(path, **options)

    async def post(self, path: str, page: str = "", **fields: str) -> httpx.Response:
        """A form, with the token that stands on ``page``."""
        token = {"csrf": self.token(await self.get(page))} if page else {}
        return await self.client.post(path, data=token | fields, headers={"Origin": self.origin})

    async def sign_in(self, login: str = "kaya", password: str = PASSWORD, **fields: str) -> httpx.Response:
        """Fill in the form of the sign-in and send it."""
        return await self.post("/desk/login", "/desk/login", login=login, password=password, **fields)

    @staticmethod
    def token(page: httpx.Response) -> str:
        """The CSRF token of a page's first form."""
        found = _CSRF.search(page.text)
        assert found, page.text
        return found[1]

    def cookie(self, name: str) -> str:
        """A cookie that the browser holds; empty where it holds none."""
        return self.client.cookies.get(name) or ""


@dataclass
class DeskSite:
    """The application at work; ``seen`` is what reached a handler that only signed-in people reach."""

    app: FastAPI
    accounts: Accounts
    clock: FixedClock
    hasher: CountingHasher
    database: Database
    base: str
    seen: list[str] = field(default_factory=list)
    _open: list[httpx.AsyncClient] = field(default_factory=list)

    def browser(self, address: str = "198.51.100.7") -> Browser:
        """A fresh browser at that address."""
        transport = httpx.ASGITransport(self.app, client=(address, 4711))
        client = httpx.AsyncClient(transport=transport, base_url=self.base)
        self._open.append(client)
        return Browser(client, self.base)

    async def add(self, login: str = "kaya", *roles: AgentRole, name: str = "Frau Kaya") -> Agent:
        """An account with the password of all tests."""
        return await self.accounts.directory.add(login, name, PASSWORD, roles or (AgentRole.AGENT,))

    async def log(self, action: str = "") -> tuple[AuditEntry, ...]:
        """What the audit log holds, of one action or all."""
        entries = await SqlAuditStore(self.database).entries(
            self.clock.now() - timedelta(days=9), self.clock.now() + timedelta(seconds=1)
        )
        return tuple(entry for entry in entries if action in ("", entry.action))

    async def rows(self, table: str) -> int:
        """How many rows a table has."""
        counting = f"SELECT count(*) FROM {table}"
        return int(await self.database.read(lambda connection: connection.exec_driver_sql(counting).scalar_one()))

    async def close(self) -> None:
        """Close all browsers."""
        for client in self._open:
            await client.aclose()


@asynccontextmanager
async def desk_site(
    folder: Path,
    *,
    https: bool = False,
    provider: IdentityProvider | None = None,
    now: datetime | None = None,
    **accounts: Any,
) -> AsyncIterator[DeskSite]:
    """The application over a fresh database; ``accounts`` change settings of that section."""
    clock, hasher = FixedClock(now) if now else FixedClock(), CountingHasher()
    settings = settings_for(folder, http={"https": https, "trusted_hosts": ("*",)}, accounts=accounts)
    services, _ = make_services(settings, clock=clock)
    database = Database(settings.database_url)
    kept = build_accounts(settings, database, clock, services.secret, provider, Passwords(hasher))
    app = create_app(replace(services, accounts=kept))
    site = DeskSite(app, kept, clock, hasher, database, f"http{'s' if https else ''}://desk.example")
    _add_pages(app, site.seen)
    async with database:
        try:
            yield site
        finally:
            await site.close()


def _add_pages(app: FastAPI, seen: list[str]) -> None:
    """Pages of a desk: for anybody, for supervisors only, one that changes something, one that looks on."""

    async def home(signed: Annotated[SignedIn, Depends(signed_in)]) -> dict[str, str]:
        seen.append("home")
        return {"login": signed.agent.login, "csrf": signed.csrf, "address": signed.address}

    async def above(signed: Annotated[SignedIn, Depends(require(AgentRole.SUPERVISOR))]) -> str:
        seen.append("above")
        return signed.agent.login

    async def stream(request: Request, _: Annotated[SignedIn, Depends(looking_on)]) -> bool:
        return await still_signed_in(request)

    app.add_api_route("/desk", home, methods=["GET"])
    app.add_api_route("/desk/change", home, methods=["POST"])
    app.add_api_route("/desk/above", above, methods=["GET"])
    app.add_api_route("/desk/stream", stream, methods=["GET"])
