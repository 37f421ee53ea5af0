"""No door of the desk stands open: every address under /desk asks who is there, whoever wrote it."""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import cast

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from assistant.accounts.sessions import csrf_token
from assistant.bootstrap.accounts import build_accounts
from assistant.http.app import create_app
from assistant.http.services import AppServices
from assistant.storage.database import Database
from assistant.tickets.desk import TicketDesk
from tests.workplace import STAFF, make_desk, sign_in

PUBLIC = {"/desk/login", "/desk/login/city", "/desk/login/city/return"}
BASE = "http://127.0.0.1"
Answer = tuple[str, str, int]


@pytest.fixture
def services(tmp_path: Path) -> AppServices:
    """Every part of the desk; nobody gets as far as the tickets."""
    made, *_ = make_desk(tmp_path)
    return replace(made, ticket_desk=cast(TicketDesk, object()))


def addresses(app: FastAPI) -> list[tuple[str, set[str]]]:
    """The addresses under /desk that are not meant for everybody, with the methods they take."""
    found = [(str(route.path), set(route.methods or ())) for route in iter_route_contexts(app.routes)]
    return [(path, methods) for path, methods in found if path.startswith("/desk") and path not in PUBLIC]


async def answers(app: FastAPI, leave_out: set[str], **sent: Mapping[str, str]) -> list[Answer]:
    """What every address of the desk answers to every method but some, for these cookies and headers."""
    given = []
    options = {"cookies": sent.get("cookies"), "headers": {"Accept": "application/json", **sent.get("headers", {})}}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE, **options) as client:  # type: ignore[arg-type]
        for path, methods in addresses(app):
            for method in methods - leave_out:
                answer = await client.request(method, re.sub(r"\{[^}]+\}", "x", path))
                given.append((method, path, answer.status_code))
    return given


@pytest.mark.slow
@pytest.mark.parametrize("cookies", [{}, {"roland_desk": "made up"}], ids=["no cookie", "a made-up cookie"])
async def test_every_door_is_shut(services: AppServices, cookies: dict[str, str]) -> None:
    """Without a session nothing under /desk is shown or changed: the sign-in alone is open."""
    given = await answers(create_app(services), {"HEAD"}, cookies=cookies, headers={"Origin": BASE})
    assert [answer for answer in given if answer[2] != 401] == []
    paths = {path for _, path, _ in given}
    assert {"/desk", "/desk/events", "/desk/tickets", "/desk/history", "/desk/supervisor", "/desk/account"} <= paths


@pytest.mark.slow
async def test_nothing_is_changed_by_forms_from_elsewhere(services: AppServices) -> None:
    """With a session, too, whatever changes something wants the session's token and a page of ours."""
    async with Database(services.settings.database_url) as database:
        accounts = build_accounts(services.settings, database, services.clock, services.secret)
        services = replace(services, accounts=accounts)
        token = (await sign_in(services, database))[STAFF[0].id]
        cookies, csrf = {"roland_desk": token}, {"X-CSRF-Token": csrf_token(token)}
        app = create_app(services)
        for headers in ({"Origin": BASE}, {"Origin": "http://evil.example", **csrf}, csrf):
            given = await answers(app, {"GET", "HEAD"}, cookies=cookies, headers=headers)
            assert [answer for answer in given if answer[2] != 403] == []
            assert len(given) > 10


@pytest.mark.slow
async def test_an_open_door_is_noticed(services: AppServices) -> None:
    """The tests above can fail: an address that asks nobody stands out."""
    app = create_app(services)
    app.add_api_route("/desk/open/{name}", lambda: "come in", methods=["GET"])
    given = await answers(app, {"HEAD"})
    assert [answer for answer in given if answer[2] != 401] == [("GET", "/desk/open/{name}", 200)]
