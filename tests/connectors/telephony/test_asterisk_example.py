"""The dialplan in the documentation works with the trunk: it is run, line by line, against a real one."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from assistant.model import CallDetails, TransferOutcome
from assistant.ports.telephony import MediaLeg
from connectors.telephony.audiosocket import AudioSocketOptions, AudioSocketTrunk
from connectors.telephony.dialplan import Next, Question, Variable
from tests.connectors.telephony import dialplan
from tests.connectors.telephony.fake_pbx import FakePbx
from tests.server import quiet_log

EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "asterisk"
TEXT = (EXAMPLE / "extensions.conf").read_text(encoding="utf-8")
OPTIONS = AudioSocketOptions()


@dataclass
class Pbx:
    """Runs the example; ``dialled`` are the DIALSTATUS values that come one after the other."""

    fake: FakePbx
    plan: dialplan.Dialplan
    dialled: list[str] = field(default_factory=list)

    async def do(self, application: str, arguments: str) -> None:
        """What Asterisk's applications do."""
        match application:
            case "AGI":
                path, *given = arguments.split(",")
                script = path.removeprefix(self.plan.variables["ROLAND_QUESTIONS"] + "/")
                self.plan.variables |= await replace(self.fake, token=given[0]).ask(script, *given[1:])
            case "TryExec":
                call_id, address = arguments.removeprefix("AudioSocket(").removesuffix(")").split(",")
                assert address == self.plan.variables["ROLAND_SOUND"]
                channel = await self.fake.connect(call_id)
                await channel.until(0x00)
                channel.writer.close()
            case "Dial":
                self.plan.variables["DIALSTATUS"] = self.dialled.pop(0)
            case _:
                assert application in {"NoOp", "Answer", "Hangup"}

    async def call(self) -> list[str]:
        """What was done in a call, in order, but for the questions."""
        steps = [step async for step in dialplan.run(self.plan, "roland", self.do)]
        return [step for step in steps if not step.startswith(("AGI", "NoOp"))]


@dataclass
class Talk:
    """Passes the first call on, hangs up the next."""

    calls: list[CallDetails] = field(default_factory=list)
    outcomes: list[TransferOutcome] = field(default_factory=list)

    async def answer(self, leg: MediaLeg) -> None:
        """What a talk does."""
        self.calls.append(leg.details)
        if len(self.calls) == 1:
            self.outcomes.append(await leg.transfer("04213610", "K7RM"))


@pytest.fixture
async def talk() -> Talk:
    """Whoever answers."""
    return Talk()


@pytest.fixture
async def pbx(talk: Talk) -> AsyncIterator[Pbx]:
    """A PBX with the example's dialplan before an open trunk."""
    plan = dialplan.read(EXAMPLE / "extensions.conf")
    trunk = AudioSocketTrunk(replace(OPTIONS, port=0, agi_port=0, token=plan.variables["ROLAND_TOKEN"]))
    with quiet_log():
        async with trunk.serving(talk.answer), asyncio.timeout(20):
            yield Pbx(FakePbx(*trunk.ports), plan)


DIAL = "Dial(PJSIP/04213610@service-centre,30,b(roland-reference^s^1(K7RM)))"


async def test_a_call_that_somebody_takes(pbx: Pbx, talk: Talk) -> None:
    """The caller talks, is passed on with the reference, and that is the end."""
    pbx.dialled = ["ANSWER"]
    steps = await pbx.call()
    assert [steps[0], *steps[2:]] == ["Answer()", DIAL, "Hangup()"]
    assert talk.outcomes == [TransferOutcome.DONE]


@pytest.mark.parametrize(
    ("status", "outcome"), [("BUSY", TransferOutcome.REFUSED), ("NOANSWER", TransferOutcome.TIMED_OUT)]
)
async def test_a_call_that_comes_back(pbx: Pbx, talk: Talk, status: str, outcome: TransferOutcome) -> None:
    """Where nobody takes the call, the caller talks to Roland again, who knows why."""
    pbx.dialled = [status]
    steps = await pbx.call()
    assert [steps[2], steps[1] == steps[3], steps[4]] == [DIAL, True, "Hangup()"]
    assert talk.calls[1] == replace(talk.calls[0], returns_after=outcome)


async def test_a_wrong_token_leads_to_a_person(pbx: Pbx) -> None:
    """The line is never worse than without Roland."""
    pbx.plan.variables["ROLAND_TOKEN"] = "wrong"
    pbx.dialled = ["ANSWER"]
    assert await pbx.call() == ["Dial(PJSIP/115@service-centre,60)", "Hangup()"]


def test_the_example_asks_what_roland_answers() -> None:
    """Questions, variables and answers are called alike on both sides."""
    plan = dialplan.read(EXAMPLE / "extensions.conf")
    assert set(re.findall(r"ROLAND_QUESTIONS}/(\w+)", TEXT)) == {str(question) for question in Question}
    used = set(re.findall(r"ROLAND_[A-Z]+", TEXT)) - set(plan.variables)
    assert used == {str(variable) for variable in Variable}
    assert set(re.findall(r'NEXT}" !?= "(\w+)"', TEXT)) == {str(step) for step in Next}


def test_the_example_and_the_defaults_have_the_same_addresses() -> None:
    """Both sides meet where nothing was set."""
    variables = dialplan.read(EXAMPLE / "extensions.conf").variables
    assert variables["ROLAND_SOUND"] == f"{OPTIONS.host}:{OPTIONS.port}"
    assert variables["ROLAND_QUESTIONS"] == f"agi://{OPTIONS.host}:{OPTIONS.agi_port}"


@pytest.mark.parametrize(
    ("application", "module"),
    [("AGI", "res_agi"), ("AudioSocket", "app_audiosocket"), ("TryExec", "app_exec"), ("Dial", "app_dial")],
)
def test_every_application_has_its_module(application: str, module: str) -> None:
    """What the dialplan uses is loaded."""
    assert f"{application}(" in TEXT
    assert f"load = {module}.so\n" in (EXAMPLE / "modules.conf").read_text(encoding="utf-8")
