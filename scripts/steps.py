"""The steps of setting up, one function each: system packages, the two Python environments, the web pages."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scripts.workshop import SetupError, Workshop, output_of

PIP = ("-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--progress-bar", "off")
NODE_MAJOR = 20
VOICE_MODEL = "var/voice/test-model"
VOICE_INPUTS = (
    "voice/model/*.py",
    "voice/model/german.toml",
    "assistant/sound.py",
    "assistant/bootstrap/voice_model.py",
    "knowledge/lexicon/*.jsonl",
    "knowledge/bremen/services/*.yaml",
    "knowledge/bremen/offices/*.yaml",
    "knowledge/bremen/forms/*.yaml",
    "nlu/rasa/data/*.yml",
    "nlu/rasa/domain.yml",
)
# The widget's loader has its few words built in from the message catalogues.
WEB_INPUTS = ("assistant/web/**/*", "assistant/messages/*.toml")


@dataclass(frozen=True)
class Step:
    """One thing to set up.

    `inputs` are globs below the checkout whose content decides whether the step is still good; `product` is the path
    that must exist for it to be. A step without inputs is cheap and always carried out. `gigabytes` is the disk space
    it takes.
    """

    name: str
    title: str
    build: Callable[[Workshop], None]
    inputs: tuple[str, ...] = ()
    product: str = ""
    gigabytes: float = 0


def build_system(shop: Workshop) -> None:
    """The phone line speaks with espeak-ng; everything else works without."""
    missing = missing_packages("espeak-ng", "libespeak-ng1")
    if missing and not install_packages(shop, missing):
        print(f"The phone line has no voice until you run: {apt_command(missing)}")


def build_browser_tests(shop: Workshop) -> None:
    """Chromium comes from the distribution: the tests download no browser of their own. Poppler reads the PDFs.

    The one without windows takes a third less of the processor; it has no sound, which the page that calls needs.
    """
    browsers = ("chromium-headless-shell", "chromium")
    missing = missing_packages(*browsers, "fonts-noto-core", "poppler-utils")
    if missing and not install_packages(shop, missing) and not all(map(shutil.which, browsers)):
        raise SetupError("The browser tests need Chromium.", "Run: " + apt_command(missing))


def build_database_tests(shop: Workshop) -> None:
    """Stores and bus are tested on SQLite and in one process without them; on PostgreSQL and Redis where they are."""
    wanted = {
        "postgresql": shutil.which("pg_ctl") or any(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl")),
        "redis-server": shutil.which("redis-server"),
    }
    missing = [package for package, found in wanted.items() if not found]
    if not missing:
        return
    with services_kept_off(missing):
        installed = install_packages(shop, missing)
    if not installed:
        print(f"The tests with {' and '.join(missing)} are skipped until you run: {apt_command(missing)}")


def build_voice_tests(shop: Workshop) -> None:
    """Real telephones call the line in the tests; OpenFst's tools make the recogniser's test model."""
    tools = ("sip-tester", "baresip", "libfst-tools", "libfst22-plugins-base")
    missing = missing_packages("espeak-ng", "libespeak-ng1", *tools)
    if missing and not install_packages(shop, missing):
        raise SetupError("The tests of the phone line need more programs.", "Run: " + apt_command(missing))


def build_voice_model(shop: Workshop) -> None:
    """A model of the recogniser that hears the synthesiser; nothing is downloaded for it.

    On a busy machine threads that wait for each other must not burn the time they wait for.
    """
    shop.run("env", "OMP_WAIT_POLICY=passive", shop.root / ".venv/bin/roland", "voice", "model", "build", VOICE_MODEL)


@contextmanager
def services_kept_off(packages: list[str], policy: Path = Path("/usr/sbin/policy-rc.d")) -> Iterator[None]:
    """The tests start servers of their own: what Debian would start with the packages stays off, now and at boot."""
    ours = os.geteuid() == 0 and policy.parent.is_dir() and not policy.exists()
    if ours:
        policy.write_text("#!/bin/sh\nexit 101\n", encoding="utf-8")
        policy.chmod(0o755)
    try:
        yield
    finally:
        if ours:
            policy.unlink()
    if os.geteuid() == 0 and shutil.which("systemctl"):
        subprocess.run(["systemctl", "--quiet", "disable", *packages], check=False, stderr=subprocess.DEVNULL)


def missing_packages(*names: str) -> list[str]:
    """Those of the Debian packages that are not installed; where dpkg cannot tell, all of them."""
    if not shutil.which("dpkg-query"):
        return list(names)
    query = ["dpkg-query", "--show", "--showformat", "${Package} ${db:Status-Status}\n", *names]
    answer = subprocess.run(query, capture_output=True, text=True, check=False).stdout
    installed = {line.split()[0] for line in answer.splitlines() if line.endswith(" installed")}
    return [name for name in names if name not in installed]


def install_packages(shop: Workshop, names: list[str]) -> bool:
    """Installs Debian packages where this process may; False where a person has to."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    print(f"installing {' '.join(names)} …", flush=True)
    apt = ("env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-y")
    shop.run(*apt, "update")
    shop.run(*apt, "install", "--no-install-recommends", *names)
    return True


