"""``roland desk``: who may use the desk of the agents, and what was done there."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Annotated, TypeVar

import typer
from rich.markup import escape
from rich.table import Column, Table

from assistant import bootstrap
from assistant.accounts import Accounts
from assistant.cli.common import (
    DEFAULT_CONFIG,
    ConfigOption,
    DataOption,
    JsonOption,
    out,
    print_json,
    say,
    settings_of,
    told_errors,
)
from assistant.config import Settings
from assistant.model import Account, AgentRole, AuditEntry

T = TypeVar("T")
LoginArgument = Annotated[str, typer.Argument(help="What the agent types to sign in.")]

app = typer.Typer(help="Look after the desk of the agents.", no_args_is_help=True)
account = typer.Typer(help="Look after the accounts of the desk.", no_args_is_help=True)
app.add_typer(account, name="account")


@account.command()
def add(
    login: LoginArgument,
    name: Annotated[str, typer.Option(help='What people are told when the agent takes over ("Frau Kaya").')],
    role: Annotated[
        list[AgentRole] | None, typer.Option(help="May be given several times; agent if not given.")
    ] = None,
    team: Annotated[list[str] | None, typer.Option(help="May be given several times.")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    data: DataOption = None,
) -> None:
    """Make an account; the password is asked for, or read from the standard input."""
    with told_errors():
        settings = settings_of(config, data)
        password = _password()
        roles, teams = role or [AgentRole.AGENT], team or []
        made = _with(settings, lambda accounts: accounts.directory.add(login, name, password, roles, teams))
    say(f"{made.login} may sign in at /desk")


@account.command("list")
def list_accounts(as_json: JsonOption = False, config: ConfigOption = DEFAULT_CONFIG, data: DataOption = None) -> None:
    """List all accounts with their roles; disabled ones too."""
    with told_errors():
        accounts = _with(settings_of(config, data), lambda accounts: accounts.directory.all())
    if as_json:
        print_json([_shown(one) for one in accounts])
        return
    table = Table("login", "name", "roles", "teams", "signs in by", "state")
    for one in accounts:
        shown = _shown(one)
        state = "active" if one.agent.is_active else "disabled"
        row = (
            one.agent.login,
            one.agent.name,
            " ".join(one.agent.roles),
            " ".join(one.agent.teams),
            shown["by"],
            state,
        )
        table.add_row(*(escape(str(cell)) for cell in row))
    out.print(table)


@account.command()
def disable(login: LoginArgument, config: ConfigOption = DEFAULT_CONFIG, data: DataOption = None) -> None:
    """Let nobody in with this account any more; open sessions end at once."""
    with told_errors():
        _with(settings_of(config, data), lambda accounts: accounts.directory.disable(login))
    say(f"{login} is disabled")


@account.command()
def enable(login: LoginArgument, config: ConfigOption = DEFAULT_CONFIG, data: DataOption = None) -> None:
    """Let its owner in again, at once, even after too many wrong tries."""
    with told_errors():
        _with(settings_of(config, data), lambda accounts: accounts.directory.enable(login))
    say(f"{login} may sign in")


@account.command()
def roles(
    login: LoginArgument,
    roles: Annotated[list[AgentRole], typer.Argument(help="All roles that the account is to have.")],
    config: ConfigOption = DEFAULT_CONFIG,
    data: DataOption = None,
) -> None:
    """Give an account these roles instead of its present ones; its owner signs in again."""
    with told_errors():
        _with(settings_of(config, data), lambda accounts: accounts.directory.set_roles(login, roles))
    say(f"{login}: {' '.join(roles)}")


@account.command()
def password(login: LoginArgument, config: ConfigOption = DEFAULT_CONFIG, data: DataOption = None) -> None:
    """Give an account another password, asked for or read from the standard input; open sessions end at once."""
    with told_errors():
        settings = settings_of(config, data)
        fresh = _password()
        _with(settings, lambda accounts: accounts.directory.set_password(login, fresh))
    say(f"{login} has another password")


@app.command()
def audit(
    days: Annotated[int, typer.Option(help="How many days back.", min=1)] = 7,
    login: Annotated[str | None, typer.Option(help="Only what this account did.")] = None,
    thing: Annotated[
        str | None, typer.Option(help="Only what was done to this conversation, ticket or account.")
    ] = None,
    as_json: JsonOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
    data: DataOption = None,
) -> None:
    """Show who signed in, looked at or did what at the desk; the latest thousand entries."""

    async def read(accounts: Accounts) -> tuple[AuditEntry, ...]:
        agent_id = (await accounts.directory.find(login)).agent.id if login else None
        return await accounts.audit.entries(days, thing_id=thing, agent_id=agent_id)

    with told_errors():
        entries = _with(settings_of(config, data), read)
    if as_json:
        print_json([asdict(entry) | {"at": entry.at.isoformat()} for entry in entries])
        return
    table = Table("at", "who", Column("did", no_wrap=True), "to", "id", "from", "detail")
    for entry in entries:
        row = (f"{entry.at:%Y-%m-%d %H:%M:%S}", entry.login or "–", entry.action, entry.kind)
        table.add_row(*(escape(cell) for cell in (*row, entry.thing_id, entry.address, entry.detail)))
    out.print(table)


def _with(settings: Settings, work: Callable[[Accounts], Awaitable[T]]) -> T:
    async def run() -> T:
        async with bootstrap.open_accounts(settings) as accounts:
            return await work(accounts)

    return asyncio.run(run())


def _password() -> str:
    # Never an argument: those stand in the list of processes and in the shell's history.
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))


def _shown(one: Account) -> dict[str, object]:
    agent = one.agent
    return {
        "login": agent.login,
        "name": agent.name,
        "roles": sorted(agent.roles),
        "teams": list(agent.teams),
        "by": one.issuer or "password",
        "active": agent.is_active,
        "created_at": one.created_at.isoformat(),
    }
