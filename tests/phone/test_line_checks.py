"""What the doctor finds of the telephone line."""

import socket
from pathlib import Path

import pytest

from assistant.bootstrap.line_checks import line_checks
from assistant.config import Settings, load_settings
from assistant.config.phone import AudioSocketSettings, PhoneSettings, SipSettings, SpeechModelSettings, SpeechSettings
from assistant.model import Language

BREMEN = Path(__file__).parents[2] / "config" / "bremen.toml"


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A folder with the parts of a model for telephone sound."""
    for part, content in {
        "am/final.mdl": "",
        "conf/model.conf": "",
        "conf/mfcc.conf": "--sample-frequency=8000\n",
        "graph/HCLr.fst": "",
        "graph/Gr.fst": "",
    }.items():
        (tmp_path / part).parent.mkdir(exist_ok=True)
        (tmp_path / part).write_text(content)
    return tmp_path


def with_line(model: Path, *, rate: int = 8_000, port: int = 0, calls_to: str = "sip:btb@example.org") -> Settings:
    """Bremen with a line on these ports."""
    phone = PhoneSettings(
        calls_to=calls_to,
        speech=SpeechSettings(models={Language.DE: SpeechModelSettings(folder=model, rate=rate)}),
        sip=SipSettings(enabled=True, port=port),
        audiosocket=AudioSocketSettings(enabled=True, port=0, agi_port=0),
    )
    return load_settings(BREMEN).model_copy(update={"phone": phone})


async def told(settings: Settings) -> dict[str, tuple[bool, str]]:
    """Each part with whether it is well, and what is said of it."""
    return {check.part: (check.ok, check.detail) for check in await line_checks(settings)}


@pytest.mark.slow
async def test_a_line_that_can_be_opened_is_well(model: Path) -> None:
    """Ears, mouth and every port are told."""
    found = await told(with_line(model))
    assert all(ok for ok, _ in found.values()), found
    assert set(found) == {
        "telephone (hearing de)",
        "telephone (speaking)",
        "telephone (SIP)",
        "telephone (AudioSocket)",
        "telephone (FastAGI)",
    }


@pytest.mark.slow
async def test_what_is_missing_is_named(model: Path) -> None:
    """A part of the model, the rate it was made for, and people to pass callers on to."""
    assert await _hearing(with_line(model, rate=16_000)) == (
        False,
        "trained for 8000 samples a second, configured with 16000",
    )
    (model / "am/final.mdl").unlink()
    ok, detail = await _hearing(with_line(model))
    assert not ok
    assert "am/final.mdl missing" in detail
    assert (await told(with_line(model, calls_to="")))["telephone (people)"][0] is False


@pytest.mark.slow
async def test_a_port_that_is_taken_is_said_so(model: Path) -> None:
    """By whom cannot be seen from here: a line that runs has taken its own."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        found = await told(with_line(model, port=taken.getsockname()[1]))
    ok, detail = found["telephone (SIP)"]
    assert ok
    assert "taken" in detail


async def _hearing(settings: Settings) -> tuple[bool, str]:
    return (await told(settings))["telephone (hearing de)"]
