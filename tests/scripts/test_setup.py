"""Setting up: each step is done once, anew when its inputs change, and says the way out when it cannot go on."""

import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.bootstrap import voice_model
from scripts import setup, steps
from scripts.steps import Step
from scripts.workshop import SetupError, Workshop


class Builder:
    """Makes the product `built` and counts how often; fails as long as `broken` is set."""

    def __init__(self) -> None:
        self.times = 0
        self.broken = False

    def __call__(self, shop: Workshop) -> None:
        self.times += 1
        if self.broken:
            raise SetupError("broken", "mend it")
        (shop.root / "built").write_text("product")


@pytest.fixture
def builder() -> Builder:
    """A build that succeeds until told otherwise."""
    return Builder()


@pytest.fixture
def step(builder: Builder, tmp_path: Path) -> Step:
    """A step made from the text files of an otherwise empty checkout."""
    (tmp_path / "input.txt").write_text("one")
    return Step("thing", "the thing", builder, inputs=("*.txt",), product="built")


@pytest.fixture
def shop(tmp_path: Path) -> Workshop:
    """An empty checkout."""
    (tmp_path / ".setup").mkdir()
    return Workshop(tmp_path, "thing")


@pytest.fixture
def bare_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine with none of the programs that set-up looks for."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    monkeypatch.delenv("PYTHON", raising=False)


def test_a_step_is_done_once(step: Step, builder: Builder, tmp_path: Path) -> None:
    """A step whose inputs have not changed is not done again."""
    assert setup.perform(step, tmp_path).startswith("ready after")
    assert setup.perform(step, tmp_path) == "up to date"
    assert builder.times == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda root: (root / "input.txt").write_text("two"),
        lambda root: (root / "another.txt").write_text("one"),
        lambda root: (root / "input.txt").rename(root / "renamed.txt"),
        lambda root: (root / "built").unlink(),
        lambda root: (root / ".setup/thing.json").write_text("{"),
    ],
    ids=["edited input", "added input", "renamed input", "lost product", "broken note"],
)
def test_a_step_is_done_anew(change: Callable[[Path], object], step: Step, builder: Builder, tmp_path: Path) -> None:
    """A step is done anew when an input changed or its product or note is lost."""
    setup.perform(step, tmp_path)
    change(tmp_path)
    setup.perform(step, tmp_path)
    assert builder.times == 2


def test_what_a_build_leaves_is_no_input(step: Step, builder: Builder, tmp_path: Path) -> None:
    """Files below node_modules or dist do not make a step stale."""
    setup.perform(step, tmp_path)
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules/new.txt").write_text("new")
    wide = Step("thing", "the thing", builder, inputs=("*.txt", "node_modules/*"), product="built")
    assert setup.perform(wide, tmp_path) == "up to date"


def test_a_failed_step_is_done_anew(step: Step, builder: Builder, tmp_path: Path) -> None:
    """A step that failed leaves no note, even where an older product is still there."""
    setup.perform(step, tmp_path)
    (tmp_path / "input.txt").write_text("two")
    builder.broken = True
    with pytest.raises(SetupError):
        setup.perform(step, tmp_path)
    (tmp_path / "input.txt").write_text("one")
    builder.broken = False
    assert setup.perform(step, tmp_path).startswith("ready after")


def test_two_setups_build_once(tmp_path: Path) -> None:
    """Of two set-ups of one checkout at the same time the second waits and finds the step done."""
    (tmp_path / "input.txt").write_text("one")
    entered, leave = threading.Event(), threading.Event()
    times: list[int] = []

    def slow_build(shop: Workshop) -> None:
        times.append(1)
        entered.set()
        assert leave.wait(60)
        (shop.root / "built").touch()

    step = Step("thing", "the thing", slow_build, inputs=("*.txt",), product="built")
    told: list[str] = []
    workers = [threading.Thread(target=lambda: told.append(setup.perform(step, tmp_path))) for _ in range(2)]
    workers[0].start()
    assert entered.wait(60)
    workers[1].start()
    leave.set()
    for worker in workers:
        worker.join(10)
    assert (len(times), sorted(told)[1]) == (1, "up to date")


def test_too_little_space_is_told_before_beginning(builder: Builder, tmp_path: Path) -> None:
    """A step that the disk cannot hold is not begun."""
    step = Step("thing", "the thing", builder, inputs=("*.txt",), product="built", gigabytes=10**9)
    with pytest.raises(SetupError, match="are free"):
        setup.perform(step, tmp_path)
    assert builder.times == 0


