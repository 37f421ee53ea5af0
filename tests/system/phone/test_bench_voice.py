"""The benchmark of the telephone line runs on an installation as it is."""

import pytest

from assistant.config import load_settings
from evaluation.bench.voice.figures import FIXED, ROLAND, VOSK
from evaluation.bench.voice.life import Habits
from evaluation.bench.voice.run import Scope, VoiceBench
from tests.system.installation import Installation
from tests.system.phone.line import voice_model
from voice.model.folder import read_model_folder

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
_HURRIED = Habits(interrupts=1.0, interrupts_greeting_after_s=(11.0, 12.0), thinks_s=(0.5, 1.0))
_LITTLE = Scope((2,), seconds=22, alone_s=3, ramp_s=1, warm_up_s=0, plain_steps=(1,), habits=_HURRIED)


def test_two_callers_are_measured(prepared: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two people ask and interrupt on a served line: every figure is there, and no call is refused or cut off."""
    monkeypatch.setenv("ROLAND__NLU__MODEL_DIR", str(prepared.models))
    settings, model = load_settings(prepared.config, data_dir=prepared.data), voice_model()
    told: list[str] = []
    bench = VoiceBench(settings, prepared.config, model, read_model_folder(model).rate, _LITTLE, told.append)
    report = bench.run()
    assert [(one.subject, one.calls) for one in report.rounds] == [(FIXED, 1), (VOSK, 1), (ROLAND, 2)]
    (measured,) = report.of(ROLAND)
    assert measured.answer.count >= 2
    assert measured.answer.p50_ms is not None
    assert 300 < measured.answer.p50_ms < 5_000
    assert measured.recognised.p50_ms is not None
    assert 300 <= measured.recognised.p50_ms <= measured.answer.p50_ms
    assert measured.stop.count >= 1
    assert measured.jitter.count > 1_000
    assert (measured.refused, measured.cut_off) == (0, 0)
    assert measured.machine.busy_mb > 100
    assert measured.machine.line_cores > 0
    assert len(told) == 3