def apt_command(names: list[str]) -> str:
    """The command a person types to get the packages."""
    return "sudo apt-get install --no-install-recommends " + " ".join(names)


def build_app(shop: Workshop) -> None:
    """The lock goes first, so that PyTorch finds what it needs in the locked versions."""
    torch = re.search(r'"(torch==[^"]+)"', (shop.root / "pyproject.toml").read_text(encoding="utf-8"))
    if torch is None:
        raise SetupError("pyproject.toml pins no version of PyTorch.", 'Restore its line "torch==…".')
    python = fresh_venv(shop, ".venv")
    shop.run(python, *PIP, "--no-deps", "--require-hashes", "-r", "requirements/app.lock")
    shop.run(python, *PIP, torch[1])
    shop.run(python, "-c", "import faiss, fastapi, sentence_transformers, spacy, torch")


def build_package(shop: Workshop) -> None:
    """Linked, not copied: an edit needs no new installation."""
    shop.run(shop.root / ".venv/bin/python", *PIP, "--no-deps", "--no-build-isolation", "--editable", ".")


def build_rasa(shop: Workshop) -> None:
    """Rasa's metadata ends at Python 3.10 though its code does not; hence the flag."""
    python = fresh_venv(shop, ".venv-rasa")
    lock = ("--require-hashes", "-r", "requirements/rasa.lock")
    shop.run(python, *PIP, "--no-deps", "--ignore-requires-python", *lock)
    shop.run(python, "-W", "ignore", "-m", "rasa", "--version")


def build_web(shop: Workshop) -> None:
    """Node.js is needed here alone; the running application does without."""
    if not (shop.root / "assistant/web/package.json").exists():
        print("nothing to build: assistant/web has no package.json")
        return
    version = output_of("node", "--version")
    if not version or int(version.lstrip("v").split(".")[0]) < NODE_MAJOR:
        raise SetupError(
            f"The web pages are built with Node.js {NODE_MAJOR} or newer; found: {version or 'none'}.",
            f"Install Node.js {NODE_MAJOR} (LTS) or newer together with npm, and run the same command again.",
        )
    shop.run("npm", "ci", "--no-audit", "--no-fund", folder="assistant/web")
    shop.run("npm", "run", "build", folder="assistant/web")


def fresh_venv(shop: Workshop, name: str) -> Path:
    """Puts an empty virtual environment in place of whatever was there; returns its interpreter."""
    python = find_python()
    shutil.rmtree(shop.root / name, ignore_errors=True)
    shop.run(python, "-m", "venv", name)
    return shop.root / name / "bin/python"


def find_python() -> str:
    """An interpreter of Python 3.11 that can make virtual environments; $PYTHON is asked first."""
    for name in (os.environ.get("PYTHON"), "python3.11", sys.executable):
        if name and output_of(name, "-c", "import sys; print(*sys.version_info[:2])") == "3 11":
            if output_of(name, "-c", "import ensurepip, venv; print(True)"):
                return name
            raise SetupError(f"{name} cannot make virtual environments.", "Run: sudo apt-get install python3.11-venv")
    raise SetupError(
        "Python 3.11 is missing.",
        "Run: sudo apt-get install python3.11 python3.11-venv (or install it with pyenv), or name it: PYTHON=… make …",
    )


STEPS = (
    Step("system", "system packages", build_system),
    Step("app", "Python environment", build_app, ("requirements/app.lock",), ".venv/bin/python", 4),
    Step("package", "Roland itself", build_package, ("pyproject.toml", ".setup/app.json"), ".venv/bin/roland"),
    Step("web", "web pages", build_web, WEB_INPUTS, "assistant/web/dist", 0.5),
    Step("rasa", "Rasa environment", build_rasa, ("requirements/rasa.lock",), ".venv-rasa/bin/rasa", 4),
    Step("browser-tests", "browser for tests", build_browser_tests),
    Step("database-tests", "databases for tests", build_database_tests),
    Step("voice-tests", "telephones for tests", build_voice_tests),
    Step("voice-model", "test model of the recogniser", build_voice_model, VOICE_INPUTS, f"{VOICE_MODEL}/am", 0.5),
)