@pytest.mark.parametrize(
    ("output", "way_out"),
    [
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("NewConnectionError: Failed to establish a new connection", "cannot be reached"),
        ("npm ERR! code ENOTFOUND", "cannot be reached"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES", "not the one that was locked"),
        ("something nobody foresaw", "thing.log"),
    ],
)
def test_a_failed_command_shows_its_end_and_the_way_out(output: str, way_out: str, shop: Workshop) -> None:
    """The error quotes the command's last lines and names what a person can do."""
    with pytest.raises(SetupError, match="ended with an error") as caught:
        shop.run("sh", "-c", f"echo '{output}'; exit 3")
    assert output in str(caught.value)
    assert way_out in caught.value.way_out


def test_an_earlier_commands_output_is_not_blamed(shop: Workshop) -> None:
    """The way out is read from the failing command alone, not from one before it in the log."""
    shop.run("echo", "No space left on device")
    with pytest.raises(SetupError) as caught:
        shop.run("false")
    assert "disk" not in caught.value.way_out


@pytest.mark.usefixtures("bare_machine")
def test_missing_python_names_the_package(shop: Workshop) -> None:
    """Without Python 3.11 the person learns what to install."""
    with pytest.raises(SetupError, match=r"Python 3\.11 is missing") as caught:
        steps.fresh_venv(shop, ".venv")
    assert "apt-get install python3.11" in caught.value.way_out


@pytest.mark.usefixtures("bare_machine")
def test_missing_node_names_the_version(shop: Workshop) -> None:
    """Without Node.js the person learns which version to install."""
    (shop.root / "assistant/web").mkdir(parents=True)
    (shop.root / "assistant/web/package.json").write_text("{}")
    with pytest.raises(SetupError, match="found: none") as caught:
        steps.build_web(shop)
    assert "20" in caught.value.way_out


@pytest.mark.usefixtures("bare_machine")
def test_system_packages_are_asked_for_where_they_cannot_be_installed(
    shop: Workshop, capsys: pytest.CaptureFixture[str]
) -> None:
    """A person without rights gets the exact command; only the tests' browser is worth stopping for."""
    steps.build_system(shop)
    assert "apt-get install --no-install-recommends espeak-ng" in capsys.readouterr().out
    with pytest.raises(SetupError) as caught:
        steps.build_browser_tests(shop)
    assert "apt-get install --no-install-recommends chromium-headless-shell" in caught.value.way_out


def test_the_command_line_ends_with_the_way_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], builder: Builder, tmp_path: Path
) -> None:
    """A failed step ends the run with status 1, the problem and an arrow to the way out; later steps are not begun."""
    builder.broken = True
    later = Builder()
    monkeypatch.setattr(setup, "STEPS", (Step("first", "the first", builder), Step("later", "the later", later)))
    monkeypatch.setattr(setup.perform, "__defaults__", (tmp_path,))
    assert setup.main(["first", "later"]) == 1
    assert "the first: broken\n\n→ mend it" in capsys.readouterr().err
    assert later.times == 0


@pytest.mark.usefixtures("bare_machine")
def test_databases_that_cannot_be_installed_are_named(
    shop: Workshop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who may not install packages is told which tests are skipped, and the command that changes it."""
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setattr(Path, "glob", lambda *_: iter(()))
    steps.build_database_tests(shop)
    told = capsys.readouterr().out
    assert "postgresql and redis-server" in told
    assert "apt-get install --no-install-recommends postgresql redis-server" in told


@pytest.mark.usefixtures("bare_machine")
def test_packages_for_tests_start_no_service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While packages for tests are installed, a policy keeps services off; one of the machine's own stays."""
    monkeypatch.setattr("os.geteuid", lambda: 0)
    policy = tmp_path / "policy-rc.d"
    with steps.services_kept_off(["redis-server"], policy):
        assert subprocess.run([policy], check=False).returncode == 101
    assert not policy.exists()
    policy.write_text("its own")
    with steps.services_kept_off(["redis-server"], policy):
        pass
    assert policy.read_text() == "its own"


def test_the_recognisers_test_model_is_made_from_watched_files() -> None:
    """Whatever file the model's sentences are taken from, a change of it makes the step due again."""
    watched = {path for pattern in steps.VOICE_INPUTS for path in setup.ROOT.glob(pattern)}
    assert set(voice_model.source_files()) <= watched


@pytest.mark.usefixtures("bare_machine")
def test_programs_for_calls_are_asked_for(shop: Workshop) -> None:
    """Who may not install packages gets the command that makes tests of calls possible."""
    with pytest.raises(SetupError) as caught:
        steps.build_voice_tests(shop)
    assert "apt-get install --no-install-recommends espeak-ng libespeak-ng1 sip-tester baresip" in caught.value.way_out
