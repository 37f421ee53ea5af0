"""``roland desk``: the first account on a fresh machine, and what becomes of it."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from assistant.cli import app
from tests.cli.conftest import Roland

PASSWORD = "drei Möwen über Vegesack"


def typed(*arguments: str, text: str = PASSWORD) -> Any:
    """A command that is given a password on its standard input."""
    return CliRunner(env={"COLUMNS": "200", "NO_COLOR": "1"}).invoke(app, ["desk", *arguments], input=f"{text}\n")


def accounts(roland: Roland) -> list[dict[str, Any]]:
    """All accounts as a program reads them."""
    listed: list[dict[str, Any]] = json.loads(roland("desk", "account", "list", "--json").stdout)
    return listed


@pytest.mark.slow
def test_the_life_of_an_account(roland: Roland, tmp_path: Path) -> None:
    """It is made where nothing was set up before, changed, disabled and enabled; each change is in the audit log."""
    made = typed("account", "add", "Kaya", "--name", "Frau Kaya", "--role", "agent", "--team", "btb")
    assert made.exit_code == 0, made.output
    assert PASSWORD not in made.output
    assert [(one["login"], one["roles"], one["teams"], one["by"]) for one in accounts(roland)] == [
        ("kaya", ["agent"], ["btb"], "password")
    ]
    for command in (["roles", "kaya", "agent", "supervisor"], ["disable", "kaya"], ["enable", "KAYA"]):
        assert roland("desk", "account", *command).exit_code == 0
    assert typed("account", "password", "kaya", text="elf Störche am Osterdeich").exit_code == 0
    assert accounts(roland)[0]["roles"] == ["agent", "supervisor"]
    entries = json.loads(roland("desk", "audit", "--json").stdout)
    assert [entry["action"] for entry in entries] == [
        "account_added",
        "roles_changed",
        "account_disabled",
        "account_enabled",
        "password_changed",
    ]
    assert entries[1]["detail"] == "agent supervisor"
    kept = (tmp_path / "data" / "conversations.db").read_bytes()
    assert PASSWORD.encode() not in kept
    assert b"$argon2id$" in kept
    assert "roles_changed" in roland("desk", "audit").stdout
    assert "Frau Kaya" in roland("desk", "account", "list").stdout


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("kurz", "at least 12"),
        ("Passwort2026!", "tried first"),
        ("aaaaaaaaaaaaaaaa", "tried first"),
        ("x" * 300, "most"),
    ],
)
def test_weak_passwords(roland: Roland, password: str, reason: str) -> None:
    """A password that would be guessed is refused with the reason, and no account is made."""
    refused = typed("account", "add", "kaya", "--name", "Frau Kaya", text=password)
    assert refused.exit_code == 1
    assert reason in refused.stderr
    assert password not in refused.output
    assert accounts(roland) == []


@pytest.mark.slow
def test_unknown_and_doubled_logins(roland: Roland) -> None:
    """A login is given once; what is not there cannot be changed."""
    for exit_code in (0, 1):
        assert typed("account", "add", "kaya", "--name", "Frau Kaya").exit_code == exit_code
    for command in (["disable"], ["enable"], ["password"], ["roles"]):
        refused = roland("desk", "account", *command, "berg", *(["agent"] if command == ["roles"] else []))
        assert refused.exit_code == 1
        assert "berg" in refused.stderr


def test_a_password_is_asked_for_twice_at_a_terminal(roland: Roland, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where somebody types, the password is not shown, and has to be typed twice alike."""
    asked: list[dict[str, Any]] = []

    def prompt(text: str, **options: Any) -> str:
        asked.append(options)
        return PASSWORD

    monkeypatch.setattr("assistant.cli.desk.typer.prompt", prompt)
    monkeypatch.setattr("assistant.cli.desk.sys", _Terminal())
    assert roland("desk", "account", "add", "kaya", "--name", "Frau Kaya").exit_code == 0
    assert asked == [{"hide_input": True, "confirmation_prompt": True, "err": True}]


class _Terminal:
    """A ``sys`` whose standard input is a terminal."""

    class stdin:  # noqa: N801 - named as in sys
        """The standard input."""

        isatty = staticmethod(lambda: True)

    stdout, stderr = sys.stdout, sys.stderr


@pytest.mark.slow
def test_the_log_of_one_account_and_of_one_thing(roland: Roland) -> None:
    """`audit` narrows down to who did something and to what it was done to."""
    typed("account", "add", "kaya", "--name", "Frau Kaya")
    typed("account", "add", "berg", "--name", "Herr Berg")
    both = json.loads(roland("desk", "audit", "--json").stdout)
    assert len(both) == 2
    one = json.loads(roland("desk", "audit", "--json", "--thing", both[0]["thing_id"]).stdout)
    assert one == both[:1]
    assert json.loads(roland("desk", "audit", "--json", "--login", "kaya").stdout) == []
    assert roland("desk", "audit", "--login", "nobody").exit_code == 1
