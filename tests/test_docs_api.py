"""docs/api.md keeps pace with the code."""

import re
from pathlib import Path

from assistant.http import problems
from assistant.http.app import create_app
from assistant.messages import TomlMessages
from assistant.model import Language
from tests.server import make_services, settings_for

PAGE = (Path(__file__).parent.parent / "docs" / "api.md").read_text(encoding="utf-8")


def test_every_address_is_told(tmp_path: Path) -> None:
    """The page names every address of the API, and none that does not exist."""
    services, _ = make_services(settings_for(tmp_path))
    known = {re.sub(r"\{\w+\}", "{}", path) for path in create_app(services).openapi()["paths"]}
    told = {re.sub(r"\{\w+\}", "{}", path) for path in re.findall(r"`(?:GET|POST|DELETE) (/[^`?…]+)", PAGE)}
    assert told == {path for path in known if not path.startswith("/webhooks/")}
    assert "/webhooks/rest/webhook" in PAGE


def test_every_code_is_told_and_worded() -> None:
    """Every code of a problem stands in the page and has words for citizens in German and English."""
    told = set(re.findall(r"`([a-z_]+)`", PAGE.split("## When something is refused")[1].split("## Rasa")[0]))
    worded = {key.removeprefix("problem.") for key in TomlMessages().keys(Language.DE) if key.startswith("problem.")}
    assert worded <= told
    assert set(problems.CODES.values()) | set(problems.STATUS) <= worded
    for code in worded:
        assert f"problem.{code}" in TomlMessages().keys(Language.EN)
