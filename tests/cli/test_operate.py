"""What operators run before anything is set up: each command says what is missing and what helps."""

import json
import sqlite3
from pathlib import Path

import pytest

from assistant.storage.migrate import newest_revision
from tests.cli.conftest import Roland


def test_the_settings_in_force_are_shown(roland: Roland, monkeypatch: pytest.MonkeyPatch) -> None:
    """`config show` prints file, defaults and environment as one JSON document, and no secret."""
    monkeypatch.setenv("ROLAND__HTTP__PORT", "9000")
    monkeypatch.setenv("ROLAND__STORAGE__URL", "postgresql+psycopg://roland:geheim@localhost/roland")
    result = roland("config", "show")
    shown = json.loads(result.stdout)
    assert (shown["city"]["name"], shown["http"]["port"]) == ("Musterstadt", 9000)
    assert shown["retention"]["conversations_days"] == 30
    assert "geheim" not in result.output


def test_a_wrong_setting_is_named(roland: Roland, tmp_path: Path) -> None:
    """A misspelt key ends every command with exit code 1 and the key that was probably meant."""
    (tmp_path / "wrong.toml").write_text('[city]\nname = "X"\nara = "010010000000"\n', encoding="utf-8")
    result = roland("doctor", "--config", tmp_path / "wrong.toml")
    assert result.exit_code == 1
    assert 'did you mean "city.area"' in result.stderr


def test_the_doctor_finds_what_is_missing(roland: Roland) -> None:
    """In an empty data directory the doctor names each missing part and the command that makes it."""
    result = roland("doctor", "--json")
    assert result.exit_code == 1
    missing = {finding["part"]: finding["detail"] for finding in json.loads(result.stdout) if not finding["ok"]}
    assert set(missing) == {"catalogue", "search index", "understanding (spacy)", "understanding (wishes)"}
    assert "roland setup-data" in missing["catalogue"]
    assert "roland setup-data" in missing["search index"]
    assert "roland nlu train" in missing["understanding (spacy)"]
    assert "missing" in roland("doctor").stdout


def test_the_doctor_looks_at_the_database(roland: Roland, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A database that cannot be opened is a finding, not a crash; tables that are up to date are told."""
    assert roland("db", "upgrade").exit_code == 0
    findings = {finding["part"]: finding for finding in json.loads(roland("doctor", "--json").stdout)}
    assert newest_revision() in findings["conversations"]["detail"]
    (tmp_path / "folder").mkdir()
    monkeypatch.setenv("ROLAND__STORAGE__URL", f"sqlite:///{tmp_path / 'folder'}")
    findings = {finding["part"]: finding for finding in json.loads(roland("doctor", "--json").stdout)}
    assert not findings["conversations"]["ok"]


def test_the_doctor_asks_the_translator(roland: Roland, monkeypatch: pytest.MonkeyPatch) -> None:
    """A configured translator that does not answer is named, as a part Roland can do without; none is no finding."""
    assert "translation" not in {finding["part"] for finding in json.loads(roland("doctor", "--json").stdout)}
    monkeypatch.setenv("ROLAND__TRANSLATOR__URL", "http://127.0.0.1:9")
    monkeypatch.setenv("ROLAND__TRANSLATOR__API_KEY", "geheim")
    result = roland("doctor", "--json")
    finding = {finding["part"]: finding for finding in json.loads(result.stdout)}["translation"]
    assert (finding["ok"], finding["required"]) == (False, False)
    assert "geheim" not in result.output + roland("config", "show").output


def test_the_doctor_asks_the_mail_server(roland: Roland, monkeypatch: pytest.MonkeyPatch) -> None:
    """A configured mail server that does not answer is named, as a part Roland can do without; none is no finding."""
    assert "mail" not in {finding["part"] for finding in json.loads(roland("doctor", "--json").stdout)}
    for key, value in (("HOST", "127.0.0.1"), ("PORT", "9"), ("SENDER", "amt@example.org"), ("PASSWORD", "geheim")):
        monkeypatch.setenv(f"ROLAND__MAIL__{key}", value)
    result = roland("doctor", "--json")
    finding = {finding["part"]: finding for finding in json.loads(result.stdout)}["mail"]
    assert (finding["ok"], finding["required"]) == (False, False)
    assert "geheim" not in result.output + roland("config", "show").output
    monkeypatch.setenv("ROLAND__MAIL__SENDER", "")
    assert "mail.sender" in roland("doctor").stderr


def test_the_doctor_asks_the_citys_sign_in(roland: Roland, monkeypatch: pytest.MonkeyPatch) -> None:
    """A configured provider that does not answer is named, as a part Roland can do without; its secret stays hidden."""
    for name, value in (
        ("ISSUER", "http://127.0.0.1:9"),
        ("CLIENT_ID", "roland"),
        ("CLIENT_SECRET", "geheim"),
        ("ROLES", '{"agents": ["agent"]}'),
    ):
        monkeypatch.setenv(f"ROLAND__ACCOUNTS__OIDC_{name}", value)
    result = roland("doctor", "--json")
    finding = {finding["part"]: finding for finding in json.loads(result.stdout)}["sign-in of the city"]
    assert (finding["ok"], finding["required"]) == (False, False)
    assert "geheim" not in result.output + roland("config", "show").output


def test_the_tables_are_upgraded(roland: Roland, tmp_path: Path) -> None:
    """`db upgrade` makes the tables, and does nothing the second time."""
    results = [roland("db", "upgrade") for _ in range(2)]
    assert [result.exit_code for result in results] == [0, 0]
    assert all(newest_revision() in result.stdout for result in results)
    with sqlite3.connect(tmp_path / "data" / "conversations.db") as database:
        assert database.execute("SELECT count(*) FROM conversation").fetchone() == (0,)
    database.close()


def test_nothing_to_purge(roland: Roland) -> None:
    """`purge` tells how many conversations it removed."""
    assert roland("purge").stdout == "0 conversations removed\n"


@pytest.mark.parametrize("command", [("ask", "Was kostet ein Reisepass?"), ("scenarios", "run")], ids=" ".join)
def test_without_set_up_the_way_out_is_named(roland: Roland, command: tuple[str, ...]) -> None:
    """Where nothing was imported, a command ends with exit code 1 and the command that helps."""
    result = roland(*command)
    assert result.exit_code == 1
    assert "roland setup-data" in result.stderr


def test_another_city_gets_no_sample(roland: Roland) -> None:
    """`setup-data` never puts Bremen's sample catalogue into another city's data; it asks for the city's own."""
    result = roland("setup-data")
    assert result.exit_code == 1
    assert "roland catalogue import" in result.stderr
    assert json.loads(roland("catalogue", "list", "--json").stdout) == []


def test_a_server_does_not_start_without_set_up(roland: Roland) -> None:
    """`serve` ends at once with exit code 1 and says what to train or import."""
    result = roland("serve")
    assert result.exit_code == 1
    assert "roland nlu train" in result.stderr
