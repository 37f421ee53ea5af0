"""The log: what it tells, what it must never tell, and that it never gets in the way."""

import ast
import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from assistant.config import LoggingSettings
from assistant.logs import configure, only_known
from tests.server import site

ROOT = Path(__file__).parents[1]
SECRET = "Mein Name ist Erika Mustermann"


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What is logged, with the real configuration."""
    root = logging.getLogger()
    kept, before = (root.handlers[:], root.level), structlog.get_config()
    configure(LoggingSettings(level="debug"))
    stream = io.StringIO()
    handler = root.handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(stream)
    yield stream
    root.handlers, root.level = kept
    structlog.configure(**before)


def lines(written: io.StringIO) -> list[dict[str, Any]]:
    """The log as objects."""
    return [json.loads(line) for line in written.getvalue().splitlines()]


def test_one_object_a_line(written: io.StringIO) -> None:
    """An event is one line of JSON with time, level and logger."""
    structlog.get_logger("assistant.test").info("started", code="x", count=3)
    (event,) = lines(written)
    assert (event["event"], event["level"], event["logger"], event["count"]) == ("started", "info", "assistant.test", 3)
    assert event["timestamp"].endswith("Z")


def test_unknown_keys_are_dropped(written: io.StringIO) -> None:
    """A key that nobody thought of is not written, whatever it is called and holds."""
    structlog.get_logger("assistant.test").warning("odd", text=SECRET, utterance=SECRET, foo={"bar": SECRET})
    assert "Erika" not in written.getvalue()
    assert lines(written)[0]["event"] == "odd"


def logged_keys() -> Iterator[tuple[str, str]]:
    """Every place of the code that logs, and a key it logs."""
    for room in ("assistant", "nlu", "knowledge", "voice", "connectors"):
        for path in sorted((ROOT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                match node:
                    case ast.Call(func=ast.Attribute(value=ast.Name(id="_log" | "_LOG")), keywords=keywords):
                        place = f"{path.relative_to(ROOT)}:{node.lineno}"
                        yield from ((place, keyword.arg or "**") for keyword in keywords)


def test_what_the_code_logs_is_written() -> None:
    """A key that the code logs and the log drops would be missed first by who looks for the cause of a failure."""
    keys = list(logged_keys())
    assert len(keys) > 100
    assert [(place, key) for place, key in keys if not only_known(None, "", {key: ""})] == []


def test_exceptions_lose_their_message(written: io.StringIO) -> None:
    """A traceback names places and the kind of error; the message, which quotes values, is left out."""
    try:
        int(SECRET)
    except ValueError as error:
        structlog.get_logger("assistant.test").error("failed", exc_info=error)
        logging.getLogger("uvicorn.error").exception("failed too")
    assert "Erika" not in written.getvalue()
    for event in lines(written):
        assert event["error"] == "ValueError"
        assert any("test_logs.py" in frame for frame in event["exception"])


@given(st.dictionaries(st.text(max_size=12), st.text(max_size=30), max_size=8))
def test_filter_is_a_list_of_what_may_pass(event: dict[str, str]) -> None:
    """Whatever is logged, only known keys pass, and long values are cut."""
    passed = only_known(None, "info", {"event": "e" * 1000, **event})
    assert set(passed) <= set(only_known(None, "info", dict.fromkeys(passed, "")))
    assert len(str(passed["event"])) < 400


def test_a_conversation_leaves_no_words_in_the_log(written: io.StringIO, tmp_path: Path) -> None:
    """Neither what a person writes nor the secret address of the conversation stands in the log, errors included."""
    with site(tmp_path) as here, httpx.Client(base_url=here.url, timeout=60) as client:
        name = client.post("/api/v1/conversations").json()["id"]
        address = f"/api/v1/conversations/{name}/messages"
        client.post(address, json={"text": SECRET})
        client.post(address, json={"text": f"kaputt {SECRET}"})
        client.post(address, json={"text": SECRET, "Erika": SECRET})
        client.post(address, content=f'{{"text": "{SECRET}'.encode())
        client.post("/webhooks/rest/webhook", json={"sender": "Erika", "message": SECRET})
        client.post("/chat/messages", data={"view": "chat", "text": SECRET})
        client.get(f"/api/v1/conversations/{name}")
    log = written.getvalue()
    assert "Erika" not in log
    assert name not in log
    requests = [event for event in lines(written) if event["event"] == "request"]
    assert len(requests) >= 8
    assert {"trace_id", "method", "route", "status", "ms"} <= set(requests[0])


def test_file_with_a_new_one_every_midnight(tmp_path: Path) -> None:
    """The log can go to a file in a folder that is made for it."""
    root = logging.getLogger()
    kept, before = (root.handlers[:], root.level), structlog.get_config()
    file = tmp_path / "log" / "roland.log"
    try:
        configure(LoggingSettings(file=file), keep_days=3)
        structlog.get_logger("assistant.test").info("started")
        root.handlers[0].close()
    finally:
        root.handlers, root.level = kept
        structlog.configure(**before)
    assert json.loads(file.read_text())["event"] == "started"
